"""The status page in every language, and the same as data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from markupsafe import Markup

from feedpub.interface.texts import StatusTexts
from feedpub.languages import LANGUAGES
from feedpub.model import Document
from feedpub.site import frame as frames
from feedpub.site import plots
from feedpub.site.frame import Frame, Site
from feedpub.site.plots import Columns
from feedpub.site.statusdata import SourceState, State, TopicWeeks

PAGE, DATA = "status.html", "status.json"
_JSON = "application/json"
_SCHEMA = 1
"""Raised when a key of the data goes or changes its meaning; new ones may come without."""
_WEEK = 7


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """The plot of one language's releases a day, and what stands over it."""

    language: str
    altogether: str
    plot: Markup


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the table of topics."""

    label: str
    path: str
    plot: Markup
    most: str
    altogether: str
    counts: tuple[str, ...]


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a language's releases have another language."""

    language: str
    share: str
    plot: Markup


def documents(site: Site, state: State) -> tuple[Document, ...]:
    """The status page of each language, one for everybody else, and the data."""
    first = site.languages[0]
    pages = [_page(site, state, language, f"{language}/{PAGE}") for language in site.languages]
    return (*pages, _page(site, state, first, PAGE), data(state))


def data(state: State) -> Document:
    """The data of the status page: `status.json`.

    Its keys are `schema` (1), `feedpub` (the version), `at` (UTC), `well`, `sources`, `unwritten`, `entries` (by
    language), `stories`, `releases_per_day` (`zone`, `days`, `languages`: a count for each day), `stories_per_week`
    (`weeks`: Mondays, `topics`: `id`, `label`, and a count for each week) and `pairs` of the last seven days (`share`
    by language, from 0 to 1, `by_link`, `by_evidence`, `single`).

    A source has `id`, `kind`, `name` (by language), `well`, `last_asked`, `last_success`, `not_before` (UTC, "" where
    there is none), `entries` (by language), `problems` (`name`: one of `faults.NAMES` or "", `what`, `since`), `unread`
    (a count) and `unreadable` (the first of them: `where`, `what`).
    """
    whole = {
        "schema": _SCHEMA,
        "feedpub": state.version,
        "at": state.at,
        "well": state.well,
        "sources": [_source_data(source) for source in state.sources],
        "unwritten": state.unwritten,
        "entries": state.entries,
        "stories": state.stories,
        "releases_per_day": {"zone": state.zone, "days": state.days, "languages": state.per_day},
        "stories_per_week": {
            "weeks": state.weeks,
            "topics": [{"id": one.id, "label": one.label, "counts": one.counts} for one in state.topics],
        },
        "pairs": state.pairs,
    }
    body = msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"
    return Document(path=DATA, media_type=_JSON, body=body)


def _source_data(source: SourceState) -> dict[str, object]:
    return {
        "id": source.id,
        "kind": source.kind,
        "name": source.name,
        "well": source.well,
        "last_asked": source.last_run,
        "last_success": source.last_success,
        "not_before": source.not_before,
        "entries": source.entries,
        "problems": source.troubles,
        "unread": source.unread,
        "unreadable": source.unreadable,
    }


def _page(site: Site, state: State, language: str, path: str) -> Document:
    shown = _Shown(site, state, language)
    frame = Frame(
        site=site,
        language=language,
        path=path,
        title=shown.texts.title,
        description=shown.texts.lead,
        versions={tag: f"{tag}/{PAGE}" for tag in site.languages},
        default=PAGE,
    )
    return frames.page("status.html", frame, state=state, shown=shown, t=shown.texts, hatching=plots.hatching())


class _Shown:
    """What a language's page shows of the state."""

    def __init__(self, site: Site, state: State, language: str) -> None:
        self.site, self.state, self.language = site, state, language
        self.texts: StatusTexts = frames.texts(language).status
        self.zone = ZoneInfo(state.zone)

    def number(self, count: int) -> str:
        """A count as the language writes it."""
        return f"{count:,}".replace(",", self.texts.thousands)

    def counted(self, pair: tuple[str, str], count: int) -> str:
        """What is said of one or of several."""
        return pair[count != 1].format(count=self.number(count))

    def moment(self, stored: str) -> datetime:
        """A time of the store by the site's clock."""
        return datetime.fromisoformat(stored).astimezone(self.zone)

    def short(self, day: date) -> str:
        """A day without its year."""
        return self.texts.short_day.format(day=day.day, month=self.texts.months[day.month - 1])

    @property
    def panels(self) -> list[Panel]:
        """A plot of the releases of each language."""
        return [self._panel(language, counts) for language, counts in self.state.per_day.items() if counts]

    def _panel(self, language: str, counts: tuple[int, ...]) -> Panel:
        days = self.state.days
        most = _most(counts)
        told = self.texts.per_day_told.format(
            language=LANGUAGES[language].name,
            first=self.short(days[0]),
            last=self.short(days[-1]),
            count=self.number(sum(counts)),
            day=self.short(days[most]),
            most=self.number(counts[most]),
        )
        columns = Columns(
            title=f"{self.texts.per_day}{LANGUAGES[self.language].colon}{LANGUAGES[language].name}",
            told=told,
            labels=tuple(self.short(day) for day in days),
            counts=counts,
            named=tuple(at for at in range(len(days)) if (len(days) - 1 - at) % _WEEK == 0),
            top=max(max(each) for each in self.state.per_day.values()),
        )
        altogether = self.texts.per_day_sum.format(count=self.number(sum(counts)))
        return Panel(language=language, altogether=altogether, plot=plots.chart(columns, self.number))

    @property
    def rows(self) -> list[Row]:
        """A line for each topic that had a story."""
        return [self._row(topic) for topic in self.state.topics if any(topic.counts)]

    def _row(self, topic: TopicWeeks) -> Row:
        counts, weeks = topic.counts, self.state.weeks
        most, label = _most(counts), topic.label[self.language]
        told = self.texts.topics_told.format(
            topic=label,
            weeks=len(weeks),
            count=self.number(sum(counts)),
            day=self.short(weeks[most]),
            most=self.number(counts[most]),
        )
        columns = Columns(title=label, told=told, labels=tuple(map(self.short, weeks)), counts=counts)
        return Row(
            label=label,
            path=f"{self.language}/feeds/topics/{topic.id}/index.html",
            plot=plots.row(columns),
            most=self.number(counts[most]),
            altogether=self.number(sum(counts)),
            counts=tuple(map(self.number, counts)),
        )

    @property
    def shares(self) -> list[Share]:
        """A line for each language whose releases have others."""
        return [self._share(language, share) for language, share in self.state.pairs.share.items()]

    def _share(self, language: str, share: float) -> Share:
        # Cut, not rounded: all is not said where one is missing.
        text = self.texts.share.format(share=int(share * 100 + 1e-9))
        title = f"{LANGUAGES[language].name}{LANGUAGES[self.language].colon}{text}"
        return Share(language=language, share=text, plot=plots.bar(share, title))

    @property
    def releases(self) -> str:
        """How many there are in all languages."""
        return self.number(sum(self.state.entries.values()))

    @property
    def week_ends(self) -> list[tuple[date, date]]:
        """The first and last day of each week."""
        return [(week, week + timedelta(days=_WEEK - 1)) for week in self.state.weeks]


def _most(counts: Sequence[int]) -> int:
    """Where the highest count is; the last of several."""
    return max(range(len(counts)), key=lambda at: (counts[at], at))
