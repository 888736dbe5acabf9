"""Kind "pages" when sites are not as they were: redesigns, error pages, links elsewhere, lists that fail."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedpub import config
from feedpub.collect.kinds import KINDS
from feedpub.errors import ConfigError
from tests import loopback
from tests.collect.pages.towns import HOUR, SITES, Site, page
from tests.loopback import Loopback

EN, ZH, PT = (f"/news/{tag}/index.html" for tag in ("en", "zh-hant", "pt"))
PIER = "/news/detail/en/1002.html"
REDESIGNED = "matches nothing: the page was redesigned, or is an error page"


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.fixture
def lantern(server: Loopback, tmp_path: Path) -> Site:
    """The island with three languages, before anybody asked it."""
    server.requests.clear()
    return Site(server, "lantern", tmp_path)


@pytest.fixture
def gazette(server: Loopback, tmp_path: Path) -> Site:
    """The blog in several pages."""
    server.requests.clear()
    return Site(server, "gazette", tmp_path)


@pytest.fixture(scope="module")
def once(server: Loopback, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the island was published once."""
    folder = tmp_path_factory.mktemp("published")
    Site(server, "lantern", folder).run()
    return folder


@pytest.fixture
def published(once: Path, lantern: Site) -> Site:
    """The island, published once."""
    shutil.copytree(once, lantern.folder, dirs_exist_ok=True)
    lantern.now += HOUR
    return lantern


def text(path: str) -> str:
    """What a file of the island says."""
    return (SITES / "lantern" / "www" / path.lstrip("/")).read_text("utf-8")


def change(site: Site, path: str, *pairs: tuple[str, str]) -> None:
    """Change a page of the island."""
    changed = text(path)
    for before, after in pairs:
        assert before in changed
        changed = changed.replace(before, after)
    site.server.routes[path] = page(changed)


# Lists that are no longer as they were


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('<ul class="news">', '<ul class="news-2027">', f'the rule listing = "ul.news" {REDESIGNED}'),
        ("<li>", "<p>", f'the rule item = "ul.news > li" {REDESIGNED}'),
        ("<a href", "<b data", f'the rule link = "a" {REDESIGNED.replace(":", " in any item:")}'),
        ('class="day"', 'class="date"', f'the rule date = "span.day" {REDESIGNED.replace(":", " in any item:")}'),
        ("2026-", "26-", '"26-11-20" is no date; give its format in `date_formats`'),
        ("/detail/", "/article/", "none of its 2 items leads to a release"),
    ],
)
def test_a_redesign_of_a_list_is_named_and_no_feed_changes(before: str, after: str, said: str, published: Site) -> None:
    feeds = published.files()
    change(published, EN, (before, after))
    report = published.report()
    assert report.problem.startswith(f"list in en: {published.server.address(EN)}: ")
    assert said in report.problem
    assert published.files() == feeds


def test_titles_that_are_emptied_in_a_list_are_named(published: Site) -> None:
    change(published, EN, ("Lighthouse pier reopens on Saturday", ""), ("Lantern festival in December", " "))
    assert 'the rule title = "a" matches nothing in any item' in published.report().problem


def test_the_other_languages_go_on_where_one_list_fails(lantern: Site) -> None:
    lantern.server.routes[EN] = page("<html><body><h1>Under maintenance</h1></body></html>")
    report = lantern.report()
    assert (report.seen, report.new) == (5, 5)
    assert f'the rule listing = "ul.news" {REDESIGNED}' in report.problem
    assert (lantern.titles("pt"), lantern.titles("en")) == (
        ["Cais do Farol reabre no sábado", "Festival das Lanternas em Dezembro"],
        [],
    )


def test_all_lists_failing_is_the_source_failing(lantern: Site) -> None:
    for path in (EN, ZH, PT):
        lantern.server.routes[path] = loopback.answer(b"", status=403)
    problem = lantern.report().problem
    assert [f"list in {one}: " in problem for one in ("zh-Hant", "pt", "en")] == [True] * 3


def test_a_list_that_failed_is_read_whole_the_next_time(lantern: Site) -> None:
    lantern.server.routes[EN] = page("<html><body>Under maintenance</body></html>")
    lantern.run()
    change(lantern, EN)
    assert lantern.report().new == 2


