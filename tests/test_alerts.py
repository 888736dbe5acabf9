"""Alerts: what an operator's command and webhook are told of the faults of sources, and when."""

from __future__ import annotations

import fcntl
import json
import os
import select
import stat
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feedpub import alerting, config
from feedpub.collect.base import Surroundings
from feedpub.collect.kinds import KINDS
from feedpub.collect.pacer import Pacer
from feedpub.publish import commands
from feedpub.publish.commands import CommandError
from feedpub.report import AlertReport, Fault, RunReport, lines
from feedpub.store import faults
from feedpub.store.database import Store
from tests.loopback import Loopback, answer, redirect, silent
from tests.test_cli import feedpub
from tests.test_config import complaint, load, more

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""In Hong Kong."""
MINUTE = timedelta(minutes=1)
ACCEPTED = answer(status=204)
PATIENCE = 20.0
LISTENER = """\
import json, os, sys
heard = {name: value for name, value in os.environ.items() if name.startswith("FEEDPUB_")}
heard |= {"text": sys.stdin.buffer.read().decode(), "arguments": sys.argv[1:], "folder": os.getcwd()}
print("I heard it.")
with open(os.path.join(os.path.dirname(__file__), "heard.jsonl"), "a") as file:
    file.write(json.dumps(heard) + "\\n")
"""
CONFIG = """\
[site]
base_url = "https://news.example/"
title = "News"
languages = ["en"]
timezone = "Asia/Hong_Kong"
[output]
directory = "public"
[store]
url = "sqlite:///feedpub.db"
"""
SOURCE = """\
[[source]]
id = "{0}"
kind = "files"
directory = "{0}"
language = "en"
authority = "news.example"
"""


class Desk:
    """An operator's desk: a config, a store of faults, and a clock that moves with every telling."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, NOON
        self.config = folder / "feedpub.toml"
        self.server = Loopback({"/hook": ACCEPTED})
        self.script("listen", LISTENER)
        self.configure()
        self.store = Store(self.settings.store_url)

    def script(self, name: str, text: str) -> list[str]:
        """A command that runs a text of Python."""
        (self.folder / name).write_text(text, "utf-8")
        return [sys.executable, "-IS", str(self.folder / name)]

    def configure(
        self,
        *,
        command: list[str] | None = None,
        webhook: str = "",
        timeout: float = PATIENCE,
        sources: tuple[str, ...] = ("office", "court"),
    ) -> None:
        text = CONFIG
        if command or webhook:
            text += f"[alert]\ntimeout = {timeout}\n"
        text += f"command = {json.dumps(command)}\n" if command else ""
        text += f'webhook = "{webhook}"\n' if webhook else ""
        self.config.write_text(text + "".join(SOURCE.format(one) for one in sources), "utf-8")
        for one in sources:
            (self.folder / one).mkdir(exist_ok=True)

    def listen(self, **more: Any) -> None:
        """Have the command that takes down what it is told."""
        self.configure(command=self.script("listen", LISTENER), **more)

    def hook(self, **more: Any) -> None:
        """Have the webhook."""
        self.configure(webhook=self.server.address("/hook"), **more)

    @property
    def settings(self) -> config.Settings:
        return config.load(self.config, KINDS)

    def begin(self, name: str, what: str = "the list is empty", where: str = "", source: str = "office") -> None:
        with self.store.transaction() as connection:
            faults.begin(connection, source, Fault(name, what, where), self.now)

    def end(self, name: str, source: str = "office") -> None:
        with self.store.transaction() as connection:
            faults.end(connection, source, name, self.now)

    def tell(self, after: timedelta = 30 * MINUTE, *, offline: bool = False) -> AlertReport:
        """Tell what there is to tell, some time after the last time."""
        self.now += after
        settings = self.settings
        around = Surroundings(
            now=self.now, http=settings.http, user_agent="feedpub", languages=settings.collected, pacer=Pacer()
        )
        return alerting.tell(self.store, settings, around, offline=offline)

    def heard(self) -> list[dict[str, Any]]:
        """What the command was told since it was asked this."""
        place = self.folder / "heard.jsonl"
        if not place.exists():
            return []
        found = [json.loads(line) for line in place.read_text("utf-8").splitlines()]
        place.unlink()
        return found

    def posted(self) -> list[dict[str, Any]]:
        """What the webhook was told since it was asked this."""
        found = []
        for request in self.server.requests:
            assert (request.method, request.path) == ("POST", "/hook")
            assert request.headers["content-type"] == "application/json"
            found.append(json.loads(request.body))
        self.server.requests.clear()
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    with desk.server:
        yield desk
    desk.store.close()


