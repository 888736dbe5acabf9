"""What can be wrong with a source that answers: the names, what an operator expects of it, and how long a fault stands.

A fault is told once when it starts and once when it ends. Pure: no clock, no store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import msgspec

from feedpub.report import Fault

NAMES = {
    "unreachable": "none of its lists could be read",
    "list-failed": "one of its lists could not be read",
    "no-answer": "its releases could not be fetched, or it asks to be left alone",
    "pages-gone": "many releases that were there are not found at once; nothing is withdrawn",
    "empty": "a list has no release, and never had none",
    "same-titles": "three or more releases have one title, or none has any",
    "all-today": "all releases are dated today, or of one moment, in a list that covers several days",
    "all-future": "all releases are dated in the future",
    "wrong-language": "no title is written in the language that it should be in",
    "flood": "a list has many times more releases than ever",
    "short": "a text is far shorter than ever; it is held back",
    "unreadable": "no page that was asked for is a release: it looks like a redesign",
    "mass-change": "most releases that were looked at again have another text",
    "silent": "nothing came for far longer than is usual at this weekday and hour",
    "language-gone": "nothing came in one language for far longer than is usual, while another goes on",
    "few": "yesterday had far fewer releases than such a day ever had, or than the config expects",
}
"""Every name, with what it says. Operators script against the names: one is never renamed."""

_QUIET = timedelta(hours=1)
"""A fault that is back within so long comes and goes, and has then ended when it was not found for so long."""
_FORGOTTEN = timedelta(days=30)
"""A fault that could not be judged for so long has ended: its list is not asked any more, or its name not judged."""


class Expected(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the config expects of a source; it overrides what was learned.

    `silence` is how long one language may be silent. `per_day` is the fewest releases a day in each language.
    `shortest` is how many characters a text has at least. `holidays` are days that are as quiet as the quietest
    weekday; until the last of them no other day is taken for one. `ignore` are names of faults that are not looked for.
    """

    silence: timedelta | None = None
    per_day: int | None = None
    shortest: int | None = None
    holidays: tuple[date, ...] = ()
    ignore: tuple[str, ...] = ()


class Standing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fault that started and did not end yet.

    `fault` is as it was last seen, `since` is when it was first seen, `seen` when last, `judged` when it was last
    looked for. One that began again soon after it had ended comes and goes (`again`). `over` is when it ended: such a
    one is remembered for a while, so that it is known if it comes back.
    """

    fault: Fault
    since: datetime
    seen: datetime
    judged: datetime
    again: bool = False
    over: datetime | None = None

    def stands(self) -> bool:
        """Whether it was found in the last look that could find it."""
        return self.over is None and self.seen == self.judged


class Change(msgspec.Struct, frozen=True):
    """What to tell after a run, and `standing`, what to keep for the next, in the order in which it began."""

    started: tuple[Fault, ...]
    ended: tuple[Standing, ...]
    standing: tuple[Standing, ...]


def wanted(faults: Iterable[Fault], expected: Expected) -> tuple[Fault, ...]:
    """The faults that an operator did not say to ignore."""
    return tuple(fault for fault in faults if fault.name not in expected.ignore)


def standing(
    before: Iterable[Standing],
    found: Iterable[Fault],
    judged: Callable[[Fault], bool],
    now: datetime,
) -> Change:
    """What started, what ended and what goes on.

    Two faults are the same if they have the same name and `where`. One starts when it is found, and ends when it is not
    found any more. If it is back within an hour, it starts again, and then ends only when it was not found for an hour:
    one that comes and goes is told twice and not all day. Where it could not be judged (its list did not answer, or did
    not change), it stays as it is, for 30 days.

    Args:
        before: what stood after the last run.
        found: this run's faults.
        judged: whether this run could have found a fault: its name, in its `where`.
        now: the run's time.
    """
    here = {(fault.name, fault.where): fault for fault in found}
    started: list[Fault] = []
    ended: list[Standing] = []
    kept: list[Standing] = []
    for known in before:
        one = _by_now(known, now)
        fault = here.pop((one.fault.name, one.fault.where), None)
        if fault and one.over:
            started.append(fault)
            again = now - one.over < _QUIET
            kept.append(Standing(fault=fault, since=now, seen=now, judged=now, again=again))
        elif fault:
            kept.append(Standing(fault=fault, since=one.since, seen=now, judged=now, again=one.again))
        elif one.over:
            kept += [one] if now - one.over < _QUIET else []
        elif not judged(one.fault):
            if now - one.judged < _FORGOTTEN:
                kept.append(one)
            else:
                ended.append(one)
        elif one.again and now - one.seen < _QUIET:
            kept.append(msgspec.structs.replace(one, judged=now))
        else:
            ended.append(one)
            kept.append(msgspec.structs.replace(one, judged=now, over=now))
    started += here.values()
    kept += [Standing(fault=fault, since=now, seen=now, judged=now) for fault in here.values()]
    return Change(tuple(started), tuple(ended), tuple(kept))


def _by_now(one: Standing, now: datetime) -> Standing:
    """What is known of a fault, where the clock was ahead: nothing was found at a time that has not come."""
    return msgspec.structs.replace(
        one,
        since=min(one.since, now),
        seen=min(one.seen, now),
        judged=min(one.judged, now),
        over=min(one.over, now) if one.over else None,
    )
