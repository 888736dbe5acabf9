"""`feedpub doctor`: whatever is damaged, it tells and repairs, or says how to go on; what is well it leaves alone."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from copy import copy
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest

from feedpub import cli, config, doctoring, job
from feedpub.collect.kinds import KINDS
from feedpub.config import Settings
from feedpub.doctoring import Checkup
from feedpub.errors import FeedpubError, LockedError, PublishError, StoreError
from feedpub.progress import NoBar
from feedpub.publish.directory import Directory
from feedpub.report import RunReport
from feedpub.store.database import Store
from feedpub.store.schema import metadata
from tests import test_photos, test_searching
from tests.life import Office
from tests.loopback import Loopback
from tests.newssite import NewsSite
from tests.publisher import Publisher

SCRIPT = Path(sys.executable).with_name("feedpub")
_State = dict[str, tuple[int, bytes]]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A site with topics and a third language in which things were corrected, withdrawn and paired late."""
    with Loopback() as server:
        found = Office(NewsSite(server), tmp_path_factory.mktemp("here"), random.Random(11))
        found.configure()
        place = found.folder / "site.toml"
        place.write_text(place.read_text("utf-8").replace("compress = []", 'compress = ["gzip"]'), "utf-8")
        for _ in range(4):
            found.act()
            found.run(12)
        found.run(1)
        with closing(sqlite3.connect(found.folder / "var/store.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        yield found


class Patient:
    """A site that was published, in a folder of its own, to be damaged."""

    def __init__(self, office: Office, folder: Path) -> None:
        shutil.copytree(office.folder, folder)
        self.folder, self.office = folder, copy(office)
        self.office.folder = folder
        self.public, self.store = folder / "public", folder / "var/store.db"
        self.now = office.now

    @property
    def settings(self) -> Settings:
        return config.load(self.folder / "site.toml", KINDS)

    def doctor(self, *, check: bool = False) -> Checkup:
        return doctoring.examine(self.settings, self.now, NoBar(), check=check)

    def publish(self, *, offline: bool = True) -> RunReport:
        self.now += timedelta(minutes=1)
        return job.run(self.settings, job.Run(now=self.now, offline=offline))

    def sql(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.store)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.store)) as connection:
            return connection.execute(query).fetchall()

    def files(self) -> _State:
        """What is published, with the times of the last change; but for the status page, which tells its own time."""
        found = (one for one in self.public.rglob("*") if one.is_file() and not one.name.startswith("status."))
        return {str(one.relative_to(self.public)): (one.stat().st_mtime_ns, one.read_bytes()) for one in found}


@pytest.fixture
def patient(begun: Office, tmp_path: Path) -> Patient:
    return Patient(begun, tmp_path / "patient")


def bodies(state: _State) -> dict[str, bytes]:
    return {path: body for path, (_, body) in state.items()}


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def is_healthy(patient: Patient) -> None:
    """Nothing is left to be done, for the doctor or for a run."""
    again = patient.doctor(check=True)
    assert (again.exit_code, again.store, again.output, again.failed) == (0, (), (), ())
    assert [path for path in patient.publish().written if "status" not in path] == []


# What is well


def test_what_is_well_is_not_touched(patient: Patient) -> None:
    before, held = patient.files(), patient.store.read_bytes()
    report = patient.doctor(check=True)
    assert (report.exit_code, report.store, report.output, report.failed, report.strangers) == (0, (), (), (), ())
    assert (report.entries, report.documents > 200) == (len(patient.rows("SELECT id FROM entry")), True)
    assert patient.files() == before
    assert patient.store.read_bytes() == held, "only to tell changes nothing"

    report = patient.doctor()
    assert (report.exit_code, report.store, report.output, report.failed, report.strangers) == (0, (), (), (), ())
    assert patient.files() == before
    is_healthy(patient)


# What is published


def _dangle(place: Path) -> None:
    place.unlink()
    place.symlink_to("nowhere")


def _folder(place: Path) -> None:
    place.unlink()
    place.mkdir()


def _full_folder(place: Path) -> None:
    _folder(place)
    (place / "own.txt").write_text("x")


