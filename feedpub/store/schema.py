"""The store's tables, and the migrations that lead to them.

A migration is a list of statements that SQLite and PostgreSQL both understand, or of functions for what they cannot
say alike; it runs once, in one transaction with the version that it leads to. Never edit one that was released: add
the next.
Times are UTC in RFC 3339 with seconds, so that they sort as text; what is inside `data` is JSON of the model's types.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    select,
    text,
    update,
)

from feedpub.model import Entry

metadata = MetaData()

entry = Table(
    "entry",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", Text),
    Column("key", Text),
    Column("language", Text),
    Column("published", Text),
    Column("updated", Text),
    Column("run", Integer),
    Column("seen", Integer),
    Column("story", Text),
    Column("open", Integer),
    Column("alone", Integer),
    Column("month", Text),
    Column("story_month", Text),
    Column("gone", Integer),
    Column("data", Text),
)
name = Table(
    "name",
    metadata,
    Column("name", Text, primary_key=True),
    Column("entry", Text, primary_key=True),
)
claim = Table(
    "claim",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("target", Text, primary_key=True),
    Column("refused", Text),
)
pair = Table(
    "pair",
    metadata,
    Column("one", Text, primary_key=True),
    Column("other", Text, primary_key=True),
    Column("shift", Integer),
    Column("score", Float),
    Column("margin", Float),
)
story = Table(
    "story",
    metadata,
    Column("id", Text, primary_key=True),
    Column("topics", Text),
    Column("body", Text),
)
member = Table(
    "member",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("entry", Text, primary_key=True),
    Column("language", Text),
    Column("published", Text),
    Column("month", Text),
    Column("since", Integer),
)
period = Table(
    "period",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("edition", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("ahead", Integer),
    Column("due", Integer),
    Column("upto", Integer),
    Column("digest", Text),
    Column("size", BigInteger),
)
enclosure = Table(
    "enclosure",
    metadata,
    Column("url", Text, primary_key=True),
    Column("source", Text),
    Column("entry", Text),
    Column("state", Text),
    Column("tries", Integer),
    Column("length", BigInteger),
    Column("media_type", Text),
)
touched = Table(
    "touched",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("run", Integer),
)
note = Table(
    "note",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text),
)
revision = Table(
    "revision",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("replaced", Text),
    Column("data", Text),
)
sighting = Table(
    "sighting",
    metadata,
    Column("source", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("data", Text),
    Column("state", Text),
    Column("first_seen", Text),
    Column("failed_since", Text),
    Column("problem", Text),
    Column("entry", Text),
    Column("listed", Integer),
    Column("next_look", Text),
    Column("missing_since", Text),
    Column("etag", Text),
    Column("last_modified", Text),
)
validators = Table(
    "validators",
    metadata,
    Column("address", Text, primary_key=True),
    Column("source", Text),
    Column("etag", Text),
    Column("last_modified", Text),
)
source = Table(
    "source",
    metadata,
    Column("id", Text, primary_key=True),
    Column("last_run", Text),
    Column("last_success", Text),
    Column("problem", Text),
    Column("expected", Text),
    Column("not_before", Text),
)
fault = Table(
    "fault",
    metadata,
    Column("source", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("what", Text),
    Column("place", Text),
    Column("since", Text),
    Column("ended", Text),
    Column("told", Integer),
)
backfill = Table(
    "backfill",
    metadata,
    Column("source", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("named", Text),
)
robots = Table(
    "robots",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("fetched", Text),
    Column("rules", Text),
)
page = Table(
    "page",
    metadata,
    Column("story", Text, primary_key=True),
    Column("path", Text),
    Column("month", Text),
    Column("due", Integer),
)
thumbnail = Table(
    "thumbnail",
    metadata,
    Column("url", Text, primary_key=True),
    Column("source", Text),
    Column("entry", Text),
    Column("state", Text),
    Column("tries", Integer),
    Column("path", Text),
    Column("width", Integer),
    Column("height", Integer),
)
document = Table(
    "document",
    metadata,
    Column("path", Text, primary_key=True),
    Column("media_type", Text),
    Column("digest", Text),
    Column("size", BigInteger),
    Column("basis", Text),
)
run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text),
    Column("report", Text),
)

# What partial indexes are of. SQLite takes one only where a query says the same with no parameter in it.
GONE = text("gone > 0")
LOOKED_AT = text("next_look <> ''")
AWAY = text("(missing_since <> '' OR listed = 0)")
PERIOD_DUE = text("due > 0")
UNMEASURED = text("state = 'due'")
PAGE_DUE = text("due > 0")
_AT_ONCE = 1_000
_decode = msgspec.json.Decoder(Entry).decode


def _fill_months(connection: Connection) -> None:
    """The month of each entry, by the clock of its own issue time."""
    rows = connection.execute(select(entry.c.id, entry.c.data)).yield_per(_AT_ONCE)
    found = [{"which": row.id, "its": _decode(row.data).month} for row in rows]
    if found:
        connection.execute(update(entry).where(entry.c.id == bindparam("which")).values(month=bindparam("its")), found)


MIGRATIONS: tuple[tuple[str | Callable[[Connection], None], ...], ...] = (
    (
        """CREATE TABLE entry (
            id TEXT PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, language TEXT NOT NULL,
            published TEXT NOT NULL, updated TEXT NOT NULL, run INTEGER NOT NULL, data TEXT NOT NULL)""",
        "CREATE UNIQUE INDEX entry_key ON entry (source, key, language)",
        "CREATE INDEX entry_newest ON entry (language, published, id)",
        "CREATE INDEX entry_run ON entry (language, run)",
        """CREATE TABLE revision (
            entry TEXT NOT NULL, number INTEGER NOT NULL, replaced TEXT NOT NULL, data TEXT NOT NULL,
            PRIMARY KEY (entry, number))""",
        """CREATE TABLE sighting (
            source TEXT NOT NULL, key TEXT NOT NULL, language TEXT NOT NULL, data TEXT NOT NULL,
            state TEXT NOT NULL, first_seen TEXT NOT NULL, failed_since TEXT NOT NULL, problem TEXT NOT NULL,
            PRIMARY KEY (source, key, language))""",
        "CREATE INDEX sighting_state ON sighting (source, state)",
        """CREATE TABLE validators (
            address TEXT PRIMARY KEY, source TEXT NOT NULL, etag TEXT NOT NULL, last_modified TEXT NOT NULL)""",
        """CREATE TABLE source (
            id TEXT PRIMARY KEY, last_run TEXT NOT NULL, last_success TEXT NOT NULL, problem TEXT NOT NULL)""",
        """CREATE TABLE document (
            path TEXT PRIMARY KEY, media_type TEXT NOT NULL, digest TEXT NOT NULL, size BIGINT NOT NULL,
            basis TEXT NOT NULL)""",
        "CREATE TABLE run (id INTEGER PRIMARY KEY, at TEXT NOT NULL, report TEXT NOT NULL)",
    ),
    (
        # An entry without a story is paired by the next run. `seen` is the run that stored it first.
        "ALTER TABLE entry ADD COLUMN seen INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE entry ADD COLUMN story TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE entry ADD COLUMN open INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE entry ADD COLUMN alone INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX entry_story ON entry (story)",
        "CREATE INDEX entry_published ON entry (published)",
        "CREATE INDEX entry_changed ON entry (run)",
        # What an entry goes by, and what it says of its other languages; `target` is the entry that a claim leads to.
        "CREATE TABLE name (name TEXT NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (name, entry))",
        "CREATE INDEX name_entry ON name (entry)",
        """CREATE TABLE claim (
            entry TEXT NOT NULL, name TEXT NOT NULL, language TEXT NOT NULL, target TEXT NOT NULL,
            refused TEXT NOT NULL, PRIMARY KEY (entry, name, language, target))""",
        "CREATE INDEX claim_name ON claim (name)",
        "CREATE INDEX claim_target ON claim (target)",
        "CREATE INDEX claim_refused ON claim (refused)",
        # Pairs by evidence; `shift` is that of the earlier entry.
        """CREATE TABLE pair (
            one TEXT NOT NULL, other TEXT NOT NULL, shift INTEGER NOT NULL, score DOUBLE PRECISION NOT NULL,
            margin DOUBLE PRECISION NOT NULL, PRIMARY KEY (one, other))""",
        "CREATE INDEX pair_other ON pair (other)",
        "CREATE INDEX pair_shift ON pair (shift)",
    ),
    (
        # What a story is about: topics with spaces between them, and the body that issued it.
        "CREATE TABLE story (id TEXT PRIMARY KEY, topics TEXT NOT NULL, body TEXT NOT NULL)",
        # Which entries a feed has that does not simply have all, and which run changed it last.
        """CREATE TABLE member (
            feed TEXT NOT NULL, entry TEXT NOT NULL, language TEXT NOT NULL, published TEXT NOT NULL,
            PRIMARY KEY (feed, entry))""",
        "CREATE INDEX member_newest ON member (feed, language, published, entry)",
        "CREATE INDEX member_entry ON member (entry)",
        """CREATE TABLE touched (
            feed TEXT NOT NULL, language TEXT NOT NULL, run INTEGER NOT NULL, PRIMARY KEY (feed, language))""",
        "CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    ),
    (
        # The month whose archive document has an entry, and whose bilingual one has its story: that of the story's
        # first entry. That it was withdrawn (1), that only its tombstone is left (2).
        "ALTER TABLE entry ADD COLUMN month TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE entry ADD COLUMN gone INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE entry ADD COLUMN story_month TEXT NOT NULL DEFAULT ''",
        _fill_months,
        """UPDATE entry SET story_month = COALESCE((SELECT founder.month FROM entry AS founder
            WHERE founder.id = REPLACE(entry.story, '?story', '')), month)""",
        "CREATE INDEX entry_month ON entry (month, language)",
        "CREATE INDEX entry_story_month ON entry (story_month, language)",
        "CREATE INDEX entry_gone ON entry (gone, language, updated) WHERE gone > 0",
        # `since` is the run that put an entry into a feed; the next run works all of them out again.
        "DELETE FROM member",
        "ALTER TABLE member ADD COLUMN month TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE member ADD COLUMN since INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX member_month ON member (feed, month, language)",
        "DELETE FROM note WHERE name = 'sorted'",
        # The archive documents of each edition: those that are due, and which run's entries each holds.
        """CREATE TABLE period (
            feed TEXT NOT NULL, edition TEXT NOT NULL, month TEXT NOT NULL, ahead INTEGER NOT NULL,
            due INTEGER NOT NULL, upto INTEGER NOT NULL, digest TEXT NOT NULL, size BIGINT NOT NULL,
            PRIMARY KEY (feed, edition, month))""",
        "CREATE INDEX period_due ON period (feed) WHERE due > 0",
        # What the servers of photos and attachments said of them.
        """CREATE TABLE enclosure (
            url TEXT PRIMARY KEY, source TEXT NOT NULL, entry TEXT NOT NULL, state TEXT NOT NULL,
            tries INTEGER NOT NULL, length BIGINT NOT NULL, media_type TEXT NOT NULL)""",
        "CREATE INDEX enclosure_due ON enclosure (source) WHERE state = 'due'",
        # Which entry a release became, and when to look at its page again.
        "ALTER TABLE sighting ADD COLUMN entry TEXT NOT NULL DEFAULT ''",
        """UPDATE sighting SET entry = COALESCE((SELECT MIN(entry.id) FROM entry WHERE entry.source = sighting.source
            AND entry.language = sighting.language
            AND entry.key IN (sighting.key, sighting.source || '/' || sighting.key)), '')""",
        "ALTER TABLE sighting ADD COLUMN listed INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE sighting ADD COLUMN next_look TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE sighting ADD COLUMN missing_since TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE sighting ADD COLUMN etag TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE sighting ADD COLUMN last_modified TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX sighting_look ON sighting (source, next_look) WHERE next_look <> ''",
        "CREATE INDEX sighting_away ON sighting (source) WHERE missing_since <> '' OR listed = 0",
        "CREATE INDEX sighting_entry ON sighting (entry)",
    ),
    (
        # What is expected of a source (JSON), and until when it asked to be left alone.
        "ALTER TABLE source ADD COLUMN expected TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE source ADD COLUMN not_before TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX entry_rhythm ON entry (source, language, published)",
        # What is wrong with a source: with which list, since when, when it ended, and what was told of it (0 nothing, 1
        # that it began).
        """CREATE TABLE fault (
            source TEXT NOT NULL, name TEXT NOT NULL, what TEXT NOT NULL, place TEXT NOT NULL, since TEXT NOT NULL,
            ended TEXT NOT NULL, told INTEGER NOT NULL, PRIMARY KEY (source, name))""",
        # The lists that a backfill has asked for; the releases that each named, until all of them were read.
        """CREATE TABLE backfill (
            source TEXT NOT NULL, day TEXT NOT NULL, named TEXT NOT NULL, PRIMARY KEY (source, day))""",
        # What hosts' robots.txt said; kept for a day (RFC 9309, 2.4).
        "CREATE TABLE robots (origin TEXT PRIMARY KEY, fetched TEXT NOT NULL, rules TEXT NOT NULL)",
    ),
    (
        # The page of each story that has one: where it is below a language's folder, and whether it has to be written.
        # A story that became part of another keeps its row, as its page then leads there.
        """CREATE TABLE page (
            story TEXT PRIMARY KEY, path TEXT NOT NULL, month TEXT NOT NULL, due INTEGER NOT NULL)""",
        "CREATE UNIQUE INDEX page_path ON page (path)",
        "CREATE INDEX page_month ON page (month, due)",
        "CREATE INDEX page_due ON page (story) WHERE due > 0",
        # The small pictures that are published with the pages: of which address, where, and their size in pixels.
        """CREATE TABLE thumbnail (
            url TEXT PRIMARY KEY, source TEXT NOT NULL, entry TEXT NOT NULL, state TEXT NOT NULL,
            tries INTEGER NOT NULL, path TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL)""",
        "CREATE INDEX thumbnail_due ON thumbnail (source) WHERE state = 'due'",
    ),
)
VERSION = len(MIGRATIONS)
