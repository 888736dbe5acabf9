"""Pages of releases of any publisher: by rules, and without."""

from __future__ import annotations

import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from feedpub.collect import linkedpage
from feedpub.collect.linkedpage import LinkedPage
from feedpub.collect.options import PageRules
from feedpub.errors import ReleaseError
from feedpub.model import Link, Photo

HK = ZoneInfo("Asia/Hong_Kong")
URL = "https://www.town.example/en/news/7.html"
NONE = PageRules()
MENU = "".join(
    f'<li><a href="/{one}">{one}</a></li>' for one in ("主頁", "新聞公報", "關於本署", "聯絡我們", "網站地圖")
)


def read(html: str, rules: PageRules = NONE, *, list_title: str = "", url: str = URL) -> LinkedPage:
    return linkedpage.read(html.encode(), url=url, charset="utf-8", rules=rules, zone=HK, list_title=list_title)


def page(body: str, head: str = "", language: str = "en") -> str:
    return f'<!DOCTYPE html><html lang="{language}"><head>{head}</head><body>{body}</body></html>'


def lines(html: str) -> list[str]:
    """The texts of a fragment, without tags."""
    return [one for line in html.replace("<", "\n<").splitlines() if (one := line.rpartition(">")[2].strip())]


# Texts that no rule describes

TEXT = "<p>The pier is repaired.</p><p>Ferries leave every 15 minutes.</p>"
EXPECTED = ["The pier is repaired.", "Ferries leave every 15 minutes."]


@pytest.mark.parametrize(
    "body",
    [
        f'<h1>Pier reopens</h1><div itemprop="articleBody">{TEXT}</div><div>Other news</div>',
        f"<h1>Pier reopens</h1><article>{TEXT}</article><p>Other news</p>",
        f"<main><h1>Pier reopens</h1>{TEXT}</main>",
        f'<div role="main"><h1>Pier reopens</h1>{TEXT}</div><div>Other news</div>',
        f'<h1>Pier reopens</h1><div id="content">{TEXT}</div>',
        f"<main><nav>Menu</nav><header>Head</header><h2>Pier reopens</h2>{TEXT}<aside>Links</aside></main>",
        f"<main><h2>Pier reopens</h2>{TEXT}<time datetime=2026-11-20>Friday</time><footer>Foot</footer></main>",
        f'<main><h1>Pier reopens</h1>{TEXT}<form><input name="q">Search</form><button>Print</button></main>',
        f'<main><h1>Pier reopens</h1>{TEXT}<div class="social-share">Share</div><p><a href="#top">Top</a></p></main>',
        f'<main><h1>Pier reopens</h1>{TEXT}<script>var x;</script><a href="javascript:print()">Print</a></main>',
        f'<form action="/"><main><h1>Pier reopens</h1>{TEXT}</main></form>',
        f"<article><p>Short</p></article><h1>Pier reopens</h1><article>{TEXT}</article>",
        f'<main><div class="title">Pier reopens</div>{TEXT}</main>',
    ],
)
def test_the_text_is_found_without_its_furniture(body: str) -> None:
    found = read(page(body, '<meta property="og:title" content="Pier reopens">'))
    assert found.title == "Pier reopens"
    assert lines(found.body)[-2:] == EXPECTED
    assert set(lines(found.body)) - set(EXPECTED) <= {"Short"}