def test_a_list_that_is_there_and_empty_is_no_redesign(lantern: Site) -> None:
    lantern.server.routes[EN] = page('<html><body><ul class="news"></ul><p>No news this week.</p></body></html>')
    assert (lantern.report().problem, lantern.titles("en")) == ("", [])


def test_without_a_rule_for_the_list_no_items_are_a_redesign(lantern: Site) -> None:
    del lantern.keys["listing"]
    lantern.server.routes[EN] = page('<html><body><ul class="news"></ul></body></html>')
    assert 'the rule item = "ul.news > li" matches nothing' in lantern.report().problem


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (20_000, "has 20,000 items, which is no list of news (at most 5,000)"),
        (100_000, "the page has more than 200,000 tags, as no release and no list of news has"),
    ],
)
def test_a_list_of_a_hundred_thousand_links_is_refused(count: int, said: str, lantern: Site) -> None:
    line = '<li><span class="day">2026-11-20</span><a href="/detail/en/{}.html">Title {}</a></li>'
    items = "".join(line.format(number, number) for number in range(count))
    lantern.server.routes[EN] = page(f'<html><body><ul class="news">{items}</ul></body></html>')
    report = lantern.report()
    assert said in report.problem
    assert (report.new, lantern.titles("en")) == (5, [])


# Pages that are no longer as they were


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('class="title"', 'class="headline"', f'the rule title = "h1.title" {REDESIGNED}'),
        ('class="text"', 'class="copy"', f'the rule body = "div.text" {REDESIGNED}'),
        ('class="time"', 'class="date"', f'the rule date = "p.time" {REDESIGNED}'),
        ("November 20, 2026", "20/11/2026", "is no date; give its format in `date_formats`"),
        (">Lighthouse pier reopens on Saturday</h1>", "></h1>", "its title is empty"),
    ],
)
def test_a_redesign_of_a_page_is_named_and_costs_that_release(
    before: str, after: str, said: str, lantern: Site
) -> None:
    change(lantern, PIER, (before, after))
    (failed,) = lantern.report().failed
    assert failed.where == lantern.server.address(PIER)
    assert said in failed.what
    assert lantern.titles("en") == ["Lantern festival in December"]


def test_a_page_whose_text_is_empty_is_no_release(lantern: Site) -> None:
    emptied = re.sub(r'<div class="text">.*?</div>\s*</div>', '<div class="text"></div>', text(PIER), flags=re.DOTALL)
    emptied = re.sub(r'<div class="gallery">.*</ul>', "", emptied, flags=re.DOTALL)
    lantern.server.routes[PIER] = page(emptied)
    (failed,) = lantern.report().failed
    assert failed.what == 'no release in the page: its text is empty (the rule body = "div.text")'


def test_an_error_page_with_status_200_is_no_release_even_without_rules(gazette: Site) -> None:
    sorry = '<main><h1>Sorry</h1><time datetime="2026-11-18">now</time><p>Something went wrong.</p></main>'
    gazette.server.routes["/posts/c.html"] = page(sorry)
    (failed,) = gazette.report().failed
    assert 'the list calls it "Two new bus lines", which is nowhere in the page (its title is "Sorry")' in failed.what
    assert "Sorry" not in gazette.titles("en")


def test_a_page_that_leads_to_the_list_is_no_release(lantern: Site) -> None:
    lantern.server.routes[PIER] = loopback.redirect(EN)
    (failed,) = lantern.report().failed
    assert failed.what == f"leads to {lantern.server.address(EN)}, which is no release"


def test_a_page_that_leads_to_another_release_is_refused(lantern: Site) -> None:
    there = "/news/detail/en/1001.html"
    lantern.server.routes[PIER] = loopback.redirect(there)
    (failed,) = lantern.report().failed
    assert failed.what == f"leads to another release, {lantern.server.address(there)}"


def test_a_page_that_moved_keeps_its_id_and_has_its_new_address(published: Site) -> None:
    before = published.item("Lighthouse pier reopens on Saturday", "en")["id"]
    change(published, EN, ("1002.html", "1002.html?from=list"))
    published.server.routes["/2027/detail/en/1002.html"] = published.server.routes[PIER]
    published.server.routes[PIER] = loopback.redirect("/2027/detail/en/1002.html", 301)
    assert published.report().problem == ""
    after = published.item("Lighthouse pier reopens on Saturday", "en")
    assert (after["id"], after["url"]) == (before, published.server.address("/2027/detail/en/1002.html"))


