"""The units of systemd and the crontab in config/deploy: what systemd says of them, and runs confined as they say."""

from __future__ import annotations

import ctypes.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from PIL import Image

from feedpub import cli, cron
from tests.deploy import sandbox
from tests.deploy.site import SNIPPETS
from tests.loopback import Loopback
from tests.newssite import NewsSite, Paper

ROOT = SNIPPETS.parents[1]
SERVICES = ("feedpub.service", "feedpub-publish.service")
UNITS = (*SERVICES, "feedpub-publish.timer")
MARK = re.compile(r"# From here on as in feedpub\S*\.service\.\n")
INSTALLED, PROGRAM = "/opt/feedpub", "/opt/feedpub/.venv/bin/feedpub"
SCRIPT = Path(sys.executable).with_name("feedpub")
PATIENCE = 30
PICTURE = """\
import io, sys
from feedpub.pictures.apart import small
print(len(small(sys.stdin.buffer.read()).body))
"""


def said(unit: str) -> dict[str, list[str]]:
    """The directives of a unit."""
    found: dict[str, list[str]] = {}
    for name, value in sandbox.directives(SNIPPETS / unit):
        found.setdefault(name, []).append(value)
    return found


def arguments(command: str) -> list[str]:
    """The arguments of a command line that starts feedpub."""
    program, *rest = command.split()
    assert program == PROGRAM
    return rest


def is_understood(given: list[str]) -> bool:
    """Whether feedpub has such a command with such options."""
    command = cli.commands.get_command(click.Context(cli.commands), given[0])
    assert command, given[0]
    command.make_context(given[0], given[1:])
    return True


# What they say


@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_starts_a_command_that_there_is_with_the_config_that_the_others_name(unit: str) -> None:
    (line,) = said(unit)["ExecStart"]
    assert is_understood(arguments(line))
    assert line.endswith(f"-c {INSTALLED}/config/feedpub.toml")


@pytest.mark.parametrize("unit", SERVICES)
def test_all_that_a_run_writes_may_be_written(unit: str) -> None:
    text = (ROOT / "config/feedpub.toml").read_text("utf-8")
    assert 'directory = "../public"' in text
    assert "sqlite:///../var/" in text
    assert said(unit)["ReadWritePaths"] == [f"{INSTALLED}/public {INSTALLED}/var"]
    for snippet in ("nginx.conf", "Caddyfile"):
        assert f"{INSTALLED}/public" in (SNIPPETS / snippet).read_text("utf-8")


def test_both_services_are_confined_alike() -> None:
    first, second = (MARK.split((SNIPPETS / unit).read_text("utf-8"))[1] for unit in SERVICES)
    assert first.partition("\n[Install]")[0].strip() == second.strip()
    assert len(re.findall(r"^\w+=", second, re.MULTILINE)) > 25


def test_another_run_that_goes_on_is_no_failure_of_the_timers_service() -> None:
    assert said("feedpub-publish.service")["SuccessExitStatus"] == [str(cli.EXIT_LOCKED)]
    assert said("feedpub.service")["RestartPreventExitStatus"] == [str(cli.EXIT_USAGE)]


def test_the_crontab_has_lines_that_cron_and_feedpub_understand() -> None:
    text = (SNIPPETS / "crontab").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#") and "=" not in line]
    assert len(lines) == 3
    for line in lines:
        *fields, command = line.split(maxsplit=5)
        cron.parse(" ".join(fields))
        assert is_understood(arguments(command))
    assert " ".join(lines[0].split()) in " ".join((ROOT / "README.md").read_text("utf-8").split())


# What systemd says


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with programs that there are."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed (Debian: apt-get install systemd)")
    for unit in UNITS:
        text = (SNIPPETS / unit).read_text("utf-8")
        (tmp_path / unit).write_text(text.replace(PROGRAM, shutil.which("true") or ""), "utf-8")
    return tmp_path