@pytest.mark.parametrize("installed", [True, False])
@pytest.mark.parametrize(
    "body",
    [
        '<div class="ttl">水務署公布</div><div class="txt">石硤街將於本月二十三日起更換食水管。</div>',
        "<p>水務署公布</p><p>石硤街將於本月二十三日起更換食水管。</p>",
        "<table><tr><td><font>石硤街將於本月二十三日起更換食水管。</font></td></tr></table>",
    ],
)
def test_a_chinese_text_of_one_line_is_found_with_trafilatura_and_without(
    body: str, *, installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not installed:
        monkeypatch.setitem(sys.modules, "trafilatura", None)
    whole = f'<div id="menu"><ul>{MENU}</ul></div><div class="wrap">{body}</div><div>版權所有</div>'
    found = read(page(whole, "<title>水務署公布 | 水務署</title>", "zh-HK"))
    assert (found.title, lines(found.body)) == ("水務署公布", ["石硤街將於本月二十三日起更換食水管。"])


@pytest.mark.parametrize("body", ["", "<nav>Menu</nav>", "<h1>Title only</h1>", "<main><h1>Title only</h1></main>"])
def test_a_page_without_text_is_no_release(body: str) -> None:
    with pytest.raises(ReleaseError, match="no release in the page"):
        read(page(body, "<title>Title only</title>"))


def test_a_page_without_title_is_no_release() -> None:
    with pytest.raises(ReleaseError, match="no title in <h1>, og:title or <title>"):
        read(page(f"<main>{TEXT}</main>"))


# Titles


@pytest.mark.parametrize(
    ("head", "body", "list_title", "expected"),
    [
        ("<title>Site</title>", "<h1>Pier reopens</h1>", "", "Pier reopens"),
        ('<meta property="og:title" content="Pier reopens"><title>Site</title>', "", "", "Pier reopens"),
        ("<title>Pier reopens | The Town</title>", "", "", "Pier reopens"),
        ("<title>Site</title>", "<h1>The Town</h1><h2>Pier reopens</h2>", "Pier reopens", "Pier reopens"),
        ("", "<h1>The Town</h1><h2>Pier reopens on Sunday</h2>", "Pier reopens on…", "Pier reopens on Sunday"),
        ("", "<h1>The Town</h1><h2>Pier  reopens!</h2>", "Pier reopens", "Pier reopens!"),
        ("<title>Pier reopens - Town</title>", "<h1>The Town</h1>", "Pier reopens", "Pier reopens"),
        (
            "",
            "<h1>The Town</h1><h2>Pier is open on Sunday again</h2>",
            "Pier open again on Sunday",
            "Pier is open on Sunday again",
        ),
    ],
)
def test_the_title_is_the_heading_that_the_list_means(head: str, body: str, list_title: str, expected: str) -> None:
    assert read(page(f"{body}<main>{TEXT}</main>", head), list_title=list_title).title == expected


def test_a_page_that_the_list_does_not_mean_is_refused() -> None:
    with pytest.raises(ReleaseError, match=r'the list calls it "Pier reopens", which is nowhere in the page'):
        read(page("<main><h1>Page not found</h1><p>Sorry.</p></main>"), list_title="Pier reopens")


# Dates


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ('<meta property="article:published_time" content="2026-11-20T09:30:00+08:00">', "", (2026, 11, 20, 9, 30)),
        ('<meta name="DC.date" content="2026-11-20">', "", (2026, 11, 20)),
        ('<meta name="dcterms.issued" content="2026-11-20">', "", (2026, 11, 20)),
        (
            '<script type="application/ld+json">{"datePublished": "2026-11-20T01:30:00Z"}</script>',
            "",
            (2026, 11, 20, 9, 30),
        ),
        (
            '<script type="application/ld+json">[{"@graph": [{"datePublished": "2026-11-20"}]}]</script>',
            "",
            (2026, 11, 20),
        ),
        ('<script type="application/ld+json">{not json}</script>', "", None),
        ("", '<time datetime="2026-11-20T09:30">today</time>', (2026, 11, 20, 9, 30)),
        ("", '<span itemprop="datePublished">November 20, 2026</span>', (2026, 11, 20)),
        # A day in one place, the time of the same day in another
        (
            '<meta name="dc.date" content="2026-11-20">',
            '<time datetime="2026-11-20T09:30"></time>',
            (2026, 11, 20, 9, 30),
        ),
        ('<meta name="dc.date" content="2026-11-20">', '<time datetime="2026-11-21T09:30"></time>', (2026, 11, 20)),
        # What a page shows as today's date is no date of its release
        ("", '<div class="date">Saturday, November 28, 2026</div>', None),
    ],
)
def test_a_page_says_when_it_was_published(head: str, body: str, expected: tuple[int, ...] | None) -> None:
    found = read(page(f"<h1>Pier</h1><main>{body}{TEXT}</main>", head)).issued
    assert found == (datetime(*expected, tzinfo=HK) if expected else None)  # type: ignore[misc,arg-type]


