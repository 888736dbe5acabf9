"""Makes up days of series: releases that differ from the next in one number, place or date, the same for a seed.

Halves are missing, come hours apart and across midnight, and some titles say "(with photos)" in one language only, as
after an edit. No two releases of one kind are alike in all that they say: those nobody could tell apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

import msgspec

from tests.entries.pairs.read import Row


class Half(msgspec.Struct, frozen=True):
    """One language's version of a release."""

    title: str
    text: str


class Whole(msgspec.Struct, frozen=True):
    """A release: when it is issued, in English and in Chinese."""

    moment: datetime
    english: Half
    chinese: Half


Series = Callable[[datetime, Random], Iterator[Whole]]

# fmt: off
_DIGITS = "零一二三四五六七八九"
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
_BEACHES = (
    ("Shek O Beach", "石澳泳灘"), ("Big Wave Bay Beach", "大浪灣泳灘"), ("Repulse Bay Beach", "淺水灣泳灘"),
    ("Silverstrand Beach", "銀線灣泳灘"), ("Golden Beach", "黃金泳灘"), ("Cheung Chau Tung Wan Beach", "長洲東灣泳灘"),
)
_REASONS = (("big waves", "大浪"), ("a suspected shark sighting", "懷疑有鯊魚出沒"), ("a red tide", "紅潮"))
_OFFICIALS = (
    ("SDEV", "Secretary for Development", "Ms Kwok Lai-fan", "發展局局長", "郭麗芬"),
    ("SED", "Secretary for Education", "Dr Tong Sze-ming", "教育局局長", "唐思明"),
    ("SLW", "Secretary for Labour and Welfare", "Mr Pang Chi-keung", "勞工及福利局局長", "彭志強"),
    ("STL", "Secretary for Transport and Logistics", "Ms Yeung Suk-han", "運輸及物流局局長", "楊淑嫻"),
    ("SEE", "Secretary for Environment and Ecology", "Mr Lo Wing-hong", "環境及生態局局長", "羅永康"),
    ("SFST", "Secretary for Financial Services and the Treasury", "Mr Fan Kam-tong", "財經事務及庫務局局長", "范錦棠"),
)
_PLACES = (
    ("Mong Kok", "旺角"), ("Kwun Tong", "觀塘"), ("Tsuen Wan", "荃灣"), ("Sha Tin", "沙田"), ("Tuen Mun", "屯門"),
    ("Wong Tai Sin", "黃大仙"), ("Tai Po", "大埔"), ("Aberdeen", "香港仔"),
)
_LATE = (1, 3, 7, 20, 45, 90, 180, 300)
_CHINESE_LATE = (1, 5, 12, 47)
# fmt: on


def rows(seed: int) -> list[Row]:
    """A few days of series, in no order."""
    random = Random(seed)
    made: list[Row] = []
    numbers = random.sample(range(100_000), 1_000)
    for series in (_weather, _fire_danger, _flags, _speeches, _tenders, _fires, _cases, _updates, _landslips, _typhoon):
        day = datetime(2027, 4, 5 + random.randrange(3))  # noqa: DTZ001 - a row says the local time
        together = random.random() < 0.5
        for number, whole in enumerate(series(day, random)):
            pair = f"{series.__name__.strip('_')}-{number}"
            made += _issue(whole, pair, numbers, random, together=together)
    random.shuffle(made)
    return made


def _issue(whole: Whole, pair: str, numbers: list[int], random: Random, *, together: bool) -> Iterator[Row]:
    """The rows of a release: both halves or one, at one time or not, the photos told in both titles or in one."""
    moments = {"en": whole.moment, "zh-Hant": whole.moment}
    chance = random.random()
    if not together and chance < 0.35:
        moments["en"] += timedelta(minutes=random.choice(_LATE))
    elif not together and chance < 0.45:
        moments["zh-Hant"] += timedelta(minutes=random.choice(_CHINESE_LATE))
    photos = {"en": "", "zh-Hant": ""}
    chance = random.random()
    if chance < 0.2:
        photos = {"en": " (with photos)", "zh-Hant": "（附圖）"}
    if chance < 0.1:
        photos[random.choice(("en", "zh-Hant"))] = ""
    chance = random.random()
    issued = ("en",) if chance < 0.08 else ("zh-Hant",) if chance < 0.16 else ("en", "zh-Hant")
    for language in issued:
        half = whole.english if language == "en" else whole.chinese
        moment = moments[language]
        key = f"P{moment:%Y%m%d}{numbers.pop():05}"
        yield Row(
            id=key,
            lang=language,
            title=half.title + photos[language],
            issued_hkt=f"{moment:%Y-%m-%d %H:%M}",
            url=f"https://www.info.gov.hk/gia/general/{moment:%Y%m/%d}/{key}.htm",
            pair=pair if len(issued) > 1 else None,
            text=half.text,
        )


