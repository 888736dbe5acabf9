from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import html5lib
import msgspec
import pytest
from lxml import etree, html

from feedpub.faults import NAMES
from feedpub.languages import LANGUAGES
from feedpub.model import Document
from feedpub.report import Problem
from feedpub.site import status
from feedpub.site.frame import Site, texts
from feedpub.site.statusdata import Pairs, SourceState, State, TopicWeeks, Trouble, timeless

TITLES = {
    "en": "News of Saltmarsh",
    "zh-Hant": "鹽田新聞",
    "zh-Hans": "盐田新闻",
    "fr": "Nouvelles de Marais",
    "pt": "Notícias da Salina",
}
SITE = Site(url="https://news.example/", title=TITLES, languages=tuple(TITLES))
TODAY = date(2026, 11, 28)
DAYS = tuple(TODAY - timedelta(days=age) for age in reversed(range(30)))
WEEKS = tuple(date(2026, 11, 23) - timedelta(weeks=age) for age in reversed(range(12)))
HOSTILE = (
    '</bdi></title><script>alert(1)</script><img src=x onerror=alert(1)>"\' style="x" {{ 7*7 }} \u202e' + "x" * 9_000
)

WELL = SourceState(
    id="port",
    kind="gia",
    name=dict.fromkeys(TITLES, "Port Office"),
    last_run="2026-11-28T08:10:00Z",
    last_success="2026-11-28T08:00:00Z",
    entries={"en": 1_204, "zh-Hant": 1_190},
)
ILL = SourceState(
    id="quay",
    kind="api",
    name=dict.fromkeys(TITLES, "Quay Office"),
    last_run="2026-11-28T08:10:00Z",
    not_before="2026-11-28T10:00:00Z",
    troubles=(
        Trouble(name="empty", what="it has no release; it never had fewer than 3", since="2026-11-27T16:30:00Z"),
        Trouble(what="the answer is no JSON"),
    ),
    unread=7,
    unreadable=(Problem("https://quay.example/1.html", "the page has no title"),),
)
STATE = State(
    at="2026-11-28T08:10:00Z",
    version="1.2.3",
    zone="Asia/Hong_Kong",
    sources=(WELL, ILL),
    entries={"en": 1_204, "zh-Hant": 1_190},
    stories=1_300,
    days=DAYS,
    per_day={"en": (*range(29), 3), "zh-Hant": (1_500, *[0] * 29)},
    weeks=WEEKS,
    topics=(
        TopicWeeks(id="health", label=dict.fromkeys(TITLES, "Health & care"), counts=(*range(11), 4)),
        TopicWeeks(id="sports", label=dict.fromkeys(TITLES, "Sports"), counts=(0,) * 12),
    ),
    pairs=Pairs(share={"en": 0.996, "zh-Hant": 1.0}, by_link=1, by_evidence=2, single=0),
)


def pages(state: State = STATE) -> dict[str, Document]:
    return {document.path: document for document in status.documents(SITE, state)}


def page(state: State = STATE, path: str = "en/status.html") -> html.HtmlElement:
    return html.fromstring(pages(state)[path].body.decode())


def data(state: State = STATE) -> Any:
    return json.loads(pages(state)["status.json"].body)


def said(element: html.HtmlElement) -> str:
    return " ".join(" ".join(map(str, element.itertext())).split())


def card(root: html.HtmlElement, number: int) -> html.HtmlElement:
    found = root.cssselect(".sources > li")[number]
    assert isinstance(found, html.HtmlElement)
    return found


# Pages


def test_there_is_a_page_in_each_language_one_for_everybody_else_and_the_data() -> None:
    assert sorted(pages()) == sorted([*(f"{tag}/status.html" for tag in TITLES), "status.html", "status.json"])
    root = page(path="status.html")
    assert root.get("lang") == "en"
    assert [link.get("href") for link in root.cssselect("link[hreflang=x-default]")] == [
        "https://news.example/status.html"
    ]
    assert said(root.cssselect("main")[0]) == said(page().cssselect("main")[0])


@pytest.mark.parametrize("tag", TITLES)
def test_a_page_is_valid_html_in_its_language_and_nothing_in_it_is_refused(tag: str) -> None:
    text = pages()[f"{tag}/status.html"].body.decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert f'<html lang="{tag}">' in text
    assert not re.search(r"<style|\sstyle=|\son\w+=|data:|javascript:", text)
    assert not re.search(r"\{\w*\}", re.sub(r"<script.*?</script>", "", text))
    assert all("alert" not in script for script in re.findall(r"<script.*?</script>", text))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_language_has_a_word_for_every_fault(tag: str) -> None:
    assert set(texts(tag).status.faults) == {"", *NAMES}
    assert len(texts(tag).status.months) == 12