_DAMAGES: dict[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "cut": lambda place: place.write_bytes(place.read_bytes()[:-1]),
    "a bit": lambda place: place.write_bytes(place.read_bytes()[:-9] + b"\x07" + place.read_bytes()[-8:]),
    "emptied": lambda place: place.write_bytes(b""),
    "a link that leads nowhere": _dangle,
    "a folder": _folder,
    "a folder with something in it": _full_folder,
}


def _kinds(public: Path) -> list[Path]:
    """Documents of every kind: of each ending in each kind of folder one, none twice."""
    kinds: dict[tuple[str, ...], Path] = {}
    for place in sorted(public.rglob("*")):
        parts = place.relative_to(public).parts
        if place.is_file() and not place.name.startswith("status."):
            depth = len(parts), parts[0], parts[1] if len(parts) > 2 else "", "".join(place.suffixes[-2:])
            kinds.setdefault(tuple(map(str, depth)), place)
    return list(kinds.values())


@pytest.mark.parametrize("first", [0, *(pytest.param(one, marks=pytest.mark.long) for one in range(1, len(_DAMAGES)))])
def test_every_kind_of_file_comes_back_as_it_was(first: int, patient: Patient) -> None:
    before, kinds = patient.files(), _kinds(patient.public)
    assert len(kinds) > 40
    chosen = kinds if first == 0 else kinds[first :: len(_DAMAGES)]
    for number, place in enumerate(chosen):
        list(_DAMAGES.values())[(number + first) % len(_DAMAGES)](place)
    damaged = patient.files()

    told = patient.doctor(check=True)
    assert told.exit_code == 1
    assert patient.files() == damaged

    mended = patient.doctor()
    assert mended.exit_code == 0
    after = patient.files()
    asides = {path for path in after if ".aside" in path}
    assert differing(bodies(before), {path: body for path, body in bodies(after).items() if path not in asides}) == []
    hurt = {str(place.relative_to(patient.public)).removesuffix(".gz") for place in chosen}
    touched = {path.removesuffix(".gz") for path in before if before[path] != after[path]}
    assert touched <= hurt, "what was well is not touched"
    assert all(after[path] == (after[path][0], b"x") for path in asides), "what was in the way is kept"
    is_healthy(patient)


def test_a_compressed_file_of_other_bytes_or_another_time_is_made_again(patient: Patient) -> None:
    before = patient.files()
    places = [patient.public / "en/index.html.gz", patient.public / "feeds/all/en.atom.gz"]
    stale = gzip.compress(b"an older one")
    kept = places[0].stat().st_mtime_ns
    places[0].write_bytes(stale)
    os.utime(places[0], ns=(kept, kept))
    os.utime(places[1], ns=(7, 7))
    told = patient.doctor()
    assert [(one.what, one.examples) for one in told.output] == [
        ("a document its .gz is not that of the document", ("en/index.html",)),
        ("a document its .gz has another time than the document", ("feeds/all/en.atom",)),
    ]
    assert patient.files() == before
    is_healthy(patient)


@pytest.mark.long
def test_a_file_where_a_folder_should_be_is_put_aside(patient: Patient) -> None:
    before = bodies(patient.files())
    shutil.rmtree(patient.public / "feeds")
    (patient.public / "feeds").write_text("own")
    shutil.rmtree(patient.public / "embed")
    (patient.public / "embed").symlink_to("nowhere")
    report = patient.doctor()
    assert report.exit_code == 0
    assert report.strangers == ("feeds.aside",)
    assert (patient.public / "feeds.aside").read_text() == "own"
    (patient.public / "feeds.aside").unlink()
    assert differing(before, bodies(patient.files())) == []
    is_healthy(patient)


@pytest.mark.long
def test_temporary_files_go_and_strangers_stay(patient: Patient) -> None:
    left = patient.public / "en" / ".index.html.feedpub-tmp"
    own = patient.public / "google1234.html"
    for place in (left, own):
        place.write_text("x")
    told = patient.doctor(check=True)
    assert (told.exit_code, told.strangers) == (1, ("google1234.html",))
    assert left.exists()
    report = patient.doctor()
    assert (report.exit_code, report.strangers) == (0, ("google1234.html",))
    assert [one.examples for one in report.output] == [("en/.index.html.feedpub-tmp",)]
    assert (left.exists(), own.exists()) == (False, True)