def _weather(day: datetime, random: Random) -> Iterator[Whole]:
    """One title 24 times; the hour, the temperature and the humidity differ."""
    for hour in range(24):
        moment = day + timedelta(hours=hour)
        degrees, humidity = random.randrange(8, 33), random.randrange(40, 99)
        yield Whole(
            moment + timedelta(minutes=2),
            Half(
                "Current weather report",
                f"At {_time(moment)} today ({_date(moment)}) the air temperature recorded at the Hong Kong Observatory "
                f"was {degrees} degrees Celsius and the relative humidity was {humidity} per cent.",
            ),
            Half(
                "本港天氣報告",
                f"今日（{_han_date(moment)}）{_han_time(moment)}，天文台錄得氣溫{degrees}度，相對濕度百分之{humidity}。",
            ),
        )


def _fire_danger(day: datetime, random: Random) -> Iterator[Whole]:
    """Two colours, issued or cancelled."""
    for hour in range(6, 22, 2):
        moment = day + timedelta(hours=hour)
        colour, han_colour, risk, han_risk = random.choice(
            (("red", "紅色", "extreme", "極高"), ("yellow", "黃色", "high", "高"))
        )
        if random.random() < 0.5:
            yield Whole(
                moment,
                Half(
                    f"{colour.title()} fire danger warning issued",
                    f"The {colour} fire danger warning was issued at {_time(moment)}, indicating that the risk of fire "
                    f"is {risk}.",
                ),
                Half(
                    f"{han_colour}火災危險警告",
                    f"{han_colour}火災危險警告在{_han_time(moment)}發出，表示火災危險性{han_risk}。",
                ),
            )
        else:
            yield Whole(
                moment,
                Half(
                    f"{colour.title()} fire danger warning cancelled",
                    f"The {colour} fire danger warning was cancelled at {_time(moment)}.",
                ),
                Half(f"取消{han_colour}火災危險警告", f"{han_colour}火災危險警告在{_han_time(moment)}取消。"),
            )


def _flags(day: datetime, random: Random) -> Iterator[Whole]:
    """Six beaches; a flag goes up for one of three reasons, or down."""
    events = [(beach, reason) for beach in _BEACHES for reason in (*_REASONS, None)]
    for (beach, han_beach), reason in random.sample(events, 10):
        moment = day + timedelta(hours=8, minutes=random.randrange(540))
        announced = f"The Leisure and Cultural Services Department announced today ({_date(moment)}) that"
        han_announced = f"康樂及文化事務署今日（{_han_date(moment)}）宣布，"
        if reason:
            yield Whole(
                moment,
                Half(
                    f"Red flag hoisted at {beach}",
                    f"{announced} due to {reason[0]}, the red flag has been hoisted at {beach}. Beachgoers are advised "
                    "not to swim at the beach.",
                ),
                Half(
                    f"{han_beach}懸掛紅旗",
                    f"{han_announced}由於{reason[1]}，{han_beach}已懸掛紅旗，市民請勿在該泳灘游泳。",
                ),
            )
        else:
            yield Whole(
                moment,
                Half(
                    f"Red flag lowered at {beach}",
                    f"{announced} the red flag hoisted at {beach} has been lowered and the beach is reopened to "
                    "swimmers.",
                ),
                Half(f"{han_beach}除下紅旗", f"{han_announced}{han_beach}已除下紅旗，重新開放予市民游泳。"),
            )


def _speeches(day: datetime, random: Random) -> Iterator[Whole]:
    """Six officials speak to one motion of LegCo, each at its opening and at its closing."""
    for short, office, name, han_office, han_name in _OFFICIALS:
        for part, (kind, han_kind) in enumerate((("opening", "開場"), ("closing", "總結"))):
            moment = day + timedelta(hours=11 + 3 * part, minutes=random.randrange(90))
            yield Whole(
                moment,
                Half(
                    f"LegCo: {short}'s {kind} remarks on motion on supporting the long-term planning of the city",
                    f"Following is the translation of the {kind} remarks by the {office}, {name}, on the motion on "
                    f'"Supporting the long-term planning of the city" in the Legislative Council today '
                    f"({_date(moment)}):",
                ),
                Half(
                    f"立法會：{han_office}就「支持城市長遠規劃」議案{han_kind}發言",
                    f"以下為{han_office}{han_name}今日（{_han_date(moment)}）在立法會會議上就「支持城市長遠規劃」議案的{han_kind}發言：",
                ),
            )


