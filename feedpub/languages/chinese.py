"""Chinese in both scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from feedpub.interface.texts import Interface
from feedpub.languages.row import Language
from feedpub.wording.chinese import SIMPLIFIED, TRADITIONAL

_HAN_DIGITS = "○〇零一二三四五六七八九十廿卅\\d"
_HAN_DATES = (
    rf"(?:(?P<year>[{_HAN_DIGITS}]{{4}})\s*年\s*)?(?P<month>[{_HAN_DIGITS}]{{1,3}})\s*月\s*(?P<day>[{_HAN_DIGITS}]{{1,4}})\s*[日號号]",
)


# Their patterns are many, and most runs read no figure.
def _number(text: str) -> int:
    from feedpub.figures import han  # noqa: PLC0415 - as above

    return han.number(text)


def _figures(text: str) -> Iterator[tuple[str, int]]:
    from feedpub.figures import han  # noqa: PLC0415 - as above

    return han.read(text)


def _traditional_interface() -> Interface:
    from feedpub.interface import chinese  # noqa: PLC0415 - only pages and embeds need it

    return chinese.TRADITIONAL


def _simplified_interface() -> Interface:
    from feedpub.interface import chinese  # noqa: PLC0415 - as above

    return chinese.SIMPLIFIED


def traditional() -> Language:
    """The row of Traditional Chinese, as written in Hong Kong."""
    return Language(
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
        only={
            "只有中文": "zh-only",
            "只有英文": "en-only",
            "只備中文": "zh-only",
            "只備英文": "en-only",
            "只有葡文": "pt-only",
        },
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
        words=TRADITIONAL,
        interface=_traditional_interface,
        number=_number,
        figures=_figures,
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


def simplified() -> Language:
    """The row of Simplified Chinese, which is mostly converted from Traditional."""
    origin = traditional()
    return msgspec.structs.replace(
        origin,
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
        only={
            "只有中文": "zh-only",
            "只有英文": "en-only",
            "只备中文": "zh-only",
            "只备英文": "en-only",
            "只有葡文": "pt-only",
        },
        on_behalf=re.compile(r"^(?:以下|下)(?:新闻)?稿[是乃]?代(.{2,80}?)(?:发出|发布)\s*[：:。]?\s*$"),
        series={
            "question": re.compile(rf"^立法会\s?([{_HAN_DIGITS}]{{1,3}})题"),
            "part": origin.series["part"],
        },
        feeds="主要消息",
        topics="主题",
        bodies="发布机构",
        version="简体中文版：{title}",
        version_only="简体中文版",
        words=SIMPLIFIED,
        interface=_simplified_interface,
        converted="（简体中文版由繁体中文版自动转换。）",
    )
