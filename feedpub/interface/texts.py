"""What a language says on pages and embeds: one table for each kind of page. `{…}` is filled in."""

from __future__ import annotations

import msgspec


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """What the pages of a site say around the stories.

    `tagline` says what the site is, `also_in` heads links to other languages, `skip` leads past the header.
    """

    tagline: str
    skip: str
    languages: str
    home: str
    newest: str
    all_feeds: str
    more_of: str
    feeds: str
    feeds_lead: str
    topics: str
    bodies: str
    subscribe: str
    subscribe_lead: str
    copy: str
    copied: str
    opml: str
    opml_lead: str
    bilingual: str
    embed: str
    search: str
    status: str
    nothing_yet: str
    topic_lead: str
    credit: str
    unofficial: str
    in_every_language: str
    by_day: str
    of_day: str
    opml_every: str
    not_found: str
    not_found_lead: str


class StoryTexts(msgspec.Struct, frozen=True, kw_only=True):
    """What a story's page says.

    `official` leads to the release on its publisher's own site. `only` says that there are not all languages. `moved`
    stands where a story became part of another, `table` names a table for those who do not see it.
    """

    official: str
    issued: str
    issued_by: str
    corrected: str
    only: str
    photos: str
    photo: str
    credited: str
    attachments: str
    videos: str
    related: str
    history: str
    history_lead: str
    added: str
    removed: str
    moved: str
    moved_to: str
    table: str


class EmbedTexts(msgspec.Struct, frozen=True, kw_only=True):
    """What an embed says, and the page that builds one.

    `offline` stands where nothing can be fetched, `missing` where there is no such feed. `reserve` leads to a style
    that keeps the place free until the script has run. The notes are about a frame's look, and how to use a fragment,
    which has `{count}` entries.
    """

    loading: str
    empty: str
    offline: str
    missing: str
    retry: str
    all: str
    language: str
    latest: str
    builder: str
    builder_lead: str
    feed: str
    count: str
    look: str
    look_auto: str
    look_light: str
    look_dark: str
    auto_language: str
    preview: str
    code: str
    code_script: str
    code_frame: str
    code_include: str
    needs_script: str
    kind: str
    accent: str
    copy: str
    reserve: str
    frame_note: str
    include_note: str


class StatusTexts(msgspec.Struct, frozen=True, kw_only=True):
    """What the status page says.

    Pairs are of one and of several, with `{count}`. `faults` are by the names in `faults.NAMES`; "" is a problem
    without a name. `months` are short, for `short_day`; `thousands` stands between the thousands of a number.
    `{zone}` is the name of a time zone, `{share}` a whole number.
    """

    title: str
    lead: str
    as_of: str
    well: str
    unwell: str
    sources: str
    last_success: str
    last_run: str
    never: str
    left_alone: str
    releases: str
    stories: str
    since: str
    source_well: str
    faults: dict[str, str]
    unread: tuple[str, str]
    unwritten: tuple[str, str]
    more: tuple[str, str]
    per_day: str
    per_day_lead: str
    per_day_sum: str
    per_day_told: str
    topics_by_week: str
    topics_lead: str
    topics_told: str
    topic: str
    weeks: str
    most: str
    altogether: str
    pairs: str
    pairs_lead: str
    share: str
    by_link: tuple[str, str]
    by_evidence: tuple[str, str]
    single: tuple[str, str]
    day: str
    week: str
    table: str
    data: str
    months: tuple[str, ...]
    short_day: str
    thousands: str


class SearchTexts(msgspec.Struct, frozen=True, kw_only=True):
    """What the search page says.

    `found` is of one result and of several, with `{count}`; `since` too, where only stories since `{month}` were looked
    through. `topic` heads what a search may be narrowed to, `every` is for all of them.
    """

    title: str
    label: str
    hint: str
    go: str
    searching: str
    none: str
    found: tuple[str, str]
    more: str
    failed: str
    since: tuple[str, str]
    topic: str
    every: str
    needs_script: str


class Interface(msgspec.Struct, frozen=True, kw_only=True):
    """All that a language says on pages and embeds."""

    site: Texts
    story: StoryTexts
    embed: EmbedTexts
    status: StatusTexts
    search: SearchTexts
