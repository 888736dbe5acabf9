"""What holds of every entry, whatever the page was."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from html import escape
from html.parser import HTMLParser
from xml.sax.saxutils import escape as xml_escape

import msgspec
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from feedpub.entries.normalise import normalise
from feedpub.errors import ReleaseError
from feedpub.model import Entry, Link, Photo, Release

_ISSUED = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
_BASE = "https://www.saltmarsh.example/gia/general/202605/04/P2026050400233.htm"
_ATTRIBUTES = {"href", "src", "alt", "colspan", "rowspan", "scope"}
_TAGS = (
    {"p", "br", "a", "img", "strong", "em", "u", "sup", "sub", "ul", "ol", "li", "pre", "blockquote", "caption"}
    | {"table", "thead", "tbody", "tfoot", "tr", "th", "td"}
    | {f"h{level}" for level in range(3, 7)}
)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_QUICK = settings(deadline=None, max_examples=150)


def _release(title: str, body: str, language: str = "en") -> Release:
    return Release(
        source="saltmarsh",
        authority="www.saltmarsh.example",
        key="P2026050400233",
        language=language,
        day=date(2026, 5, 4),
        title=title,
        body=body,
        url=_BASE,
        base=_BASE,
        issued=_ISSUED,
    )


def _content(body: str, language: str = "en") -> str:
    return normalise(_release("Title", body, language)).content


class _Tags(HTMLParser):
    """The tags of a document, and its text with a line end for each end of a block."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in ("br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")


def _visible(words: str) -> str:
    """Text without white space, zero-width characters and what no document can hold."""
    return "".join(
        char
        for char in _NOT_XML.sub("", words)
        if not char.isspace() and char not in "\u200b\u2060\ufeff\u0085\u2028\u2029"
    )


# Text of any kind: everything Unicode has, surrogates and control characters too, and what is special here.
_ANY_TEXT = st.one_of(
    st.text(max_size=80),
    st.text(st.characters(categories=["Cs", "Cc", "Co", "Cf", "Zs", "Zl", "Zp", "Mn", "So"]), max_size=30),
    st.text(
        st.sampled_from("ab.。！? \n\t\r\x0b\x0c\x00\x1f\x85\xa0\u3000\u200b\u200d\ufeff\ufffe&<>\"'();#x衞\U0001f1ed"),
        max_size=60,
    ),
)
_URLS = st.sampled_from(
    [
        "https://a.example/?x=1&amp;y=2",
        "/relative",
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " java\tscript:alert(1)",
        "&#106;avascript:alert(1)",
        "&#x1;javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "mailto:a@a.example",
        "http://[",
        "https://",
        "//b.example",
        "ht&#9;tps://a.example/x",
        "https://a.example/&quot; onclick=&quot;x",
        "https://a.example/\x01&#xFFFE;",
        "",
    ],
)
_NAMES = st.sampled_from(
    [
        "a",
        "b",
        "i",
        "u",
        "p",
        "br",
        "hr",
        "h1",
        "h4",
        "div",
        "span",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "pre",
        "blockquote",
        "img",
        "script",
        "style",
        "iframe",
        "svg",
        "math",
        "title",
        "textarea",
        "select",
        "template",
        "noscript",
        "plaintext",
        "font",
        "body",
        "html",
        "form",
        "xmp",
        "frameset",
    ],
)
_TAG = st.builds(
    lambda slash, name, attribute, url: f"<{slash}{name}{attribute.format(url) if not slash else ''}>",
    st.sampled_from(["", "", "/"]),
    _NAMES,
    st.sampled_from(
        ["", ' href="{}"', ' src="{}"', " onerror=x()", ' style="{}" colspan="3"', ' colspan="x" alt="{}"']
    ),
    _URLS,
)
_LINK = st.builds(
    lambda start, url: start.format(url),
    st.sampled_from(['<a href="{}">x</a>', '<img src="{}">', "<a href='{}'>x", '<img alt="{0}" src="{0}">']),
    _URLS,
)
_ODDS = st.sampled_from(
    [
        *("<!--", "-->", "<![CDATA[", "]]>", "<?xml ?>", "<!DOCTYPE x>", "&", "<", "&nbsp;", "&lt;b&gt;", "&amp;lt;"),
        *("&#0;", "&#12;", "&#13;", "&#x1F;", "&#xD800;", "&#xFFFF;"),
        *("\u3000\u3000", "。\u3000\u3000", "<br><br>", "<br>", "\n"),
    ],
)
_WILD = st.lists(st.one_of(_TAG, _TAG, _LINK, _ODDS, st.text(max_size=12)), max_size=14).map("".join)
_BODIES = st.one_of(_ANY_TEXT, _WILD)


@_QUICK
@given(_ANY_TEXT, _BODIES, st.sampled_from(["en", "zh-Hant"]))
@example("\x00\ud800", "", "en")
@example("\u200b", "x", "zh-Hant")
def test_a_release_becomes_an_entry_that_xml_can_hold_or_is_refused(title: str, body: str, language: str) -> None:
    try:
        entry = normalise(_release(title, body, language))
    except ReleaseError:
        assert not _visible(title)
        return
    assert entry.title
    for words in (entry.title, entry.summary, entry.issuer, entry.content):
        root = etree.fromstring(f"<content type='html'>{xml_escape(words)}</content>")
        assert (root.text or "") == words.replace("\r\n", "\n").replace("\r", "\n")
    assert "\n" not in entry.title + entry.summary + entry.issuer