# What a list leads to


def test_links_to_other_hosts_are_left_out_with_a_warning(lantern: Site) -> None:
    change(lantern, EN, ("../detail/en/1002.html", "https://other.example/detail/en/1002.html"))
    report = lantern.report()
    assert (report.problem, report.failed) == ("", ())
    (warned,) = report.warnings
    assert warned == (
        "list in en: 1 of its links lead to hosts that are not the source's "
        "(https://other.example/detail/en/1002.html) and are left out; "
        "name the hosts in `hosts` if they are its releases"
    )
    assert lantern.titles("en") == ["Lantern festival in December"]


def test_links_to_hosts_that_the_source_names_are_followed(lantern: Site) -> None:
    with Loopback({PIER: page(text(PIER))}) as other:
        change(lantern, EN, ("../detail/en/1002.html", other.address(PIER)))
        report = lantern.report(hosts=[f"127.0.0.1:{other.port}"])
    assert (report.warnings, report.failed) == ((), ())
    assert "Lighthouse pier reopens on Saturday" in lantern.titles("en")


def test_links_that_the_rule_for_keys_does_not_match_are_no_releases(lantern: Site) -> None:
    change(lantern, EN, ("../detail/en/1002.html", "/about.html"))
    report = lantern.report()
    assert (report.problem, report.warnings, report.failed) == ("", (), ())
    assert lantern.titles("en") == ["Lantern festival in December"]


def test_a_title_that_changes_in_the_list_has_the_page_read_again(published: Site) -> None:
    new = ("Lighthouse pier reopens on Saturday", "Lighthouse pier reopens on Sunday")
    change(published, EN, new)
    change(published, PIER, new)
    assert published.report().changed == 1
    assert published.titles("en")[0] == "Lighthouse pier reopens on Sunday"


def test_white_space_in_a_title_of_the_list_has_nothing_read_again(lantern: Site) -> None:
    lantern.run(recheck="0")
    asked = lantern.server.paths.count(PIER)
    change(lantern, EN, ("Lighthouse pier", "Lighthouse \u00a0 pier"))
    lantern.run(recheck="0")
    assert lantern.server.paths.count(PIER) == asked


# Several pages of a list


def test_no_more_pages_of_a_list_are_read_than_the_config_says(gazette: Site) -> None:
    gazette.run(most_lists=2)
    assert [path for path in gazette.server.paths if "archive" in path] == [
        "/archive/page1.html",
        "/archive/page2.html",
    ]


def test_pages_of_a_list_that_lead_to_one_another_are_read_once(gazette: Site) -> None:
    gazette.run(most_lists=2)
    first = '<article class="teaser"><h3>{}</h3><a class="more" href="/posts/{}.html">More</a></article>'
    for number, key in ((1, "e"), (2, "d")):
        more = f'<a rel="next" href="/archive/page{3 - number}.html">Next</a>'
        gazette.server.routes[f"/archive/page{number}.html"] = page(first.format("Town news", key) + more)
    gazette.server.requests.clear()
    assert gazette.report(most_lists=50).problem == ""
    assert [path for path in gazette.server.paths if "archive" in path] == [
        "/archive/page1.html",
        "/archive/page2.html",
    ]


def test_what_was_read_counts_where_a_further_page_of_a_list_fails(gazette: Site) -> None:
    gazette.server.routes["/archive/page2.html"] = loopback.answer(b"", status=403)
    report = gazette.report()
    assert report.problem.startswith("list in en: a further page: ")
    assert report.new == 2
    gazette.server.requests.clear()
    gazette.run()
    assert "if-none-match" not in gazette.server.requests[0].headers, "it was not read whole, so it is read again"


def test_a_list_that_says_the_same_again_is_not_read_on_even_where_its_server_gives_no_validators(
    gazette: Site,
) -> None:
    for path in [one for one in gazette.server.routes if "archive" in one]:
        gazette.server.routes[path] = loopback.page((SITES / "gazette" / "www" / path.lstrip("/")).read_text("utf-8"))
    gazette.run(recheck="0")
    feeds = gazette.files()
    gazette.server.requests.clear()
    assert gazette.report(recheck="0").problem == ""
    assert [path for path in gazette.server.paths if path != "/robots.txt"] == ["/archive/page1.html"]
    assert gazette.files() == feeds