def events(message: dict[str, Any]) -> list[str]:
    return [f"{one['fault']} {one['event']}" for one in message["events"]]


# When it is told


def test_a_fault_is_told_once_when_it_begins_and_once_when_it_ends(desk: Desk) -> None:
    desk.listen()
    desk.begin("silent", "nothing new for 30 hours, where 4 are usual")
    assert desk.tell() == AlertReport(told=1)
    (heard,) = desk.heard()
    assert heard["text"] == (
        "feedpub, https://news.example/: 1 fault began.\n"
        "Began 2026-11-20 12:00 HKT: office: silent: nothing new for 30 hours, where 4 are usual.\n"
    )
    assert desk.tell() == desk.tell() == AlertReport()
    desk.end("silent")
    assert desk.tell() == AlertReport(told=1)
    (heard,) = desk.heard()
    assert heard["text"] == (
        "feedpub, https://news.example/: 1 fault ended.\n"
        "Ended 2026-11-20 13:30 HKT: office: silent: nothing new for 30 hours, where 4 are usual; "
        "it had begun 2026-11-20 12:00 HKT.\n"
    )
    assert desk.tell() == AlertReport()
    assert desk.heard() == []


def test_all_news_of_a_run_is_one_message_what_began_first(desk: Desk) -> None:
    desk.listen()
    desk.begin("silent")
    desk.tell()
    desk.heard()
    desk.end("silent")
    desk.begin("empty", where="https://office.example/list?a=1&b=2")
    desk.begin("language", "no release in English since Monday.", source="court")
    assert desk.tell().told == 3
    (heard,) = desk.heard()
    assert heard["text"].splitlines() == [
        "feedpub, https://news.example/: 2 faults began, 1 fault ended.",
        "Began 2026-11-20 12:30 HKT: court: language: no release in English since Monday.",
        "Began 2026-11-20 12:30 HKT: office: empty: the list is empty (https://office.example/list?a=1&b=2).",
        "Ended 2026-11-20 12:30 HKT: office: silent: the list is empty; it had begun 2026-11-20 12:00 HKT.",
    ]


def test_a_run_without_news_starts_no_command_and_posts_nothing(desk: Desk) -> None:
    desk.listen(webhook=desk.server.address("/hook"))
    assert desk.tell() == AlertReport()
    assert (desk.heard(), desk.posted()) == ([], [])


def test_a_fault_that_flaps_between_two_runs_is_not_told_again(desk: Desk) -> None:
    desk.listen()
    desk.begin("silent")
    desk.tell()
    desk.end("silent")
    desk.begin("silent")
    assert desk.tell() == AlertReport()
    desk.end("silent")
    assert desk.tell().told == 1
    assert [one["FEEDPUB_EVENT"] for one in desk.heard()] == ["started", "ended"]


def test_offline_runs_tell_nobody_and_keep_it(desk: Desk) -> None:
    desk.listen()
    desk.begin("silent")
    assert desk.tell(offline=True) == AlertReport(waiting=1)
    desk.end("silent")
    assert desk.tell(offline=True) == AlertReport(waiting=2)
    assert desk.heard() == []
    assert desk.tell() == AlertReport(told=2)
    assert [one["FEEDPUB_EVENT"] for one in desk.heard()] == ["both"]


def test_who_is_named_later_is_told_of_what_stands_and_of_nothing_that_is_over(desk: Desk) -> None:
    desk.begin("silent")
    desk.begin("empty")
    desk.tell()
    desk.end("empty")
    assert desk.tell() == AlertReport()
    desk.hook()
    desk.tell()
    assert [events(one) for one in desk.posted()] == [["silent started"]]


def test_a_source_that_is_no_longer_in_the_config_is_told_of_no_more(desk: Desk) -> None:
    desk.hook()
    desk.begin("silent", source="court")
    desk.begin("empty")
    desk.tell(offline=True)
    desk.begin("language", source="court")
    desk.hook(sources=("office",))
    desk.tell()
    assert [events(one) for one in desk.posted()] == [["empty started"]]


