"""`feedpub doctor`: whether the store is sound, and the output what the store says; what is not is put right.

The store comes first: its file, its rows, what follows from them. Then everything that is published is rendered anew
and compared with what is there, byte for byte. To tell only, all of that is done with a copy of the store and a
directory that is only compared with.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from feedpub import catalogue, mending, searching, statuspage, stories, storypages, subjects
from feedpub.config import LOCAL, Settings
from feedpub.daypages import publish as publish_days
from feedpub.editions import publish_editions
from feedpub.errors import PublishError, StoreError
from feedpub.existing import open_store
from feedpub.progress import Progress
from feedpub.publish.checking import MARK, Comparing, Mending
from feedpub.publishing import Outcome, together
from feedpub.report import Problem, RunReport
from feedpub.store import anew, lines, notes, pages, published, repairs, soundness, thumbnails
from feedpub.store.database import Store, unmigrated, utc
from feedpub.store.repairs import Finding, found
from feedpub.subjects import Subjects

_INDEXES = "search/"
"""What is below is made by pagefind, and files that an index does not name any more stay for a while."""
_MOST_NAMED = 10


class Checkup(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at a store and its output came to.

    `store` and `output` are what was wrong, with whether it is put right, or would be. `failed` are documents that
    could not be rendered or written. `strangers` are files in the output directory that are not feedpub's; they stay.
    `documents` counts those that were compared.
    """

    checked_only: bool
    store: tuple[Finding, ...] = ()
    output: tuple[Finding, ...] = ()
    failed: tuple[Problem, ...] = ()
    strangers: tuple[str, ...] = ()
    entries: int = 0
    stories: int = 0
    documents: int = 0
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """0 all is well (now); 1 something is to be put right, or could not be."""
        findings = (*self.store, *self.output)
        left = findings if self.checked_only else [one for one in findings if not one.mended]
        return 1 if left or self.failed else 0


def examine(settings: Settings, now: datetime, progress: Progress, *, check: bool) -> Checkup:
    """Look at the store and the output, and put right what is not as it should be.

    Args:
        settings: the config.
        now: the time.
        progress: is told of the stories.
        check: whether only to tell.

    Raises:
        LockedError: a run is going on.
        StoreError: there is no store, or it is damaged beyond repair; says what to do.
        PublishError: the output directory cannot be used at all.
        ConfigError: a file that the config names cannot be read.
    """
    started = time.monotonic()
    if check and not settings.output.is_dir():
        raise PublishError(f"{settings.output}: there is no such folder; `feedpub doctor` writes it anew")
    directory = (Comparing if check else Mending)(settings.output, settings.compress)
    with directory.lock(), _opened(settings, check=check) as (store, said):
        work = _Examining(settings, store, directory, now, progress)
        report = work.examine(said)
        return msgspec.structs.replace(report, seconds=round(time.monotonic() - started, 3))


@contextmanager
def _opened(settings: Settings, *, check: bool) -> Iterator[tuple[Store, list[Finding]]]:
    """The store, or a copy of it, with what was wrong with its file."""
    file = soundness.place(settings.store_url)
    if file is None and not check:
        store = open_store(settings)
        try:
            yield store, []
        finally:
            store.close()
        return
    if file is not None and not file.exists():
        there = f"; what was published is in {settings.output}: restore a backup" if _any_feed(settings) else ""
        raise StoreError(f"{settings.store_url}: there is no store{there or ' yet: nothing was published'}")
    with tempfile.TemporaryDirectory(prefix="feedpub-doctor-") as folder:
        url, target = settings.store_url, Path(folder, "store.db")
        if check:
            url = f"sqlite:///{target}"
        if file is None:
            _copy_other(settings, url)
            faults: list[str] = []
        else:
            if check:
                faults = soundness.faults(file)
                soundness.copy(file, target)
            else:
                faults = soundness.faults(file)
            if faults:
                soundness.mend(target if check else file)
        store = Store(url)
        try:
            yield store, found("the file of the store: indexes are damaged, made anew from the tables", faults)
        finally:
            store.close()


def _copy_other(settings: Settings, url: str) -> None:
    """Copy a store that is in another database than SQLite."""
    store = open_store(settings)
    try:
        with store.reading() as connection, unmigrated(url) as other:
            lines.take(other, (line for some in lines.give(connection) for line in some.splitlines(keepends=True)))
    except lines.LineError as problem:
        raise StoreError(f"{settings.store_url}: cannot be copied to look at it: {problem}") from None
    finally:
        store.close()


def _any_feed(settings: Settings) -> bool:
    return any((settings.output / "feeds").rglob("*.atom"))


