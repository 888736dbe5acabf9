"""Withdrawn releases: how a notice of withdrawal is told from a correction, and what is shown of a withdrawn entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from html import escape
from re import Pattern

import msgspec

from feedpub.entries import text, titles
from feedpub.entries.paragraphs import paragraphs, plain
from feedpub.languages import LANGUAGES, Language
from feedpub.model import Entry

_QUOTED = re.compile(r"“[^”\n]{8,}”|\"[^\"\n]{12,}\"|「[^」\n]{6,}」|『[^』\n]{6,}』|《[^》\n]+》|〈[^〉\n]+〉")
_MARKS = re.compile(r"\W*")
_DIGITS = re.compile(r"\d+")
_NOTHING = 12
"""Characters of English (Language.density) that say too little to be a part of the release: "Correction", "Ends"."""
_LEAST_TITLE = 6
"""Characters of a title below which it may be any words of a sentence."""

Span = tuple[int, int]


def is_notice(fresh: Entry, stored: Entry) -> bool:
    """Whether an entry is a notice that stands in place of its release: a short text that says so, and little else.

    A text that has a paragraph or a sentence of the release as it was is a correction, whatever else it says. A release
    that is taken for a notice would vanish; so where it may be another release that is said to be withdrawn, nothing
    but words of courtesy may stand beside it.
    """
    language = LANGUAGES[fresh.language]
    notice = language.words.notice()
    if len(plain(fresh.content)) > notice.longest:
        return False
    before, now = _told(stored, language), _told(fresh, language)
    nothing = _NOTHING * language.density
    known = {text.bones(one) for one in before}
    if any(len(bones) > nothing and bones in known for bones in map(text.bones, now)):
        return False
    (old, _), (new, _) = (titles.split_markers(one.title, language) for one in (stored, fresh))
    heading = "" if new == old or len(new) > notice.longest else new
    said = "\n".join(_bare(one, old) for one in (heading, *now))
    was = "\n".join((stored.title, *before))
    if notice.doubt.search(said):
        return False
    sure = _spans(notice.itself, said)
    body = len(_bare(heading, old)) + 1
    if (first := notice.first.match(said[body:])) and first["paper"].lower() not in was.lower():
        sure.append((body, body + first.end()))
    perhaps: list[Span] = []
    # A release about press releases may say it of those.
    if not notice.press.search(was):
        perhaps = _spans(notice.named, said)
        if notice.mark.search(heading) and text.bones(notice.mark.sub("", heading)) == text.bones(old):
            perhaps.append((0, body))
    if not sure and not perhaps:
        return False
    rest = [said[start:end] for start, end in _sentences(said, language) if not _touches(sure + perhaps, start, end)]
    if any(_is_kept(one, was, nothing) for one in rest):
        return False
    return bool(sure) or all(notice.courtesy.search(one) for one in rest)


def _told(entry: Entry, language: Language) -> list[str]:
    """The paragraphs of a text without the one on whose behalf it is issued, which a notice may have, too."""
    return [one for one in paragraphs(entry.content) if not language.on_behalf.match(one)]


def _bare(words: str, title: str) -> str:
    """Words without what they quote: a title may say anything."""
    return _QUOTED.sub("“…”", words.replace(title, "“…”") if len(title) >= _LEAST_TITLE else words)


def _spans(pattern: Pattern[str], said: str) -> list[Span]:
    """Where a pattern is found, without the marks before it: those belong to the sentence before."""
    found = (match.span() for match in pattern.finditer(said))
    return [(marks.end(), end) for start, end in found if (marks := _MARKS.match(said, start, end))]


def _sentences(said: str, language: Language) -> Iterator[Span]:
    """Where the sentences that have words begin and end."""
    start = 0
    for end in (*(match.end() for match in re.finditer(rf"\n|{language.sentence_end.pattern}", said)), len(said)):
        if re.search(r"\w", said[start:end]):
            yield start, end
        start = end


def _touches(found: list[Span], start: int, end: int) -> bool:
    return any(first < end and last > start for first, last in found)


def _is_kept(sentence: str, was: str, nothing: float) -> bool:
    """Whether half of a sentence stands in the text before in one piece; telephone numbers and dates do not count."""
    one, other = (_DIGITS.sub("", text.bones(words)) for words in (sentence, was))
    longest = SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
    return len(one) > nothing and 2 * longest >= len(one)


def shown(entry: Entry) -> Entry:
    """What is shown of a withdrawn entry: a notice in its language in place of its text; others as they are."""
    if entry.withdrawn is None:
        return entry
    words = LANGUAGES[entry.language].words
    line = words.withdrawn.format(issued=words.moment(entry.published), when=words.moment(entry.withdrawn.at))
    return msgspec.structs.replace(
        entry,
        title=words.withdrawn_title.format(title=titles.split_markers(entry.title, LANGUAGES[entry.language])[0]),
        markers=(),
        summary=line,
        content=f"<p>{escape(line, quote=False)}</p>{entry.withdrawn.notice}",
        photos=(),
        attachments=(),
        videos=(),
        related=(),
    )