def test_an_hour_sees_twenty_messages_and_the_rest_in_one(desk: Desk) -> None:
    desk.hook()
    reports = []
    for number in range(25):
        desk.begin(f"fault-{number}")
        reports.append(desk.tell(MINUTE))
    assert [one.told for one in reports] == [1] * 20 + [0] * 5
    assert reports[-1] == AlertReport(waiting=5), "that they wait is no failure"
    assert len(desk.posted()) == 20
    assert desk.tell(36 * MINUTE).told == 5
    assert [events(one) for one in desk.posted()] == [[f"fault-{number} started" for number in range(20, 25)]]


# When it cannot be told


def test_what_a_command_could_not_be_told_goes_along_with_the_next_news(desk: Desk) -> None:
    desk.configure(command=desk.script("fail", "import sys\nprint('no route to the mail server')\nsys.exit(75)\n"))
    desk.begin("silent")
    (failed,) = desk.tell().failed
    assert failed.where == "command"
    assert failed.what == f"{sys.executable}: ended with exit code 75: no route to the mail server"
    assert desk.tell().failed
    desk.listen()
    desk.begin("empty")
    assert desk.tell() == AlertReport(told=2)
    (heard,) = desk.heard()
    assert heard["FEEDPUB_FAULTS"] == "silent empty"
    assert desk.tell() == AlertReport()


def test_a_fault_that_comes_and_goes_while_nobody_could_be_told_is_told_whole(desk: Desk) -> None:
    desk.hook()
    desk.server.routes["/hook"] = answer(status=500)
    desk.begin("silent")
    desk.tell()
    desk.end("silent")
    assert desk.tell().waiting == 2
    desk.server.routes["/hook"] = ACCEPTED
    desk.posted()
    desk.tell()
    assert [events(one) for one in desk.posted()] == [["silent started", "silent ended"]]


def test_an_alert_that_cannot_be_sent_fails_the_run(desk: Desk) -> None:
    desk.configure(command=["./nowhere"])
    desk.begin("silent")
    report = RunReport(at=desk.now, alerts=desk.tell())
    assert report.exit_code == 1
    assert lines(report)[-2:] == [
        "alerts: 1 waiting",
        f"  alert failed: command: {desk.folder}/nowhere: cannot be started: No such file or directory",
    ]
    desk.listen()
    report = RunReport(at=desk.now, alerts=desk.tell())
    assert (report.exit_code, lines(report)[-1]) == (0, "alerts: 1 told")


@pytest.mark.parametrize("fails", ["command", "webhook"])
def test_the_one_that_fails_keeps_the_other_from_nothing_and_is_told_later_by_itself(fails: str, desk: Desk) -> None:
    working, failing = desk.script("listen", LISTENER), desk.script("fail", "raise SystemExit(1)")
    if fails == "webhook":
        desk.server.routes["/hook"] = answer(status=503)
    desk.configure(command=failing if fails == "command" else working, webhook=desk.server.address("/hook"))
    desk.begin("silent")
    report = desk.tell()
    assert (report.told, report.waiting, [one.where for one in report.failed]) == (1, 1, [fails])
    desk.tell()
    assert (len(desk.heard()), len(desk.posted())) == ((0, 1) if fails == "command" else (1, 2))
    desk.server.routes["/hook"] = ACCEPTED
    desk.listen(webhook=desk.server.address("/hook"))
    assert desk.tell() == AlertReport(told=1)
    assert (len(desk.heard()), len(desk.posted())) == ((1, 0) if fails == "command" else (0, 1))


def test_news_that_nobody_takes_does_not_pile_up_without_end(desk: Desk) -> None:
    desk.hook()
    for number in range(520):
        desk.begin(f"fault-{number:03}")
    assert desk.tell(offline=True).waiting == 500
    desk.tell()
    (posted,) = desk.posted()
    assert len(posted["events"]) == 500
    assert events(posted)[-1] == "fault-519 started", "the newest are kept"
    text = posted["text"].splitlines()
    assert len(text) == 52
    assert text[-1] == "And 450 more; `feedpub status` lists what is wrong now."


# The command


def test_a_command_learns_in_its_environment_what_it_is_about(desk: Desk) -> None:
    desk.configure(command=[*desk.script("listen", LISTENER), "--to", "desk@news.example; rm *"])
    desk.begin("silent")
    desk.begin("empty")
    desk.begin("silent", source="court")
    desk.tell()
    (heard,) = desk.heard()
    del heard["text"]
    assert heard == {
        "FEEDPUB_EVENT": "started",
        "FEEDPUB_SOURCES": "court office",
        "FEEDPUB_FAULTS": "silent empty",
        "FEEDPUB_CONFIG": str(desk.config),
        "arguments": ["--to", "desk@news.example; rm *"],
        "folder": str(desk.folder),
    }