@_QUICK
@given(_WILD)
@example('<a href=" java\tscript:alert(1)">x</a>')
@example('<table><td background="javascript:x" colspan="1">x')
def test_content_has_only_safe_tags_and_attributes_and_absolute_web_addresses(body: str) -> None:
    content = _content(body)
    document = _Tags(content)
    assert not document.open, "every tag is closed"
    for tag, attributes in document.found:
        assert tag in _TAGS
        assert set(attributes) <= _ATTRIBUTES
        for name in ("href", "src"):
            if name in attributes:
                assert re.match(r"https?://[^\s/]", attributes[name], re.IGNORECASE)
                assert not re.search(r"[\s\x00-\x1f]", attributes[name])


@_QUICK
@given(st.lists(_ANY_TEXT, max_size=5), st.sampled_from(["<p>{}</p>", "{}<br><br>", "\u3000\u3000{}<br>\n", "{}<br>"]))
@example(["。\u3000\u3000二"], "<p>{}</p>")
@example(["a\x0bb", "\u0085", "<b>&amp;"], "{}<br>")
def test_no_visible_character_of_plain_text_is_lost_or_moved(paragraphs: list[str], form: str) -> None:
    content = _content("".join(form.format(escape(paragraph)) for paragraph in paragraphs))
    assert _visible("".join(_Tags(content).words)) == _visible("".join(paragraphs))


@_QUICK
@given(st.lists(_ANY_TEXT, max_size=5), st.sampled_from(["<p>{}</p>", "{}<br><br>", "\u3000\u3000{}<br>\n", "{}<br>"]))
def test_normalising_the_content_of_plain_text_again_changes_nothing(paragraphs: list[str], form: str) -> None:
    once = _content("".join(form.format(escape(paragraph)) for paragraph in paragraphs))
    assert _content(once) == once


@_QUICK
@given(_WILD)
@example("。\u3000\u3000<a><a>-->")
@example("<pre>a&#13;b</pre>")
def test_normalising_the_content_of_any_markup_again_changes_nothing(body: str) -> None:
    once = _content(body)
    assert _content(once) == once


@_QUICK
@given(_ANY_TEXT, st.sampled_from(["en", "zh-Hant"]))
def test_a_clean_title_is_not_cleaned_further(title: str, language: str) -> None:
    assume(_visible(title))
    once = normalise(_release(title, "x", language)).title
    assert normalise(_release(once, "x", language)).title == once


@_QUICK
@given(_ANY_TEXT)
def test_a_title_loses_no_visible_character(title: str) -> None:
    assume(_visible(title))
    cleaned = normalise(_release(title, "x")).title

    # Width and the form of brackets may change.
    def folded(words: str) -> str:
        return unicodedata.normalize("NFKC", _visible(words)).translate(str.maketrans("\u3014\u3015", "()"))

    assert folded(cleaned) == folded(title)


@_QUICK
@given(
    st.text(st.sampled_from("ab字。.！ \n"), max_size=60),
    st.integers(1, 12),
    st.sampled_from([("en", 320), ("zh-Hant", 120)]),
)
def test_a_summary_is_not_longer_than_its_language_allows(words: str, times: int, row: tuple[str, int]) -> None:
    language, limit = row
    body = words * times
    summary = normalise(_release("Title", f"<p>{body}</p>", language)).summary
    assert len(summary) <= limit
    assert bool(summary) == bool(body.strip())


def _everything(entry: Entry) -> str:
    return msgspec.json.encode(entry).decode()


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://[", "", "data:image/png;base64,A", "mailto:a@a.example"]
)
def test_no_address_beside_the_text_is_other_than_of_the_web(address: str) -> None:
    release = msgspec.structs.replace(
        _release("Title", "x"),
        url=address,
        base="",
        photos=(Photo(url=address, caption="c"),),
        attachments=(Link(url=address, title="t"),),
        videos=(Link(url=address),),
        related=(Link(url=address),),
        counterparts={"zh-Hant": address},
    )
    entry = normalise(release)
    assert (entry.url, entry.photos, entry.attachments, entry.videos, entry.related) == (None, (), (), (), ())
    assert entry.counterparts == {}


def test_captions_and_titles_of_links_are_clean_lines() -> None:
    release = msgspec.structs.replace(
        _release("Title", "x"),
        photos=(Photo(url="/p.jpg", caption=" Kelp\x00\n\tat \ud800 dusk\u200b "),),
        attachments=(Link(url="a.pdf", title="Annex\u00a01\x07"),),
    )
    entry = normalise(release)
    assert entry.photos == (Photo(url="https://www.saltmarsh.example/p.jpg", caption="Kelp at dusk"),)
    assert entry.attachments == (
        Link(url="https://www.saltmarsh.example/gia/general/202605/04/a.pdf", title="Annex 1"),
    )
    assert "\\ud800" not in _everything(entry)


@pytest.mark.parametrize("issued", [None, datetime(2026, 5, 4, 8, 30)], ids=["none", "naive"])  # noqa: DTZ001
def test_a_release_without_an_aware_issue_time_is_refused(issued: datetime | None) -> None:
    with pytest.raises(ReleaseError, match="issue time"):
        normalise(msgspec.structs.replace(_release("Title", "x"), issued=issued))


def test_updated_is_published_at_first() -> None:
    entry = normalise(_release("Title", "x"))
    assert entry.updated == entry.published == _ISSUED