@pytest.mark.long
def test_all_of_the_output_is_written_where_it_is_gone(patient: Patient) -> None:
    before = bodies(patient.files())
    shutil.rmtree(patient.public)
    with pytest.raises(PublishError, match="no such folder; `feedpub doctor` writes it anew"):
        patient.doctor(check=True)
    assert patient.doctor().exit_code == 0
    assert differing(before, bodies(patient.files())) == []
    is_healthy(patient)


@pytest.mark.long
def test_the_status_page_is_compared_too(patient: Patient) -> None:
    (patient.public / "status.json").write_text("{}")
    assert patient.doctor(check=True).exit_code == 1
    assert patient.doctor().exit_code == 0
    assert json.loads((patient.public / "status.json").read_bytes())["schema"] == 1
    is_healthy(patient)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_cannot_be_read_is_written_again(patient: Patient) -> None:
    place = patient.public / "en/index.html"
    place.chmod(0)
    assert patient.doctor().exit_code == 0
    assert place.read_bytes()


@pytest.mark.long
def test_a_small_photo_that_is_damaged_is_fetched_again(tmp_path: Path) -> None:
    with Loopback({test_photos.PHOTO: test_photos.picture()}) as server:
        desk = test_photos.Desk(NewsSite(server), tmp_path)
        desk.release(test_photos.PHOTO)
        desk.choose()
        desk.run()
        ((path, body),) = desk.images.items()
        (desk.public / path).write_bytes(body[:-1])
        settings = config.load(desk.config, KINDS)
        for check in (True, False):
            report = doctoring.examine(settings, desk.now, NoBar(), check=check)
            assert [one.examples for one in report.output if "photo" in one.what] == [(path,)]
        assert (report.exit_code, desk.images, desk.pictures()) == (0, {}, [])
        desk.run()
        assert desk.images == {path: body}
        assert desk.pictures() == [path]
        assert doctoring.examine(settings, desk.now, NoBar(), check=True).exit_code == 0


@pytest.mark.long
@pytest.mark.skipif(not find_spec("pagefind"), reason="pagefind is not installed (the extra `search`)")
def test_a_search_index_that_is_damaged_is_made_again(tmp_path: Path) -> None:
    with Loopback() as server:
        desk = Publisher(NewsSite(server), tmp_path)
        desk.configure(site=test_searching.SEARCH)
        desk.site.publish(test_searching.FERRY, test_searching.DOLON)
        desk.run()
        settings = config.load(desk.config, KINDS)

        def look(*, check: bool = True) -> Checkup:
            return doctoring.examine(settings, desk.now, NoBar(), check=check)

        assert look().output == ()
        places = [one for one in sorted((desk.public / "search").rglob("*")) if one.is_file()]
        assert {one.suffix for one in places} >= {".js", ".json", ".pagefind", ".pf_meta", ".pf_index", ".pf_fragment"}
        for number, place in enumerate(places):
            place.unlink() if number % 2 else place.write_bytes(place.read_bytes()[:-1])
            if place.exists() or number % 4 == 1:
                assert look().exit_code == 1, place
            assert look(check=False).exit_code == 0
            assert (look().output, look().strangers) == ((), ()), place


# The store's rows

_WORKED_OUT = ("name", "claim", "pair", "story", "member", "period", "touched", "note", "page", "document", "run")
_HAD_AGAIN = ("sighting", "validators", "source", "robots", "enclosure", "thumbnail", "fault", "backfill")


def test_each_table_is_either_worked_out_anew_or_had_again_or_kept() -> None:
    assert {*_WORKED_OUT, *_HAD_AGAIN, "entry", "revision"} == set(metadata.tables)