def test_what_is_well_and_what_is_not_is_said_in_words() -> None:
    root = page()
    assert said(root.cssselect("main > .state")[0]).startswith("Something is wrong As of 28 November 2026, 16:10")
    assert "Well" in said(card(root, 0))
    well = page(msgspec.structs.replace(STATE, sources=(WELL,)))
    assert said(well.cssselect("main > .state")[0]).startswith("All sources are well")
    assert not well.cssselect(".trouble")


def test_a_source_says_how_it_is() -> None:
    shown = said(card(page(), 1))
    assert "before since 28" in card(page(), 1).text_content()
    assert "A list is empty that never was before since 28 November 2026, 00:30" in shown
    assert "it has no release; it never had fewer than 3" in shown
    assert "It could not be read the answer is no JSON" in shown
    assert "7 releases could not be read" in shown
    assert "https://quay.example/1.html : the page has no title 6 more" in shown
    assert "Last success never" in shown
    assert "Asks to be left alone until 28 November 2026, 18:00" in shown


def test_times_are_those_of_the_site_and_machines_read_them() -> None:
    times = [time.get("datetime") for time in card(page(), 0).cssselect("time")]
    assert times == ["2026-11-28T16:00:00+08:00", "2026-11-28T16:10:00+08:00"]


def test_a_source_that_nobody_is_credited_for_goes_by_its_id() -> None:
    inbox = SourceState(id="inbox", kind="files", name=dict.fromkeys(TITLES, ""))
    root = page(msgspec.structs.replace(STATE, sources=(inbox,)))
    assert said(card(root, 0).cssselect("h3")[0]) == "inbox"
    assert not card(root, 0).cssselect(".state")


def test_documents_that_could_not_be_written_are_told() -> None:
    root = page(msgspec.structs.replace(STATE, sources=(WELL,), unwritten=1))
    assert said(root.cssselect("main > .trouble")[0]) == "1 document could not be written"
    assert "Something is wrong" in said(root)


def test_beside_every_plot_stands_a_table_with_its_figures() -> None:
    root = page()
    days, weeks = root.cssselect("details table")
    rows = [[said(cell) for cell in row] for row in days.cssselect("tr")]
    assert rows[0] == ["Day", "English", "繁體中文"]
    assert rows[1:] == [
        [f"{day.day} {'October' if day.month == 10 else 'November'} 2026", f"{one}", f"{other:,}"]
        for day, one, other in zip(DAYS, STATE.per_day["en"], STATE.per_day["zh-Hant"], strict=True)
    ]
    rows = [[said(cell) for cell in row] for row in weeks.cssselect("tr")]
    assert rows[0][1:] == [
        "7 Sep", "14 Sep", "21 Sep", "28 Sep", "5 Oct", "12 Oct", "19 Oct", "26 Oct", "2 Nov", "9 Nov", "16 Nov",
        "23 Nov",
    ]  # fmt: skip
    assert rows[1:] == [["Health & care", *(str(number) for number in range(11)), "4"]]


def test_a_topic_leads_to_its_feed_and_says_its_most_and_its_sum() -> None:
    (row,) = page().cssselect(".topics tbody tr")
    assert [said(cell) for cell in (row[0], row[2], row[3])] == ["Health & care", "10", "59"]
    (link,) = row.cssselect("a")
    assert link.get("href") == "feeds/topics/health/"


def test_a_plot_is_told_in_the_language_of_the_page() -> None:
    (plot, _) = page(path="zh-Hant/status.html").cssselect("figure svg")
    assert plot[0].text == "每日新聞公報數目：English"
    assert plot[1].text == "English，10月30日至11月28日：合共409則新聞公報，11月27日最多，有28則。"
    labels = [text.text for text in plot.cssselect(".bottom text")]
    assert labels == ["10月31日", "11月7日", "11月14日", "11月21日", "11月28日"]


def test_plots_are_as_high_as_the_figures_and_have_one_scale() -> None:
    heights = [
        [float(mark.get("height", "")) for mark in svg.cssselect(".columns rect")]
        for svg in page().cssselect("figure svg")
    ]
    unit = heights[1][0] / 1_500
    assert heights[0] == pytest.approx([count * unit for count in STATE.per_day["en"]], abs=0.01)


def test_a_share_is_never_rounded_up() -> None:
    assert [said(one) for one in page().cssselect(".shares strong")] == ["99%", "100%"]
    assert [said(one) for one in page(path="fr/status.html").cssselect(".shares strong")] == ["99 %", "100 %"]
    assert [said(one) for one in page().cssselect(".plain li")] == [
        "1 pair by a link between the two",
        "2 pairs by what the two say",
        "0 releases still single",
    ]


# What may come


def test_nothing_yet_is_a_page_too() -> None:
    empty = State(at="2026-11-28T08:10:00Z", version="1.2.3", zone="UTC")
    html5lib.HTMLParser(strict=True).parse(pages(empty)["en/status.html"].body.decode())
    assert "All sources are well" in said(page(empty))
    assert data(empty)["releases_per_day"] == {"zone": "UTC", "days": [], "languages": {}}