def test_a_command_by_a_relative_path_is_beside_the_config(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(desk.folder / "bin" / "tell")
    desk.configure(command=["bin/tell"])
    (desk.folder / "elsewhere").mkdir()
    monkeypatch.chdir(desk.folder / "elsewhere")
    desk.begin("silent")
    assert desk.tell().told == 1
    assert (desk.folder / "told").exists()


def test_a_command_without_a_slash_is_looked_for_in_path(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(desk.folder / "bin" / "tell-the-desk")
    monkeypatch.setenv("PATH", f"{desk.folder / 'bin'}:{os.environ['PATH']}")
    desk.configure(command=["tell-the-desk"])
    desk.begin("silent")
    assert desk.tell().told == 1
    assert (desk.folder / "told").exists()


def _program(place: Path) -> None:
    """A program that leaves a file `told` where it runs."""
    place.parent.mkdir()
    place.write_text("#!/bin/sh\n: >told\n", "utf-8")
    place.chmod(place.stat().st_mode | stat.S_IXUSR)


def run(desk: Desk, text: str, given: str = "", timeout: float = PATIENCE) -> None:
    command = [*desk.script("command", text), "--password", "lantern"]
    commands.run(command, given, {}, folder=desk.folder, timeout=timeout)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("raise SystemExit(3)", "ended with exit code 3"),
        (
            (
                "import sys\nprint('first\\n' * 9, flush=True)\n"
                "print('one\\r\\n\\n\\x1b[1mtwo', file=sys.stderr)\nsys.exit('three')"
            ),
            "ended with exit code 1: first / first / one / [1mtwo / three",
        ),
        ("print('x' * 9_000_000)\nraise SystemExit(1)", f"ended with exit code 1: {'x' * 4095}"),
        ("import os\nos.kill(os.getpid(), 15)", "was ended by SIGTERM"),
    ],
)
def test_the_error_of_a_command_has_the_end_of_what_it_wrote_and_not_its_arguments(
    text: str, said: str, desk: Desk
) -> None:
    with pytest.raises(CommandError) as caught:
        run(desk, text)
    assert str(caught.value) == f"{sys.executable}: {said}"


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("./nowhere", "No such file or directory"),
        ("no-such-program-anywhere", "No such file or directory"),
        ("./listen", "Permission denied"),
        ("./empty", "Exec format error"),
    ],
)
def test_a_command_that_cannot_be_started_is_an_error_that_names_it(program: str, said: str, desk: Desk) -> None:
    (desk.folder / "empty").write_bytes(b"\0")
    (desk.folder / "empty").chmod(0o755)
    with pytest.raises(CommandError) as caught:
        commands.run([program, "lantern"], "", {}, folder=desk.folder, timeout=PATIENCE)
    assert str(caught.value) == f"{program}: cannot be started: {said}"


def test_a_command_may_read_much_or_nothing(desk: Desk) -> None:
    given = "龍舟競渡\n" * 40_000
    run(desk, "import sys\nassert sys.stdin.buffer.read().decode() == '龍舟競渡\\n' * 40_000", given)
    run(desk, "", given)


FAMILY = """\
import os, subprocess, sys
alive = os.open("alive", os.O_WRONLY)
subprocess.Popen([sys.executable, "-IS", "-c", "open('end').read()"], pass_fds=[alive]{more})
{then}
"""


class Family:
    """A command that starts another process, which lives until `end` is closed or it is killed."""

    def __init__(self, folder: Path) -> None:
        for name in ("alive", "end"):
            os.mkfifo(folder / name)
        self._alive = os.open(folder / "alive", os.O_RDONLY | os.O_NONBLOCK)
        self._end = os.open(folder / "end", os.O_RDWR)

    def lives(self, *, wait: float = 0) -> bool:
        """Whether anyone of it does; waits so long for its end."""
        return not select.select([self._alive], [], [], wait)[0]

    def close(self) -> None:
        if self._end >= 0:
            os.close(self._end)
            self._end = -1


@pytest.fixture
def family(desk: Desk) -> Iterator[Family]:
    family = Family(desk.folder)
    yield family
    family.close()


