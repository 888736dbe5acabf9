"""A language with several lists: categories, officials."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from feedpub import config
from feedpub.collect.kinds import KINDS
from feedpub.errors import ConfigError
from tests.collect.pages.towns import Site, page
from tests.loopback import Loopback, answer

_SITE = str(Path(__file__).parent / "webfeed" / "sites" / "waterworks")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Loopback() as server:
        found = Site(server, _SITE, tmp_path)
        found.keys["lists"] = {"en": [server.address("/works.xml"), server.address("/tides.xml")]}
        yield found


def _feed(*items: tuple[str, str]) -> str:
    entries = "".join(
        f"<item><title>{title}</title><link>https://water.example/{name}</link><guid>https://water.example/{name}</guid>"
        f"<pubDate>Thu, 19 Nov 2026 10:00:00 +0800</pubDate>"
        f"<description>&lt;p&gt;{title} today.&lt;/p&gt;&lt;p&gt;It was expected.&lt;/p&gt;</description></item>"
        for name, title in items
    )
    return (
        f'<rss version="2.0"><channel><title>Water</title><link>https://water.example/</link>{entries}</channel></rss>'
    )


def test_a_release_that_is_in_several_lists_is_one_as_the_first_has_it(site: Site) -> None:
    site.server.routes["/works.xml"] = page(_feed(("1", "Main burst"), ("2", "Pump mended")), "application/xml")
    site.server.routes["/tides.xml"] = page(_feed(("3", "Spring tide"), ("1", "Main burst, again")), "application/xml")
    assert site.report().problem == ""
    assert sorted(site.titles("en")) == ["Main burst", "Pump mended", "Spring tide"]
    again = site.report()
    assert (again.new, again.changed) == (0, 0)


def test_a_list_that_fails_does_not_stop_the_others(site: Site) -> None:
    site.server.routes["/works.xml"] = answer(status=404)
    site.server.routes["/tides.xml"] = page(_feed(("3", "Spring tide")), "application/xml")
    report = site.report()
    assert "/works.xml" in report.problem
    assert site.titles("en") == ["Spring tide"]


def test_what_a_list_no_longer_has_is_taken_from_another(site: Site) -> None:
    site.server.routes["/works.xml"] = page(_feed(("1", "Main burst"), ("2", "Pump mended")), "application/xml")
    site.server.routes["/tides.xml"] = page(_feed(("1", "Main burst")), "application/xml")
    site.report()
    site.server.routes["/works.xml"] = page(_feed(("2", "Pump mended"), ("4", "Valve found")), "application/xml")
    report = site.report()
    assert (report.problem, report.new, report.changed) == ("", 1, 0)


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ([], "lists: en: is empty"),
        (["https://water.example/a", "https://water.example/a"], 'lists: en: has "https://water.example/a" twice'),
        (["https://water.example/a", "/b"], 'lists: en: "/b" is not an absolute http(s) address'),
    ],
)
def test_lists_that_are_none_are_named(site: Site, lists: list[str], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.load(site.config(lists={"en": lists}), KINDS)
    assert said in str(caught.value)
