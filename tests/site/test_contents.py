"""The text of an entry on a page, and what its corrections show: safe whatever comes, and no more than helps."""

from __future__ import annotations

import pytest
from lxml import html

from feedpub.site import contents, history
from feedpub.site.contents import Picture
from feedpub.site.frame import texts
from feedpub.site.history import Part
from tests.site import hostile


def text(body: str, language: str = "en") -> contents.Text:
    return contents.text(body, texts(language).story, lambda _: None)


def test_a_table_scrolls_in_a_frame_that_the_keyboard_reaches() -> None:
    made = text("<p>Figures</p>\n<table><tr><td>1</td></tr></table>")
    assert made.blocks == 2
    (frame,) = html.fromstring(f"<div>{made.html}</div>").xpath("//div[@class='scroll']")
    assert (frame.get("tabindex"), frame.get("role"), frame.get("aria-label")) == ("0", "group", "Table")
    assert frame.xpath("table//td/text()") == ["1"]


def test_a_picture_in_a_text_is_a_link_and_never_a_link_in_a_link() -> None:
    plain = '<p><img src="https://saltmarsh.example/1.jpg" alt="The pier"></p>'
    assert text(plain).html == '<p><a class="picture" href="https://saltmarsh.example/1.jpg">The pier</a></p>'
    linked = '<p><a href="https://saltmarsh.example/"><img src="https://saltmarsh.example/1.jpg" alt=""></a></p>'
    assert text(linked).html == '<p><a href="https://saltmarsh.example/">Photo 1</a></p>'


def test_a_picture_in_a_text_is_shown_where_there_is_one() -> None:
    made = contents.text(
        '<p><img src="https://saltmarsh.example/1.jpg" alt="A &quot;pier&quot;"></p>',
        texts("en").story,
        {"https://saltmarsh.example/1.jpg": Picture("../images/1.webp", 4, 3)}.get,
    )
    (image,) = html.fromstring(made.html).xpath("//img")
    assert (image.get("src"), image.get("alt"), image.get("width")) == ("../images/1.webp", 'A "pier"', "4")


@pytest.mark.parametrize("address", ["http://[1.2.3]/", "http://[/", "javascript:alert(1)", "//x.example/", "ftp://x/"])
def test_an_address_that_is_none_of_the_web_is_no_link(address: str) -> None:
    assert text(f'<p><a href="{address}">pier</a> <img src="{address}" alt="x"></p>').html == "<p>pier </p>"


@pytest.mark.parametrize(
    ("body", "shown_"),
    [
        ("<p>a</div></section></p>", "<p>a&lt;/div&gt;&lt;/section&gt;</p>"),
        ("</p></table><p>a", "<p>a</p>"),
        ("<ul><li><strong>a</ul>b", "<ul><li><strong>a</strong></li></ul>b"),
        (
            '<a href="https://x.example/">a<a href="https://y.example/">b</a></a>',
            '<a href="https://x.example/">ab</a>',
        ),
        ('<p onclick="x" style="y" class="z">a', "<p>a</p>"),
    ],
)
def test_what_is_not_well_formed_ends_where_the_text_ends(body: str, shown_: str) -> None:
    assert text(body).html == shown_


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        ("", 0),
        ("<p>a</p>\n<p>b<br>c</p>", 2),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>\n<blockquote>c</blockquote>", 2),
        ("<pre>a\n\nb</pre>", 1),
    ],
)
def test_blocks_are_counted_at_the_top_only(body: str, blocks: int) -> None:
    assert text(body).blocks == blocks


def test_headings_go_down_one_level_at_a_time() -> None:
    made = text("<h5>a</h5>\n<h5>b</h5>\n<h3>c</h3>\n<h5>d</h5>\n<h4>e</h4>").html
    assert made == "<h3>a</h3>\n<h4>b</h4>\n<h3>c</h3>\n<h4>d</h4>\n<h4>e</h4>"


def test_of_what_stayed_only_what_is_near_is_shown() -> None:
    long = "word " * 60
    line = (Part("same", long), Part("added", "new "), Part("same", long), Part("removed", "old "), Part("same", long))
    (gap, brief, last) = history.brief([(Part("same", "a"),), (Part("same", "b"),), line, (Part("same", "c"),)])
    assert gap == last == (Part("gap"),)
    assert [part.kind for part in brief] == ["gap", "same", "added", "same", "gap", "same", "removed", "same", "gap"]
    assert all(len(part.text) <= 90 for part in brief)


def test_what_did_not_change_is_not_shown_at_all() -> None:
    assert history.brief([(Part("same", "a"),), (Part("same", "b"),)]) == ()
    assert history.changed((Part("same", "a"),)) == ()


@pytest.mark.parametrize("name", hostile.MARKUP)
def test_tags_that_no_text_of_an_entry_has_are_shown_as_text(name: str) -> None:
    """Entries are clean when they are stored; should one not be, nothing of it runs."""
    made = text(hostile.MARKUP[name])
    section = html.fromstring(f"<section>{made.html}</section>")
    allowed = {"p", "a", "table", "tbody", "tr", "td", "ul", "ol", "li", "pre", "h3", "h4", "h5", "div", "blockquote"}
    allowed |= {"strong", "em", "u", "sup", "sub", "del", "br", "h2", "tfoot", "thead", "th", "caption"}
    assert {str(one.tag) for one in section.iter()} <= allowed | {"section"}
    assert "<script" not in made.html
    for one in section.iter():
        assert set(one.attrib) <= {"href", "class", "lang", "aria-label", "role", "tabindex", "colspan", "rowspan"}
        assert one.get("href", "https:").startswith(("https:", "http:"))
