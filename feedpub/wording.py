"""What feedpub itself says to readers, and what it has to recognise, in each language: a part of a language's row."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from re import Pattern

import msgspec

from feedpub import notices

_EN_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """One language's words about corrections and withdrawals.

    `moment` writes a date and time; `listed` stands between the parts of a list.

    `corrected` opens the note about a correction, with when and what; `title_before` tells the title before;
    `text_changed` that the text differs, where no paragraph can be counted; `changed`, `added` and `removed` count
    paragraphs, each as what is said of one and of several. `restored` says that a withdrawn release came back.

    `withdrawn_title` and `withdrawn` stand in place of the title and the text of a withdrawn release.
    `notice` is how a notice of withdrawal reads (notices.py).

    `photo_credit` finds in a caption who is credited for the photo: its first group.
    """

    moment: Callable[[datetime], str]
    listed: str
    corrected: str
    title_before: str
    text_changed: str
    changed: tuple[str, str]
    added: tuple[str, str]
    removed: tuple[str, str]
    restored: str
    withdrawn_title: str
    withdrawn: str
    notice: Callable[[], notices.Notice]
    photo_credit: Pattern[str]


def _english_moment(moment: datetime) -> str:
    return f"{moment.day} {_EN_MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M}"


def _han_moment(moment: datetime) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日{moment.hour}時{moment:%M}分"


def _simplified_moment(moment: datetime) -> str:
    return _han_moment(moment).replace("時", "时")


# A caption may begin with "Photo" in many ways that credit nobody. So a name stands at the end of the caption, of its
# sentence or in brackets; it is a name by its capitals, or that of an office or a firm; and unless it says "source",
# "courtesy" or "provided", it does not stand first in the caption.
_IMAGE = r"\b(?:photo(?:graph)?|picture|image)s?"
_END = r"\s*(?:[)\]]|[.;]?\s*$|(?<!\b[A-Z])\.\s)"
_NAMED = r"[A-Z][\w.'’&-]*"
_PROPER = (
    rf"(?:the\s+|The\s+)?(?!(?:Photo|Picture|Image|The)){_NAMED}"
    rf"(?:(?:\s+|\s*/\s*|,\s+)(?:(?:of|and|the|for|in|to|de|la|van|von|&)\s+){{0,2}}{_NAMED}){{0,11}}"
)
_FIRM = (
    r"(?:Department|Office|Bureau|Service|Authority|Government|Agency|Observatory|Museum|Library|Archive|Gallery"
    r"|Council|Commission|Committee|Trust|Foundation|Association|Federation|Society|Club|University|Institute|Press"
    r"|Studio|Group|Limited|Ltd|News|AFP|AP|Reuters|Xinhua)s?\b"
)
_APART = r"(?:(?<=[(\[])|(?<=[.;/–—|]\s))"
_ENGLISH_CREDIT = re.compile(
    rf"(?:(?i:{_IMAGE}\s+(?:source|credit)s?\s*[:：]\s*)(?=[^()\[\]:;]{{2,80}}?{_END})"
    rf"|(?i:{_IMAGE}(?:,?\s+(?:is|are|was|were))?\s+"
    r"(?:(?:by\s+)?courtesy\s+of|(?:kindly\s+)?(?:provided|supplied|contributed)\s+by)\s+)"
    rf"(?=(?:{_PROPER}|the\s+(?:\w+\s+)?\w+){_END})"
    rf"|{_APART}(?i:{_IMAGE}\s+(?:taken\s+)?by\s+)(?={_PROPER}{_END})"
    rf"|{_APART}(?i:{_IMAGE}\s*[:：]\s*)(?!\w+ing\b|Visit|Launch)(?=[^()\[\]]{{0,80}}?{_FIRM})(?={_PROPER}{_END})"
    rf"|(?i:{_IMAGE}\s*)(?:©|\([Cc]\))\s*(?={_PROPER}{_END}))"
    rf"(.{{2,100}}?)(?={_END})",
)
_HAN_IMAGE = "(?:[圖图]片?|相片|照片|影像)"
_HAN_END = r"\s*(?:[）)\]】。；;]|$)"
_HAN_NAMED = "[^（）()\\[\\]【】。，、：:；\\s]"
_HAN_GAVE = "(?:提供|惠允|拍[攝摄])"
_HAN_DOES = "(?:[參参][觀观]|主持|出席|[視视]察|[訪访]|[會会][見见]|[與与和在的])"
_HAN_FIRM = "(?:[局處处署社館馆台臺院]|公司|大[學学]|[協协][會会]|[報报]|中心|信[託托]|基金|[學学]院)"
_HAN_CREDIT = re.compile(
    rf"(?:(?:{_HAN_IMAGE}(?:[來来]源|出[處处]|提供|版[權权])(?:者|[單单]位)?|(?<!\w)[攝摄]影(?:[師师]|者)?)\s*[：:]\s*"
    rf"(?=[^（）()：:。]{{2,40}}?{_HAN_END})"
    rf"|{_HAN_IMAGE}(?:[來来]源)?[均皆]?(?:由|承?蒙)\s*(?={_HAN_NAMED}{{2,30}}?{_HAN_GAVE}(?:[，,]|{_HAN_END}))"
    rf"|(?<=[（(【])(?:[圖图]片?|相片|照片)\s*[：:／/]\s*(?=(?:(?!{_HAN_DOES}){_HAN_NAMED}){{1,18}}{_HAN_FIRM}{_HAN_END}))"
    rf"(.{{2,40}}?)\s*(?={_HAN_GAVE}(?:[，,]|{_HAN_END})|{_HAN_END})",
)

ENGLISH = Words(
    moment=_english_moment,
    listed="; ",
    corrected="Corrected on {when}: {what}.",
    title_before="title (before: “{title}”)",
    text_changed="text changed",
    changed=("{count} paragraph changed", "{count} paragraphs changed"),
    added=("{count} paragraph added", "{count} paragraphs added"),
    removed=("{count} paragraph removed", "{count} paragraphs removed"),
    restored="This press release had been withdrawn. It was published again on {when}.",
    withdrawn_title="Withdrawn: {title}",
    withdrawn="This press release, issued on {issued}, was withdrawn by its publisher (noticed on {when}).",
    notice=notices.english,
    photo_credit=_ENGLISH_CREDIT,
)
TRADITIONAL = Words(
    moment=_han_moment,
    listed="；",
    corrected="更正（{when}）：{what}。",
    title_before="標題（原為「{title}」）",
    text_changed="內文有改動",
    changed=("修改了{count}段", "修改了{count}段"),
    added=("新增了{count}段", "新增了{count}段"),
    removed=("刪去了{count}段", "刪去了{count}段"),
    restored="這份新聞公報曾被撤回，其後於{when}再次發布。",
    withdrawn_title="已撤回：{title}",
    withdrawn="這份於{issued}發出的新聞公報已由發布機構撤回（於{when}得悉）。",
    notice=notices.han,
    photo_credit=_HAN_CREDIT,
)
SIMPLIFIED = msgspec.structs.replace(
    TRADITIONAL,
    moment=_simplified_moment,
    title_before="标题（原为“{title}”）",
    text_changed="正文有改动",
    added=("新增了{count}段", "新增了{count}段"),
    removed=("删去了{count}段", "删去了{count}段"),
    restored="这份新闻稿曾被撤回，后于{when}再次发布。",
    withdrawn="这份于{issued}发布的新闻稿已由发布机构撤回（于{when}获悉）。",
)
