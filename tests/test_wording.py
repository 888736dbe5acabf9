"""What feedpub says to readers and recognises, in each language."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from string import Formatter

import msgspec
import pytest

from feedpub.entries.normalise import normalise
from feedpub.languages import LANGUAGES
from feedpub.model import Photo, Release
from feedpub.scripts import simplified
from feedpub.wording import Words

HKT = timezone(timedelta(hours=8))
# What each text has a place for.
_PLACES = {
    "corrected": {"when", "what"},
    "title_before": {"title"},
    "text_changed": set(),
    "changed": {"count"},
    "added": {"count"},
    "removed": {"count"},
    "restored": {"when"},
    "withdrawn_title": {"title"},
    "withdrawn": {"issued", "when"},
}


def _texts(words: Words, name: str) -> tuple[str, ...]:
    found = getattr(words, name)
    return found if isinstance(found, tuple) else (found,)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "places"), _PLACES.items())
def test_a_text_has_a_place_for_what_it_tells(language: str, name: str, places: set[str]) -> None:
    for text in _texts(LANGUAGES[language].words, name):
        assert {place for _, place, _, _ in Formatter().parse(text) if place is not None} == places


@pytest.mark.parametrize("name", _PLACES)
def test_the_texts_of_a_language_are_in_its_script(name: str) -> None:
    for text in _texts(LANGUAGES["zh-Hans"].words, name):
        assert simplified(text) == text
    assert not re.search("[\u4e00-\u9fff]", "".join(_texts(LANGUAGES["en"].words, name)))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "3 November 2026, 09:05"),
        ("zh-Hant", "2026年11月3日9時05分"),
        ("zh-Hans", "2026年11月3日9时05分"),
    ],
)
def test_a_moment_is_written_in_its_own_zone(language: str, expected: str) -> None:
    moment = LANGUAGES[language].words.moment
    assert moment(datetime(2026, 11, 3, 9, 5, 59, tzinfo=HKT)) == expected
    assert moment(datetime(2026, 11, 3, 1, 5, tzinfo=UTC).astimezone(HKT)) == expected


def _credit(language: str, caption: str) -> str:
    found = LANGUAGES[language].words.photo_credit.search(caption)
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("language", "caption", "credit"),
    [
        ("en", "Boat models on display (Photo: Leisure Services Office)", "Leisure Services Office"),
        ("en", "Boat models on display. Photo: Lantern News Agency", "Lantern News Agency"),
        ("en", "The opening of the carnival. Photo source: Harbour Museum", "Harbour Museum"),
        ("en", "The opening of the carnival (photo source: Harbour Museum).", "Harbour Museum"),
        ("en", "Photo credit: Chan Siu-ming", "Chan Siu-ming"),
        ("en", "Photo credits: Chan Siu-ming and Lee Ka-yan", "Chan Siu-ming and Lee Ka-yan"),
        ("en", "Image credit: NASA/JPL", "NASA/JPL"),
        ("en", "A seal on the rocks (Picture courtesy of the Marine Society)", "the Marine Society"),
        ("en", "Photos courtesy of Quayside Rowing Club.", "Quayside Rowing Club"),
        ("en", "The lantern parade. Photo by courtesy of Mr Lee Ka-yan.", "Mr Lee Ka-yan"),
        ("en", "The lantern parade (Photo provided by the organiser)", "the organiser"),
        (
            "en",
            "The lantern parade (photo supplied by the Museum of Art and History).",
            "the Museum of Art and History",
        ),
        ("en", "The lantern parade [Photo by Chan Siu-ming]", "Chan Siu-ming"),
        ("en", "The lantern parade. Photo by Chan Siu-ming.", "Chan Siu-ming"),
        ("en", "The crater lake (photo taken by A. B. Chan)", "A. B. Chan"),
        ("en", "The lantern parade (Photo © Lantern Museum)", "Lantern Museum"),
        ("en", "The finish line — Photo: AFP", "AFP"),
        ("en", "Photo is provided by the Hospital Services Authority.", "the Hospital Services Authority"),
        (
            "en",
            "The old pier. Photo credit: Lantern Harbour Museum, Picture Library. It was built in 1901.",
            "Lantern Harbour Museum, Picture Library",
        ),
        ("zh-Hant", "嘉年華上的模型船（圖片：康樂事務處）", "康樂事務處"),
        ("zh-Hant", "嘉年華上的模型船（圖片來源：海港博物館）", "海港博物館"),
        ("zh-Hant", "圖片來源：海港博物館", "海港博物館"),
        ("zh-Hant", "相片來源：燈港攝影學會。", "燈港攝影學會"),
        ("zh-Hant", "嘉年華開幕（圖片由康樂事務處提供）", "康樂事務處"),
        ("zh-Hant", "嘉年華開幕。相片由陳小明拍攝。", "陳小明"),
        ("zh-Hant", "照片由燈港天文台提供，顯示風暴位置。", "燈港天文台"),
        ("zh-Hant", "圖片提供：主辦單位", "主辦單位"),
        ("zh-Hant", "攝影：陳小明", "陳小明"),
        ("zh-Hant", "嘉年華開幕（攝影：陳小明）", "陳小明"),
        ("zh-Hant", "嘉年華開幕（相片：新港社）", "新港社"),
        ("zh-Hant", "圖片均由鷺灣賽艇會提供。", "鷺灣賽艇會"),
        ("zh-Hant", "照片承蒙海港博物館提供", "海港博物館"),
        ("zh-Hant", "嘉年華開幕（圖：燈港日報）", "燈港日報"),
        ("zh-Hant", "嘉年華開幕（照片版權：海港博物館）", "海港博物館"),
        ("zh-Hans", "嘉年华开幕（图片由康乐事务处提供）", "康乐事务处"),
        ("zh-Hans", "图片来源：海港博物馆", "海港博物馆"),
        ("zh-Hans", "摄影：陈小明", "陈小明"),
    ],
)
def test_a_caption_says_who_is_credited(language: str, caption: str, credit: str) -> None:
    assert _credit(language, caption) == credit


@pytest.mark.parametrize(
    ("language", "caption"),
    [
        ("en", "Photo shows the minister at the opening ceremony."),
        ("en", "Picture: the minister opens the pier."),
        ("en", "Photo: The Secretary for Harbour Affairs opens the pier."),
        ("en", "Photo by photo, the exhibition tells the story of the harbour."),
        ("en", "Photo by Photo: An Exhibition"),
        ("en", "Photos by Local Artists on display at the museum."),
        ("en", "Photos by Local Artists"),
        ("en", "Photo taken by a drone shows the flooded fields."),
        ("en", "Photos taken by the CCTV camera were shown."),
        ("en", "Photo 1: Mr Chan (left) and Mrs Lee"),
        ("en", "Picture by the harbour wall."),
        ("en", "Photo provided by the applicant shows the damaged roof of the house."),
        ("en", "The winner of the photo by-election contest."),
        ("en", "Pictures: from left, Ms Ho, Mr Lee and Dr Chan."),
        ("en", "The Secretary (right) receives a photo supplied by the artist at the ceremony."),
        ("en", "(Photo: Chief Secretary with children)"),
        ("en", "Photo: Harbour Services Department staff clear a fallen tree."),
        ("en", "The image source of the projector."),
        ("en", "The image credit scheme for students"),
        ("en", "A photo courtesy call on the Governor"),
        ("en", "Photo courtesy call"),
        ("en", "Images by the hundred fill the hall"),
        ("en", "A visitor looks at a picture by Rembrandt."),
        ("en", "A picture by Chan Siu-ming, on loan from the Museum"),
        ("en", "The museum shows photos: Old Harbour, New Pier"),
        ("en", "Photo taken by the harbour."),
        ("en", "Photo (from left): Mr Chan, Office of the Secretary"),
        ("en", "Photo: Office opening"),
        ("en", "Picture of the Lantern News Agency building"),
        ("en", "The minister thanks the photographer. Photo: Opening of the Office."),
        ("zh-Hant", "圖片：局長（左）主持開幕典禮。"),
        ("zh-Hant", "圖示局長與嘉賓主持亮燈儀式。"),
        ("zh-Hant", "相片由左至右：陳先生、李女士、何博士。"),
        ("zh-Hant", "照片由上而下為第一至第三名。"),
        ("zh-Hant", "圖片由三部分組成。"),
        ("zh-Hant", "（圖片：局長參觀康樂事務處）"),
        ("zh-Hant", "局長在攝影展致辭。"),
        ("zh-Hant", "（資料圖片）"),
        ("zh-Hant", "圖一：局長（右二）與得獎者合照。"),
        ("zh-Hant", "相片由警方提供的閉路電視截圖可見疑犯。"),
        ("zh-Hant", "義工派發飯盒（免費提供）。"),
        ("zh-Hant", "局長參觀攝影：光與影展覽"),
        ("zh-Hant", "圖片展由康樂事務處舉辦"),
        ("zh-Hant", "局長介紹照片來源"),
        ("zh-Hant", "左起：陳先生、李女士"),
        ("zh-Hant", "照片由右至左依次為得獎者"),
        ("zh-Hant", "圖為青年義工探訪長者中心"),
        ("zh-Hant", "圖：局長到訪燈港大學"),
        ("zh-Hant", "照片由學生在展覽中提供予公眾觀賞的作品"),
        ("zh-Hant", "（圖片：得獎作品）"),
        ("zh-Hans", "相片显示局长会见传媒。"),
        ("zh-Hans", "照片由左至右：陈先生、李女士。"),
    ],
)
def test_a_caption_that_credits_nobody_has_no_credit(language: str, caption: str) -> None:
    assert _credit(language, caption) == ""


def test_the_credit_of_a_photo_is_that_of_its_page_and_else_that_of_its_caption() -> None:
    captioned = Photo(url="https://www.lantern.example/a.jpg", caption="Boat models (Photo: Leisure Services Office)")
    release = Release(
        source="lantern",
        authority="www.lantern.example",
        key="P1",
        language="en",
        day=date(2026, 5, 4),
        title="Carnival",
        body="Text.",
        issued=datetime(2026, 5, 4, 9, 0, tzinfo=HKT),
        photos=(captioned, msgspec.structs.replace(captioned, credit="Chan Siu-ming")),
    )
    assert [photo.credit for photo in normalise(release).photos] == ["Leisure Services Office", "Chan Siu-ming"]
