"""Numbers and times of day in Chinese: 102.8, 一百零二點八, 3 320萬, 二○二六, 第三十八屆, 下午五時三十分."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from feedpub.figures.common import DIGITS, clock, digits, spelled

# fmt: off
_DIGITS = {
    "○": 0, "\u3007": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    "兩": 2, "两": 2,
}
_TENS = {"十": 10, "百": 100, "千": 1000, "廿": 20, "卅": 30}
_MYRIADS = {"萬": 10**4, "億": 10**8, "兆": 10**12, "万": 10**4, "亿": 10**8}
# fmt: on
_POINT = "點点"
_FIXED = ("廿", "卅")
_HAN = "○\u3007零一二三四五六七八九兩两"
_ALL = _HAN + "十百千廿卅"
_MOST = 24
"""Characters of the longest numeral that anybody writes."""
_NUMERAL = rf"[{_ALL}]{{1,{_MOST}}}+(?:[{_POINT}][{_HAN}]{{1,{_MOST}}}+)?"
_TELEPHONE = rf"[{_HAN}]{{3,4}}(?:[ \u3000][{_HAN}]{{3,4}}){{1,3}}"
# A single numeral is a number only where something is counted or put in order: 一般 and 四川 are words.
_COUNTED = (
    "號号級级批次屆届題题期個个名宗日月年人間间所歲岁元角時时分秒成倍項项座幢棟层層樓楼戶户組组位條条隻只週周星小公里米斤天"
    "噸吨度章節节讀读輪轮場场段隊队支張张件份類类屋房室街巷路線线站校班輛辆架艘頭头尾杯塊块筆笔單单頓顿股厘"
)
# 同一天, 統一, 唯一 and the like count nothing; neither does 十分高興, unless it is minutes.
_NOT_ONE = "統统同唯劃划任每專专有另某這这那萬万第"
_VERY = re.compile("十分(?![鐘钟之])")
_SCALE = r"[萬億兆万亿]"
_PART = rf"(?:{DIGITS})[百千]?{_SCALE}{{1,2}}+"
_NUMBER = re.compile(
    rf"(?P<digits>(?:{_PART}){{0,3}}+(?:{DIGITS})[百千]?{_SCALE}{{0,2}}+|(?:{_PART}){{1,3}}+)(?!{_SCALE})"
    rf"|(?<![{_ALL}])(?P<numeral>{_TELEPHONE}|{_NUMERAL})(?![{_ALL}])"
    rf"(?P<myriads>(?:{_SCALE}{{1,2}}+(?:{_NUMERAL})?){{0,3}}+)(?!{_SCALE})",
)
_LARGE = re.compile(rf"(?P<digits>{DIGITS})(?P<after>[百千]?)(?P<scale>{_SCALE}{{0,2}})")
_MORNING = ("凌晨", "清晨", "早上", "上午", "今早", "今晨", "翌晨", "昨晨", "深宵", "早晨")
_AFTERNOON = (
    *("下午", "午後", "今午", "傍晚", "黃昏", "黄昏"),
    *("今晚", "昨晚", "明晚", "當晚", "当晚", "晚上", "晚間", "晚间", "晚"),
)
_NOON = ("中午", "正午")
_NIGHT = ("深夜", "午夜")
_EVENING = 6
_HALF = "|".join(sorted((*_MORNING, *_AFTERNOON, *_NOON, *_NIGHT), key=len, reverse=True))
# What may stand between the part of the day and the hour: "today (August 14)", "about".
_BETWEEN = r"(?:[（(][^（()）]{1,20}[)）])?(?:大約|約|约|近)?"
_HOURS = rf"\d{{1,2}}|[{_HAN}十廿]{{1,3}}"
_MINUTES = (
    rf"\s*(?:(?P<minute{{0}}>\d{{{{1,2}}}}|[{_HAN}十]{{{{1,3}}}})\s*分(?!鐘|钟|之)|(?P<thirty{{0}}>半)|正|許|许|整)?"
)
_TIME = re.compile(
    rf"(?:(?P<half>{_HALF}){_BETWEEN}|(?P<until>[至到])|(?<![\d.,{_ALL}]))"
    rf"(?P<hour>{_HOURS})\s*(?:時|时)(?!間|间|段|期|候){_MINUTES.format(1)}"
    # By 點 only with the part of the day: 升三點 is no time.
    rf"|(?P<half2>{_HALF}){_BETWEEN}(?P<hour2>{_HOURS})\s*[{_POINT}](?![個个]){_MINUTES.format(2)}"
    rf"|(?:(?P<half3>{_HALF}){_BETWEEN})?(?<![\d.,])(?P<hour3>\d{{1,2}})[:：](?P<minute3>\d\d)(?![\d:：])"
    r"|(?P<word>正午|午夜)",
)
_AT_WORD = {"正午": "12:00", "午夜": "00:00"}
_TENTHS = re.compile(rf"(?P<tens>[{_HAN}])成(?P<ones>[{_HAN}半](?![千百萬万]))?")


def read(text: str) -> Iterator[tuple[str, int]]:
    """The figures of a Chinese text with their places in it: times of day, then numbers."""
    times = list(_times(text))
    yield from ((found, start) for found, start, _ in times)
    rest = _without(text, [(start, end) for _, start, end in times])
    tenths = list(_TENTHS.finditer(rest))
    yield from ((_percent(match), match.start()) for match in tenths)
    rest = _without(rest, [match.span() for match in tenths])
    # 百分之五 is a number as 第五 is; what is counted in 百分點 is not a hundred.
    rest = _VERY.sub("  ", rest).replace("百分之", "  第").replace("百分", "  ")
    for match in _NUMBER.finditer(rest):
        amount = _digits(match[0]) if match["digits"] else _numeral(match, rest)
        if amount is not None:
            yield spelled(amount), match.start()


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """A text with spaces in place of some of its pieces."""
    kept: list[str] = []
    at = 0
    for start, end in spans:
        kept += (text[at:start], " " * (end - start))
        at = end
    return "".join((*kept, text[at:]))


def number(numeral: str) -> int:
    """A whole number as dates and titles write it: 12, 十二, 廿三, 二○二四; 0 if it is none."""
    if len(numeral) > _MOST:
        return 0
    if numeral.isdecimal():
        return int(numeral)
    found = value(numeral)
    return 0 if found is None else int(found)


def value(numeral: str) -> Decimal | None:
    """The value of a numeral in Chinese characters: 一百零二點八 is 102.8; None if it is none."""
    whole, _, fraction = "".join(numeral.split()).replace("点", "點").partition("點")
    if any(character not in _DIGITS and character not in _TENS for character in whole):
        return None
    if not any(character in _TENS for character in whole):
        total = Decimal("".join(str(_DIGITS[character]) for character in whole) or 0)
    else:
        total = Decimal(_tens(whole))
    return total + _fraction(fraction)


def _tens(whole: str) -> int:
    total, pending, last = 0, 0, 1
    for character in whole:
        if character in _FIXED:
            total += _TENS[character]
            pending, last = 0, 10
        elif character in _TENS:
            total += (pending or 1) * _TENS[character]
            pending, last = 0, _TENS[character]
        else:
            digit = _DIGITS[character]
            last = 10 if digit == 0 else last
            pending = digit
    # 一百五 is 150, 一百零五 is 105, 十五 is 15.
    return total + (pending * last // 10 if last > 10 else pending)  # noqa: PLR2004 - tens


def _fraction(text: str) -> Decimal:
    figures = "".join(str(_DIGITS[character]) for character in text if character in _DIGITS)
    return Decimal(f"0.{figures}") if figures else Decimal(0)


def _digits(text: str) -> Decimal | None:
    """3萬2 000 and 27億 are sums of parts, each times its scale."""
    total = Decimal(0)
    for part in _LARGE.finditer(text):
        amount = digits(part["digits"])
        if amount is None:
            return None
        total += amount * _scale(part["scale"]) * _TENS.get(part["after"], 1)
    return total


def _numeral(match: re.Match[str], text: str) -> Decimal | None:
    numeral, myriads = match["numeral"], match["myriads"]
    if len(numeral) == 1 and not myriads and not _is_counted(match, text):
        return None
    total = value(numeral)
    if total is None or (not myriads and _is_range(numeral)):
        return None
    return _with_myriads(total, myriads) if myriads else total


def _is_range(numeral: str) -> bool:
    """三四個 is three or four."""
    if len(numeral) != 2 or any(character not in _DIGITS for character in numeral):  # noqa: PLR2004 - two of them
        return False
    first, second = (_DIGITS[character] for character in numeral)
    return 0 < first == second - 1


def _with_myriads(first: Decimal, myriads: str) -> Decimal:
    """33200000 for 三千 and 萬三百二十萬 and so on: each part times its scale; 兩萬五 is 25000."""
    total, current = Decimal(0), first
    scale = 1
    for part in re.findall(rf"({_SCALE}+)({_NUMERAL})?", myriads):
        scale = _scale(part[0])
        total += current * scale
        current = value(part[1]) or Decimal(0)
        if len(part[1]) == 1 and part[1] in _DIGITS:
            current *= scale // 10
    return total + current


def _scale(text: str) -> int:
    product = 1
    for character in text:
        product *= _MYRIADS[character]
    return product


def _is_counted(match: re.Match[str], text: str) -> bool:
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if before and before in "第（(":
        return True
    return bool(after) and after in _COUNTED and not (match["numeral"] == "一" and before and before in _NOT_ONE)


def _percent(match: re.Match[str]) -> str:
    """八成五 is 85 per cent."""
    ones = 5 if match["ones"] == "半" else _DIGITS[match["ones"] or "零"]
    return str(10 * _DIGITS[match["tens"]] + ones)


def _times(text: str) -> Iterator[tuple[str, int, int]]:
    """The times of day with their places; the end of a span goes with its beginning: 下午二時至六時."""
    half, end, last = "", 0, ""
    for match in _TIME.finditer(text):
        inherited = half if match["until"] and match.start() == end else ""
        found = _time(match, inherited)
        if found:
            # 上午十一時至一時 ends in the afternoon.
            if inherited and found < last and not _is_late(found):
                found = _time(match, _AFTERNOON[0]) or found
            half = match["half"] or match["half2"] or match["half3"] or inherited
            end, last = match.end(), found
            yield found, match.start(), match.end()


def _is_late(found: str) -> bool:
    return found >= "12:00"


def _time(match: re.Match[str], inherited: str) -> str | None:
    if match["word"]:
        return _AT_WORD[match["word"]]
    hour = _small(match["hour"] or match["hour2"] or match["hour3"])
    thirty = match["thirty1"] or match["thirty2"]
    minute = 30 if thirty else _small(match["minute1"] or match["minute2"] or match["minute3"] or "0")
    if hour is None or minute is None:
        return None
    half = match["half"] or match["half2"] or match["half3"] or inherited
    # 晚上十二時 and 午夜十二時 are midnight.
    midnight = hour == 12 and ("晚" in half or half in _NIGHT)  # noqa: PLR2004 - a clock's hours
    late = half in _AFTERNOON or (half in _NOON and hour in (1, 2)) or (half in _NIGHT and hour >= _EVENING)
    return clock(hour, minute, afternoon=late and not midnight, morning=half in _MORNING or midnight)


def _small(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    found = value(text)
    return None if found is None else int(found)