@pytest.mark.parametrize("share", [pytest.param(1, marks=pytest.mark.long), 2])
@pytest.mark.parametrize(
    "tables",
    [
        pytest.param(_WORKED_OUT, id="all at once"),
        *(pytest.param((one,), id=one, marks=pytest.mark.long) for one in _WORKED_OUT),
    ],
)
def test_rows_that_are_lost_are_worked_out_anew(tables: tuple[str, ...], share: int, patient: Patient) -> None:
    before = bodies(patient.files())
    ids = patient.rows("SELECT id, story, seen FROM entry ORDER BY id")
    patient.sql(*(f"DELETE FROM {name} WHERE rowid % {share} = 0" for name in tables))  # noqa: S608 - our own names
    report = patient.doctor()
    assert report.exit_code == 0
    assert differing(before, bodies(patient.files())) == []
    assert patient.rows("SELECT id, story, seen FROM entry ORDER BY id") == ids
    is_healthy(patient)
    patient.publish(offline=False)
    assert differing(before, bodies(patient.files())) == []


def test_what_a_source_says_is_had_again(patient: Patient) -> None:
    before = bodies(patient.files())
    patient.sql(*(f"DELETE FROM {name} WHERE rowid % 2 = 0" for name in _HAD_AGAIN))  # noqa: S608 - our own names
    assert patient.doctor().exit_code == 0
    assert differing(before, bodies(patient.files())) == []
    assert patient.publish(offline=False).exit_code == 0
    assert differing(before, bodies(patient.files())) == []


_LOSSES = {
    "gone": "DELETE FROM entry WHERE id IN (SELECT id FROM {chosen})",
    "no JSON": "UPDATE entry SET data = 'x' || data WHERE id IN (SELECT id FROM {chosen})",
    "another id": "UPDATE entry SET data = replace(data, 'tag:', 'tog:') WHERE id IN (SELECT id FROM {chosen})",
    "no UTF-8": "UPDATE entry SET data = CAST(data || x'ff' AS TEXT) WHERE id IN (SELECT id FROM {chosen})",
    "bytes": "UPDATE entry SET data = CAST(data AS BLOB) WHERE id IN (SELECT id FROM {chosen})",
}


@pytest.mark.parametrize(
    "how",
    [pytest.param(one, marks=() if one == "no UTF-8" else pytest.mark.long) for one in _LOSSES],
)
def test_an_entry_that_is_lost_is_asked_for_again_and_comes_back_as_it_was(how: str, patient: Patient) -> None:
    # Of those that were never corrected, as what was said of corrections is lost with an entry; one founded its story.
    listed = sorted(paper.key for paper in patient.office.site.papers.values())
    keys = ", ".join(f"'{key}'" for key in listed)
    query = f"SELECT id FROM entry WHERE key IN ({keys}) AND data LIKE '%\"corrections\":[]%'"  # noqa: S608 - ours
    chosen = f"({query} AND story = id || '?story' AND id NOT IN (SELECT entry FROM revision) LIMIT 2)"  # noqa: S608
    before, ids = bodies(patient.files()), patient.rows("SELECT id, story, seen FROM entry ORDER BY id")
    lost = patient.rows(f"SELECT id FROM {chosen}")  # noqa: S608 - ours
    assert len(lost) == 2
    patient.sql(_LOSSES[how].format(chosen=chosen))

    report = patient.doctor()
    assert report.exit_code == 0
    assert any(lost[0][0] in one.examples for one in report.store)
    back = patient.publish(offline=False)
    assert back.sources[0].new == 2
    columns = "id, story, seen" if how != "gone" else "id, story"
    after = patient.rows(f"SELECT {columns} FROM entry ORDER BY id")  # noqa: S608 - ours
    assert after == [row[: len(columns.split())] for row in ids]
    assert differing(before, bodies(patient.files())) == []
    assert patient.rows("SELECT name FROM note WHERE name LIKE 'seen %' OR name LIKE 'damaged %'") == []


