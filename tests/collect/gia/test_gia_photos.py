"""The photos of a page: their small versions, and who is credited for them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from feedpub.collect.gia import page
from feedpub.entries.normalise import normalise
from feedpub.errors import ReleaseError
from feedpub.model import Entry, Photo, Release

_URL = "https://www.saltmarsh.example/gia/general/202605/04/P2026050400233.htm"
_FULL = "https://gia.saltmarsh.example/general/202605/04/P2026050400233_photo_1203947.jpg"
_SMALL = "https://gia.saltmarsh.example/general/202605/04/P2026050400233_photo_1203947t.jpg"


def _read(*anchors: str) -> tuple[Photo, ...]:
    markup = (
        '<html><body><span id="PRHeadlineSpan">Sea wall</span><span id="pressrelease">Text.</span>'
        f'<div id="rightContent">{"".join(anchors)}</div></body></html>'
    )
    return page.read(markup.encode(), url=_URL, zone=ZoneInfo("Asia/Hong_Kong")).photos


def _anchor(inside: str, title: str = "The wall", href: str = _FULL) -> str:
    return f'<a class="fancybox" href="{href}" title="{title}">{inside}</a>'


def _entry(photo: Photo, language: str = "en", base: str = _URL) -> Entry:
    return normalise(
        Release(
            source="saltmarsh",
            authority="www.saltmarsh.example",
            key="P2026050400233",
            language=language,
            day=date(2026, 5, 4),
            title="Sea wall",
            body="Text.",
            base=base,
            issued=datetime(2026, 5, 4, 8, 30, tzinfo=UTC),
            photos=(photo,),
        )
    )


def _credit(caption: str, language: str) -> str:
    (photo,) = _entry(Photo(url=_FULL, caption=caption), language).photos
    assert photo.caption == caption, "it is read from the caption, and not cut out of it"
    return photo.credit


# Thumbnails


def test_a_thumbnail_is_the_picture_that_the_page_shows_in_the_link() -> None:
    assert _read(_anchor(f'<img src="{_SMALL}" alt="">')) == (Photo(url=_FULL, caption="The wall", thumbnail=_SMALL),)


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "View",
        "<img>",
        '<img src="">',
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
        '<img src="javascript:show()">',
        '<img data-src="/small.jpg">',
        '<img src="http://[">',
    ],
)
def test_a_thumbnail_is_never_made_up(inside: str) -> None:
    # The site's small pictures are called like the large ones with a "t" behind: mostly, and not all are there.
    assert _read(_anchor(inside)) == (Photo(url=_FULL, caption="The wall"),)


def test_a_thumbnail_of_the_pages_own_server_gets_its_whole_address() -> None:
    (photo,) = _read(_anchor('<img src="/gia/images/small.jpg">'))
    assert photo.thumbnail == "https://www.saltmarsh.example/gia/images/small.jpg"


def test_the_first_picture_with_an_address_is_the_thumbnail_wherever_it_is_in_the_link() -> None:
    (photo,) = _read(_anchor(f'<span><img src=""><b><img src="{_SMALL}"></b></span><img src="/icons/zoom.png">'))
    assert photo.thumbnail == _SMALL


def test_each_photo_has_its_own_thumbnail_or_none() -> None:
    other = _FULL.replace("947", "948")
    found = _read(_anchor(f'<img src="{_SMALL}">'), '<img src="/gia/images/line.png">', _anchor("", href=other))
    assert [(photo.url, photo.thumbnail) for photo in found] == [(_FULL, _SMALL), (other, "")]


def test_a_column_that_stands_twice_gives_a_photo_once() -> None:
    assert _read(_anchor(f'<img src="{_SMALL}">'), _anchor("")) == (
        Photo(url=_FULL, caption="The wall", thumbnail=_SMALL),
    )


@pytest.mark.parametrize("thumbnail", ["", "javascript:show()", "http://["])
def test_an_entry_has_no_thumbnail_that_is_no_web_address(thumbnail: str) -> None:
    (photo,) = _entry(Photo(url=_FULL, thumbnail=thumbnail)).photos
    assert photo == Photo(url=_FULL)


def test_an_entrys_thumbnail_is_absolute() -> None:
    (photo,) = _entry(Photo(url="large.jpg", thumbnail="small.jpg")).photos
    assert photo.url == "https://www.saltmarsh.example/gia/general/202605/04/large.jpg"
    assert photo.thumbnail == "https://www.saltmarsh.example/gia/general/202605/04/small.jpg"


def test_a_caption_in_a_wrong_charset_is_refused_as_before() -> None:
    markup = (
        b'<html><body><span id="PRHeadlineSpan">Sea wall</span><span id="pressrelease">Text.</span>'
        b'<a class="fancybox" href="/1.jpg" title="The \xff wall"><img src="/1t.jpg"></a></body></html>'
    )
    with pytest.raises(ReleaseError):
        page.read(markup, url=_URL, zone=ZoneInfo("Asia/Hong_Kong"))


# Credits


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("The wall at dusk. (Photo courtesy of the Harbour Trust)", "the Harbour Trust"),
        ("The wall at dusk (photo by Mr Ada Finch).", "Mr Ada Finch"),
        ("The wall at dusk. Photo source: Harbour Trust.", "Harbour Trust"),
        ("Photo credits: Harbour Trust", "Harbour Trust"),
        ("Picture provided by the Saltmarsh Observatory.", "the Saltmarsh Observatory"),
        ("(Images supplied by Harbour Trust)", "Harbour Trust"),
        ("The wall at dusk. (PHOTO COURTESY OF NASA/JPL-Caltech)", "NASA/JPL-Caltech"),
        ("Photo shows the Harbour Warden, Mrs Odile Fenn (left), at the wall.", ""),
        ("Pictured are the Harbour Warden, Mrs Odile Fenn, and Mr Aldous Pike.", ""),
        ("The wall at dusk.", ""),
        ("Photo", ""),
        ("", ""),
    ],
)
def test_an_english_caption_tells_whose_the_photo_is(caption: str, credit: str) -> None:
    assert _credit(caption, "en") == credit


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("海堤黃昏。（圖片由海港信託提供）", "海港信託"),
        ("海堤黃昏。相片來源：海港信託", "海港信託"),
        ("圖片來源:NASA", "NASA"),
        ("照片由陳大文拍攝", "陳大文"),
        ("海港事務專員范小姐（左）今日在海堤致辭。", ""),
        ("圖示海堤黃昏。", ""),
        ("圖為展出的照片。", ""),
        ("", ""),
    ],
)
def test_a_chinese_caption_tells_whose_the_photo_is(caption: str, credit: str) -> None:
    assert _credit(caption, "zh-Hant") == credit


def test_a_simplified_caption_tells_whose_the_photo_is() -> None:
    assert _credit("海堤黄昏。（图片由海港信托提供）", "zh-Hans") == "海港信托"


def test_a_credit_that_the_source_tells_itself_comes_first() -> None:
    (photo,) = _entry(Photo(url=_FULL, caption="(Photo courtesy of the Harbour Trust)", credit=" Ada \n Finch ")).photos
    assert photo.credit == "Ada Finch"


def test_a_credit_in_another_language_than_the_releases_is_not_looked_for() -> None:
    assert _credit("海堤黃昏。（圖片由海港信託提供）", "en") == ""
    assert _credit("The wall at dusk. (Photo courtesy of the Harbour Trust)", "zh-Hant") == ""
