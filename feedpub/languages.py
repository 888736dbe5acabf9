"""Everything that depends on a language: one row each.

A new language is one more row in `LANGUAGES`. Nothing else in feedpub asks which language it has at hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from re import Pattern

import msgspec

from feedpub import wording

# fmt: off
_EN_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)
_EN_ABBREVIATIONS = frozenset((
    "mr", "mrs", "ms", "dr", "prof", "rev", "hon", "sr", "jr", "st", "no", "nos", "vs", "etc", "inc", "ltd",
    "co", "dept", "fig", "e.g", "i.e", "a.m", "p.m",
))
# fmt: on
_EN_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_EN_DATES = (
    rf"\b{_EN_MONTH}\.?\s+(?P<day>\d{{1,2}})(?!\d)(?:(?:st|nd|rd|th)\b)?(?:,?\s+(?P<year>\d{{4}})(?!\d))?",
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_EN_MONTH}\b\.?(?:,?\s+(?P<year>\d{{4}})(?!\d))?",
)
_HAN_DIGITS = "○〇零一二三四五六七八九十廿卅\\d"
_HAN_DATES = (
    rf"(?:(?P<year>[{_HAN_DIGITS}]{{4}})\s*年\s*)?(?P<month>[{_HAN_DIGITS}]{{1,3}})\s*月\s*(?P<day>[{_HAN_DIGITS}]{{1,4}})\s*[日號号]",
)


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """One row: what text in one language looks like.

    `dates` find a date in running text, with groups `day`, `month` and, where written, `year`;
    `today` stands right before the bracket that says which day "today" is.
    `markers` are the words with which a title's last brackets tell about the release, and what they mean;
    `marker_lead` is what may stand before them ("with"), `marker_split` what separates several.
    `only` maps the brackets that say that a release has no other language to the marker.
    `wide` says that brackets and commas are full-width. `sentence_end` ends a sentence, its quotes included.
    `summary_length` is how many characters a summary has at most.
    `abbreviations` are words whose full stop ends no sentence.
    `on_behalf` opens a text that is issued for somebody else, whose name is its first group.

    `number` reads a whole number as dates and titles write it, 0 if it is none.

    For comparing versions of a release: `figures` reads numbers and times of day, with their places; `terms` is the
    tag of the column that has this language's terms; `spaced` says that there are spaces between words, `latin` that
    names are written in Latin letters, `readings` is the table of how its characters sound; `density` is how many
    characters say what one English character says; `series` finds in a title what tells the parts of a series apart.

    `aside` finds where a text says on which occasion somebody spoke to the media; it is not what was spoken about.

    `colon` stands between a site's title and what a feed of it is about; `feeds`, `topics` and `bodies` head the groups
    of a list of feeds.

    `version` leads to this language's version of a release, with its title; `version_only` where the title is not
    known; `converted` says that a text was converted from another script. `words` are about corrections and
    withdrawals (wording.py).
    """

    tag: str
    name: str
    months: tuple[str, ...]
    dates: tuple[Pattern[str], ...]
    today: Pattern[str]
    markers: dict[str, str]
    marker_lead: Pattern[str]
    marker_split: Pattern[str]
    only: dict[str, str]
    wide: bool
    sentence_end: Pattern[str]
    summary_length: int
    on_behalf: Pattern[str]
    number: Callable[[str], int]
    figures: Callable[[str], Iterator[tuple[str, int]]]
    terms: str
    spaced: bool
    latin: bool
    density: float
    series: dict[str, Pattern[str]]
    aside: Pattern[str]
    colon: str
    feeds: str
    topics: str
    bodies: str
    version: str
    version_only: str
    words: wording.Words
    converted: str = ""
    readings: str = ""
    abbreviations: frozenset[str] = frozenset()

    def month(self, text: str) -> int:
        """The number of a month as a date writes it: "Nov", "November", 十一; 0 if it is none."""
        start = text.lower()[:3]
        for position, name in enumerate(self.months, start=1):
            if name.startswith(start):
                return position
        return self.number(text)


# Their patterns are many, and most runs read no figure.
def _english_number(text: str) -> int:
    from feedpub.figures import english  # noqa: PLC0415 - as above

    return english.number(text)


def _english_figures(text: str) -> Iterator[tuple[str, int]]:
    from feedpub.figures import english  # noqa: PLC0415 - as above

    return english.read(text)


def _han_number(text: str) -> int:
    from feedpub.figures import han  # noqa: PLC0415 - as above

    return han.number(text)


def _han_figures(text: str) -> Iterator[tuple[str, int]]:
    from feedpub.figures import han  # noqa: PLC0415 - as above

    return han.read(text)


def _rows() -> tuple[Language, ...]:
    latin = Language(
        tag="en",
        name="English",
        months=_EN_MONTHS,
        dates=tuple(re.compile(p, re.IGNORECASE) for p in _EN_DATES),
        today=re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\s*\(\s*$", re.IGNORECASE),
        markers={
            "photo": "photos",
            "photos": "photos",
            "video": "video",
            "videos": "video",
            "audio": "audio",
            "podcast": "audio",
            "attachment": "attachments",
            "attachments": "attachments",
        },
        marker_lead=re.compile(r"with\s+", re.IGNORECASE),
        marker_split=re.compile(r"\s*(?:/|,|&|\band\b)\s*"),
        only={"english only": "en-only", "chinese only": "zh-only"},
        wide=False,
        sentence_end=re.compile(r"[.!?][\"'”’)\]]*(?=\s|$)"),
        summary_length=320,
        on_behalf=re.compile(r"^The following is issued on behalf of (.{2,160}?)\s*:?\s*$", re.IGNORECASE),
        abbreviations=_EN_ABBREVIATIONS,
        aside=re.compile(
            r"\b(?:after|before) (?:attend|officiat|visit|inspect|host|tour|open)ing\b[^:\n]{2,300}?"
            r"(?=:|\n| (?:this|today|yesterday)\b)",
        ),
        colon=": ",
        feeds="Main feeds",
        topics="Topics",
        bodies="Issuing bodies",
        version="English version: {title}",
        version_only="English version",
        words=wording.ENGLISH,
        number=_english_number,
        figures=_english_figures,
        terms="en",
        spaced=True,
        latin=True,
        density=1.0,
        series={
            "question": re.compile(r"^LCQ\s?(\d{1,2})\b"),
            "part": re.compile(r"\((?:[Pp]art\s)?(\d{1,2})\)"),
        },
    )
    traditional = Language(
        tag="zh-Hant",
        name="繁體中文",
        months=(),
        dates=tuple(re.compile(p) for p in _HAN_DATES),
        today=re.compile(r"(?:今日|今天|今晨|今早|今晚|即日)\s*[（(]\s*$"),
        markers={
            "圖": "photos",
            "圖片": "photos",
            "相片": "photos",
            "照片": "photos",
            "短片": "video",
            "影片": "video",
            "錄音": "audio",
            "聲帶": "audio",
            "附件": "attachments",
        },
        marker_lead=re.compile(r"附(?!件)(?:有)?"),
        marker_split=re.compile(r"\s*(?:[/／、，,及和])\s*"),
        only={"只有中文": "zh-only", "只有英文": "en-only", "只備中文": "zh-only", "只備英文": "en-only"},
        wide=True,
        sentence_end=re.compile(r"[。！？…][」』”’）)]*"),
        summary_length=120,
        on_behalf=re.compile(r"^(?:以下|下)(?:新聞)?稿[是乃]?代(.{2,80}?)(?:發出|發布|發佈)\s*[：:。]?\s*$"),
        aside=re.compile(
            r"(?:出席|主持|參觀|視察|探訪|参观|视察|探访)[^。：:\n]{2,120}?[後后](?=會見傳媒|与传媒|與傳媒|会见传媒|向傳媒|向传媒|見記者)"
        ),
        colon="：",
        feeds="主要消息",
        topics="主題",
        bodies="發布機構",
        version="繁體中文版：{title}",
        version_only="繁體中文版",
        words=wording.TRADITIONAL,
        number=_han_number,
        figures=_han_figures,
        terms="zh-Hant",
        spaced=False,
        latin=False,
        readings="cantonese",
        density=0.31,
        series={
            "question": re.compile(rf"^立法會\s?([{_HAN_DIGITS}]{{1,3}})題"),
            "part": re.compile(rf"[（(](?:第)?([{_HAN_DIGITS}]{{1,3}})(?:部分|部份)?[)）]"),
        },
    )
    simplified = msgspec.structs.replace(
        traditional,
        tag="zh-Hans",
        name="简体中文",
        today=re.compile(r"(?:今日|今天|今晨|今早|今晚|即日)\s*[（(]\s*$"),
        markers={
            "图": "photos",
            "图片": "photos",
            "相片": "photos",
            "照片": "photos",
            "短片": "video",
            "影片": "video",
            "视频": "video",
            "录音": "audio",
            "声带": "audio",
            "附件": "attachments",
        },
        only={"只有中文": "zh-only", "只有英文": "en-only", "只备中文": "zh-only", "只备英文": "en-only"},
        on_behalf=re.compile(r"^(?:以下|下)(?:新闻)?稿[是乃]?代(.{2,80}?)(?:发出|发布)\s*[：:。]?\s*$"),
        series={
            "question": re.compile(rf"^立法会\s?([{_HAN_DIGITS}]{{1,3}})题"),
            "part": traditional.series["part"],
        },
        feeds="主要消息",
        topics="主题",
        bodies="发布机构",
        version="简体中文版：{title}",
        version_only="简体中文版",
        words=wording.SIMPLIFIED,
        converted="（简体中文版由繁体中文版自动转换。）",
    )
    return latin, traditional, simplified


LANGUAGES: dict[str, Language] = {row.tag: row for row in _rows()}


DERIVABLE = ("zh-Hans", "zh-Hant")
"""The language that can be converted, and from which."""


def known_tags() -> tuple[str, ...]:
    """The BCP 47 tags that have a row."""
    return tuple(LANGUAGES)