# Rules


def test_rules_say_where_the_parts_are() -> None:
    found = read(
        page(
            '<h1>The Town</h1><h2 class="t">Pier <b>reopens</b></h2><p class="d">20/11/2026, 9:30 am</p>'
            f'<div class="c"><p class="d">20/11/2026</p>{TEXT}<p class="call">Call us</p></div>'
        ),
        PageRules(title="h2.t", body="div.c", date="p.d", date_formats=("%d/%m/%Y",), remove=".call"),
    )
    assert found.title == "Pier reopens"
    assert found.issued == datetime(2026, 11, 20, 9, 30, tzinfo=HK)
    assert lines(found.body) == EXPECTED


def test_a_rule_may_find_a_text_in_parts() -> None:
    body = f'<h1>Pier</h1><div class="c">{TEXT}</div><div>Advertisement</div><div class="c"><p>Third.</p></div>'
    for rule in ("div.c", "//div[@class='c']", "div.c, div.c p"):
        assert lines(read(page(body), PageRules(body=rule)).body) == [*EXPECTED, "Third."]
    assert lines(read(page(body), PageRules(body="//div[@class='c']/p/text()")).body) == [*EXPECTED, "Third."]


@pytest.mark.parametrize("name", ["title", "body", "date"])
def test_a_rule_that_matches_nothing_is_named(name: str) -> None:
    with pytest.raises(ReleaseError, match=rf'the rule {name} = "#gone" matches nothing: the page was redesigned'):
        read(page(f"<main><h1>Pier</h1>{TEXT}</main>"), msgspec.convert({name: "#gone"}, PageRules))


@pytest.mark.parametrize("name", ["images", "caption", "attachments", "remove"])
def test_photos_and_attachments_may_be_missing(name: str) -> None:
    found = read(page(f"<main><h1>Pier</h1>{TEXT}</main>"), msgspec.convert({name: "#gone"}, PageRules))
    assert (found.photos, found.attachments) == ((), ())


# Photos and attachments


def test_photos_have_the_caption_that_is_nearest() -> None:
    gallery = (
        '<div class="g"><figure><img src="a.jpg"><i>The pier</i></figure>'
        '<figure><img src="b.jpg"><i>A ferry</i></figure>'
        '<a href="/large/c.jpg"><img src="c-small.jpg" alt="From the sea"></a></div>'
    )
    found = read(page(f"<h1>Pier</h1><main>{TEXT}</main>{gallery}"), PageRules(images=".g img", caption="i"))
    assert found.photos == (
        Photo(url="https://www.town.example/en/news/a.jpg", caption="The pier"),
        Photo(url="https://www.town.example/en/news/b.jpg", caption="A ferry"),
        Photo(
            url="https://www.town.example/large/c.jpg",
            caption="From the sea",
            thumbnail="https://www.town.example/en/news/c-small.jpg",
        ),
    )


def test_captions_in_a_row_of_their_own_go_by_their_place() -> None:
    pictures = '<tr><td><img src="a.jpg"></td><td><img src="b.jpg"></td></tr>'
    table = f"<table>{pictures}<tr><td><i>One</i></td><td><i>Two</i></td></tr></table>"
    found = read(page(f"<h1>Pier</h1><main>{TEXT}</main>{table}"), PageRules(images="img", caption="i"))
    assert [one.caption for one in found.photos] == ["One", "Two"]