def test_a_command_that_takes_too_long_is_killed_with_all_that_it_started(desk: Desk, family: Family) -> None:
    waiting = "print('still connecting', flush=True)\nopen('end').read()"
    with pytest.raises(CommandError) as caught:
        run(desk, FAMILY.format(more="", then=waiting), timeout=1.0)
    assert str(caught.value) == f"{sys.executable}: took longer than 1 s and was ended: still connecting"
    assert not family.lives(wait=PATIENCE)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)  # No child is left, nor a zombie of one.


def test_what_a_command_leaves_running_is_not_waited_for(desk: Desk, family: Family) -> None:
    start = time.monotonic()
    run(desk, FAMILY.format(more="", then=""))
    assert time.monotonic() - start < PATIENCE / 2
    assert family.lives()


def test_what_a_command_leaves_running_does_not_hold_the_lock_of_the_run(desk: Desk, family: Family) -> None:
    lock = os.open(desk.folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    run(desk, FAMILY.format(more="", then=""))
    os.close(lock)
    lock = os.open(desk.folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(lock)
    assert family.lives()


# The webhook


def test_a_webhook_gets_a_text_for_chats_and_events_for_programs(desk: Desk) -> None:
    desk.hook()
    desk.begin("empty", "the list <main> & its copy are empty", "https://office.example/list?a=1&b=2")
    desk.tell()
    desk.end("empty")
    desk.tell()
    event = {
        "source": "office",
        "fault": "empty",
        "what": "the list <main> & its copy are empty",
        "where": "https://office.example/list?a=1&b=2",
        "since": "2026-11-20T04:00:00Z",
    }
    about = "office: empty: the list &lt;main&gt; &amp; its copy are empty (https://office.example/list?a=1&amp;b=2)"
    assert desk.posted() == [
        {
            "text": f"feedpub, https://news.example/: 1 fault began.\nBegan 2026-11-20 12:00 HKT: {about}.",
            "events": [{"event": "started", **event, "at": "2026-11-20T04:00:00Z"}],
            "site": "https://news.example/",
        },
        {
            "text": f"feedpub, https://news.example/: 1 fault ended.\nEnded 2026-11-20 12:30 HKT: {about}; "
            "it had begun 2026-11-20 12:00 HKT.",
            "events": [{"event": "ended", **event, "at": "2026-11-20T04:30:00Z"}],
            "site": "https://news.example/",
        },
    ]


@pytest.mark.parametrize(
    ("route", "said"),
    [
        (answer(status=403), "HTTP 403 Forbidden"),
        (answer(status=500), "HTTP 500 Internal Server Error"),
        (silent(), "took longer than 0.2 s"),
        (redirect("/hook/lantern/2"), "leads to http://127.0.0.1:{port}/…2, which did not get what was posted"),
    ],
)
def test_the_error_of_a_webhook_does_not_show_more_of_its_address_than_the_host(
    route: Any, said: str, desk: Desk
) -> None:
    desk.server.routes |= {"/hook/lantern/": route, "/hook/lantern/2": ACCEPTED}
    desk.configure(webhook=desk.server.address("/hook/lantern/"), timeout=0.2 if "0.2" in said else PATIENCE)
    desk.begin("empty")
    (failed,) = desk.tell().failed
    port = desk.server.port
    assert failed.where == "webhook"
    assert failed.what.startswith(f"http://127.0.0.1:{port}/…: {said.format(port=port)}")
    assert "lantern" not in failed.what


def test_a_webhook_where_nothing_listens_fails_like_any_other(desk: Desk) -> None:
    with Loopback() as gone:
        address = gone.address("/hook")
    desk.configure(webhook=address)
    desk.begin("empty")
    assert "refused" in desk.tell().failed[0].what


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_webhook_that_leads_to_another_host_is_not_followed(status: int, desk: Desk) -> None:
    desk.hook()
    desk.begin("empty")
    with Loopback({"/hook": ACCEPTED}) as other:
        desk.server.routes["/hook"] = redirect(other.address("/hook"), status)
        (failed,) = desk.tell().failed
        assert other.paths == []
    assert failed.what == (
        f"http://127.0.0.1:{desk.server.port}/…: leads to another host; write where it should lead as the webhook"
    )


def test_a_webhook_that_moved_on_its_host_is_followed_if_it_takes_the_message_along(desk: Desk) -> None:
    desk.configure(webhook=desk.server.address("/old"))
    desk.server.routes["/old"] = redirect("/hook", 308)
    desk.begin("empty")
    assert desk.tell() == AlertReport(told=1)
    assert [json.loads(request.body)["events"][0]["fault"] for request in desk.server.requests] == ["empty", "empty"]


# Trying it


def test_check_alert_sends_a_test_that_says_so_and_stores_nothing(desk: Desk) -> None:
    desk.listen(webhook=desk.server.address("/hook"))
    desk.begin("silent")
    done = feedpub("check", "-c", desk.config, "--alert", "--json")
    assert done.code == 0
    assert done.err.splitlines()[-1] == "alerts: 2 told"
    assert json.loads(done.out)["alert"] == {"told": 2, "waiting": 0, "failed": []}
    (heard,), (posted,) = desk.heard(), desk.posted()
    assert (heard["FEEDPUB_EVENT"], heard["FEEDPUB_SOURCES"], heard["FEEDPUB_FAULTS"]) == ("test", "", "test")
    said = "feedpub, https://news.example/: a test.\nTest: this is a test of feedpub's alerts; nothing is wrong."
    assert heard["text"].strip() == posted["text"] == said
    assert events(posted) == ["test test"]
    desk.tell()
    assert [events(one) for one in desk.posted()] == [["silent started"]]


def test_check_alert_is_exit_1_where_a_test_does_not_arrive(desk: Desk) -> None:
    desk.server.routes["/hook"] = answer(status=404)
    desk.hook()
    done = feedpub("check", "-c", desk.config, "--alert")
    assert done.code == 1
    assert f"alert failed: webhook: http://127.0.0.1:{desk.server.port}/…: HTTP 404 Not Found" in done.err


def test_check_alert_without_anybody_to_alert_is_an_error(desk: Desk) -> None:
    done = feedpub("check", "-c", desk.config, "--alert")
    assert done.code == 2
    assert "names nobody to alert; add [alert] with command or webhook to it" in done.err


def test_check_alone_alerts_nobody(desk: Desk) -> None:
    desk.listen(webhook=desk.server.address("/hook"))
    done = feedpub("check", "-c", desk.config, "--json")
    assert (done.code, desk.heard(), desk.posted()) == (0, [], [])
    assert "alert" not in json.loads(done.out)


# The config


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "alert: names nobody to tell; expected command, webhook or both"),
        ("timeout = 5", "alert: names nobody to tell; expected command, webhook or both"),
        ("comand = []", 'alert: unknown key "comand"; did you mean "command"?'),
        ('command = "mail me"', "alert: command: expected a list, got text"),
        ("command = [1]", "alert: command: expected text, got a whole number"),
        ('command = ["", "x"]', "alert: command: its first text is empty; expected a program and its arguments"),
        ('command = ["mail", "\\u0000"]', "alert: command: has a NUL character in it"),
        ("webhook = 1", "alert: webhook: expected text, got a whole number"),
        ('webhook = "hooks.example/lantern"', "alert: webhook: is not an absolute http(s) address"),
        ('webhook = "ftp://hooks.example/lantern"', "alert: webhook: is not an absolute http(s) address"),
        ('webhook = "https:///lantern"', "alert: webhook: is not an absolute http(s) address"),
        ('webhook = "https://港..example/lantern"', "alert: webhook: is not an absolute http(s) address"),
        (
            'webhook = "https://me:lantern@hooks.example/"',
            "alert: webhook: has a name or password in it; a command can send it with what it needs",
        ),
        ('command = ["mail"]\ntimeout = 0', "alert: timeout: must be more than 0"),
        ('command = ["mail"]\ntimeout = "5"', "alert: timeout: expected a number, got text"),
    ],
)
def test_a_table_that_cannot_be_used_is_an_error_that_names_the_key(table: str, said: str, tmp_path: Path) -> None:
    assert complaint(tmp_path, more("tables", f"[alert]\n{table}")) == said


def test_a_config_without_the_table_alerts_nobody(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert (settings.alert.command, settings.alert.webhook, settings.alert.timeout) == ([], "", 30)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("mail", "mail"), ("bin/tell", "{}/bin/tell"), ("../tell", "{}/../tell"), ("/usr/bin/mail", "/usr/bin/mail")],
)
def test_a_command_with_a_slash_is_beside_the_config(written: str, meant: str, tmp_path: Path) -> None:
    settings = load(
        tmp_path, more("tables", f'[alert]\ncommand = ["{written}", "a/b"]\nwebhook = "http://10.0.0.1/x?y"')
    )
    assert settings.alert.command == [meant.format(tmp_path / "config"), "a/b"]
    assert settings.alert.webhook == "http://10.0.0.1/x?y"
