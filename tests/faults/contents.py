"""Faults of what is said: answers with status 200 that are not what should be there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

from tests.faults import sites
from tests.faults.fault import BODIES, Fault, Spot
from tests.faults.kinds import Ask
from tests.faults.sites import File, Item
from tests.loopback import Route, page

ERROR = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>系統維護中</title></head><body><h1>系統維護中</h1>
<p>本網站正在進行系統維護，暫時未能提供服務，請稍後再試。不便之處，敬請原諒。如有查詢，請聯絡網站管理員。</p></body></html>"""
LOGIN = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>登入</title></head><body><h1>請先登入</h1>
<form action="/login" method="post"><label>用戶名稱 <input name="user"></label><label>密碼 <input name="word"></label>
<p>你的登入時限已過，請重新登入以繼續瀏覽本頁。忘記密碼的用戶請按「忘記密碼」，重設密碼的連結會電郵給你。</p></form></body></html>"""
CAPTCHA = """<!DOCTYPE html><html lang="en"><head><title>Just a moment...</title></head>
<body><main><h1>One more step</h1>
<p>Please complete the security check to go on to this site. Your browser is being looked at; JavaScript and cookies
have to be on. Your request has been recorded under the number 4711.</p></main></body></html>"""
_NOT_WHAT_IS_DUE = (
    "not a feed|no feed|no JSON|not a listing|no release|redesigned|nowhere in the page|matches nothing|empty"
)
_LISTS = frozenset({"list"})
_WHOLE = frozenset({"list", "next", "page", "again"})
_NOT_ROBOTS = "a robots.txt that says nothing has no rules, and HEAD gets no body"
_other = partial(
    Fault,
    group="other pages",
    says=_NOT_WHAT_IS_DUE,
    forms=BODIES,
    why="the answer to HEAD has no body",
)
_xml = partial(Fault, group="XML", forms=frozenset({"xml"}), why="only XML has entities and DTDs")
_list = partial(
    Fault, group="lists", roles=_LISTS, why="only a list has many titles, and a further page is judged with it"
)
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def _declared(dtd: str, used: str = "") -> Callable[[Spot], Route]:
    """The feed with a DTD, which has an entity in a title."""

    def route(spot: Spot) -> Route:
        text = spot.good.body.decode().replace("<rss", f"<!DOCTYPE rss {dtd.format(port=spot.inside)}><rss", 1)
        return page(text.replace("公告）", f"公告）{used}", 1), spot.good.content_type)

    return route


def _listed(change: Callable[[Item], Item]) -> Callable[[Spot], Route]:
    """The list with other titles."""

    def route(spot: Spot) -> Route:
        assert spot.ask.render
        return _served(spot.ask.render([change(one) for one in spot.ask.shown]))

    return route


@cache
def many_links(ask: Ask) -> File:
    """A list of 100,000 releases; where a page is due, one that is nothing but links."""
    numbers = range(10_000, 110_000)
    if ask.render is None or ask.role in ("page", "again"):
        rows = "".join(f'<li><a href="/release/{number}.html">第{number}號</a></li>' for number in numbers)
        return File(f"<!DOCTYPE html><html><body><ul>{rows}</ul></body></html>".encode())
    return ask.render([replace(ask.state[0], number=number, title=f"第{number}號公告") for number in numbers])


def deep(_: object = None) -> bytes:
    """A page of elements within each other."""
    return b"<!DOCTYPE html><html><body>" + b"<div>" * 100_000 + b"</body></html>"


def _served(file: File) -> Route:
    return file.route()


def _in_big5(spot: Spot) -> Route:
    text = spot.good.body.decode().replace('encoding="UTF-8"', "").replace('<meta charset="utf-8">', "")
    return page(text.encode("big5hkscs"), spot.good.content_type)


def _damaged(spot: Spot) -> Route:
    """Chinese of which every fifth byte is another: nobody can tell what was meant."""
    body = bytearray(spot.good.body)
    for place in range(0, len(body), 5):
        if body[place] > 0x7F:
            body[place] = 0xFF
    return page(bytes(body), spot.good.content_type)


CONTENTS = (
    _other(
        "an empty answer",
        route=lambda spot: page(b"", spot.good.content_type),
        says="empty|no feed|not a feed|no markup",
    ),
    _other(
        "white space",
        route=lambda spot: page(b"\n\n  \n", spot.good.content_type),
        says=_NOT_WHAT_IS_DUE + "|no markup",
    ),
    _other("an error page", route=lambda _: _served(File(ERROR.encode()))),
    _other("a login page", route=lambda _: page(LOGIN)),
    _other("a captcha", route=lambda _: page(CAPTCHA)),
    _other("HTML that says it is what is due", route=lambda spot: page(ERROR, spot.good.content_type)),
    _other(
        "an error in JSON",
        route=lambda _: page(json.dumps({"ok": False, "error": "quota exceeded"}), sites.JSON),
        says="quota exceeded|" + _NOT_WHAT_IS_DUE + "|no title|cut off",
    ),
    _other("a picture", route=lambda _: page(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "image/png"), says="."),
    _other("100,000 <div> in each other", route=lambda _: page(deep()), says=_NOT_WHAT_IS_DUE + "|too deep"),
    _other(
        "100,000 links",
        route=lambda spot: _served(many_links(spot.ask)),
        says="100,000|100000|more than|no release|nowhere in|matches nothing|first 2,000|larger",
    ),
    Fault(
        "another charset than declared",
        "charsets",
        _in_big5,
        says="",
        forms=frozenset({"xml", "html", "json"}),
        why="robots.txt is ASCII, and HEAD gets no body",
        harmless=True,
    ),
    Fault(
        "bytes of no charset",
        "charsets",
        _damaged,
        says="charset|utf-8|mojibake|decode",
        forms=frozenset({"xml", "html", "json"}),
        why="robots.txt is ASCII, and HEAD gets no body",
    ),
    _xml("a billion laughs", route=_declared(f'[<!ENTITY l0 "ha">{_LAUGHS}]', "&l9;"), says="DTD|entit|not a feed"),
    _xml(
        "an external entity of a file",
        route=_declared('[<!ENTITY x SYSTEM "file:///etc/hostname">]', "&x;"),
        says="DTD|entit|not a feed",
    ),
    _xml(
        "an external entity of a server",
        route=_declared('[<!ENTITY x SYSTEM "http://127.0.0.1:{port}/secret">]', "&x;"),
        says="DTD|entit|not a feed",
    ),
    _xml(
        "a parameter entity",
        route=_declared('[<!ENTITY % x SYSTEM "http://127.0.0.1:{port}/secret"> %x;]'),
        says="DTD|entit|not a feed",
    ),
    _xml("an external DTD", route=_declared('SYSTEM "http://127.0.0.1:{port}/secret"'), says="", harmless=True),
    _list(
        "titles that are all the same",
        route=_listed(lambda one: replace(one, title="詳情")),
        says="詳情|title",
        judged=True,
    ),
    _list(
        "titles that are all empty",
        route=_listed(lambda one: replace(one, title="")),
        says="title|no release",
        judged=True,
    ),
    _list("the other language", route=_listed(sites.english), says="titles is in", judged=True),
    _list(
        "nothing in it", route=lambda spot: _served(_rendered_empty(spot.ask)), says="no release|empty|matches nothing"
    ),
)


def _rendered_empty(ask: Ask) -> File:
    assert ask.render
    return ask.render([])
