"""`feedpub check --live`: what the sources would give, what would not be taken in, and that nothing is written."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from feedpub.terminal import printable
from tests import loopback
from tests.collect.pages.towns import Site
from tests.loopback import Loopback
from tests.newssite import HKT, NewsSite, Paper
from tests.test_cli import Said, feedpub

ROOT = Path(__file__).resolve().parent.parent
TOPICS = f"""
[topics]
taxonomy = "{ROOT}/config/topics/taxonomy.toml"
bodies = ["{ROOT}/config/topics/bodies.toml"]
"""
TITLE = "Hospital beds for the winter surge"
SURGE = Paper(
    "P2026112000101",
    TITLE,
    ("The Hospital Authority opened 200 beds at Queen Mary Hospital for patients with influenza.",),
    photos=("https://www.info.gov.hk/gia/photos/a1.jpg", "https://www.info.gov.hk/gia/photos/a2.jpg"),
    attachments=("https://www.info.gov.hk/gia/annex.pdf",),
    counterpart="P2026112000102",
)
WINTER = Paper(
    "P2026112000102",
    "醫院管理局增設病床應付冬季服務高峰期",
    ("醫院管理局在瑪麗醫院增設200張病床，收治流感病人。",),
    language="zh-Hant",
    issued=datetime(2026, 11, 20, 9, 40, tzinfo=HKT),
    counterpart="P2026112000101",
)
BUSES = Paper("P2026112000104", "兩條巴士路線投入服務", ("兩條路線今日投入服務。",), language="zh-Hant")
HOSTILE = "Pier \x1b[31m[red]closed[/red]\x1b[0m \x9b2J\u202egnp"


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.fixture
def news(server: Loopback) -> NewsSite:
    return NewsSite(server)


def live(config: Path, *more: object, code: int = 0) -> Said:
    done = feedpub("check", "-c", config, "--live", *more)
    assert done.code == code, done.err
    return done


def data(config: Path, *more: object, code: int = 0) -> list[dict[str, Any]]:
    sources: list[dict[str, Any]] = json.loads(live(config, "--json", *more, code=code).out)["sources"]
    return sources


def page(config: Path, *more: object, code: int = 0) -> str:
    done = feedpub("check", "-c", config, "--page", *more)
    assert (done.code, done.err) == (code, "")
    return done.out


def files(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def rows(said: str) -> list[str]:
    """The lines of the table."""
    return [line for line in said.splitlines() if line[1:2].isdigit() or line.strip().startswith("#")]


# What a look at the sources shows


def test_every_column_is_there(news: NewsSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    news.publish(SURGE, WINTER, Paper("P2026112000103", "Bus routes", ("Two bus routes begin.",)))
    said = live(news.config(tmp_path, TOPICS))
    assert said.out == ""
    assert "gov: 3 listed\n" in said.err
    head, *lines = rows(said.err)
    assert head.split() == ["#", "lang", "time", "title", "length", "photos", "topics", "pair"]
    by_title = {next(t for t in (TITLE, WINTER.title, "Bus routes") if t in line): line.split() for line in lines}
    number = {title: line[0] for title, line in by_title.items()}
    english = by_title[TITLE]
    assert english[1:4] == ["en", "2026-11-20", "09:30"]
    assert english[-6:] == ["90", "2", "health", number[WINTER.title], "by", "link"]
    chinese = by_title[WINTER.title]
    assert chinese[1:4] == ["zh-Hant", "2026-11-20", "09:40"]
    assert chinese[-6:] == ["26", "0", "health", number[TITLE], "by", "link"]
    assert by_title["Bus routes"][-1] == "single"


def test_the_data_are_the_same_as_the_table(news: NewsSite, tmp_path: Path) -> None:
    news.publish(SURGE, WINTER)
    (gov,) = data(news.config(tmp_path, TOPICS))
    assert (gov["id"], gov["releases"], gov["problem"], gov["more"]) == ("gov", 2, "", 0)
    english, chinese = gov["taken"]
    assert english | {"topics": english["topics"][:1]} == {
        "number": 1,
        "id": "tag:www.info.gov.hk,2026-11-20:P2026112000101",
        "language": "en",
        "issued": "2026-11-20T09:30:00+08:00",
        "title": TITLE,
        "address": news.server.address(SURGE.path),
        "length": 90,
        "photos": 2,
        "attachments": 1,
        "topics": ["health"],
        "body": "hospital",
        "pair": [{"number": 2, "language": "zh-Hant", "by": "link"}],
        "waits": [],
    }
    assert chinese["topics"] == english["topics"], "the versions of a story have the same topics"


@pytest.mark.parametrize("extra", ["", '\n[collect]\nkeep_pages = "kept"\n'])
def test_nothing_is_written(extra: str, news: NewsSite, tmp_path: Path) -> None:
    news.publish(SURGE, WINTER)
    config = news.config(tmp_path, extra)
    before = files(tmp_path)
    live(config)
    page(config, news.server.address(SURGE.path))
    assert files(tmp_path) == before
    assert [one.name for one in tmp_path.iterdir()] == [config.name]


def test_versions_without_links_are_joined_by_evidence(news: NewsSite, tmp_path: Path) -> None:
    english = Paper(
        "P2026112000201",
        "Red rainstorm warning signal issued at 4.35pm",
        ("The Hong Kong Observatory issued the Red Rainstorm Warning Signal at 4.35pm. Call 2926 1133.",),
    )
    chinese = Paper(
        "P2026112000202",
        "天文台下午四時三十五分發出紅色暴雨警告信號",
        ("香港天文台於下午4時35分發出紅色暴雨警告信號。查詢可致電2926 1133。",),
        language="zh-Hant",
    )
    news.publish(english, chinese)
    (gov,) = data(news.config(tmp_path))
    assert [[(mate["number"], mate["by"]) for mate in one["pair"]] for one in gov["taken"]] == [
        [(2, "evidence")],
        [(1, "evidence")],
    ]


def test_a_version_that_was_not_read_is_named(news: NewsSite, tmp_path: Path) -> None:
    news.publish(SURGE, BUSES)
    said = live(news.config(tmp_path))
    assert rows(said.err)[1].rstrip().endswith("names zh-Hant, not read")


def test_only_the_newest_are_asked_for(news: NewsSite, tmp_path: Path) -> None:
    first = datetime(2026, 11, 20, 9, tzinfo=HKT)
    papers = [
        Paper(
            f"P20261120001{number:02}", f"Notice {number}", issued=first + timedelta(minutes=number), language=language
        )
        for number, language in enumerate(["en", "en", "en", "en", "en", "zh-Hant"])
    ]
    news.publish(*papers)
    said = live(news.config(tmp_path), "--limit", 2)
    assert "gov: 6 listed, 3 of them read\n" in said.err
    asked = [path for path in news.server.paths if "P2026" in path]
    assert asked == [papers[4].path, papers[3].path, papers[5].path]


def test_a_release_that_fails_is_named_and_does_not_fail_the_check(news: NewsSite, tmp_path: Path) -> None:
    news.publish(SURGE, WINTER)
    news.withdraw(WINTER.key, listed=True)
    said = live(news.config(tmp_path))
    address = news.server.address(WINTER.path)
    assert f"not taken: {address} “{WINTER.title}” (zh-Hant): HTTP 404 Not Found\n" in said.err
    assert len(rows(said.err)) == 2


def test_a_source_that_gives_nothing_is_exit_1(news: NewsSite, tmp_path: Path) -> None:
    news.publish(SURGE, BUSES)
    for paper in (SURGE, BUSES):
        news.withdraw(paper.key, listed=True)
    (gov,) = data(news.config(tmp_path), code=1)
    assert gov["problem"] == "none of the releases that were asked for (2) can be taken in"


def test_a_source_that_fails_stands_beside_one_that_does_not(server: Loopback, tmp_path: Path) -> None:
    news = NewsSite(server)
    news.publish(SURGE, BUSES)
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "2026-11-19-notice.txt").write_text("A notice\n\nThe text of it.\n", "utf-8")
    with Loopback() as broken:
        more = f"""
