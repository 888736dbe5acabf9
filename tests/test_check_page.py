"""`feedpub check --page`: one page through the rules of a source.

checked/ has what is shown; `pytest tests/test_check_page.py --golden` writes it anew after a meant change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collect.api.sites import open_site
from tests.collect.pages.towns import Site
from tests.loopback import Loopback
from tests.newssite import NewsSite
from tests.newssite import page as gia_page
from tests.test_check_live import SURGE, TITLE, WINTER, item, notice, page, town
from tests.test_cli import feedpub

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = Path(__file__).parent / "checked"
FEEDS = Path(__file__).parent / "collect" / "webfeed" / "sites"


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.fixture
def news(server: Loopback) -> NewsSite:
    return NewsSite(server)


# What is shown


def shown(name: str, said: str, server: Loopback, request: pytest.FixtureRequest, folder: Path) -> None:
    """Compare what was shown with the golden file."""
    said = said.replace(server.url.removesuffix("/"), "SERVER").replace(f"127.0.0.1:{server.port}", "HOST")
    said = said.replace(str(folder), "FOLDER")
    place = GOLDEN / f"{name}.txt"
    if request.config.getoption("--golden"):
        place.write_text(said, "utf-8")
    assert said == place.read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("pages-release", "/news/detail/en/1002.html"),
        ("pages-chinese", "/news/detail/zh-hant/1003.html"),
        ("pages-list", "/news/zh-hant/index.html"),
    ],
)
def test_a_page_of_kind_pages(
    name: str, path: str, server: Loopback, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    site = Site(server, "lantern", tmp_path)
    shown(name, page(site.config(), server.address(path)), server, request, tmp_path)


def test_a_list_with_a_next_page(server: Loopback, tmp_path: Path) -> None:
    site = Site(server, "gazette", tmp_path)
    said = page(site.config(), server.address("/archive/page1.html"))
    assert f"next page: {server.url}archive/page2.html\n" in said
    further = page(site.config(), server.address("/archive/page2.html"), code=0)
    assert "as a release" in further or "as a list" in further


def test_an_answer_of_kind_api(server: Loopback, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    site = open_site(server, "authority", tmp_path)
    address = next(iter(site.keys["lists"].values())).replace("{offset}", "0")
    shown("api-list", page(site.config(), address), server, request, tmp_path)


def test_a_feed_of_kind_webfeed(server: Loopback, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    site = Site(server, str(FEEDS / "north"), tmp_path)
    address = next(iter(site.keys["lists"].values()))
    shown("webfeed-list", page(site.config(), address), server, request, tmp_path)


def test_a_page_of_kind_gia(news: NewsSite, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    news.publish(SURGE, WINTER)
    config = news.config(tmp_path)
    shown("gia-release", page(config, news.server.address(SURGE.path)), news.server, request, tmp_path)
    feed = page(config, news.server.address("/gia/rss/general_zh.xml"))
    assert "as a list in 繁體中文\n1 release:\n" in feed
    assert WINTER.title in feed


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("files-text", "渡輪加班\n\n渡輪將於星期六加開十班。\n\n完\n2026年11月20日（星期五）\n香港時間16時30分\n"),
        ("files-matter", '+++\ndate = 2026-11-19\nkey = "2026-07"\n+++\n# Ferries\n\nTen more ferries on Saturday.\n'),
    ],
)
def test_a_file_of_kind_files(
    name: str, text: str, server: Loopback, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    (tmp_path / "inbox").mkdir()
    config = tmp_path / "inbox.toml"
    config.write_text(
        """
