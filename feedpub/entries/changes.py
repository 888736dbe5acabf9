"""What a newly read entry means beside the one that is stored: decided here, done elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

import msgspec

from feedpub.entries import text, titles, withdrawal
from feedpub.entries.paragraphs import paragraphs, plain, runs
from feedpub.languages import LANGUAGES
from feedpub.model import Correction, Entry, Withdrawal

_TICK = timedelta(seconds=1)


class Change(Enum):
    """What happened to an entry."""

    NEW = "new"
    EDITED = "changed"
    """Title or text differ in more than white space and markers: `updated` moves, the old revision is kept."""
    TOUCHED = "touched"
    """Something else differs (a photo, a marker, a link): published again, but nothing looks new."""
    SAME = "unchanged"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    """It was withdrawn, and is there again."""


class Decision(msgspec.Struct, frozen=True):
    """The change, and the entry as it has to be stored."""

    change: Change
    entry: Entry


def decide(stored: Entry | None, fresh: Entry, now: datetime) -> Decision:
    """Compare an entry with the stored one.

    The id and `published` are those of the first time, whatever the source says later. `updated` begins as `published`,
    or as `now` where that is in the future, and moves to `now`
    when title or text changed in more than white space and the markers of the title, when the entry turned out to be a
    notice of its withdrawal, and when a withdrawn one is there again.
    """
    if stored is None:
        # One of the future is seen now: no entry is as of a time that has not come.
        future = now < fresh.updated
        return Decision(Change.NEW, msgspec.structs.replace(fresh, updated=_whole(now, fresh)) if future else fresh)
    kept = _kept(fresh, stored)
    if withdrawal.is_notice(kept, stored):
        return withdraw(stored, now, kept.content)
    if stored.withdrawn:
        return _corrected(Change.RESTORED, kept, stored, now)
    if kept == stored:
        return Decision(Change.SAME, stored)
    if _bones(kept) == _bones(stored):
        return Decision(Change.TOUCHED, kept)
    return _corrected(Change.EDITED, kept, stored, now)


def reread(stored: Entry, fresh: Entry) -> Decision:
    """Take in what the same page gives when it is read anew, by a reader that is better now.

    The source corrected nothing: nothing looks new, and no correction is told. A withdrawn entry stays as it is.
    """
    kept = _kept(fresh, stored)
    if kept == stored or stored.withdrawn or withdrawal.is_notice(kept, stored):
        return Decision(Change.SAME, stored)
    return Decision(Change.TOUCHED, kept)


def withdraw(stored: Entry, now: datetime, notice: str = "") -> Decision:
    """What becomes of an entry whose release is gone: it keeps its id and its texts.

    Args:
        stored: the entry.
        now: when it was found out.
        notice: safe HTML that stands in its place, "" if there is nothing.
    """
    known = stored.withdrawn
    if known and (known.notice == notice or not notice):
        return Decision(Change.SAME, stored)
    if known:  # What was gone without a word is now explained.
        told = msgspec.structs.replace(known, notice=notice)
        return Decision(Change.TOUCHED, msgspec.structs.replace(stored, withdrawn=told))
    at = _moved(stored, now)
    gone = msgspec.structs.replace(stored, updated=at, withdrawn=Withdrawal(at=at, notice=notice))
    return Decision(Change.WITHDRAWN, gone)


def _kept(fresh: Entry, stored: Entry) -> Entry:
    """What was read, with what never moves by reading."""
    return msgspec.structs.replace(
        fresh,
        id=stored.id,
        published=stored.published,
        updated=stored.updated,
        corrections=stored.corrections,
        withdrawn=stored.withdrawn,
    )


def _corrected(change: Change, kept: Entry, stored: Entry, now: datetime) -> Decision:
    at = _moved(stored, now)
    correction = _correction(kept, stored, at, restored=change is Change.RESTORED)
    entry = msgspec.structs.replace(kept, updated=at, corrections=(*stored.corrections, correction), withdrawn=None)
    return Decision(change, entry)


def _moved(stored: Entry, now: datetime) -> datetime:
    """`now` in the entry's own zone, in whole seconds; later than before, whatever the clock says."""
    return max(_whole(now, stored), stored.updated + _TICK)


def _whole(now: datetime, entry: Entry) -> datetime:
    """`now` in an entry's own zone, in whole seconds."""
    return now.astimezone(entry.published.tzinfo).replace(microsecond=0)


def _correction(new: Entry, old: Entry, at: datetime, *, restored: bool) -> Correction:
    before, after = ([text.bones(one) for one in paragraphs(entry.content)] for entry in (old, new))
    changed = added = removed = 0
    for run in runs(before, after):
        if not run.same:
            went, came = run.last - run.first, run.end - run.start
            both = min(went, came)
            changed, removed, added = changed + both, removed + went - both, added + came - both
    other_title = _bones(new)[0] != _bones(old)[0]
    return Correction(
        at=at,
        title=old.title if other_title else "",
        changed=changed,
        added=added,
        removed=removed,
        restored=restored,
    )


def _bones(entry: Entry) -> tuple[str, str]:
    title, _ = titles.split_markers(entry.title, LANGUAGES[entry.language])
    return text.bones(title), text.bones(plain(entry.content))