@pytest.mark.parametrize("rule", ["a.p", "//a[@class='p']/@href"])
def test_links_to_pictures_are_photos(rule: str) -> None:
    found = read(
        page(f'<h1>Pier</h1><main>{TEXT}</main><a class="p" href="/large/c.jpg">C</a>'), PageRules(images=rule)
    )
    assert [one.url for one in found.photos] == ["https://www.town.example/large/c.jpg"]


def test_pictures_in_the_text_are_photos_but_for_ornaments() -> None:
    pictures = (
        '<p><img src="pier.jpg" alt="The pier"><img src="data:image/gif;base64,R0" data-src="/later.jpg">'
        '<img src="/icon-print.png"><img src="dot.gif" width="1" height="1"><img src="seal.svg"></p>'
    )
    found = read(page(f"<main><h1>Pier</h1>{TEXT}{pictures}</main>"))
    assert [one.url for one in found.photos] == [
        "https://www.town.example/en/news/pier.jpg",
        "https://www.town.example/later.jpg",
    ]
    assert 'src="/later.jpg"' in found.body, "what a script would show later is shown"


def test_documents_that_the_text_links_to_are_attachments() -> None:
    text = '<p>See <a href="/plan.pdf?v=2">the plan</a>, <a href="/about.html">about us</a>.</p>'
    found = read(page(f"<main><h1>Pier</h1>{TEXT}{text}</main>"))
    assert found.attachments == (Link(url="https://www.town.example/plan.pdf?v=2", title="the plan"),)


# Language versions


def test_versions_are_those_of_known_languages() -> None:
    head = "".join(
        f'<link rel="alternate" hreflang="{tag}" href="{address}">'
        for tag, address in (
            ("en", URL),
            ("zh-HK", "/tc/news/7.html"),
            ("zh-CN", "/sc/news/7.html"),
            ("fr-CA", "/fr/news/7.html"),
            ("de", "/de/news/7.html"),
            ("x-default", "/"),
            ("pt", "/pt/"),
        )
    )
    feed = '<link rel="alternate" type="application/rss+xml" hreflang="pt" href="/pt/feed.xml">'
    assert read(page(f"<main><h1>Pier</h1>{TEXT}</main>", head + feed)).counterparts == {
        "zh-Hant": "https://www.town.example/tc/news/7.html",
        "zh-Hans": "https://www.town.example/sc/news/7.html",
        "fr": "https://www.town.example/fr/news/7.html",
    }


def test_a_switch_names_a_version_and_a_list_of_documents_does_not() -> None:
    switch = '<a lang="zh-Hant" href="/tc/news/7.html">中文</a><a lang="fr" href="/fr/">Français</a>'
    documents = '<a hreflang="pt" href="/a.pdf">A</a><a hreflang="pt" href="/b.pdf">B</a>'
    found = read(page(f"{switch}<main><h1>Pier</h1>{TEXT}{documents}</main>"))
    assert found.counterparts == {"zh-Hant": "https://www.town.example/tc/news/7.html"}


def test_a_rule_names_a_version() -> None:
    switch = '<a class="tc" href="../../tc/7.html">中文</a><option class="pt" value="/pt/7.html">PT</option>'
    rules = PageRules(languages={"zh-Hant": "a.tc", "pt": "option.pt", "fr": "a.fr"})
    assert read(page(f"{switch}<main><h1>Pier</h1>{TEXT}</main>"), rules).counterparts == {
        "zh-Hant": "https://www.town.example/tc/7.html",
        "pt": "https://www.town.example/pt/7.html",
    }


def test_a_control_character_in_the_address_of_a_picture_costs_no_release() -> None:
    found = read(page(f'<article><h1>Pier reopens</h1>{TEXT}<img data-src="&#1;/pier.jpg" width="400"></article>'))
    assert [photo.url for photo in found.photos] == ["https://www.town.example/pier.jpg"]