def test_no_release_on_any_day_is_an_empty_plot() -> None:
    state = msgspec.structs.replace(STATE, per_day={"en": (0,) * 30}, topics=())
    root = page(state)
    assert "0 in all" in said(root)
    assert not root.cssselect(".topics")


def test_one_day_alone() -> None:
    state = msgspec.structs.replace(STATE, days=(TODAY,), per_day={"en": (5,)})
    assert [said(cell) for cell in page(state).cssselect("details table")[0].cssselect("tbody tr")[0]] == [
        "28 November 2026",
        "5",
    ]


def test_huge_numbers_many_sources_and_many_topics() -> None:
    sources = tuple(msgspec.structs.replace(ILL, id=f"quay-{number}") for number in range(30))
    topics = tuple(
        TopicWeeks(id=f"topic-{number}", label=dict.fromkeys(TITLES, f"Topic {number}"), counts=(number, *[10**9] * 11))
        for number in range(26)
    )
    per_day = {"en": (10**12,) * 30, "zh-Hant": (1,) * 30}
    state = msgspec.structs.replace(STATE, sources=sources, topics=topics, per_day=per_day)
    found = pages(state)
    html5lib.HTMLParser(strict=True).parse(found["pt/status.html"].body.decode())
    root = page(state)
    assert len(root.cssselect(".sources > li")) == 30
    assert len(root.cssselect(".topics tbody tr")) == 26
    assert "1,000,000,000,000" in said(root)
    assert len(found["en/status.html"].body) < 150_000


def test_hostile_texts_stay_texts() -> None:
    hostile = SourceState(
        id="port",
        kind="gia",
        name=dict.fromkeys(TITLES, HOSTILE),
        troubles=(Trouble(name=HOSTILE, what=HOSTILE), Trouble(name="empty", what=HOSTILE)),
        unread=1,
        unreadable=(Problem(HOSTILE, HOSTILE),),
    )
    topic = TopicWeeks(id="health", label=dict.fromkeys(TITLES, HOSTILE), counts=(1,) * 12)
    state = msgspec.structs.replace(STATE, sources=(hostile,), topics=(topic,), version=HOSTILE)
    html5lib.HTMLParser(strict=True).parse(pages(state)["zh-Hant/status.html"].body.decode())
    for path, document in pages(state).items():
        if path.endswith(".html"):
            root = html.fromstring(document.body.decode())
            assert not root.cssselect("main script, main img, [onerror], [style]")
            assert "{{ 7*7 }}" in said(root)
    assert data(state)["sources"][0]["problems"][0]["what"] == HOSTILE


# The data


def test_the_data_has_the_keys_that_are_documented() -> None:
    found = data()
    assert sorted(found) == [
        "at", "entries", "feedpub", "pairs", "releases_per_day", "schema", "sources", "stories", "stories_per_week",
        "unwritten", "well",
    ]  # fmt: skip
    assert (found["schema"], found["at"], found["well"]) == (1, "2026-11-28T08:10:00Z", False)
    assert found["sources"][1] == {
        "id": "quay",
        "kind": "api",
        "name": dict.fromkeys(TITLES, "Quay Office"),
        "well": False,
        "last_asked": "2026-11-28T08:10:00Z",
        "last_success": "",
        "not_before": "2026-11-28T10:00:00Z",
        "entries": {},
        "problems": [
            {
                "name": "empty",
                "what": "it has no release; it never had fewer than 3",
                "since": "2026-11-27T16:30:00Z",
            },
            {"name": "", "what": "the answer is no JSON", "since": ""},
        ],
        "unread": 7,
        "unreadable": [{"where": "https://quay.example/1.html", "what": "the page has no title"}],
    }
    assert found["releases_per_day"]["days"][-1] == "2026-11-28"
    assert found["releases_per_day"]["languages"]["en"][-2:] == [28, 3]
    assert found["stories_per_week"]["weeks"][-1] == "2026-11-23"
    assert found["stories_per_week"]["topics"][0]["counts"] == [*range(11), 4]
    assert found["pairs"] == {"share": {"en": 0.996, "zh-Hant": 1.0}, "by_link": 1, "by_evidence": 2, "single": 0}


def test_the_same_state_gives_the_same_bytes() -> None:
    assert pages() == pages()


def test_only_times_that_every_run_moves_are_no_news() -> None:
    later = msgspec.structs.replace(
        STATE, at="2026-11-28T08:20:00Z", sources=(msgspec.structs.replace(WELL, last_run="2026-11-28T08:20:00Z"), ILL)
    )
    assert timeless(later) == timeless(STATE)
    assert timeless(msgspec.structs.replace(STATE, sources=(WELL,))) != timeless(STATE)


def test_the_plots_in_a_page_are_xml() -> None:
    text = pages()["en/status.html"].body.decode()
    found = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(found) == 1 + 2 + 1 + 2
    for one in found:
        etree.fromstring(one)
