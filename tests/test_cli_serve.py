"""`feedpub serve` and `feedpub run --serve`, as processes."""

from __future__ import annotations

import importlib.util
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.machinery import ModuleSpec
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from feedpub import cli
from feedpub.errors import ConfigError
from tests.deploy import site as sites
from tests.deploy.site import body
from tests.serving.here import settings

SCRIPT = Path(sys.executable).with_name("feedpub")
PATIENCE = 20.0
_PLACE = re.compile(r"http://127\.0\.0\.1:[0-9]+/")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config whose output directory has something in it."""
    place = settings(tmp_path).path
    sites.make(tmp_path / "public")
    return place


@contextmanager
def running(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A command, killed in the end if it has not ended by itself."""
    process = subprocess.Popen(
        [str(SCRIPT), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def address(process: subprocess.Popen[str]) -> str:
    """Where a command says that it serves."""
    assert process.stderr
    said = ""
    for line in process.stderr:
        said += line
        found = _PLACE.search(line)
        if found:
            return found[0]
    pytest.fail(f"it ended, and said only:\n{said}")


def ended(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str, str, float]:
    """How a command ends by a signal: its exit code, what it still said, and after how many seconds."""
    start = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err, time.monotonic() - start


@contextmanager
def taken() -> Iterator[int]:
    """A port that another program has."""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        yield one.getsockname()[1]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


# serve


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_says_where_and_a_signal_ends_it_at_once_whoever_is_connected(
    number: signal.Signals, config: Path
) -> None:
    with running("serve", "-c", config, "--at", "127.0.0.1:0") as process, httpx.Client() as client:
        url = address(process)
        assert client.get(url).content == body("index.html")
        assert client.get(f"{url}none").status_code == 404
        code, out, err, seconds = ended(process, number)
    assert (code, out, err) == (0, "", "")
    assert seconds < 3


def test_serve_of_a_site_below_a_path_says_the_address_of_its_first_page(tmp_path: Path) -> None:
    what = settings(tmp_path, base_url="https://town.example/news/")
    sites.make(what.output)
    with running("serve", "-c", what.path, "--at", ":0") as process:
        assert process.stderr
        line = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:[0-9]+/news/ ", line)
        assert found, line
        assert httpx.get(found[0].strip()).content == body("index.html")
        assert ended(process, signal.SIGINT)[0] == 0


def test_serve_at_a_port_in_use_is_exit_2_and_says_so(config: Path) -> None:
    with taken() as port:
        done = run("serve", "-c", config, "--at", f"127.0.0.1:{port}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"feedpub: 127.0.0.1:{port}: cannot listen there: Address already in use; choose another HOST:PORT\n"
    )


def test_serve_before_anything_was_published_is_exit_1_and_says_what_to_do(tmp_path: Path) -> None:
    place = settings(tmp_path).path
    done = run("serve", "-c", place, "--at", "0")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"nothing was published yet; run `feedpub publish -c {place}`" in done.stderr


@pytest.mark.parametrize("command", [("serve", "--at"), ("run", "--serve")])
@pytest.mark.parametrize("at", ["localhost", "http://localhost:8000/", "::1:8000", "localhost:99999", ""])
def test_an_address_that_is_none_is_exit_2(command: tuple[str, str], at: str, config: Path) -> None:
    name, option = command
    done = CliRunner().invoke(cli.commands, [name, "-c", str(config), option, at])
    assert done.exit_code == 2
    assert f"Invalid value for '{option}': \"{at}\"" in done.output


@pytest.mark.parametrize("command", [("serve",), ("run", "--serve", "0")])
@pytest.mark.parametrize("package", ["starlette", "uvicorn"])
def test_without_the_extra_it_says_what_to_install(
    command: tuple[str, ...], package: str, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec

    def without(name: str, package_: str | None = None) -> ModuleSpec | None:
        return None if name == package else find(name, package_)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    done = CliRunner().invoke(cli.commands, [*command, "-c", str(config)])
    assert isinstance(done.exception, ConfigError)
    assert 'pip install "feedpub[serve]"' in str(done.exception)


# run --serve


def test_run_serves_what_it_publishes_and_a_signal_ends_both(tmp_path: Path) -> None:
    what = settings(tmp_path)
    (tmp_path / "inbox/2026-11-20-first.txt").write_text("The first title\n\nThe first text.\n", "utf-8")
    with running("run", "-c", what.path, "--serve", "127.0.0.1:0") as process, httpx.Client() as client:
        url = address(process)
        until = time.monotonic() + PATIENCE
        while (feed := client.get(f"{url}feeds/all/en.atom")).status_code != 200:
            assert time.monotonic() < until, "nothing is published"
            time.sleep(0.05)
        assert "The first title" in feed.text
        assert feed.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
        code, out, err, seconds = ended(process, signal.SIGTERM)
    assert (code, out) == (0, "")
    assert "SIGTERM" in err
    assert "Traceback" not in err
    assert seconds < 8


def test_run_at_a_port_in_use_is_exit_2_at_once_and_runs_nothing(config: Path) -> None:
    with taken() as port:
        done = run("run", "-c", config, "--serve", f"127.0.0.1:{port}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Address already in use" in done.stderr
    assert not (config.parent / "store.db").exists()
