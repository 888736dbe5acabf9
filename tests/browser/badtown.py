"""A town whose every text is hostile: titles, texts, captions, labels, bodies, and its publisher's config."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape

from tests.browser.town import Desk, pair
from tests.loopback import page as route
from tests.newssite import HKT, NewsSite, page
from tests.site.hostile import ADDRESSES, LONG_WORD, MARKUP, STACKED, TEXTS

LANGUAGES = ("en", "zh-Hant")
FIRST = "P202611170000"
SHORT = [text for text in TEXTS.values() if len(text) < 300]
NASTY = " ".join(
    (TEXTS["script"], TEXTS["end of title"], TEXTS["double quote"], TEXTS["template"], TEXTS["right to left"])
)
"""For places of which there is one."""
_MARK = "MARKUP-GOES-HERE"
_TERMS = (("measles", "麻疹"), ("rainstorm", "暴雨"), ("rowing", "賽艇"))
_TOPIC = """
[[topic]]
id = "{id}"
label = {{ en = {label}, zh-Hant = {label} }}
scope = "x"
terms = {{ en = {{ sure = ["{en}"] }}, zh-Hant = {{ sure = ["{zh}"] }} }}
"""
_BODY = """
[[body]]
id = "{id}"
kind = "department"
name = {{ en = {name}, zh-Hant = {name} }}
also = {{ en = ["{en}"], zh-Hant = ["{zh}"] }}
"""


def quoted(text: str) -> str:
    """A text as TOML has it."""
    return json.dumps(text, ensure_ascii=False)


class BadDesk(Desk):
    """Its publisher."""

    languages = LANGUAGES
    titles = {"en": NASTY, "zh-Hant": f"{NASTY} 新聞"}  # noqa: RUF012 - as its base class has it
    more = "search = true\n"
    tables = f"""
[[feed]]
id = "all"
limit = 60
[[feed]]
id = "odd"
text = ["window"]
title = {{ en = {quoted(NASTY)}, zh-Hant = {quoted(LONG_WORD)} }}
[[feed]]
id = "odder"
text = ["window"]
title = {quoted(TEXTS["end of script"] + TEXTS["style"])}
[topics]
taxonomy = "taxonomy.toml"
bodies = ["bodies.toml"]
"""

    def configure(self, **more: object) -> None:
        labels = (NASTY, LONG_WORD, TEXTS["unclosed"] + STACKED + TEXTS["half a comment"])
        rows = zip(("one", "two", "three"), labels, _TERMS, strict=True)
        topics = [_TOPIC.format(id=name, label=quoted(label), en=en, zh=zh) for name, label, (en, zh) in rows]
        (self.folder / "taxonomy.toml").write_text("".join(topics), "utf-8")
        names = (
            ("dh", NASTY, "Department of Health", "衞生署"),
            ("ho", LONG_WORD, "Harbour Observatory", "海港天文台"),
        )
        bodies = [_BODY.format(id=name, name=quoted(text), en=en, zh=zh) for name, text, en, zh in names]
        (self.folder / "bodies.toml").write_text("".join(bodies), "utf-8")
        super().configure(**more)
        text = self.config.read_text("utf-8")
        for key in ("credit", "rights"):
            row = next(line for line in text.splitlines() if line.startswith(key))
            text = text.replace(row, f"{key} = {{ en = {quoted(NASTY)}, zh-Hant = {quoted(LONG_WORD)} }}")
        self.config.write_text(text, "utf-8")


def key(name: str) -> str:
    """The key of the English release with the markup of a name."""
    return pair(list(MARKUP).index(name), ("", ""), (), ())[0].key


def publish(site: NewsSite) -> None:
    """Release everything, in both languages: each text as a title, a paragraph, a caption and an annex's name."""
    markup = list(MARKUP.values())
    texts = list(TEXTS.values())
    count = max(len(texts), len(markup))
    for number in range(count):
        text, raw = texts[number % len(texts)], markup[number % len(markup)]
        address = ADDRESSES[number % len(ADDRESSES)]
        english, chinese = pair(
            number,
            (f"{number} {text} measles rainstorm rowing"[:10_200], f"{number} {text} 麻疹暴雨賽艇"[:10_200]),
            (f"Department of Health. {text}", _MARK, text[::-1]),
            (f"衞生署。{text}", _MARK, text[::-1]),
            attachments=1,
        )
        for paper in (english, chinese):
            photo = f"https://photos.example/{paper.key}_1.jpg"
            whole = replace(paper, photos=(photo, escape(address)), attachments=(*paper.attachments, escape(address)))
            site.publish(whole)
            body = page(whole).replace(_MARK, raw).replace('title="Photo 1"', f'title="{escape(text)}"')
            body = body.replace("<span>Annex</span>", f"<span>{escape(text)}</span>")
            site.server.routes[whole.path] = route(body)


def live(desk: Desk) -> None:
    """What happens there."""
    publish(desk.site)
    desk.run()
    # A correction, so that there is a history.
    some = list(desk.site.papers.values())[::9]
    for paper in some:
        desk.site.edit(paper.key, paragraphs=(*paper.paragraphs, TEXTS["script"], TEXTS["picture"]))
    desk.run(timedelta(hours=2))


NOW = datetime(2026, 11, 18, 12, 0, tzinfo=HKT)
