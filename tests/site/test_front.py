"""The front pages: where they lead, and that a reader finds the feeds that they are about."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from lxml import html

from feedpub import config, job
from feedpub.collect.kinds import KINDS
from feedpub.site import front
from feedpub.site.frame import Site
from feedpub.site.front import Front
from feedpub.site.listing import Listed, Other
from feedpub.site.subscription import Group, Subscription
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


def _subscriptions(group: str, count: int) -> tuple[Subscription, ...]:
    return tuple(
        Subscription(
            feed=f"{group}/hk-body-{number}",
            text=f"Department of {number} and Other Municipal Services",
            title=f"Press releases: Department of {number} and Other Municipal Services",
            language="en",
            path=f"feeds/{group}/hk-body-{number}/en",
            page=f"en/feeds/{group}/hk-body-{number}/index.html",
        )
        for number in range(count)
    )


@pytest.mark.parametrize("bodies", [12, 60, 61, 250, 251, 900])
def test_a_front_page_stays_small_however_many_feeds_there_are(bodies: int) -> None:
    story = Listed(
        language="en",
        title="Public urged to stay alert to low temperatures and to take care of elderly persons living alone " * 2,
        path="en/stories/2026/11/p2026112000101-1k3f9a2c.html",
        url="https://www.example.gov/general/202611/20/P2026112000101.htm",
        when=NOW,
        summary="A long sentence of an opening paragraph that goes on and on. " * 5,
        issuer="Department of Very Long Names and Other Municipal Services",
        others=(Other(language="zh-Hant", title="市民請留意低溫天氣並照顧獨居長者" * 3),),
    )
    groups = (
        Group(name="", heading="Main", subscriptions=_subscriptions("own", 6)),
        Group(name="topics", heading="Topics", subscriptions=_subscriptions("topics", 26)),
        Group(name="bodies", heading="Bodies", subscriptions=_subscriptions("bodies", bodies)),
    )
    site = Site(url=BASE, title={"en": "News", "zh-Hant": "新聞"}, languages=("en", "zh-Hant"))
    shown = Front(site=site, language="en", main=groups[0].subscriptions[:2], groups=groups, newest=(story,) * 50)
    page = front.page(shown)
    assert len(page.body) <= 60_000
    found = html.fromstring(page.body)
    names = {one.page for group in groups if len(group.subscriptions) <= 250 for one in group.subscriptions}
    leading = {urljoin("en/index.html", address) for address in found.xpath("//main//li//a/@href")}
    assert {path.removesuffix("index.html") for path in names} <= leading