[[source]]
id = "mirror"
kind = "gia"
base_url = "{broken.url}gia/"
requests_per_second = 0
allow_private_network = true
[[source]]
id = "inbox"
kind = "files"
directory = "inbox"
language = "en"
"""
        config = news.config(tmp_path, more)
        gov, mirror, inbox = data(config, code=1)
    assert [len(one["taken"]) for one in (gov, mirror, inbox)] == [2, 0, 1]
    assert "HTTP 404" in mirror["problem"]
    assert (gov["problem"], inbox["problem"]) == ("", "")
    assert [one["number"] for one in (*gov["taken"], *inbox["taken"])] == [1, 2, 3], "numbers are those of all sources"


def test_an_empty_folder_is_no_fault(tmp_path: Path, news: NewsSite) -> None:
    news.publish(SURGE, BUSES)
    (tmp_path / "inbox").mkdir()
    more = '[[source]]\nid = "inbox"\nkind = "files"\ndirectory = "inbox"\nlanguage = "en"\n'
    said = live(news.config(tmp_path, more))
    assert "inbox: 0 listed\n" in said.err


# A site of kind "pages"


def town(server: Loopback, folder: Path, items: str, **changes: object) -> Path:
    """A config for a site with one list and its items."""
    server.routes["/list.html"] = loopback.page(f"<html><body><ul>{items}</ul></body></html>")
    keys = {"lists": f'{{ en = "{server.url}list.html" }}', "item": '"li"', "title": '"a"', "date": '"time"'}
    keys |= {name: json.dumps(value) for name, value in changes.items()}
    config = folder / "town.toml"
    config.write_text(
        """
