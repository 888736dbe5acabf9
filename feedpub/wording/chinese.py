"""What feedpub says to readers in Chinese, and how a caption credits a photo."""

from __future__ import annotations

import re
from datetime import date, datetime

import msgspec

from feedpub.notices.notice import Notice
from feedpub.wording.words import Words


def _moment(moment: datetime) -> str:
    return f"{_day(moment)}{moment.hour}時{moment:%M}分"


def _day(day: date) -> str:
    return f"{_month(day)}{day.day}日"


def _month(day: date) -> str:
    return f"{day.year}年{day.month}月"


def _simplified_moment(moment: datetime) -> str:
    return _moment(moment).replace("時", "时")


def _notice() -> Notice:
    from feedpub.notices import han  # noqa: PLC0415 - its patterns are many, and few runs look at a changed release

    return han.notice()


_HAN_IMAGE = "(?:[圖图]片?|相片|照片|影像)"
_HAN_END = r"\s*(?:[）)\]】。；;]|$)"
_HAN_NAMED = "[^（）()\\[\\]【】。，、：:；\\s]"
_HAN_GAVE = "(?:提供|惠允|拍[攝摄])"
_HAN_DOES = "(?:[參参][觀观]|主持|出席|[視视]察|[訪访]|[會会][見见]|[與与和在的])"
_HAN_FIRM = "(?:[局處处署社館馆台臺院]|公司|大[學学]|[協协][會会]|[報报]|中心|信[託托]|基金|[學学]院)"
_CREDIT = re.compile(
    rf"(?:(?:{_HAN_IMAGE}(?:[來来]源|出[處处]|提供|版[權权])(?:者|[單单]位)?|(?<!\w)[攝摄]影(?:[師师]|者)?)\s*[：:]\s*"
    rf"(?=[^（）()：:。]{{2,40}}?{_HAN_END})"
    rf"|{_HAN_IMAGE}(?:[來来]源)?[均皆]?(?:由|承?蒙)\s*(?={_HAN_NAMED}{{2,30}}?{_HAN_GAVE}(?:[，,]|{_HAN_END}))"
    rf"|(?<=[（(【])(?:[圖图]片?|相片|照片)\s*[：:／/]\s*(?=(?:(?!{_HAN_DOES}){_HAN_NAMED}){{1,18}}{_HAN_FIRM}{_HAN_END}))"
    rf"(.{{2,40}}?)\s*(?={_HAN_GAVE}(?:[，,]|{_HAN_END})|{_HAN_END})",
)

TRADITIONAL = Words(
    moment=_moment,
    day=_day,
    month=_month,
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
    notice=_notice,
    photo_credit=_CREDIT,
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
