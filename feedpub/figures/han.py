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
_NUMERAL = rf"[{_ALL}]+(?:[{_POINT}][{_HAN}]+)?"
_TELEPHONE = rf"[{_HAN}]{{3,4}}(?:[ \u3000][{_HAN}]{{3,4}})+"
# A single numeral is a number only where something is counted or put in order: 一般 and 四川 are words.
_COUNTED = (
    "號号級级批次屆届題题期個个名宗日月年人間间所歲岁元角時时分秒成倍項项座幢棟层層樓楼戶户組组位條条隻只天週周星小公里米斤"
    "噸吨度章節节讀读輪轮場场段隊队支張张件份類类大國国地屋房室街巷路線线站點点校班輛辆架艘頭头尾杯塊块筆笔單单頓顿股厘"
)
_NUMBER = re.compile(
    rf"(?P<large>(?:(?:{DIGITS})[百千]?[萬億兆万亿]+)*)(?P<digits>{DIGITS})(?P<after>[百千]?)(?P<scale>[萬億兆万亿]*)"
    rf"|(?P<numeral>{_TELEPHONE}|{_NUMERAL})(?P<myriads>(?:[萬億兆万亿]+(?:{_NUMERAL})?)*)",
)
_LARGE = re.compile(rf"(?P<digits>{DIGITS})(?P<after>[百千]?)(?P<scale>[萬億兆万亿]*)")
_HOUR = rf"(?P<hour>\d{{1,2}}|[{_HAN}十廿]{{1,3}})"
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
_BETWEEN = r"(?:[（(][^（()）]{1,16}[)）])?(?:大約|約|约|近)?"
_TIME = re.compile(
    rf"(?:(?P<half>{_HALF}){_BETWEEN}|(?P<until>[至到]))?"
    rf"{_HOUR}\s*(?:(?:時|时)(?!間|间|段|期)|(?:點|点)(?!\d|[{_HAN}]|個|个)|(?P<colon>[:：]))\s*"
    rf"(?:(?P<minute>\d{{1,2}}|[{_HAN}十]{{1,3}})\s*分?(?!鐘|钟)|(?P<thirty>半)|正|許|许)?"
    r"|(?P<word>正午|午夜)",
)
_AT_WORD = {"正午": "12:00", "午夜": "00:00"}
_TENTH = re.compile(rf"(?P<tens>[{_HAN}])成(?P<ones>[{_HAN}](?!千|百|萬))?")


def read(text: str) -> Iterator[tuple[str, int]]:
    """The figures of a Chinese text with their places in it: times of day, then numbers."""
    kept: list[str] = []
    at = 0
    for found, start, end in _times(text):
        yield found, start
        kept += (text[at:start], " " * (end - start))
        at = end
    rest = "".join((*kept, text[at:]))
    # 百分之五 is a number as 第五 is; what is counted in 百分點 is not a hundred.
    rest = _TENTH.sub(_percent, rest).replace("百分之", "  第").replace("百分", "  ")
    for match in _NUMBER.finditer(rest):
        amount = _digits(match) if match["digits"] else _numeral(match, rest)
        if amount is not None:
            yield spelled(amount), match.start()


def number(numeral: str) -> int:
    """A whole number as dates and titles write it: 12, 十二, 廿三, 二○二四; 0 if it is none."""
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
    return total + (pending * last // 10 if last > 10 else pending)  # noqa: PLR2004


def _fraction(text: str) -> Decimal:
    figures = "".join(str(_DIGITS[character]) for character in text if character in _DIGITS)
    return Decimal(f"0.{figures}") if figures else Decimal(0)


def _digits(match: re.Match[str]) -> Decimal | None:
    total = Decimal(0)
    for part in _LARGE.finditer(match[0]):
        number = digits(part["digits"])
        if number is None:
            return None
        total += number * _scale(part["scale"]) * _TENS.get(part["after"], 1)
    return total


def _numeral(match: re.Match[str], text: str) -> Decimal | None:
    numeral, myriads = match["numeral"], match["myriads"]
    if len(numeral) == 1 and not myriads and not _is_counted(match, text):
        return None
    total = value(numeral)
    if total is None or not myriads:
        return total
    return _with_myriads(total, myriads)


def _with_myriads(first: Decimal, myriads: str) -> Decimal:
    """33200000 for 三千 and 萬三百二十萬 and so on: each part times its scale."""
    total, current = Decimal(0), first
    for part in re.findall(r"([萬億兆万亿]+)([^萬億兆万亿]*)", myriads):
        total += current * _scale(part[0])
        current = value(part[1]) or Decimal(0)
    return total + current


def _scale(text: str) -> int:
    product = 1
    for character in text:
        product *= _MYRIADS[character]
    return product


def _is_counted(match: re.Match[str], text: str) -> bool:
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return before in "第（(" or after in _COUNTED if before and after else before == "第"


def _percent(match: re.Match[str]) -> str:
    """八成五 is 85 per cent."""
    percent = 10 * _DIGITS[match["tens"]] + _DIGITS[match["ones"] or "零"]
    return f" {percent}".ljust(len(match[0]))


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
            half, end, last = match["half"] or inherited, match.end(), found
            yield found, match.start(), match.end()


def _is_late(found: str) -> bool:
    return found >= "12:00"


def _time(match: re.Match[str], inherited: str) -> str | None:
    if match["word"]:
        return _AT_WORD[match["word"]]
    hour, minute = _small(match["hour"]), 30 if match["thirty"] else _small(match["minute"] or "0")
    if hour is None or minute is None or (match["colon"] and not match["minute"]):
        return None
    half = match["half"] or inherited
    afternoon = half in _AFTERNOON or (half in _NOON and hour in (1, 2)) or (half in _NIGHT and hour >= _EVENING)
    # 晚上十二時 is midnight.
    midnight = "晚" in half and hour == 12  # noqa: PLR2004 - a clock's hours
    morning = half in _MORNING or midnight or (half in _NIGHT and not afternoon)
    return clock(hour, minute, afternoon=afternoon and not midnight, morning=morning)


def _small(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    found = value(text)
    return None if found is None else int(found)