[site]
base_url = "https://news.example/"
title = "News"
languages = ["en"]
[output]
directory = "public"
[store]
url = "sqlite:///store.db"
[http]
retry_wait = 0
[[source]]
id = "town"
kind = "pages"
authority = "town.example"
requests_per_second = 0
allow_private_network = true
"""
        + "".join(f"{name} = {value}\n" for name, value in keys.items()),
        "utf-8",
    )
    return config


def item(address: str, title: str, day: str = "2026-11-20") -> str:
    return f'<li><a href="{address}">{title}</a> <time datetime="{day}">{day}</time></li>'


def notice(title: str, *, more: str = "") -> loopback.Route:
    body = f"<main><h1>{title}</h1><p>Ferries leave every 15 minutes.</p>{more}</main>"
    return loopback.page(f'<html lang="en"><body>{body}</body></html>')


def test_links_to_other_hosts_are_said(server: Loopback, tmp_path: Path) -> None:
    server.routes["/1.html"] = notice("Pier reopens")
    config = town(server, tmp_path, item("/1.html", "Pier reopens") + item("https://else.example/2.html", "Elsewhere"))
    said = live(config)
    assert (
        "warning: list in en: 1 of its links lead to hosts that are not the source's (https://else.example/2.html)"
        in (said.err)
    )
    assert [path for path in server.paths if path.startswith("/2")] == []


def test_a_release_that_leads_to_another_host_is_not_taken(server: Loopback, tmp_path: Path) -> None:
    server.routes["/1.html"] = notice("Pier reopens")
    server.routes["/2.html"] = loopback.redirect("http://else.example/2.html")
    (found,) = data(town(server, tmp_path, item("/1.html", "Pier reopens") + item("/2.html", "Elsewhere")))
    (out,) = found["left_out"]
    assert (out["title"], len(found["taken"])) == ("Elsewhere", 1)
    assert "else.example is not a host of this source" in out["why"]


def test_a_list_that_is_wrong_is_told_and_not_read(server: Loopback, tmp_path: Path) -> None:
    items = "".join(item(f"/{number}.html", f"Notice {number}", f"2099-01-0{number}") for number in range(1, 7))
    (found,) = data(town(server, tmp_path, items), code=1)
    assert [fault["name"] for fault in found["faults"]] == ["all-future"]
    assert "all of its 6 dated releases are of the future" in found["problem"]
    assert (found["taken"], found["more"]) == ([], 6)
    assert server.paths == ["/robots.txt", "/list.html"]


def test_what_is_held_back_by_its_text_is_told(server: Loopback, tmp_path: Path) -> None:
    for number in range(1, 5):
        server.routes[f"/{number}.html"] = notice("Town of Pierhead")
    items = "".join(item(f"/{number}.html", f"Notice about {number} piers") for number in range(1, 5))
    rules = '[source.page]\ntitle = "h1"\n'
    config = town(server, tmp_path, items)
    config.write_text(config.read_text("utf-8") + rules, "utf-8")
    (found,) = data(config, code=1)
    assert len(found["left_out"]) == 4
    assert (
        'held back: in en: all of the 4 pages that were read are called "Town of Pierhead"'
        in (found["left_out"][0]["why"])
    )


def test_after_three_without_an_answer_no_more_are_asked_for(server: Loopback, tmp_path: Path) -> None:
    for number in range(1, 7):
        server.routes[f"/{number}.html"] = loopback.answer(status=500)
    items = "".join(item(f"/{number}.html", f"Notice {number}") for number in range(1, 7))
    config = town(server, tmp_path, items)
    config.write_text(config.read_text("utf-8").replace("retry_wait = 0", "retry_wait = 0\nattempts = 1"), "utf-8")
    (found,) = data(config, code=1)
    assert "does not answer: the other 3 releases were not asked for" in found["problem"]
    assert len([path for path in server.paths if path[1].isdigit()]) == 3


def test_who_asks_to_be_left_alone_is(server: Loopback, tmp_path: Path) -> None:
    for number in range(1, 4):
        server.routes[f"/{number}.html"] = loopback.answer(status=503, headers={"Retry-After": "3600"})
    (found,) = data(town(server, tmp_path, "".join(item(f"/{one}.html", f"Notice {one}") for one in (1, 2, 3))), code=1)
    assert "does not answer: the other 2 releases were not asked for" in found["problem"]
    assert "asks to wait 3600 s" in found["left_out"][0]["why"]


def test_a_list_that_fails_beside_one_that_does_not(server: Loopback, tmp_path: Path) -> None:
    site = Site(server, "lantern", tmp_path)
    del server.routes["/news/pt/index.html"]
    (found,) = data(site.config(), code=1)
    assert "list in pt: " in found["problem"]
    assert {one["language"] for one in found["taken"]} == {"zh-Hant", "en"}


# Other people's text on a terminal


def test_hostile_titles_are_shown_and_do_nothing(server: Loopback, tmp_path: Path) -> None:
    server.routes["/1.html"] = notice("Pier [bold]reopens[/bold] \u202edlrow \x9b31m")
    items = item("/1.html", "Pier [bold]reopens[/bold] \u202edlrow \x9b31m") + item("/2.html", HOSTILE)
    config = town(server, tmp_path, items)
    said = live(config)
    assert "Pier [bold]reopens[/bold] \\u202edlrow \\x9b31m" in rows(said.err)[1]
    assert "“Pier [31m[red]closed[/red][0m \\x9b2J\\u202egnp”" in said.err.replace("\\x1b", "")
    shown = page(config, f"{server.url}list.html")
    assert "[red]closed[/red]" in shown
    detail = page(config, f"{server.url}1.html")
    assert "title       Pier [bold]reopens[/bold] \\u202edlrow \\x9b31m\n" in detail
    for text in (said.err, shown, detail):
        assert [one for one in text if unicodedata.category(one) in ("Cc", "Cf") and one != "\n"] == []


@given(st.text())
def test_what_is_printable_is_one_line_that_moves_nothing(text: str) -> None:
    found = printable(text)
    harmless = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
    assert [one for one in found if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")] == []
    assert [one for one in found if unicodedata.category(one) == "Cf" and one not in harmless] == []
    assert printable(found) == found


@pytest.mark.parametrize("text", ["Two 渡輪 a day — “now”", "family 👨\u200d👩\u200d👧 café"])
def test_what_is_harmless_stays(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize("width", [40, 60, 90, 120, 200])
def test_the_table_fits_its_terminal(
    width: int, news: NewsSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    long = "醫院管理局增設病床應付冬季服務高峰期並呼籲市民接種流感疫苗" * 3
    news.publish(Paper(SURGE.key, TITLE * 4), Paper(WINTER.key, long, ("病床。",), language="zh-Hant"))
    said = live(news.config(tmp_path, TOPICS)).err.split("listed\n", 1)[1]
    lines = [line for line in said.splitlines() if line.strip()]
    assert {cell_len(line) for line in lines} == {width}, "Chinese characters are two columns wide"
    assert all("…" in line for line in rows(said)[1:]), "long titles are cut"
    assert "\x1b" not in said


def test_a_narrow_terminal_loses_nothing(news: NewsSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "64")
    news.publish(SURGE, WINTER)
    said = live(news.config(tmp_path, TOPICS)).err
    assert "90 characters, 2 photos" in said
    assert "health; 2 by link" in said