def _tenders(day: datetime, random: Random) -> Iterator[Whole]:
    """All in one minute; the amounts differ."""
    for number in range(8):
        days = random.choice((91, 182, 364))
        applied, allotted = random.randrange(30_000, 70_000), random.randrange(10_000, 30_000)
        rate, issue = random.randrange(250, 500) / 100, 2600 + 7 * number + random.randrange(6)
        title = random.choice(("Tender of Exchange Fund Bills", f"Tender results of {days}-day Exchange Fund Bills"))
        yield Whole(
            day + timedelta(hours=11, minutes=31),
            Half(
                title,
                f"The Hong Kong Monetary Authority announces the tender results of Exchange Fund Bills: Issue number "
                f"Q{issue}; amount applied HK${applied:,} million; amount allotted HK${allotted:,} million; average "
                f"yield accepted {rate:.2f} PCT.",
            ),
            Half(
                "外匯基金票據投標結果",
                f"香港金融管理局公布外匯基金票據投標結果：{days}日期票據；申請額{_spaced(applied)}百萬港元；"
                f"分配額{_spaced(allotted)}百萬港元；平均接納收益率{rate:.2f}厘。",
            ),
        )


def _fires(day: datetime, random: Random) -> Iterator[Whole]:
    """Fires at three places become worse, some of them after midnight."""
    for place, han_place in random.sample(_PLACES, 3):
        moment = day + timedelta(hours=random.randrange(24), minutes=random.randrange(60))
        for alarm in (3, 4, 5):
            yield Whole(
                moment,
                Half(
                    f"No. {alarm} alarm fire in {place}",
                    f"The fire in {place} was upgraded to No. {alarm} alarm at {_time(moment)} today "
                    f"({_date(moment)}). Residents are advised to close their windows and stay calm.",
                ),
                Half(
                    f"{han_place}{_han(alarm)}級火警",
                    f"{han_place}的火警於今日（{_han_date(moment)}）{_han_time(moment)}升為{_han(alarm)}級。市民應關閉窗戶並保持鎮定。",
                ),
            )
            moment += timedelta(minutes=random.randrange(15, 70))


def _cases(day: datetime, random: Random) -> Iterator[Whole]:
    """One title; who is ill differs."""
    for age in random.sample(range(20, 90), 8):
        moment = day + timedelta(hours=15, minutes=random.choice((0, 0, 30, 45)))
        sex, han_sex = random.choice((("male", "男"), ("female", "女")))
        place, han_place = random.choice(_PLACES)
        yield Whole(
            moment,
            Half(
                "CHP investigates case of Legionnaires' disease",
                f"The Centre for Health Protection of the Department of Health is today ({_date(moment)}) "
                f"investigating a case of Legionnaires' disease affecting a {age}-year-old {sex} living in {place}.",
            ),
            Half(
                "衞生防護中心調查退伍軍人病個案",
                f"衞生署衞生防護中心今日（{_han_date(moment)}）正調查一宗退伍軍人病個案，涉及一名居於{han_place}的{age}歲{han_sex}子。",
            ),
        )


def _updates(day: datetime, random: Random) -> Iterator[Whole]:
    """What changes is told under one title, which counts itself sometimes."""
    for number in range(9):
        moment = day + timedelta(minutes=9 * 60 + 96 * number)
        hour = moment.replace(minute=0)
        registered, paid, sheltered, given = (random.randrange(20, 5_000) for _ in range(4))
        counted = random.random() < 0.5
        yield Whole(
            moment,
            Half(
                "Government announces updates on flood relief work" + (f" ({number + 1})" if counted else ""),
                f"As of {_time(hour)} today ({_date(hour)}), {registered:,} residents had been registered, {paid:,} "
                f"subsidies had been disbursed and {sheltered:,} people were staying in temporary shelters. The fund "
                f"has received donations of ${given:,} million.",
            ),
            Half(
                "政府公布水災善後工作最新情況" + (f"（{_han(number + 1)}）" if counted else ""),
                f"截至今日（{_han_date(hour)}）{_han_time(hour)}，已為{_spaced(registered)}名居民登記，發放{_spaced(paid)}筆津貼，"
                f"{_spaced(sheltered)}人入住臨時庇護中心。基金收到{_spaced(given)}百萬元捐款。",
            ),
        )


