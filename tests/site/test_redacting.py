from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.site.redacting import public


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("it has no release; it never had fewer than 3", "it has no release; it never had fewer than 3"),
        ("https://news.example/list: HTTP 503", "https://news.example/list: HTTP 503"),
        ("https://eve:secret@news.example/list: HTTP 503", "https://news.example/list: HTTP 503"),
        ("https://news.example:8443/a?key=secret#x: no answer", "https://news.example:8443/a?…: no answer"),
        ("eve:secret@news.example does not answer", "…@news.example does not answer"),
        ("socks5://eve:secret@proxy.internal:1080: refused", "…: refused"),
        ("/srv/news/inbox/a.md: no title", "…: no title"),
        ("cannot read ~/news/a.md, ./b.md or ../c/d.md", "cannot read …, … or …"),
        (r"C:\news\a.md: no title", "…: no title"),
        (r"\\server\share\a.md: no title", "…: no title"),
        ("file:///srv/news/a.md: no title", "…: no title"),
        ("(/srv/news/a.md)", "(…"),
        ("讀取/srv/news/a.md失敗", "讀取…"),
        ("English and/or Chinese, 24/7, 3 of 4", "English and/or Chinese, 24/7, 3 of 4"),
        ("http://[::1]:8000/list: refused", "http://[::1]:8000/list: refused"),
        ("a\x00b\x1b[31m\n c", "ab[31m c"),
        ("http://[broken: no address", "…: no address"),
    ],
)
def test_a_message_is_shown_without_what_is_nobodys_business(said: str, shown: str) -> None:
    assert public(said) == shown


def test_what_is_private_goes_whole_also_with_spaces_in_it() -> None:
    private = ("/srv/my news", "/srv/my news/inbox", "proxy.internal:3128", "")
    assert public("/srv/my news/inbox/a.md by proxy.internal:3128", private) == "…… by …"


def test_a_long_message_is_cut() -> None:
    assert public("word " * 100) == ("word " * 60)[:299] + "…"


_PART = st.text(st.characters(categories=("Lu", "Ll", "Nd")), min_size=3, max_size=12)


@given(before=st.sampled_from(["", "in ", "「", "(", "at: "]), parts=st.lists(_PART, min_size=1, max_size=5))
def test_no_part_of_an_absolute_path_is_ever_shown(before: str, parts: list[str]) -> None:
    shown = public(f"{before}/{'/'.join(parts)}")
    assert shown == f"{before}…"


@given(_PART, _PART)
def test_no_login_of_an_address_is_ever_shown(name: str, password: str) -> None:
    assert public(f"http://{name}:{password}@news.example/x") == "http://news.example/x"
