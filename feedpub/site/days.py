"""All stories by the day of their issue: a page a day, a page a month, and the list of all months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

import msgspec

from feedpub.model import Document
from feedpub.site import frame as frames
from feedpub.site.frame import Frame, Site
from feedpub.site.listing import Listed

Around = tuple[date | None, date | None]
"""The day or month before and after, None where there is none."""


class DayPage(msgspec.Struct, frozen=True, kw_only=True):
    """A day in a language: its stories, the newest first."""

    site: Site
    language: str
    day: date
    stories: tuple[Listed, ...]
    around: Around


class MonthPage(msgspec.Struct, frozen=True, kw_only=True):
    """A month in a language: its days with how many stories each has. `month` is its first day."""

    site: Site
    language: str
    month: date
    days: tuple[tuple[date, int], ...]
    around: Around


def day_path(language: str, day: date) -> str:
    """Where a day's page is: "en/stories/2026/11/20.html". No story's page has a name as short."""
    return f"{language}/stories/{day:%Y/%m/%d}.html"


def month_path(language: str, month: date) -> str:
    """Where a month's page is."""
    return f"{language}/stories/{month:%Y/%m}/index.html"


def day(shown: DayPage) -> Document:
    """The page of a day."""
    frame = _frame(shown.site, shown.language, {tag: day_path(tag, shown.day) for tag in shown.site.languages})
    texts, words = frames.texts(shown.language).site, frames.words(shown.language)
    frame = msgspec.structs.replace(frame, title=texts.of_day.format(day=words.day(shown.day)))
    return frames.page("day.html", frame, shown=shown, words=words, day_path=day_path, month_path=month_path)


def month(shown: MonthPage) -> Document:
    """The page of a month."""
    frame = _frame(shown.site, shown.language, {tag: month_path(tag, shown.month) for tag in shown.site.languages})
    texts, words = frames.texts(shown.language).site, frames.words(shown.language)
    frame = msgspec.structs.replace(frame, title=texts.of_day.format(day=words.month(shown.month)))
    return frames.page("month.html", frame, shown=shown, words=words, day_path=day_path, month_path=month_path)


def months(site: Site, language: str, found: Sequence[date]) -> Document:
    """The list of all months.

    Args:
        site: the site.
        language: of the page.
        found: the first day of each month that has stories.
    """
    frame = _frame(site, language, {tag: f"{tag}/stories/index.html" for tag in site.languages})
    frame = msgspec.structs.replace(frame, title=frames.texts(language).site.by_day)
    years = [(year, list(of_year)) for year, of_year in groupby(sorted(found, reverse=True), lambda one: one.year)]
    return frames.page("months.html", frame, years=years, words=frames.words(language), month_path=month_path)


def _frame(site: Site, language: str, versions: dict[str, str]) -> Frame:
    return Frame(
        site=site,
        language=language,
        path=versions[language],
        versions=versions,
        default=versions[site.languages[0]],
    )
