"""SIGHUP: a service reads its config again, and a bad one is refused."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.loopback import Loopback, late
from tests.newssite import NewsSite, Paper
from tests.services import PATIENCE, SCRIPT, running

HUP, TERM = signal.SIGHUP, signal.SIGTERM
TAXONOMY = """
[[topic]]
id = "water"
label = { en = "Water", zh-Hant = "水" }
scope = "Water."
last = true
"""


def source(name: str, schedule: str = "1h") -> str:
    return (
        f'[[source]]\nid = "{name}"\nkind = "files"\ndirectory = "{name}"\nlanguage = "en"\nschedule = "{schedule}"\n'
    )


def write(place: Path, *sources: str, title: str = "News", output: str = "public", more: str = "") -> Path:
    """Write a config with folders as sources."""
    for one in sources:
        folder = place.parent / one.split('"')[1]
        folder.mkdir(exist_ok=True)
        (folder / "2026-11-20-one.txt").write_text(f"The title of {folder.name}\n\nThe text.\n", "utf-8")
    place.write_text(
        f'[site]\nbase_url = "https://news.example/"\ntitle = "{title}"\nlanguages = ["en"]\nsearch = false\n'
        f'[output]\ndirectory = "{output}"\n[store]\nurl = "sqlite:///store.db"\n{more}\n' + "\n".join(sources),
        "utf-8",
    )
    return place


def test_the_config_is_read_again_and_sources_come_and_go(tmp_path: Path) -> None:
    place = write(tmp_path / "site.toml", source("a"), source("b"))
    with running(place) as one:
        one.until("run ended", source="b")
        write(place, source("b", "1s"), source("c"), title="Other news")
        one.send(HUP)
        assert one.until("config read again", changed=True)["sources"] == ["b", "c"]
        one.until("run ended", source="c", new=1)
        one.until("run ended", source="b", times=4)
        assert "Other news" in (tmp_path / "public/feeds/all/en.atom").read_text("utf-8")
        assert len(one.named("run ended", source="a")) == 1
        one.send(HUP)
        one.until("config read again", changed=False)
        assert one.ended(TERM).code == 0
    assert one.odd == []


def test_a_bad_config_is_refused_with_what_and_where_and_the_one_before_stays(tmp_path: Path) -> None:
    terms, taxonomy = tmp_path / "terms.tsv", tmp_path / "taxonomy.toml"
    good_terms, good_taxonomy = "en\tzh-Hant\nharbour\t海港\n", TAXONOMY
    (tmp_path / "bodies.toml").write_text("", "utf-8")
    taxonomy.write_text(good_taxonomy, "utf-8")
    terms.write_text(good_terms, "utf-8")
    more = '[topics]\ntaxonomy = "taxonomy.toml"\n[pairing]\nterms = ["terms.tsv"]\n'
    place = write(tmp_path / "site.toml", source("a", "1s"), more=more)
    good = place.read_text("utf-8")
    breaks: list[tuple[Callable[[], object], str]] = [
        (lambda: place.write_text("[site", "utf-8"), r"site\.toml: is not valid TOML"),
        (place.unlink, r"site\.toml: no such file"),
        (lambda: place.write_text(good + "\ncolour = 1", "utf-8"), r'site\.toml: .*"colour"|site\.toml: .*colour'),
        (lambda: place.write_text(good.replace("1s", "1 x"), "utf-8"), r'site\.toml: source "a": schedule'),
        (lambda: place.write_bytes(b"\xff"), r"site\.toml: is not UTF-8"),
        (lambda: taxonomy.write_text(good_taxonomy + "\n[[topic]]\nid = 1", "utf-8"), r"taxonomy\.toml: "),
        (taxonomy.unlink, r"taxonomy\.toml: .*cannot be read"),
        (lambda: terms.write_text("one column\n", "utf-8"), r"terms\.tsv: "),
        (terms.unlink, r"terms\.tsv: .*cannot be read"),
    ]
    with running(place) as one:
        one.until("run ended", new=1)
        for number, (spoil, expected) in enumerate(breaks, start=1):
            spoil()
            one.send(HUP)
            refused = one.until("config refused", times=number)
            assert re.search(expected, refused["problem"]), refused["problem"]
            assert (refused["level"], refused["kept"]) == ("error", "the one before")
            if spoil == taxonomy.unlink:
                one.until("taxonomy refused", kept="the last good one")  # By a run.
            if spoil == terms.unlink:
                one.until("run ended", times=len(one.named("run ended")) + 1)
            place.write_text(good, "utf-8")
            terms.write_text(good_terms, "utf-8")
            taxonomy.write_text(good_taxonomy, "utf-8")
        assert one.named("run failed") == []
        one.send(HUP)
        one.until("config read again", changed=False)
        assert one.ended(TERM).code == 0
    assert one.odd == []


@pytest.mark.long
def test_a_bad_taxonomy_at_the_start_is_exit_2_and_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "taxonomy.toml").write_text("[[topic]]\nid = 1", "utf-8")
    (tmp_path / "bodies.toml").write_text("", "utf-8")
    place = write(tmp_path / "site.toml", source("a"), more='[topics]\ntaxonomy = "taxonomy.toml"\n')
    with running(place) as one:
        assert one.process.wait(PATIENCE) == 2
        one.ended()
    assert len(one.odd) == 1
    assert re.match(r"feedpub: .*taxonomy\.toml: ", one.odd[0])


def test_a_run_in_progress_ends_under_the_config_before_and_its_source_is_asked_once_more(tmp_path: Path) -> None:
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(Paper("P2026112000101", "A slow release"))
        (path,) = (paper.path for paper in site.papers.values())
        server.routes[path] = late(server.routes[path], 1.0)
        place = site.config(tmp_path)
        with running(place, "--serve", "127.0.0.1:0") as one:
            at = one.until("serving")["at"]
            server.wait_for(1, path)
            place.write_text(place.read_text("utf-8").replace('directory = "public"', 'directory = "other"'), "utf-8")
            one.send(HUP)
            one.send(HUP)
            one.until("config read again", changed=True)
            one.until("run ended", times=2)
            first, second = one.named("run ended")
            assert (first["new"], second["new"]) == (1, 0)
            published = [tmp_path / name / "feeds/all/en.atom" for name in ("public", "other")]
            assert [where.is_file() for where in published] == [True, True]
            # What is served is what was published under the config in force.
            assert one.until("serving", output=str(tmp_path / "other"))["at"] == at
            shutil.rmtree(tmp_path / "public")
            assert httpx.get(f"{at}feeds/all/en.atom").status_code == 200
            assert one.ended(TERM).code == 0


@pytest.mark.long
def test_until_something_is_published_in_another_directory_the_one_before_is_served(tmp_path: Path) -> None:
    place = write(tmp_path / "site.toml", source("a"))
    with running(place, "--serve", "127.0.0.1:0") as one:
        at = one.until("serving")["at"]
        one.until("run ended")
        (tmp_path / "other").write_text("no directory", "utf-8")
        write(place, source("a", "1s"), output="other")
        one.send(HUP)
        one.until("run failed")
        assert httpx.get(f"{at}feeds/all/en.atom").status_code == 200
        assert len(one.named("serving")) == 1
        (tmp_path / "other").unlink()
        one.until("serving", output=str(tmp_path / "other"))
        shutil.rmtree(tmp_path / "public")
        assert httpx.get(f"{at}feeds/all/en.atom").status_code == 200
        assert one.ended(TERM).code == 0


@pytest.mark.long
def test_to_read_the_config_again_and_to_end_at_once_is_to_end(tmp_path: Path) -> None:
    place = write(tmp_path / "site.toml", source("a"))
    with running(place) as one:
        one.until("run ended")
        write(place, source("a"), source("b"))
        end = one.ended(HUP, HUP, TERM, HUP)
    assert end.code == 0
    assert end.seconds < 5
    assert one.named("stopped")


@pytest.mark.long
def test_a_terminal_that_goes_away_ends_a_service_that_a_person_started_there(tmp_path: Path) -> None:
    place = write(tmp_path / "site.toml", source("a"))
    process, terminal = pty.fork()
    if process == 0:
        os.execv(str(SCRIPT), [str(SCRIPT), "run", "-c", str(place)])  # noqa: S606 - the program that is tested
    said = b""
    while b"run ended" not in said:
        said += os.read(terminal, 4096)
    assert b"\x1b[" in said, "people on a terminal see colours"
    os.close(terminal)
    limit = time.monotonic() + PATIENCE
    ended = (0, 0)
    while not ended[0] and time.monotonic() < limit:
        ended = os.waitpid(process, os.WNOHANG)
        time.sleep(0.02)
    if not ended[0]:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        pytest.fail("it goes on")
    assert os.waitstatus_to_exitcode(ended[1]) == 0


@pytest.mark.long
def test_options_say_how_events_are_logged(tmp_path: Path) -> None:
    place = write(tmp_path / "site.toml", source("a"))
    with running(place, "--log", "text") as one:
        limit = time.monotonic() + PATIENCE
        while "run ended" not in "".join(one.odd) and time.monotonic() < limit:
            time.sleep(0.02)
        assert one.ended(TERM).code == 0
    assert one.events == []
    assert re.search(r"\d\d:\d\d:\d\d \[info +\] run ended +source=a new=1 ", "".join(one.odd))