@pytest.mark.long
def test_columns_that_a_text_contradicts_are_worked_out_anew(patient: Patient) -> None:
    before, rows = bodies(patient.files()), patient.rows("SELECT * FROM entry ORDER BY id")
    patient.sql(
        "UPDATE entry SET published = '2020-01-01T00:00:00Z', month = '2020-01', gone = 1, language = 'xx'"
        " WHERE id = (SELECT min(id) FROM entry)",
        "UPDATE member SET published = 'soon', month = 'never' WHERE rowid % 3 = 0",
    )
    assert patient.doctor().exit_code == 0
    assert patient.rows("SELECT * FROM entry ORDER BY id") == rows
    assert differing(before, bodies(patient.files())) == []
    is_healthy(patient)


def test_what_cannot_be_read_in_any_table_is_no_traceback(patient: Patient) -> None:
    before = bodies(patient.files())
    for name, table in metadata.tables.items():
        column = list(table.columns)[-1].name
        if name not in ("entry", "revision"):
            patient.sql(
                f"UPDATE OR IGNORE {name} SET {column} = CAST(x'ff00fe' AS TEXT) WHERE rowid % 4 = 0",  # noqa: S608
                f"UPDATE OR IGNORE {name} SET {column} = x'00' WHERE rowid % 4 = 1",  # noqa: S608 - our own names
            )
    assert patient.doctor(check=True).exit_code == 1
    assert patient.doctor().exit_code == 0
    is_healthy(patient)
    assert patient.publish(offline=False).exit_code == 0
    assert differing(before, bodies(patient.files())) == []


@pytest.mark.long
def test_what_cannot_be_had_again_is_told(patient: Patient) -> None:
    (identifier,) = patient.rows("SELECT min(id) FROM entry WHERE gone = 0")[0]
    patient.sql(
        "UPDATE revision SET data = '' WHERE rowid = (SELECT min(rowid) FROM revision)",
        f"UPDATE entry SET data = '' WHERE id = '{identifier}'",  # noqa: S608 - ours
        f"DELETE FROM sighting WHERE entry = '{identifier}'",  # noqa: S608 - ours
    )
    report = patient.doctor()
    assert report.exit_code == 1
    assert {one.what for one in report.store if not one.mended} == {
        "revision: a text before a correction is damaged, and lost",
        "entry: damaged, and in no list that it could be asked for by",
    }
    assert patient.doctor().exit_code == 0, "it is told once"


@pytest.mark.long
def test_a_run_does_not_take_a_number_that_one_had(patient: Patient) -> None:
    last = patient.rows("SELECT max(run) FROM entry")[0][0]
    patient.sql("DELETE FROM run", "DELETE FROM note WHERE name = 'run'")
    patient.doctor()
    assert isinstance(last, int)
    assert patient.rows("SELECT min(id) FROM run")[0][0] == last + 1


# The store's file