class _Examining:
    """One look at a store that can be opened."""

    def __init__(
        self, settings: Settings, store: Store, directory: Comparing, now: datetime, progress: Progress
    ) -> None:
        self.settings, self.store, self.directory = settings, store, directory
        self.now, self.progress = now, progress
        self.check = not isinstance(directory, Mending)

    def examine(self, said: list[Finding]) -> Checkup:
        """Look at all of it."""
        with self.store.transaction() as connection:
            notes.drop(connection, "subjects")
            topical = subjects.known(connection, self.settings)
            catalogue.check(self.settings, topical)
            said += repairs.mend(connection, 0)
            number = published.begin_run(connection)
            said += mending.mend(connection, self.settings, topical, number, self.progress)
        # What a run left that was killed is finished, as the next one would.
        stories.pair(self.store, self.settings, number)
        stories.tag(self.store, self.settings, topical, number, self.progress)
        output = self._photos(number)
        with self.store.transaction() as connection:
            anew.render_all(connection)
            bad = searching.again(connection, self.directory) if self.settings.search else []
        output += found("a search index is not as it was made, made anew", bad)
        outcome = self._publish(topical, number)
        output += self._differing()
        output += self._leftovers()
        with self.store.reading() as connection:
            report = Checkup(
                checked_only=self.check,
                store=tuple(said),
                output=tuple(output),
                failed=outcome.failed,
                strangers=self._strangers(),
                entries=anew.count_entries(connection),
                stories=anew.count_stories(connection),
                documents=outcome.unchanged + len(outcome.written),
            )
        self._record(number, outcome)
        return report

    def _photos(self, number: int) -> list[Finding]:
        """Small photos are named after their bytes; one that has others is fetched again by the next run."""
        if self.settings.images != LOCAL:
            return []
        with self.store.transaction() as connection:
            bad = []
            for source in self.settings.sources:
                for path in thumbnails.paths(connection, source.id):
                    digest, name = self.directory.digest(path), path.rpartition("/")[2].partition(".")[0]
                    if not digest or not digest.startswith(name):
                        bad.append(path)
            if bad and isinstance(self.directory, Mending):
                for path in bad:
                    self.directory.take_away(path)
                gone = thumbnails.at(connection, bad)
                thumbnails.again(connection, [one.url for one in gone])
                pages.mark_with(connection, [entry for one in gone for entry in one.entries], number)
        return found("a small photo is missing or damaged; the next run fetches it again", bad)

    def _publish(self, topical: Subjects, number: int) -> Outcome:
        """Publish everything, which the directory compares with what is there."""
        store, settings, directory = self.store, self.settings, self.directory
        outcome = together(
            storypages.publish(store, settings, topical, directory, number),
            publish_days(store, settings, directory, number),
            publish_editions(store, settings, topical, directory, number),
            searching.publish(store, settings, topical, directory, self.now),
        )
        with store.reading() as connection:
            known = statuspage.digests(connection)
        self.directory.wanted.update(self._with_compressed(known))
        if known and all(self.directory.digest(path) == digest for path, digest in known.items()):
            return outcome  # It tells of its own time, and stands until that is over.
        with store.transaction() as connection:
            statuspage.again(connection)
        return together(outcome, statuspage.publish(store, settings, topical, directory, self.now, outcome.failed))

    def _differing(self) -> list[Finding]:
        """What was not as it should be, by what it was."""
        by_kind: dict[str, list[str]] = {}
        for path, what in sorted(self.directory.found.items()):
            by_kind.setdefault(what, []).append(path)
        said = [one for what, paths in by_kind.items() for one in found(f"a document {what}", paths)]
        return said + found("was in the way and is no document: put aside", self.directory.moved)

    def _leftovers(self) -> list[Finding]:
        """Temporary files that a run left which was killed."""
        left = self.directory.leftovers()
        if isinstance(self.directory, Mending):
            stuck = [path for path in left if not self.directory.take_away(path)]
            gone = [path for path in left if path not in stuck]
            return found("a temporary file was left behind", gone) + found(
                "a temporary file cannot be deleted", stuck, mended=False
            )
        return found("a temporary file was left behind", left)

    def _strangers(self) -> tuple[str, ...]:
        """Files that feedpub did not write, or does not write any more."""
        with self.store.reading() as connection:
            known = anew.published_paths(connection)
        known = self.directory.wanted | self._with_compressed(known)
        temporary = {MARK, *self.directory.leftovers()}
        return tuple(
            sorted(
                path
                for path in self.directory.files()
                if path not in known and path not in temporary and not path.startswith(_INDEXES)
            )
        )

    @staticmethod
    def _with_compressed(paths: Sequence[str] | dict[str, str] | set[str]) -> set[str]:
        return {path + suffix for path in paths for suffix in ("", ".gz", ".br")}

    def _record(self, number: int, outcome: Outcome) -> None:
        report = RunReport(at=self.now, written=outcome.written, unchanged=outcome.unchanged, failed=outcome.failed)
        with self.store.transaction() as connection:
            published.record_run(connection, number, utc(self.now), msgspec.json.encode(report).decode())


def told(report: Checkup) -> list[str]:
    """The report for people."""
    looked = f"{report.entries} entries, {report.stories} stories, {report.documents} documents"
    said = [f"looked at {looked} in {report.seconds:.1f} s"]
    for heading, findings in (("store", report.store), ("output", report.output)):
        said += [f"{heading}: {_line(one, report)}" for one in findings]
        if not findings:
            said.append(f"{heading}: all is well")
    said += [f"  failed: {problem.where}: {problem.what}" for problem in report.failed]
    if report.strangers:
        folders = Counter(path.partition("/")[0] for path in report.strangers)
        some = ", ".join(report.strangers[:_MOST_NAMED]) if len(folders) else ""
        more = ", …" if len(report.strangers) > _MOST_NAMED else ""
        said.append(f"{len(report.strangers)} files are not feedpub's, or not any more, and stay: {some}{more}")
    if report.checked_only and report.exit_code:
        said.append("nothing was changed: `feedpub doctor` without --check puts it right")
    return said


def _line(one: Finding, report: Checkup) -> str:
    how = "found" if report.checked_only else "mended" if one.mended else "NOT MENDED"
    examples = ", ".join(one.examples[:_MOST_NAMED])
    more = ", …" if examples and one.count > len(one.examples[:_MOST_NAMED]) else ""
    return f"{how}: {one.count}: {one.what}{f' ({examples}{more})' if examples else ''}"
