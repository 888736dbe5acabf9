"""An operator's command: what it is given, and what is heard of it."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from feedpub.publish import commands
from feedpub.publish.commands import CommandError, run

PATIENCE = 20.0


def python(text: str) -> list[str]:
    return [sys.executable, "-IS", "-c", text]


def complaint(text: str, folder: Path, *, given: str = "", timeout: float = PATIENCE) -> str:
    with pytest.raises(CommandError) as caught:
        run(python(text), given, {}, folder=folder, timeout=timeout)
    said = str(caught.value)
    assert said.startswith(f"{sys.executable}: ")
    return said.removeprefix(f"{sys.executable}: ")


def test_a_command_has_our_environment_and_what_is_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTERN", "red")
    monkeypatch.setenv("FERRY", "slow")
    text = "import os\nopen('seen', 'w').write(os.environ['LANTERN'] + os.environ['FERRY'] + os.environ['POOL'])"
    run(python(text), "", {"FERRY": "fast", "POOL": "warm"}, folder=tmp_path, timeout=PATIENCE)
    assert (tmp_path / "seen").read_text() == "redfastwarm"
    assert "POOL" not in os.environ


def test_a_command_has_none_of_our_open_files_and_a_session_of_its_own(tmp_path: Path) -> None:
    ours = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(ours, True)  # noqa: FBT003 - it takes no name
    text = f"""\
import os
with open("seen", "w") as seen:
    print(os.getsid(0) == os.getpid(), os.path.exists("/proc/self/fd/{ours}"), file=seen)
"""
    try:
        run(python(text), "", {}, folder=tmp_path, timeout=PATIENCE)
    finally:
        os.close(ours)
    assert (tmp_path / "seen").read_text().strip() == "True False"


def test_what_cannot_be_encoded_is_given_as_a_question_mark(tmp_path: Path) -> None:
    text = "import sys\nopen('seen', 'wb').write(sys.stdin.buffer.read())"
    run(python(text), "龍\ud800舟", {}, folder=tmp_path, timeout=PATIENCE)
    assert (tmp_path / "seen").read_text("utf-8") == "龍?舟"


def test_output_that_is_no_utf_8_is_told_as_far_as_it_can_be_read(tmp_path: Path) -> None:
    text = "import sys\nsys.stdout.buffer.write('龍'.encode() + b'\\xff\\xfe boat')\nsys.exit(4)"
    assert complaint(text, tmp_path) == "ended with exit code 4: 龍\ufffd\ufffd boat"


def test_a_command_that_says_nothing_is_told_without_a_quotation(tmp_path: Path) -> None:
    assert complaint("raise SystemExit(9)", tmp_path) == "ended with exit code 9"


def test_a_signal_without_a_name_is_told_by_its_number(tmp_path: Path) -> None:
    assert complaint("import os\nos.kill(os.getpid(), 40)", tmp_path) == "was ended by signal 40"


def test_a_command_that_closes_its_output_is_waited_for_all_the_same(tmp_path: Path) -> None:
    closes = "import os, time\nprint('so far', flush=True)\nos.close(1)\nos.close(2)\ntime.sleep(0.3)\nos._exit(7)"
    assert complaint(closes, tmp_path) == "ended with exit code 7: so far"


def test_a_command_that_closes_its_output_has_no_more_time_for_that(tmp_path: Path) -> None:
    closes = "import os, time\nos.close(1)\nos.close(2)\ntime.sleep(60)"
    start = time.monotonic()
    assert complaint(closes, tmp_path, timeout=0.5) == "took longer than 0.5 s and was ended"
    assert time.monotonic() - start < PATIENCE


def test_a_command_that_fails_is_heard_though_what_it_left_running_holds_its_output(tmp_path: Path) -> None:
    start = time.monotonic()
    with pytest.raises(CommandError, match=r"^/bin/sh: ended with exit code 7: so far$"):
        run(["/bin/sh", "-c", "sleep 5 & echo so far; exit 7"], "", {}, folder=tmp_path, timeout=PATIENCE)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("problem", [PermissionError, ProcessLookupError])
@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_a_command_that_cannot_be_killed_is_not_waited_for_without_end(
    problem: type[OSError], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: list[int] = []

    def refuse(process: int, _: int) -> None:
        alive.append(process)
        raise problem

    monkeypatch.setattr(os, "killpg", refuse)
    monkeypatch.setattr(commands, "_GRACE", 0.05)
    try:
        said = complaint("import time\ntime.sleep(60)", tmp_path, timeout=0.2)
    finally:
        for process in alive:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        gc.collect()  # What warns of it goes now.
    assert said == "took longer than 0.2 s and was ended"


@pytest.mark.parametrize("command", [["nothing\0here"], ["true", "a\0b"]])
def test_a_name_that_no_program_can_have_is_an_error(command: list[str], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be started: embedded null byte"):
        run(command, "", {}, folder=tmp_path, timeout=PATIENCE)


def test_a_folder_that_there_is_not_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be started: No such file or directory"):
        run(python(""), "", {}, folder=tmp_path / "nowhere", timeout=PATIENCE)