[site]
base_url = "https://news.example/"
title = { en = "News", zh-Hant = "新聞" }
languages = ["zh-Hant", "en"]
timezone = "Asia/Hong_Kong"
[output]
directory = "public"
[store]
url = "sqlite:///store.db"
[[source]]
id = "inbox"
kind = "files"
directory = "inbox"
language = "zh-Hant"
""",
        "utf-8",
    )
    place = tmp_path / "inbox" / ("ferries.txt" if name == "files-text" else "ferries.md")
    place.write_text(text, "utf-8")
    shown(name, page(config, place), server, request, tmp_path)


def test_the_data_of_a_page(server: Loopback, tmp_path: Path) -> None:
    site = Site(server, "lantern", tmp_path)
    found = json.loads(page(site.config(), server.address("/news/detail/en/1002.html"), "--json"))
    assert (found["source"], found["kind"], found["problem"]) == ("town", "pages", "")
    assert found["paragraphs"] == [
        "The Lighthouse Pier, now repaired, reopens on Saturday, November 21, at 8am.",
        "Ferries leave every 15 minutes.",
    ]
    parts = {part["name"]: part for part in found["page"]["parts"]}
    assert parts["title"]["by"] == 'the rule title = "h1.title", 1 match'
    assert found["page"]["removed"] == ["Share"]


@pytest.mark.parametrize("rule", ["title", "body", "date", "remove", "images", "caption", "attachments"])
def test_a_rule_that_matches_nothing_is_named(rule: str, server: Loopback, tmp_path: Path) -> None:
    site = Site(server, "lantern", tmp_path)
    site.keys["page"] |= {rule: ["p.no-such", "div.none"]}
    code = 1 if rule in ("title", "body", "date") else 0
    said = page(site.config(), server.address("/news/detail/en/1002.html"), code=code)
    assert f'the rule {rule} = ["p.no-such", "div.none"] matches nothing\n' in said
    assert ("FAILED: " in said) == bool(code)


def test_the_other_rules_are_shown_beside_one_that_matches_nothing(server: Loopback, tmp_path: Path) -> None:
    site = Site(server, "lantern", tmp_path)
    site.keys["page"] |= {"body": "div.none"}
    said = page(site.config(), server.address("/news/detail/en/1002.html"), code=1)
    assert "title       Lighthouse pier reopens on Saturday\n" in said
    assert 'the rule date = "p.time", 1 match' in said


def test_of_several_rules_the_one_that_matched_is_told(server: Loopback, tmp_path: Path) -> None:
    site = Site(server, "lantern", tmp_path)
    site.keys["page"] |= {"title": ["h2", "h1"]}
    said = page(site.config(), server.address("/news/detail/en/1002.html"))
    assert '(the rule title = "h1" (number 2 of 2), 1 match)' in said


@pytest.mark.parametrize("rule", ["item", "title", "date", "link", "listing"])
def test_a_rule_for_lists_that_matches_nothing_is_named(rule: str, server: Loopback, tmp_path: Path) -> None:
    site = Site(server, "lantern", tmp_path)
    said = page(site.config(**{rule: "div.none"}), server.address("/news/en/index.html"), code=1)
    assert f'the rule {rule} = "div.none" matches nothing' in said
    assert "as a list in English" in said


def test_a_page_without_a_date_is_well_where_its_list_tells_it(server: Loopback, tmp_path: Path) -> None:
    server.routes["/1.html"] = notice("Pier reopens")
    config = town(server, tmp_path, item("/1.html", "Pier reopens"))
    said = page(config, f"{server.url}1.html")
    assert "date        not on the page: its list has to tell it, or `date`, or `date_in_link`\n" in said
    assert "            | Ferries leave every 15 minutes.\n" in said
    alone = page(town(server, tmp_path, item("/1.html", "Pier reopens"), date=[]), f"{server.url}1.html", code=1)
    assert "FAILED: " in alone
    assert "has no date in its page, its list or its address" in alone


def test_a_page_whose_address_has_no_key_says_so(server: Loopback, tmp_path: Path) -> None:
    site = Site(server, "lantern", tmp_path)
    server.routes["/news/other.html"] = server.routes["/news/detail/en/1002.html"]
    said = page(site.config(), server.address("/news/other.html"), code=1)
    assert "finds no key in its address: lists leave it out" in said


# Files, and whose page it is


def test_a_file_on_disk_is_read_as_the_page_of_its_address(server: Loopback, tmp_path: Path) -> None:
    site = Site(server, "lantern", tmp_path)
    address = server.address("/news/detail/en/1002.html")
    asked = page(site.config(), address)
    saved = tmp_path / "saved.html"
    saved.write_bytes((ROOT / "tests/collect/pages/sites/lantern/www/news/detail/en/1002.html").read_bytes())
    before = len(server.requests)
    assert page(site.config(), saved, "--url", address) == asked
    text = saved.read_text("utf-8")
    saved.write_text(text.replace("<head>", f'<head><link rel="canonical" href="{address}">'), "utf-8")
    assert page(site.config(), saved) == asked, "a canonical link says the address"
    assert len(server.requests) == before, "a file is read from disk"


@pytest.mark.parametrize("kind", ["pages", "gia"])
def test_a_file_without_an_address_has_all_but_a_key(kind: str, server: Loopback, tmp_path: Path) -> None:
    saved = tmp_path / "saved.html"
    if kind == "gia":
        saved.write_text(gia_page(SURGE), "utf-8")
        config, title = NewsSite(server).config(tmp_path), TITLE
    else:
        saved.write_bytes((ROOT / "tests/collect/pages/sites/lantern/www/news/detail/en/1002.html").read_bytes())
        config, title = Site(server, "lantern", tmp_path).config(), "Lighthouse pier reopens on Saturday"
    said = page(config, saved)
    assert "(its address is not known): read by source" in said
    assert f"title       {title}\n" in said
    assert "key         ! it has none, because its address is not known; give that with --url\n" in said
    assert "            | " in said
    assert server.paths == []


def two_sources(server: Loopback, other: Loopback, folder: Path) -> Path:
    """A config with two sources of kind "gia" on two hosts."""
    more = f'[[source]]\nid = "mirror"\nkind = "gia"\nbase_url = "{other.url}gia/"\nallow_private_network = true\n'
    return NewsSite(server).config(folder, more)


def test_the_source_is_the_one_whose_host_it_is(server: Loopback, tmp_path: Path) -> None:
    with Loopback() as other:
        for site in (server, other):
            NewsSite(site).publish(SURGE)
        config = two_sources(server, other, tmp_path)
        assert "by source mirror (gia)" in page(config, other.address(SURGE.path))
        assert "by source gov (gia)" in page(config, server.address(SURGE.path))


def test_a_page_of_no_source_has_to_be_given_one(server: Loopback, tmp_path: Path) -> None:
    saved = tmp_path / "saved.html"
    saved.write_text(gia_page(SURGE), "utf-8")
    with Loopback() as other:
        config = two_sources(server, other, tmp_path)
        done = feedpub("check", "-c", config, "--page", saved)
        assert (done.code, done.out) == (2, "")
        assert 'fits no source\'s hosts; say which one with --source: "gov", "mirror"' in done.err
        assert "by source mirror (gia)" in page(config, saved, "--source", "mirror")
        wrong = feedpub("check", "-c", config, "--page", other.address(SURGE.path), "--source", "gov")
        assert wrong.code == 1
        assert "is not a host of this source" in wrong.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--page", "no-such.html"], 2, "no-such.html: cannot be read: No such file or directory; expected an address"),
        (["--page", "SERVER/gia/none.htm"], 1, "HTTP 404 Not Found"),
        (["--page", "SERVER/gia/none.htm", "--source", "none"], 2, 'no source "none"'),
        (["--page", "SERVER/gia/none.htm", "--live"], 2, "--page shows one page only"),
        (["--source", "gov"], 2, "--source and --url go with --page"),
        (["--live", "--limit", "0"], 2, "Invalid value for '--limit'"),
    ],
)
def test_what_cannot_be_shown_is_a_sentence(
    arguments: list[str], code: int, said: str, news: NewsSite, tmp_path: Path
) -> None:
    given_ = [one.replace("SERVER/", news.server.url) for one in arguments]
    done = feedpub("check", "-c", news.config(tmp_path), *given_)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert [one.name for one in tmp_path.iterdir()] == ["site.toml"]
