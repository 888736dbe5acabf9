"""What a source's lists and texts usually are, learned look by look, and what is wrong when they are not.

What was found wrong is not learned from: it would be usual the next time. The first look is judged only by what no
healthy list is, so that no first run is refused. Pure: no clock, no store.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Protocol

import msgspec

from feedpub.faults import Expected
from feedpub.languages import LANGUAGES
from feedpub.model import Sighting
from feedpub.report import Fault

_THREE, _FIVE, _TEN = 3, 5, 10
"""Releases from which on what they have in common is no chance."""
_SEVERAL_DAYS = 3
"""A list that covers so many days does not come to be of one day from one look to the next."""
_KNOWN_AFTER = timedelta(days=2)
"""A list that is of one day may be empty at midnight; after so long it is known whether it is."""
_NORMAL = 20
"""What was so in one of so many looks is normal."""
_MOST, _FLOOD, _MANY = 5_000, 500, 5
_AHEAD = timedelta(hours=1)
_TEXTS = 30
"""Texts from which on the shortest says something."""
_SHORT, _SHORT_WIDE = 100, 35
"""Characters that are not short, in a spaced and in a wide script: governments do issue releases of one sentence."""
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")


class List(Protocol):
    """One list of a source, as collect/base.py's Listed: `sightings` is None where it did not change."""

    @property
    def address(self) -> str:
        """Where it is."""

    @property
    def language(self) -> str:
        """Its tag."""

    @property
    def sightings(self) -> tuple[Sighting, ...] | None:
        """Its releases."""


class ListNorm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one list was in all looks at it that found nothing wrong.

    `looks` counts them; `first` is when the first one was. `fewest` and `most` are of releases. `same` counts the looks
    in which three or more releases had one title. `days` is the least number of days that five or more dated releases
    were of, 0 while there were none. `spoken` counts the looks in which a title was in its language's script, `mute`
    those in which three or more were not.
    """

    looks: int = 0
    first: datetime | None = None
    fewest: int = 0
    most: int = 0
    same: int = 0
    days: int = 0
    spoken: int = 0
    mute: int = 0


class TextNorm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many texts of a source were read, and how long the shortest was, by language."""

    read: dict[str, int] = {}
    shortest: dict[str, int] = {}


class TextSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A release that was read: its page's title, time and length of text, and what the list said of it.

    `list_title` is empty, and `listed` None, where the list says nothing. `length` is of the plain text.
    """

    key: str
    language: str
    title: str
    length: int
    issued: datetime
    list_title: str = ""
    listed: datetime | None = None
    has_media: bool = False


class Judged(msgspec.Struct, frozen=True):
    """What is wrong with texts, and the releases that are not to be published for it: their keys and languages."""

    faults: tuple[Fault, ...] = ()
    held: frozenset[tuple[str, str]] = frozenset()


def learn_list(norm: ListNorm | None, listed: List, now: datetime, zone: tzinfo) -> ListNorm:
    """Learn from one look at a list in which nothing was wrong; one that did not change teaches nothing."""
    norm = norm or ListNorm()
    ones = listed.sightings
    if ones is None:
        return norm
    days = len(_days(ones, zone))
    speaking = _speaking(ones, listed.language)
    return ListNorm(
        looks=norm.looks + 1,
        first=min(norm.first or now, now),
        fewest=min(norm.fewest, len(ones)) if norm.looks else len(ones),
        most=max(norm.most, len(ones)),
        same=norm.same + (_one_title(ones) is not None),
        days=min(norm.days or days, days or norm.days),
        spoken=norm.spoken + (speaking > 0),
        mute=norm.mute + (speaking == 0),
    )


def judge_list(norm: ListNorm | None, listed: List, now: datetime, zone: tzinfo) -> tuple[Fault, ...]:
    """What is wrong with a list: `empty`, `same-titles`, `all-today`, `all-future`, `wrong-language`, `flood`.

    Without a norm only `all-future`, `wrong-language` (of ten titles) and `flood` (of more than 5,000) are found: a
    list that is empty, or has links that all say "Details", may be as it should.

    Args:
        norm: what was learned, None at the first look.
        listed: the list; one that did not change is not judged.
        now: the run's time.
        zone: the source's: what a day is.
    """
    ones = listed.sightings
    if ones is None:
        return ()
    found = (
        ("empty", _empty(norm, ones, now)),
        ("flood", _flood(norm, ones)),
        ("same-titles", _same_titles(norm, ones)),
        ("all-today", _all_today(norm, ones, now, zone)),
        ("all-future", _all_future(ones, now, zone)),
        ("wrong-language", _wrong_language(norm, ones, listed.language)),
    )
    return tuple(Fault(name, what, listed.address) for name, what in found if what)


def learn_texts(norm: TextNorm | None, read: Iterable[TextSeen]) -> TextNorm:
    """Learn from releases that were read and not held."""
    norm = norm or TextNorm()
    count, shortest = dict(norm.read), dict(norm.shortest)
    for one in read:
        count[one.language] = count.get(one.language, 0) + 1
        shortest[one.language] = min(shortest.get(one.language, one.length), one.length)
    return TextNorm(read=count, shortest=shortest)


def judge_texts(
    norm: TextNorm | None,
    read: Sequence[TextSeen],
    zone: tzinfo,
    expected: Expected = Expected(),  # noqa: B008 - it is frozen
) -> Judged:
    """What is wrong with the releases that one run read: `short`, `same-titles`, `all-today`.

    A short text is held alone; of those that share their title or time, all are. What an operator ignores is not held.

    Args:
        norm: what was learned of the source, None if nothing.
        read: the releases of the run, in any order.
        zone: the source's.
        expected: its `shortest` overrides what was learned.
    """
    by_language: dict[str, list[TextSeen]] = {}
    for one in read:
        by_language.setdefault(one.language, []).append(one)
    faults: list[Fault] = []
    held: set[tuple[str, str]] = set()
    for language, ones in sorted(by_language.items()):
        short, least = _short(norm or TextNorm(), ones, language, expected)
        found = (
            ("short", short, f"{_texts(short)}; {least}" if short else ""),
            ("same-titles", ones, _one_page_title(ones)),
            ("all-today", ones, _one_moment(ones, zone)),
        )
        for name, whose, what in found:
            if what and name not in expected.ignore:
                faults.append(Fault(name, f"in {language}: {what}", language))
                held |= {(one.key, language) for one in whose}
    return Judged(tuple(faults), frozenset(held))


def judge_unreadable(asked: int, unreadable: int) -> Fault | None:
    """Whether at least three releases were asked for and each page was none (`unreadable`)."""
    if asked < _THREE or unreadable < asked:
        return None
    return Fault("unreadable", f"none of the {asked} pages that were asked for is a release; at least one is expected")


def judge_changes(looked: int, changed: int) -> Fault | None:
    """Whether most of at least five releases that were looked at again have another text (`mass-change`)."""
    if looked < _FIVE or 2 * changed <= looked:
        return None
    return Fault("mass-change", f"{changed} of {looked} releases that were looked at again have another text; few do")


def _empty(norm: ListNorm | None, ones: Sequence[Sighting], now: datetime) -> str:
    if ones or norm is None or norm.fewest == 0 or norm.first is None:
        return ""
    known = norm.days != 1 or (norm.looks >= _TEN and now - norm.first >= _KNOWN_AFTER)
    looks = f"{norm.looks} look{'' if norm.looks == 1 else 's'}"
    return f"it has no release; it never had fewer than {norm.fewest}, in {looks}" if known else ""


def _flood(norm: ListNorm | None, ones: Sequence[Sighting]) -> str:
    count = len(ones)
    if norm and norm.looks and count > max(_FLOOD, _MANY * norm.most) and norm.most <= _MOST:
        return f"it has {count} releases; it never had more than {norm.most}"
    if count > _MOST and not (norm and norm.most > _MOST):
        return f"it has {count} releases; more than {_MOST} are not expected of any list"
    return ""


def _same_titles(norm: ListNorm | None, ones: Sequence[Sighting]) -> str:
    title = _one_title(ones)
    if title is None or norm is None or not norm.looks or norm.same * _NORMAL >= norm.looks:
        return ""
    if not title:
        return f"none of its {len(ones)} releases has a title; they had before"
    return f'all of its {len(ones)} releases are called "{_cut(title)}"; they had titles of their own before'


def _all_today(norm: ListNorm | None, ones: Sequence[Sighting], now: datetime, zone: tzinfo) -> str:
    days = _days(ones, zone)
    if norm is None or norm.days < 2 or len(days) != 1:  # noqa: PLR2004 - more than one day
        return ""
    moments = {one.issued for one in ones if one.issued}
    usual = f"they were of {norm.days} days or more before"
    if len(moments) == 1 and not _is_date(moment := moments.pop(), zone):
        return f"all of its releases are dated {_clock(moment, zone)}; {usual}"
    if norm.days >= _SEVERAL_DAYS and now.astimezone(zone).date() in days:
        return f"all of its releases are dated today; {usual}"
    return ""


def _all_future(ones: Sequence[Sighting], now: datetime, zone: tzinfo) -> str:
    dated = [one.issued for one in ones if one.issued]
    if len(dated) < _FIVE or min(dated) <= now + _AHEAD:
        return ""
    return f"all of its {len(dated)} dated releases are of the future, from {_clock(min(dated), zone)} on"


def _wrong_language(norm: ListNorm | None, ones: Sequence[Sighting], language: str) -> str:
    if _speaking(ones, language) != 0 or (norm and norm.mute * _NORMAL >= norm.looks > 0):
        return ""
    titles = _lettered(ones)
    if not (norm and norm.spoken) and len(titles) < _TEN:
        return ""
    name = LANGUAGES[language].name
    return f'none of its {len(titles)} titles is in {name}, such as "{_cut(titles[0])}"; at least one is expected to be'


def _one_title(ones: Sequence[Sighting]) -> str | None:
    """The title that three or more releases all have, "" for none; None if they differ."""
    titles = {" ".join(one.title.split()) for one in ones}
    return titles.pop() if len({one.key for one in ones}) >= _THREE and len(titles) == 1 else None


def _days(ones: Sequence[Sighting], zone: tzinfo) -> set[date]:
    """The days that five or more dated releases are of; none where fewer are dated."""
    days = [one.issued.astimezone(zone).date() for one in ones if one.issued]
    return set(days) if len(days) >= _FIVE else set()


def _speaking(ones: Sequence[Sighting], language: str) -> int:
    """How many titles are in the script of a language; -1 where too few have letters, or nothing tells it."""
    row = LANGUAGES.get(language)
    titles = _lettered(ones)
    if row is None or not (row.wide or row.latin) or len(titles) < _THREE:
        return -1
    if row.wide:
        return sum(1 for title in titles if _HAN.search(title))
    # Chinese titles often have a word in Latin letters; of English ones most letters are.
    return sum(1 for title in titles if len(_LATIN.findall(title)) > len(_HAN.findall(title)))


def _lettered(ones: Sequence[Sighting]) -> list[str]:
    return [one.title for one in ones if any(character.isalpha() for character in one.title)]


def _short(norm: TextNorm, ones: Sequence[TextSeen], language: str, expected: Expected) -> tuple[list[TextSeen], str]:
    """The texts that are too short, and what was expected. A photo with a line is a release; with none it is not."""
    if expected.shortest is not None:
        least = f"the config expects at least {expected.shortest}"
        return [one for one in ones if one.length < expected.shortest], least
    if norm.read.get(language, 0) < _TEXTS:
        return [], ""
    ever = norm.shortest[language]
    wide = language in LANGUAGES and LANGUAGES[language].wide
    limit = min(ever / 2, _SHORT_WIDE if wide else _SHORT)
    short = [one for one in ones if one.length < limit and not (one.has_media and one.length)]
    return short, f"the shortest of {norm.read[language]} before had {ever}"


def _texts(short: Sequence[TextSeen]) -> str:
    first = short[0]
    more = f" and {len(short) - 1} more" if len(short) > 1 else ""
    return f'the text of "{_cut(first.list_title or first.title or first.key)}"{more} has {first.length} characters'


def _one_page_title(ones: Sequence[TextSeen]) -> str:
    titles = {" ".join(one.title.split()) for one in ones}
    listed = {" ".join(one.list_title.split()) for one in ones}
    if len({one.key for one in ones}) < _THREE or len(titles) > 1 or len(listed - {""}) < 2:  # noqa: PLR2004 - they differ
        return ""
    return f'all of the {len(ones)} pages that were read are called "{_cut(titles.pop())}"; the list has other titles'


def _one_moment(ones: Sequence[TextSeen], zone: tzinfo) -> str:
    moments = {one.issued for one in ones}
    if len({one.key for one in ones}) < _FIVE or len(moments) > 1:
        return ""
    moment = moments.pop()
    listed = {one.listed for one in ones if one.listed}
    if len(listed) > 1:
        return f"all of the {len(ones)} pages that were read are dated {_clock(moment, zone)}; the list says otherwise"
    if listed or _is_date(moment, zone):
        return ""
    return (
        f"all of the {len(ones)} pages that were read are dated {_clock(moment, zone)}; times of their own are expected"
    )


def _is_date(moment: datetime, zone: tzinfo) -> bool:
    """Whether a moment is only a date: releases of one day share it."""
    return moment.astimezone(zone).time() == time()


def _clock(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(" ", "minutes")


def _cut(text: str, length: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1] + "…"
