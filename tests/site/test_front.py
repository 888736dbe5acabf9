"""The front pages: where they lead, and that a reader finds the feeds that they are about."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from lxml import html

from feedpub import config, job
from feedpub.collect.kinds import KINDS
from tests.loopback import Loopback
from tests.newssite import NewsSite, Paper
from tests.test_job import NOW

BASE = "https://news.example/"
TYPES = {".atom": "application/atom+xml", ".rss": "application/rss+xml", ".json": "application/feed+json"}


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(Paper("P2026112000101", "Harbour reopens"))
        place = site.config(folder, '[[feed]]\nid = "all"\n[[feed]]\nid = "odd"\ntext = ["pier"]\ntitle = "<b>&"\n')
        assert job.run(config.load(place, KINDS), job.Run(now=NOW)).exit_code == 0
    return folder / "public"


def _page(public: Path, name: str) -> Any:
    return html.fromstring((public / name).read_bytes())


def _exists(public: Path, address: str) -> bool:
    path = urljoin(BASE, address).removeprefix(BASE)
    return (public / (f"{path}index.html" if path.endswith("/") or not path else path)).is_file()


@pytest.mark.parametrize("name", ["index.html", "en/index.html", "zh-Hant/index.html"])
def test_a_page_announces_its_feeds_in_every_format_and_they_are_there(public: Path, name: str) -> None:
    found = _page(public, name).xpath("//head/link[@rel='alternate'][@type][@hreflang]")
    assert {(link.get("type"), Path(link.get("href")).suffix) for link in found} == {
        (kind, suffix) for suffix, kind in TYPES.items()
    }
    assert all(_exists(public, link.get("href")) and link.get("title") for link in found)
    assert {Path(link.get("href")).stem for link in found} >= {"bilingual"}


@pytest.mark.parametrize("tag", ["en", "zh-Hant"])
def test_a_front_page_is_in_its_language_and_names_the_others(public: Path, tag: str) -> None:
    page = _page(public, f"{tag}/index.html")
    assert page.get("lang") == tag
    alternates = page.xpath("//head/link[@hreflang][not(@type)]")
    assert {link.get("hreflang"): link.get("href") for link in alternates} == {
        "en": f"{BASE}en/",
        "zh-Hant": f"{BASE}zh-Hant/",
        "x-default": BASE,
    }
    feeds = {Path(address).stem for address in page.xpath("//main//a[@type][contains(@href, '/feeds/all/')]/@href")}
    assert feeds == {tag, "bilingual"}


def test_a_title_is_text_whatever_it_holds(public: Path) -> None:
    page = _page(public, "en/index.html")
    assert page.xpath("//b") == []
    assert "<b>&" in page.xpath("//li/a/bdi/text()")


def test_the_page_that_leads_to_the_others_explains_what_the_json_feeds_point_to(public: Path) -> None:
    assert _page(public, "index.html").xpath("//section[@id='json']//code/text()")[0] == "_feedpub"