def _landslips(day: datetime, random: Random) -> Iterator[Whole]:
    """Roads are closed by landslips in the evening and reopened in the night."""
    for place, han_place in random.sample(_PLACES, 5):
        closed = day + timedelta(hours=20, minutes=random.randrange(230))
        yield Whole(
            closed,
            Half(
                f"Road closed after landslip in {place}",
                f"The Transport Department announced that a road in {place} was closed at {_time(closed)} today "
                f"({_date(closed)}) after a landslip. Motorists are advised to use alternative routes.",
            ),
            Half(
                f"{han_place}山泥傾瀉　道路封閉",
                f"運輸署宣布，{han_place}一條道路因山泥傾瀉，於今日（{_han_date(closed)}）{_han_time(closed)}封閉。"
                "駕車人士請改用其他路線。",
            ),
        )
        opened = closed + timedelta(minutes=random.randrange(60, 360))
        yield Whole(
            opened,
            Half(
                f"Road in {place} reopened",
                f"The Transport Department announced that the road in {place} which was closed because of a landslip "
                f"was reopened at {_time(opened)} today ({_date(opened)}).",
            ),
            Half(
                f"{han_place}道路重開",
                f"運輸署宣布，{han_place}早前因山泥傾瀉封閉的道路，已於今日（{_han_date(opened)}）{_han_time(opened)}重開。",
            ),
        )


def _typhoon(day: datetime, random: Random) -> Iterator[Whole]:
    """The signals of a night, with a bulletin an hour."""
    signals = {16: 1, 19: 3, 23: 8, 26: 9, 28: 8, 30: 3}
    signal = 1
    for hour in range(16, 32):
        moment = day + timedelta(hours=hour)
        distance, wind = random.randrange(40, 500), random.randrange(60, 190)
        if hour in signals:
            signal = signals[hour]
            yield Whole(
                moment + timedelta(minutes=10),
                Half(
                    f"Tropical Cyclone Warning Signal No. {signal} issued",
                    f"The Hong Kong Observatory issued the Tropical Cyclone Warning Signal No. {signal} at "
                    f"{_time(moment + timedelta(minutes=10))} today ({_date(moment)}).",
                ),
                Half(
                    f"天文台發出{_han(signal)}號熱帶氣旋警告信號",
                    f"香港天文台在今日（{_han_date(moment)}）{_han_time(moment + timedelta(minutes=10))}發出"
                    f"{_han(signal)}號熱帶氣旋警告信號。",
                ),
            )
        yield Whole(
            moment + timedelta(minutes=45),
            Half(
                "Tropical Cyclone Warning Bulletin",
                f"Signal No. {signal} is in force. At {_time(moment)} today ({_date(moment)}), the typhoon was about "
                f"{distance} kilometres south of Hong Kong, with maximum sustained winds of {wind} kilometres per "
                "hour.",
            ),
            Half(
                "熱帶氣旋警報",
                f"{_han(signal)}號信號現正生效。在今日（{_han_date(moment)}）{_han_time(moment)}，颱風集結在香港以南約{distance}公里，"
                f"中心附近最高持續風速每小時{wind}公里。",
            ),
        )


def without_halves(given: Sequence[Row], random: Random) -> list[Row]:
    """Rows without one half, of either language, of every second pair."""
    pairs = sorted({row.pair for row in given if row.pair})
    random.shuffle(pairs)
    dropped = {pair: random.choice(("en", "zh-Hant")) for pair in pairs[::2]}
    return [row for row in given if row.pair is None or dropped.get(row.pair) != row.lang]


def _date(moment: datetime) -> str:
    return f"{_MONTHS[moment.month - 1]} {moment.day}"


def _time(moment: datetime) -> str:
    minutes = f".{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def _han_date(moment: datetime) -> str:
    return f"{_han(moment.month)}月{_han(moment.day)}日"


def _han_time(moment: datetime) -> str:
    part = "凌晨" if moment.hour < 6 else "上午" if moment.hour < 12 else "下午" if moment.hour < 18 else "晚上"
    minutes = f"{_han(moment.minute)}分" if moment.minute else ""
    return f"{part}{_han(moment.hour % 12 or 12)}時{minutes}"


def _han(number: int) -> str:
    """A number below a hundred as dates and times write it."""
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return lead + (_DIGITS[ones] if ones or not tens else "")


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")