def analyze(*given: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", "--no-pager", *given],  # noqa: S607 - wherever it is
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_systemd_has_nothing_to_say_about_them(units: Path) -> None:
    done = analyze("verify", *(f"./{unit}" for unit in UNITS), folder=units)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_it_would_say_what_it_does_not_know(units: Path) -> None:
    place = units / SERVICES[0]
    place.write_text(place.read_text("utf-8").replace("ProtectClock=", "ProtectClocks="), "utf-8")
    assert "'ProtectClocks'" in analyze("verify", f"./{SERVICES[0]}", folder=units).stderr


@pytest.mark.parametrize("unit", SERVICES)
def test_little_is_exposed(units: Path, unit: str) -> None:
    done = analyze("security", "--offline=true", "--threshold=15", f"./{unit}", folder=units)
    (level,) = re.findall(r"exposure level for \S+: ([\d.]+) OK", done.stdout)
    assert (float(level) <= 1.5, done.returncode) == (True, 0)


# Runs that are confined so


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder like /opt/feedpub, and one for temporary files."""
    if os.geteuid() != 0 or not shutil.which("systemd-analyze") or not ctypes.util.find_library("seccomp"):
        pytest.skip("needs root, systemd and libseccomp (Debian: apt-get install systemd)")
    for name in ("config", "public", "var", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def newsroom(folder: Path) -> Iterator[Path]:
    """The config of a site on loopback with search, where /opt/feedpub/config has it."""
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(
            Paper("P2026112000001", "Pier reopens", counterpart="P2026112000002"),
            Paper(
                "P2026112000002", "碼頭重開", ("海港局今日宣布，碼頭重開。",), "zh-Hant", counterpart="P2026112000001"
            ),
        )
        place = site.config(folder / "config", site="search = true")
        text = place.read_text("utf-8").replace('"public"', '"../public"').replace("///var/", "///../var/")
        (folder / "config/feedpub.toml").write_text(text, "utf-8")
        yield folder


def confined(unit: str, folder: Path, command: list[str]) -> list[str]:
    """The command that runs another as a unit confines it, in a folder instead of /opt/feedpub."""
    paths = [path.replace(INSTALLED, str(folder)) for path in said(unit)["ReadWritePaths"][0].split()]
    helper = [sys.executable, str(Path(sandbox.__file__)), str(SNIPPETS / unit)]
    return [*helper, *paths, str(folder / "tmp"), "--", *command]


def started(unit: str, folder: Path) -> list[str]:
    """What a unit starts, with this Python's feedpub."""
    given = arguments(said(unit)["ExecStart"][0])
    return [str(SCRIPT), *(one.replace(INSTALLED, str(folder)) for one in given)]


def run(command: list[str], folder: Path, given: bytes = b"") -> tuple[int, str, str]:
    """Run a command to its end; skips where the kernel does not let us confine it."""
    done = subprocess.run(
        command,
        input=given,
        env={**os.environ, "TMPDIR": str(folder / "tmp")},
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode == sandbox.NO_RIGHTS:
        pytest.skip(done.stderr.decode())
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_what_is_confined_can_do_no_more(folder: Path) -> None:
    tries = """\
import mmap, os, socket
def can(do):
    try: do()
    except OSError: return False
    return True
print([can(one) for one in (
    lambda: open(f"{FOLDER}/public/x", "w"), lambda: open(f"{FOLDER}/config/x", "w"), lambda: open("/etc/x", "w"),
    lambda: socket.socket(socket.AF_INET), lambda: socket.socket(socket.AF_PACKET), lambda: os.chroot("/"),
    lambda: os.chown(f"{FOLDER}/public", 1, 1))])
""".replace("{FOLDER}", str(folder))
    done = run(confined(SERVICES[0], folder, [sys.executable, "-c", tries]), folder)
    assert done == (0, "[True, False, False, True, False, False, False]\n", "")


def test_a_run_that_the_timer_starts_publishes_feeds_pages_and_search(newsroom: Path) -> None:
    unit = "feedpub-publish.service"
    assert run(confined(unit, newsroom, started(unit, newsroom)), newsroom) == (0, "", "")
    public = newsroom / "public"
    assert "Pier reopens" in (public / "feeds/all/en.atom").read_text("utf-8")
    assert list(public.glob("search/**/*.pf_index"))
    assert {one.name for one in newsroom.iterdir()} == {"config", "public", "var", "tmp"}


def test_photos_are_made_small(folder: Path, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.new("RGB", (2000, 1000), "teal").save(photo)
    code, out, err = run(
        confined(SERVICES[0], folder, [sys.executable, "-c", PICTURE]), folder, given=photo.read_bytes()
    )
    assert (code, err) == (0, "")
    assert int(out) > 50


def test_the_service_says_that_it_is_ready_runs_and_ends(newsroom: Path) -> None:
    unit = "feedpub.service"
    command = confined(unit, newsroom, started(unit, newsroom))
    place = str(newsroom / "tmp/notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(place)
        manager.settimeout(PATIENCE)
        watched = str(int(said(unit)["WatchdogSec"][0]) * 1_000_000)
        environment = {**os.environ, "TMPDIR": str(newsroom / "tmp"), "NOTIFY_SOCKET": place, "WATCHDOG_USEC": watched}
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
        try:
            heard = b""
            while b"READY=1" not in heard:
                if process.poll() == sandbox.NO_RIGHTS:
                    pytest.skip("may not make a file system read-only here")
                heard += manager.recv(4096)
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
            process.communicate()
