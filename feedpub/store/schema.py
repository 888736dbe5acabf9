"""The store's tables, and the migrations that lead to them.

A migration is a list of statements that SQLite and PostgreSQL both understand; it runs once, in one transaction with
the version that it leads to. Never edit one that was released: add the next.
Times are UTC in RFC 3339 with seconds, so that they sort as text; what is inside `data` is JSON of the model's types.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Integer, MetaData, Table, Text

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

MIGRATIONS: tuple[tuple[str, ...], ...] = (
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
)
VERSION = len(MIGRATIONS)
