"""What is told of what is in a directory, and what is left in it by a run that could not tidy up."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import suppress
from pathlib import Path

import pytest

from feedpub.errors import PublishError
from feedpub.model import Document
from feedpub.publish.directory import Directory

MARK = ".feedpub-tmp"


def document(path: str, body: bytes = b"text", media_type: str = "text/html") -> Document:
    return Document(path=path, media_type=media_type, body=body)


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    made = Directory(tmp_path)
    for path in ("feeds/a.atom", "feeds/b.atom", "feeds/c.rss", "feeds/all/en.atom"):
        made.write(document(path))
    return made


def names(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_files_with_an_ending_are_counted_in_their_folder_only(directory: Directory) -> None:
    assert [directory.count("feeds", suffix) for suffix in (".atom", ".rss", ".json", "m")] == [2, 1, 0, 2]
    assert directory.count("nowhere", ".atom") == 0


def test_names_in_a_folder(directory: Directory) -> None:
    assert directory.names("feeds") == {"a.atom", "b.atom", "c.rss", "all"}
    assert directory.names("nowhere") == directory.names("feeds/a.atom") == frozenset()


def test_the_digest_of_a_file(directory: Directory) -> None:
    assert directory.digest("feeds/a.atom") == hashlib.sha256(b"text").hexdigest()
    assert directory.digest("feeds/nowhere") == directory.digest("feeds") == ""


def test_when_something_was_put_into_a_folder(directory: Directory, tmp_path: Path) -> None:
    os.utime(tmp_path / "feeds", ns=(5, 7))
    assert directory.modified("feeds") == 7
    assert directory.modified("nowhere") == 0


@pytest.mark.parametrize("look", ["size", "names", "modified"])
def test_nothing_is_told_of_what_is_not_below_the_directory(look: str, directory: Directory) -> None:
    with pytest.raises(PublishError, match=r'^"\.\./x" is not a path below the output directory$'):
        getattr(directory, look)("../x")


def test_a_folder_in_place_of_a_file_cannot_be_removed(directory: Directory, tmp_path: Path) -> None:
    with pytest.raises(PublishError, match=f"^{tmp_path}/feeds: cannot be removed: Is a directory$"):
        directory.remove("feeds")


def test_a_picture_is_not_compressed(tmp_path: Path) -> None:
    Directory(tmp_path, ("gzip",)).write(document("a.png", b"x" * 1_000, "image/png"))
    Directory(tmp_path, ("gzip",)).write(document("a.svg", b"x" * 1_000, "image/svg+xml"))
    assert names(tmp_path) == ["a.png", "a.svg", "a.svg.gz"]


# The lock


def test_an_output_that_cannot_be_used_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for place, why in (("file", "Not a directory|File exists"), ("file/below", "Not a directory")):
        said = f"^{tmp_path / place}: the output directory cannot be used: (?:{why})$"
        with pytest.raises(PublishError, match=said), Directory(tmp_path / place).lock():
            pytest.fail("a file was locked")


def test_a_run_marks_the_directory_before_its_first_temporary_file_and_takes_the_mark_away(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    for _ in range(2):
        with directory.lock():
            assert names(tmp_path)[:1] != [MARK]
            directory.write(document("a", os.urandom(8)))
            assert MARK in names(tmp_path)
        assert names(tmp_path) == ["a"]


def test_a_run_that_changes_nothing_leaves_no_mark(directory: Directory, tmp_path: Path) -> None:
    with directory.lock():
        assert not directory.write(document("feeds/a.atom"))
        directory.remove("feeds/b.atom")
        assert MARK not in names(tmp_path)


def test_compressing_anew_marks_the_directory_as_well(tmp_path: Path) -> None:
    Directory(tmp_path).write(document("feeds/a.atom"))
    compressing = Directory(tmp_path, ("gzip",))
    with compressing.lock():
        assert not compressing.write(document("feeds/a.atom"))
        assert MARK in names(tmp_path)
    assert MARK not in names(tmp_path)


def test_without_the_lock_there_is_no_mark(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    with directory.lock():
        pass
    directory.write(document("a"))
    assert names(tmp_path) == ["a"]


def test_temporary_files_of_a_killed_run_are_taken_away_by_the_next(directory: Directory, tmp_path: Path) -> None:
    kept = names(tmp_path)
    left = ["feeds/.a.atom.feedpub-tmp", "feeds/all/.x.feedpub-tmp", ".index.html.gz.feedpub-tmp", MARK]
    not_ours = ["feeds/a.feedpub-tmp", "feeds/all/.feedpub-tmp.txt", "feeds/.hidden"]
    for name in (*left, *not_ours):
        (tmp_path / name).write_bytes(b"half")
    with directory.lock():
        assert names(tmp_path) == sorted([*kept, *not_ours])


def test_a_run_that_fails_keeps_the_mark_and_the_next_one_takes_it_away(tmp_path: Path) -> None:
    directory = Directory(tmp_path)

    def fail() -> None:
        with directory.lock():
            directory.write(document("a"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert names(tmp_path) == [MARK, "a"]
    with directory.lock():
        assert names(tmp_path) == ["a"]
        directory.write(document("b"))
        assert names(tmp_path) == [MARK, "a", "b"]
    assert names(tmp_path) == ["a", "b"]


def test_what_cannot_be_taken_away_keeps_no_run_from_its_work(
    directory: Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("feeds/.a.atom.feedpub-tmp", MARK):
        (tmp_path / name).write_bytes(b"half")

    def refuse(place: Path, *, missing_ok: bool = False) -> None:
        raise PermissionError(place, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    with directory.lock():
        assert MARK in names(tmp_path)


def test_without_the_mark_no_folder_is_looked_through(directory: Directory, tmp_path: Path) -> None:
    # It takes a second where there are a hundred thousand files.
    (tmp_path / "feeds/.a.atom.feedpub-tmp").write_bytes(b"half")
    with directory.lock():
        assert "feeds/.a.atom.feedpub-tmp" in names(tmp_path)


# The disk


@pytest.mark.parametrize(
    ("failing", "out_of_order"),
    [
        ((errno.ENOSPC, errno.EROFS, errno.EIO), True),
        ((errno.ENOSPC, errno.ENOSPC), False),
        ((errno.ENOSPC, errno.ENOSPC, None, errno.ENOSPC), False),
        ((errno.ENOSPC, errno.ENOSPC, None, errno.ENOSPC, errno.ENOSPC, errno.ENOSPC), True),
        ((errno.ENOSPC, None, errno.ENOSPC, errno.ENOSPC), False),
        ((errno.EACCES,) * 4, False),
    ],
)
def test_a_disk_that_fails_three_times_in_a_row_is_out_of_order(
    failing: tuple[int | None, ...],
    out_of_order: bool,  # noqa: FBT001 - a table's column
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    directory = Directory(tmp_path)
    left = list(failing)

    def fail(_: int) -> None:
        if (code := left[0]) is not None:
            raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    assert not directory.is_out_of_order
    while left:
        with suppress(PublishError):
            directory.write(document("a", os.urandom(8)))
        del left[0]
    assert directory.is_out_of_order == out_of_order


def test_everything_that_was_put_somewhere_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []

    def note(handle: int) -> None:
        synced.append(os.path.relpath(Path(f"/proc/self/fd/{handle}").readlink(), tmp_path))

    monkeypatch.setattr(os, "fsync", note)
    Directory(tmp_path, ("gzip",)).write(document("feeds/all/en.atom"))
    assert synced == [
        "feeds",
        ".",
        "feeds/all/.en.atom.feedpub-tmp",
        "feeds/all/.en.atom.gz.feedpub-tmp",
        "feeds/all",
    ]
