"""Release -> entry."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from feedpub.entries import body, identity, text, titles
from feedpub.errors import ReleaseError
from feedpub.languages import LANGUAGES, Language
from feedpub.model import YEARS, Entry, Link, Photo, Release

_TAG = re.compile(r"(<[^>]*>)")


def normalise(release: Release) -> Entry:
    """Make an entry of a release: clean title, safe HTML in paragraphs, aware dates, a permanent id.

    `updated` is `published`; what it becomes beside an earlier revision is decided in changes.py.

    Raises:
        ReleaseError: nothing remains of the title, or the release has no issue time, or one that cannot be.
    """
    language = LANGUAGES[release.language]
    title = _tight(titles.clean(release.title, language), language)
    if not title:
        raise ReleaseError(f"{release.url or release.key}: its title is empty")
    if release.issued is None or release.issued.tzinfo is None:
        raise ReleaseError(f"{release.url or release.key}: it has no issue time")
    if release.issued.year not in YEARS:
        said = f"its issue time is of the year {release.issued.year}; expected {YEARS[0]} to {YEARS[-1]}"
        raise ReleaseError(f"{release.url or release.key}: {said}")
    _, markers = titles.split_markers(title, language)
    try:
        content = body.clean(release.body, release.base)
    except ReleaseError as problem:
        raise ReleaseError(f"{release.url or release.key}: {problem}") from None
    issuer, lead = _lead(content.paragraphs, language)
    published = _whole_minutes(release.issued)
    return Entry(
        id=identity.entry_id(release.authority, release.day, release.minted or release.key),
        source=release.source,
        key=release.key,
        language=release.language,
        title=title,
        published=published,
        updated=published,
        url=body.web_address("", release.url),
        summary=_tight(lead, language),
        content=_tight_html(content.html, language),
        markers=markers,
        issuer=issuer,
        photos=tuple(
            _photo(photo, url, release.base, language)
            for photo in release.photos
            if (url := body.web_address(release.base, photo.url))
        ),
        attachments=_links(release.attachments, release.base, language),
        videos=_links(release.videos, release.base, language),
        related=_links(release.related, release.base, language),
        counterparts={
            tag: url
            for tag, address in release.counterparts.items()
            if (url := body.web_address(release.base, address))
        },
        counterpart_keys=release.counterpart_keys,
    )


def _photo(photo: Photo, url: str, base: str, language: Language) -> Photo:
    caption = _tight(text.one_line(photo.caption), language)
    credit = language.words.photo_credit.search(caption)
    return Photo(
        url=url,
        caption=caption,
        thumbnail=body.web_address(base, photo.thumbnail) or "",
        credit=text.one_line(photo.credit) or (credit[1].strip() if credit else ""),
    )


def _links(links: tuple[Link, ...], base: str, language: Language) -> tuple[Link, ...]:
    return tuple(
        Link(url=url, title=_tight(text.one_line(link.title), language))
        for link in links
        if (url := body.web_address(base, link.url))
    )


def _tight(words: str, language: Language) -> str:
    """A text with no-break spaces where its language has them: their own are lost on the way, or were none."""
    return language.tight.sub("\u00a0", words) if language.tight else words


def _tight_html(html: str, language: Language) -> str:
    """The same of safe HTML: its tags stay as they are."""
    if not language.tight:
        return html
    return "".join(part if part.startswith("<") else _tight(part, language) for part in _TAG.split(html))


def _whole_minutes(moment: datetime) -> datetime:
    """The same moment with an offset that can be written (RFC 3339, 5.6): local mean time had seconds."""
    offset = moment.utcoffset() or timedelta()
    minutes = timedelta(minutes=round(offset / timedelta(minutes=1)))
    return moment if minutes == offset else moment.astimezone(timezone(minutes))


def _lead(paragraphs: tuple[str, ...], language: Language) -> tuple[str, str]:
    """On whose behalf the text says that it is issued, and its first sentences after that."""
    issuer = ""
    lead = ""
    for number, paragraph in enumerate(paragraphs):
        line = text.one_line(paragraph)
        if number == 0 and (match := language.on_behalf.match(line)):
            issuer = match[1]
            continue
        lead = line if not lead else f"{lead}{'' if language.wide else ' '}{line}"
        # A first line that is only a heading or a salutation tells too little.
        if len(lead) * 4 >= language.summary_length:
            break
    return issuer, text.first_sentences(lead, language, language.summary_length)