def test_damaged_indexes_are_made_anew(patient: Patient) -> None:
    before, rows = patient.files(), patient.rows("SELECT * FROM entry")
    with closing(sqlite3.connect(patient.store)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry_run'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with patient.store.open("r+b") as handle:
        handle.seek((page - 1) * size)
        handle.write(random.Random(1).randbytes(size))
    told = patient.doctor(check=True)
    assert (told.exit_code, [one.mended for one in told.store]) == (1, [True])
    assert patient.doctor().exit_code == 0
    assert patient.rows("SELECT * FROM entry") == rows
    assert patient.files() == before
    is_healthy(patient)


def _other(place: Path) -> None:
    place.unlink()
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")


def _overwrite(place: Path, at: int, size: int) -> None:
    with place.open("r+b") as handle:
        handle.seek(at)
        handle.write(b"\xa5" * size)


_NO_STORES: dict[str, tuple[Callable[[Path], object], str]] = {
    "not there": (lambda place: place.unlink(), "there is no store; what was published is in .*: restore a backup"),
    "empty": (lambda place: place.write_bytes(b""), "there is no store in this file: restore a backup in its place"),
    "text": (lambda place: place.write_text("Dear Sirs,\n" * 999), "damaged beyond repair: file is not a database"),
    "another database": (_other, "there is no store in this file: restore a backup"),
    "half": (lambda place: os.truncate(place, place.stat().st_size // 2), "damaged beyond repair"),
    "its first page": (lambda place: _overwrite(place, 0, 100), "damaged beyond repair|cannot be opened"),
    "a folder": (_folder, "the store cannot be opened: unable to open"),
}


@pytest.mark.parametrize("how", _NO_STORES)
def test_what_is_no_store_is_told_with_how_to_go_on(how: str, patient: Patient) -> None:
    before = patient.files()
    damage, said = _NO_STORES[how]
    damage(patient.store)
    for check in (True, False):
        with pytest.raises(StoreError, match=said):
            patient.doctor(check=check)
    assert patient.files() == before


@pytest.mark.long
def test_a_log_that_is_lost_costs_what_was_in_it_only(patient: Patient) -> None:
    with closing(sqlite3.connect(patient.store)) as held:
        held.execute("SELECT 1 FROM note").fetchone()  # Whoever closes the store last would write the log into it.
        patient.sql("UPDATE note SET value = value")
        patient.publish(offline=False)
        shutil.copy(patient.store, patient.folder / "torn.db")
    shutil.copy(patient.folder / "torn.db", patient.store)
    assert patient.doctor().exit_code == 0
    is_healthy(patient)


@pytest.mark.parametrize(
    "seed", [0, 96, *(pytest.param(one, marks=pytest.mark.long) for one in range(300) if one not in (0, 96))]
)
def test_whatever_bytes_are_damaged_it_is_repaired_or_told(seed: int, patient: Patient) -> None:
    chance = random.Random(seed)
    raw = bytearray(patient.store.read_bytes())
    for _ in range(chance.choice((1, 1, 2, 5))):
        page = chance.randrange(len(raw) // 4096) * 4096
        at = page + chance.randrange(4096)
        if chance.random() < 0.5:
            raw[page : page + 4096] = chance.choice((chance.randbytes(4096), bytes(4096)))
        else:
            raw[at : at + 8] = chance.randbytes(len(raw[at : at + 8]))
    patient.store.write_bytes(raw)
    before = bodies(patient.files())
    said, report = "", None
    try:
        report = patient.doctor()
    except FeedpubError as problem:
        said = str(problem)
    if report:
        assert report.failed == ()
        again = patient.doctor(check=True)
        assert (again.store, again.output, again.failed) == ((), (), ())
    else:
        assert "restore a backup" in said
        assert bodies(patient.files()) == before


# As a command


def test_it_waits_for_no_run(patient: Patient) -> None:
    with Directory(patient.settings.output).lock(), pytest.raises(LockedError):
        patient.doctor()


def test_the_command_tells_people_and_programs(patient: Patient) -> None:
    (patient.public / "en/index.html").unlink()
    said = _command(patient, "--check", "--json")
    assert said.returncode == 1
    told = json.loads(said.stdout)
    assert told["output"] == [
        {"what": "a document is missing", "count": 1, "examples": ["en/index.html"], "mended": True}
    ]
    assert b"nothing was changed" in said.stderr
    assert "output: mended: 1: a document is missing (en/index.html)" in doctoring.told(patient.doctor())


def _command(patient: Patient, *options: str) -> subprocess.CompletedProcess[bytes]:
    command = [str(SCRIPT), "doctor", "-c", str(patient.folder / "site.toml"), *options]
    return subprocess.run(command, check=False, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE entry SET data = 'x'",
        pytest.param("UPDATE note SET value = '{' WHERE name = 'days'", marks=pytest.mark.long),
    ],
)
def test_other_commands_lead_to_it(
    damage: str, patient: Patient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    patient.sql(damage, "UPDATE entry SET run = run + 99")
    place = str(patient.folder / "site.toml")
    monkeypatch.setattr(sys, "argv", ["feedpub", "publish", "--offline", "-q", "-c", place])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert "run `feedpub doctor`" in said
    assert patient.doctor().exit_code == 0


@pytest.mark.long
def test_a_store_of_which_there_is_no_output_yet_is_published(patient: Patient) -> None:
    Store(patient.settings.store_url).close()
    assert patient.doctor().exit_code == 0
