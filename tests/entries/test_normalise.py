"""What becomes of everything that a release has."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import msgspec
import pytest

from feedpub.entries.normalise import normalise
from feedpub.errors import ReleaseError
from feedpub.model import Entry, Link, Photo, Release

HKT = timezone(timedelta(hours=8))
ISSUED = datetime(2026, 11, 20, 15, 30, tzinfo=HKT)
BASE = "https://www.portlantern.example/gia/202611/20/P7.htm"
RELEASE = Release(
    source="gov-en",
    authority="www.portlantern.example",
    key="P7",
    language="en",
    day=date(2026, 11, 21),
    title=" Pool\n\uff10\uff17 closes \uff08with photo\uff09",
    body=(
        "<p>The following is issued on behalf of the Harbour &amp; Piers Office:</p>"
        "<p>The pool at <a href='/pool'>Copper Quay</a> closes today.</p><p>It opens again on Monday.</p>"
    ),
    url="https://www.portlantern.example/gia/202611/20/P7.htm#top",
    base=BASE,
    issued=ISSUED,
    photos=(
        Photo(url="a.jpg", caption="The pool\nat dusk.", thumbnail="s/a.jpg", credit=" Lam\tMei "),
        Photo(url="javascript:x", caption="None"),
        Photo(url="b.jpg", thumbnail="data:x"),
    ),
    attachments=(Link(url="/map.pdf", title=" The\nmap "), Link(url="")),
    videos=(Link(url="//video.example/1"),),
    related=(Link(url="P6.htm", title="Pool opens"),),
    counterparts={"zh-Hant": "P8.htm", "pt": "mailto:x@x.example"},
    counterpart_keys=("P8",),
)
ENTRY = Entry(
    id="tag:www.portlantern.example,2026-11-21:P7",
    source="gov-en",
    key="P7",
    language="en",
    title="Pool 07 closes (with photo)",
    published=ISSUED,
    updated=ISSUED,
    url="https://www.portlantern.example/gia/202611/20/P7.htm#top",
    summary="The pool at Copper Quay closes today. It opens again on Monday.",
    content=(
        "<p>The following is issued on behalf of the Harbour &amp; Piers Office:</p>\n"
        '<p>The pool at <a href="https://www.portlantern.example/pool">Copper Quay</a> closes today.</p>\n'
        "<p>It opens again on Monday.</p>"
    ),
    markers=("photos",),
    issuer="the Harbour & Piers Office",
    photos=(
        Photo(
            url="https://www.portlantern.example/gia/202611/20/a.jpg",
            caption="The pool at dusk.",
            thumbnail="https://www.portlantern.example/gia/202611/20/s/a.jpg",
            credit="Lam Mei",
        ),
        Photo(url="https://www.portlantern.example/gia/202611/20/b.jpg"),
    ),
    attachments=(Link(url="https://www.portlantern.example/map.pdf", title="The map"),),
    videos=(Link(url="https://video.example/1"),),
    related=(Link(url="https://www.portlantern.example/gia/202611/20/P6.htm", title="Pool opens"),),
    counterparts={"zh-Hant": "https://www.portlantern.example/gia/202611/20/P8.htm"},
    counterpart_keys=("P8",),
)


def test_a_release_becomes_an_entry() -> None:
    assert normalise(RELEASE) == ENTRY


def test_what_names_a_release_within_its_day_is_in_its_id() -> None:
    entry = normalise(msgspec.structs.replace(RELEASE, minted="pool-closes"))
    assert (entry.id, entry.key) == ("tag:www.portlantern.example,2026-11-21:pool-closes", "P7")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": " \u200b "}, "its title is empty"),
        ({"issued": None}, "it has no issue time"),
        ({"issued": ISSUED.replace(tzinfo=None)}, "it has no issue time"),
        (
            {"issued": ISSUED.replace(year=1899)},
            "its issue time is of the year 1899; expected 1900 to 2199",
        ),
        (
            {"issued": ISSUED.replace(year=2200)},
            "its issue time is of the year 2200; expected 1900 to 2199",
        ),
    ],
)
def test_what_is_no_release_is_told_by_its_address_or_its_key(changes: dict[str, object], said: str) -> None:
    for url, name in ((RELEASE.url, RELEASE.url), (None, "P7"), ("", "P7")):
        with pytest.raises(ReleaseError) as refused:
            normalise(msgspec.structs.replace(RELEASE, url=url, **changes))
        assert str(refused.value) == f"{name}: {said}"


@pytest.mark.parametrize("year", [1900, 2199])
def test_the_first_and_the_last_year_that_there_are(year: int) -> None:
    assert normalise(msgspec.structs.replace(RELEASE, issued=ISSUED.replace(year=year))).published.year == year


def test_a_day_of_local_mean_time_has_an_offset_that_can_be_written() -> None:
    issued = datetime(1900, 11, 20, 8, 0, tzinfo=ZoneInfo("Asia/Hong_Kong"))
    entry = normalise(msgspec.structs.replace(RELEASE, issued=issued))
    assert entry.published == entry.updated == issued
    assert entry.published.isoformat() == "1900-11-20T08:00:18+07:37"
    assert msgspec.json.decode(msgspec.json.encode(entry), type=Entry) == entry


def test_french_has_no_break_spaces_where_it_needs_them_and_not_in_tags() -> None:
    french = msgspec.structs.replace(
        RELEASE,
        language="fr",
        title="Piscine : fermeture à 10 h 30",
        body='<p>Tarif : 10 $ <a href="https://a.example/?q=a :b">ici !</a></p>',
        photos=(Photo(url="a.jpg", caption="La piscine !"),),
        attachments=(Link(url="/map.pdf", title="Plan : quai"),),
    )
    entry = normalise(french)
    assert entry.title == "Piscine\u00a0: fermeture à 10\u00a0h\u00a030"
    assert entry.summary == "Tarif\u00a0: 10\u00a0$ ici\u00a0!"
    assert entry.content == '<p>Tarif\u00a0: 10\u00a0$ <a href="https://a.example/?q=a%20:b">ici\u00a0!</a></p>'
    assert (entry.photos[0].caption, entry.attachments[0].title) == ("La piscine\u00a0!", "Plan\u00a0: quai")


def test_a_photo_is_credited_to_whom_it_names_else_to_whom_its_caption_names() -> None:
    caption = "The pool. Photo source: Harbour Office"
    photos = (Photo(url="a.jpg", caption=caption), Photo(url="b.jpg", caption=caption, credit="Lam Mei"))
    entry = normalise(msgspec.structs.replace(RELEASE, photos=photos))
    assert [photo.credit for photo in entry.photos] == ["Harbour Office", "Lam Mei"]


# Summaries


def summary(*paragraphs: str, language: str = "en") -> tuple[str, str]:
    """On whose behalf, and the summary."""
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    entry = normalise(msgspec.structs.replace(RELEASE, body=body, language=language))
    return entry.issuer, entry.summary


def test_on_whose_behalf_it_is_issued_is_said_first_or_not_at_all() -> None:
    line = "The following is issued on behalf of the Piers Office:"
    assert summary(line, "It closes.") == ("the Piers Office", "It closes.")
    assert summary("It closes.", line) == ("", f"It closes. {line}")
    assert summary("以下新聞稿代碼頭處發出：", "泳池關閉。", language="zh-Hant") == ("碼頭處", "泳池關閉。")


def test_a_summary_goes_on_until_it_has_a_quarter_of_its_length() -> None:
    # 80 of 320 characters are enough, 79 are not.
    assert summary("x" * 79 + ".", "More.")[1] == "x" * 79 + "."
    assert summary("x" * 78 + ".", "More.", "And more.")[1] == "x" * 78 + ". More."
    assert summary("致詞", "泳池。", language="zh-Hant")[1] == "致詞泳池。"


def test_a_text_of_nothing_has_no_summary() -> None:
    assert summary("") == ("", "")