# Languages


def test_a_release_in_another_script_than_its_list_has_the_language_it_is_in(lantern: Site) -> None:
    english = text("/news/detail/en/1002.html")
    lantern.server.routes["/news/detail/zh-hant/1003.html"] = page(english.replace("November 20", "November 18"))
    lantern.run()
    assert "Lighthouse pier reopens on Saturday" not in lantern.titles("zh-Hant")
    assert lantern.titles("en").count("Lighthouse pier reopens on Saturday") == 2


def test_only_lists_in_languages_of_the_site_are_asked(lantern: Site) -> None:
    lantern.languages = ["pt"]
    lantern.run()
    assert {path.split("/")[2 if "index" in path else 3] for path in lantern.server.paths if "robots" not in path} == {
        "pt"
    }


def test_a_language_that_is_added_later_changes_no_id_and_joins_its_stories(lantern: Site) -> None:
    lantern.languages = ["pt"]
    lantern.run()
    before = {one["title"]: one["id"] for one in lantern.items("pt")}
    lantern.languages = ["pt", "en"]
    lantern.run()
    assert {one["title"]: one["id"] for one in lantern.items("pt")} == before
    (english,) = lantern.item("Cais do Farol reabre no sábado", "pt")["_feedpub"]["translations"]
    assert english["url"] == lantern.server.address(PIER)


def test_a_language_that_arrives_later_joins_its_story(lantern: Site) -> None:
    change(lantern, EN, ("1002.html", "none.html"))
    lantern.run()
    portuguese = lantern.item("Cais do Farol reabre no sábado", "pt")
    assert [one["language"] for one in portuguese["_feedpub"]["translations"]] == ["zh-Hant"]
    change(lantern, EN)
    lantern.run()
    portuguese = lantern.item("Cais do Farol reabre no sábado", "pt")
    assert [one["language"] for one in portuguese["_feedpub"]["translations"]] == ["zh-Hant", "en"]
    assert len({json.dumps(one["id"]) for one in lantern.items("bilingual")}) == 3


# Configs


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"item": "li["}, 'source "town": item: "li[": is no CSS selector'),
        ({"item": ""}, "item: is empty"),
        ({"item": "//li["}, 'item: "//li[": is no XPath'),
        ({"item": "count(//li)"}, 'item: "count(//li)": gives a number; expected elements or texts'),
        ({"item": "//li[re:test(., 'a')]"}, "is no XPath 1.0 (there is no function re:test)"),
        ({"item": "//li[unknown()]"}, "is no XPath"),
        ({"link": "//a"}, 'link: "//a": looks at the whole page instead of the item; begin it with "./"'),
        ({"link": ""}, "link: is empty"),
        ({"title": ["a", "b{"]}, 'title: "b{": is no CSS selector'),
        ({"next": "a:nxt(2)"}, "next:"),
        ({"key": "(id"}, 'key: "(id" is no regular expression'),
        ({"date_in_link": "["}, "date_in_link:"),
        ({"date_formats": ["%d/%m"]}, 'date_formats: "%d/%m": does not tell a day'),
        ({"date_formats": ["%d/%m/%Y %Q"]}, 'date_formats: "%d/%m/%Y %Q": "%Q" is not known'),
        ({"lists": {}}, "lists: is empty"),
        ({"lists": {"tlh": "https://a.example/"}}, 'lists: unknown language "tlh"'),
        ({"lists": {"en": "ftp://a.example/"}}, 'lists: en: "ftp://a.example/" is not an absolute http(s) address'),
        ({"most_lists": 0}, "most_lists: must be 1 or more"),
        ({"page": {"title": "h1[", "body": "p"}}, 'page: title: "h1[": is no CSS selector'),
        ({"page": {"languages": {"pt": "a("}}}, "page: languages: pt:"),
        ({"page": {"titel": "h1"}}, "titel"),
        ({"items": "li"}, "items"),
    ],
)
def test_a_bad_rule_is_an_error_of_the_config_that_names_its_key(
    keys: dict[str, object], said: str, lantern: Site
) -> None:
    with pytest.raises(ConfigError) as refused:
        config.load(lantern.config(**keys), KINDS)
    assert said in str(refused.value)
    assert "site.toml" in str(refused.value)
