"""What a store knows of its entries beside themselves, worked out anew: names, links, stories, topics, feeds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from feedpub.config import Settings
from feedpub.entries import identity, names, pairing
from feedpub.progress import Progress
from feedpub.store import anew, periods
from feedpub.store import stories as stored
from feedpub.store.repairs import Finding, found
from feedpub.store.stories import Place
from feedpub.subjects import Subjects


def mend(connection: Connection, settings: Settings, subjects: Subjects, run: int, progress: Progress) -> list[Finding]:
    """Find what is not as it follows from the entries, and put it right.

    Args:
        connection: of a transaction.
        settings: the config.
        subjects: the taxonomy and the gazetteer.
        run: the number of the run that does it.
        progress: is told of the stories.
    """
    said, wrong = _names(connection)
    said += _pairs(connection)
    apart = _apart(connection)
    said += found("story: an entry is not in the story that its links and pairs say, put right", sorted(apart))
    if wrong or apart:
        from feedpub.joining import join  # noqa: PLC0415 - a store that is well needs it not

        join(connection, settings, run, sorted(wrong | apart))
    said += found("period: an archive document was forgotten, put right", periods.complete(connection))
    said += _feeds(connection, settings, subjects, run, progress, wrong | apart)
    return said + anew.touch_missing(connection, periods.EVERY, run)


def _names(connection: Connection) -> tuple[list[Finding], set[str]]:
    """Entries of which a name, or what they say of their other languages, is not kept."""
    called, claimed = anew.names_by_entry(connection), anew.claims_by_entry(connection)
    nameless, unclaimed = list[str](), list[str]()
    for entry in anew.placed(connection):
        if not called.get(entry.id, set()).issuperset(names.names(entry)):
            nameless.append(entry.id)
        if claimed.get(entry.id, set()) != {(claim.name, claim.language) for claim in names.claims(entry)}:
            unclaimed.append(entry.id)
    said = found("name: what an entry goes by is not kept, put right", nameless)
    said += found("claim: what an entry says of its other languages is not kept, put right", unclaimed)
    return said, {*nameless, *unclaimed}


def shift(one: Place, other: Place) -> int:
    """The shift that a pair of entries is kept under: that of the earlier."""
    return min(pairing.shift_of(int(datetime.fromisoformat(place.published).timestamp())) for place in (one, other))


def _pairs(connection: Connection) -> list[Finding]:
    """Take pairs away that are kept under another shift than theirs; evidence is weighed anew around them."""
    identifiers = [entry.id for entry in anew.placed(connection)]
    places = stored.places(connection, identifiers)
    wrong = [
        (one.one, one.other)
        for one in stored.pairs_with(connection, identifiers)
        if not {one.one, one.other} <= places.keys() or shift(places[one.one], places[one.other]) != one.shift
    ]
    anew.drop_pairs(connection, wrong)
    return found("pair: kept under another time than its own, put right", [" ".join(pair) for pair in wrong])


def _apart(connection: Connection) -> set[str]:
    """Entries that are in another story than links and pairs by evidence make."""
    identifiers = [entry.id for entry in anew.placed(connection)]
    places = stored.places(connection, identifiers)
    pairs = stored.pairs_with(connection, identifiers)
    joined = [pairing.Joined(pair=(one.one, one.other), score=one.score, margin=one.margin) for one in pairs]
    linked = stored.linked_with(connection, identifiers)
    linked = [(one, other) for one, other in linked if one in places and other in places]
    joined = [one for one in joined if all(end in places for end in one.pair)]
    stories = pairing.join({one: place.language for one, place in places.items()}, linked, joined)
    wrong = set[str]()
    for members in set(stories.values()):
        founder = min((places[one] for one in members), key=lambda place: (place.seen, place.published, place.id))
        story = identity.story_id(founder.id)
        # A story whose first entry is lost keeps its id, for that comes back.
        known = [one for one in members if places[one].story.removesuffix(stored.FOUNDED) in places]
        wrong |= {one for one in known if places[one].story != story}
    return wrong


def _feeds(
    connection: Connection,
    settings: Settings,
    subjects: Subjects,
    run: int,
    progress: Progress,
    fresh: set[str],
) -> list[Finding]:
    """Topics of stories that have none kept, and the feeds that entries are in."""
    from feedpub.tagging import Tagging  # noqa: PLC0415 - heavy

    before = anew.count_members(connection)
    work = Tagging(connection, settings, subjects, run, fresh)
    work.all(progress, retag=False)
    entered = anew.restore_since(connection, run)
    left = before + sum(one.count for one in entered) - anew.count_members(connection)
    said = found("story: its topics were not kept, worked out anew", range(work.changed))
    said = [Finding(what=one.what, count=one.count) for one in said]
    if left:
        said.append(Finding(what="member: an entry was in a feed that it does not belong to, taken out", count=left))
    return said + entered
