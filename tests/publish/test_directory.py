from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from feedpub.errors import LockedError, PublishError
from feedpub.model import Document
from feedpub.publish.directory import Directory

PATIENCE = 10.0


def document(path: str = "feeds/all/en.atom", body: bytes = b"<feed/>") -> Document:
    return Document(path=path, media_type="application/atom+xml", body=body)


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


# Writing


def test_a_document_is_written_below_the_directory_with_the_folders_it_needs(tmp_path: Path) -> None:
    root = tmp_path / "not" / "there" / "yet"
    assert Directory(root).write(document(body=b"text")) is True
    assert files(root) == {"feeds/all/en.atom": b"text"}


def test_a_document_with_no_bytes_is_a_file_with_none(tmp_path: Path) -> None:
    assert Directory(tmp_path).write(document(body=b"")) is True
    assert files(tmp_path) == {"feeds/all/en.atom": b""}


def test_the_same_bytes_again_do_not_touch_the_file(tmp_path: Path) -> None:
    directory, place = Directory(tmp_path), tmp_path / "feeds/all/en.atom"
    directory.write(document())
    os.utime(place, ns=(1_000_000_000, 1_000_000_000))
    before, folder_before = place.stat(), place.parent.stat()
    assert directory.write(document()) is False
    after = place.stat()
    assert (after.st_mtime_ns, after.st_ctime_ns, after.st_ino) == (
        before.st_mtime_ns,
        before.st_ctime_ns,
        before.st_ino,
    )
    assert place.parent.stat().st_mtime_ns == folder_before.st_mtime_ns, (
        "nothing was made beside it, not even for a while"
    )


@pytest.mark.parametrize("body", [b"<feed>", b"<food/>", b"", b"<feed/>\n"])
def test_other_bytes_replace_the_file_whatever_their_length(body: bytes, tmp_path: Path) -> None:
    directory, place = Directory(tmp_path), tmp_path / "feeds/all/en.atom"
    directory.write(document())
    before = place.stat().st_ino
    with place.open("rb") as reading:
        assert directory.write(document(body=body)) is True
        assert reading.read() == b"<feed/>", "who has the old file open still reads the old file"
    assert files(tmp_path) == {"feeds/all/en.atom": body}
    assert place.stat().st_ino != before


def test_a_reader_never_sees_a_part_of_a_file(tmp_path: Path) -> None:
    directory, place = Directory(tmp_path), tmp_path / "feeds/all/en.atom"
    versions = [bytes([65 + number]) * 400_000 for number in range(2)]
    directory.write(document(body=versions[0]))
    seen: list[bytes] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            seen.append(place.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    try:
        number = 0
        while number < 40 or len(seen) <= 10:
            number += 1
            directory.write(document(body=versions[number % 2]))
    finally:
        over.set()
        reader.join(PATIENCE)
    assert len(seen) > 10
    assert set(seen) <= set(versions)


def test_a_file_is_as_readable_as_any_other_new_file(tmp_path: Path) -> None:
    # A web server of another user has to read it.
    directory, plain = Directory(tmp_path), tmp_path / "plain"
    plain.touch()
    directory.write(document())
    assert (tmp_path / "feeds/all/en.atom").stat().st_mode == plain.stat().st_mode


def test_what_a_killed_run_left_behind_is_overwritten_and_gone(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    directory.write(document())
    names: list[str] = []
    real = os.fsync

    def look(handle: int) -> None:
        names.extend(path.name for path in (tmp_path / "feeds/all").iterdir())
        real(handle)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", look)
        directory.write(document(body=b"second"))
    temporary = next(name for name in names if name != "en.atom")
    (tmp_path / "feeds/all" / temporary).write_bytes(b"left behind")
    directory.write(document(body=b"third"))
    assert files(tmp_path) == {"feeds/all/en.atom": b"third"}


def test_a_temporary_file_is_hidden_so_that_no_server_lists_it(tmp_path: Path) -> None:
    names: set[str] = set()
    real = os.fsync

    def look(handle: int) -> None:
        names.update(path.name for path in (tmp_path / "feeds/all").iterdir())
        real(handle)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", look)
        Directory(tmp_path).write(document())
    assert names - {"en.atom"}
    assert all(name.startswith(".") for name in names - {"en.atom"})


# Failing


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_no_temporary_one(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = Directory(tmp_path)
    directory.write(document(body=b"old"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[step], full)
    with pytest.raises(PublishError, match=r"feeds/all/en\.atom: cannot be written: No space left on device"):
        directory.write(document(body=b"new"))
    monkeypatch.undo()
    assert files(tmp_path) == {"feeds/all/en.atom": b"old"}


def test_a_full_disk_in_the_middle_of_a_file_leaves_the_old_one(tmp_path: Path) -> None:
    # A real one: the process may write files of at most 100,000 bytes.
    script = """
import resource, signal, sys
from pathlib import Path
from feedpub.errors import PublishError
from feedpub.model import Document
from feedpub.publish.directory import Directory
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
directory = Directory(Path(sys.argv[1]))
directory.write(Document(path="feeds/all/en.atom", media_type="x/y", body=b"old"))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    directory.write(Document(path="feeds/all/en.atom", media_type="x/y", body=b"n" * 300_000))
except PublishError as problem:
    print(problem)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert "cannot be written: File too large" in done.stdout
    assert files(tmp_path) == {"feeds/all/en.atom": b"old"}


def test_a_file_where_a_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "feeds").write_bytes(b"in the way")
    with pytest.raises(PublishError, match="cannot be written"):
        Directory(tmp_path).write(document())
    assert files(tmp_path) == {"feeds": b"in the way"}


def test_a_folder_where_the_file_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "feeds/all/en.atom/in-the-way").mkdir(parents=True)
    with pytest.raises(PublishError, match="cannot be written"):
        Directory(tmp_path).write(document())
    assert files(tmp_path) == {}


def test_a_file_that_cannot_be_written_does_not_spoil_the_next(tmp_path: Path) -> None:
    (tmp_path / "feeds").write_bytes(b"in the way")
    directory = Directory(tmp_path)
    with pytest.raises(PublishError):
        directory.write(document())
    assert directory.write(document("index.html")) is True


# Paths


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/etc/passwd",
        "//etc/passwd",
        "..",
        "../x",
        "feeds/../../x",
        "feeds/..",
        "feeds/../x",
        ".",
        "a\0b",
        "../",
    ],
)
def test_a_path_that_is_not_below_the_directory_is_refused(path: str, tmp_path: Path) -> None:
    root = tmp_path / "public"
    root.mkdir()
    with pytest.raises(PublishError, match="is not a path below the output directory"):
        Directory(root).write(document(path))
    assert files(tmp_path) == {}


def test_a_name_that_only_begins_with_dots_is_a_name(tmp_path: Path) -> None:
    Directory(tmp_path).write(document("feeds/..all/.en.atom"))
    assert list(files(tmp_path)) == ["feeds/..all/.en.atom"]


# Sizes


def test_the_size_of_a_file_is_told_and_none_if_there_is_none(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    assert directory.size("feeds/all/en.atom") is None
    directory.write(document(body=b"12345"))
    assert directory.size("feeds/all/en.atom") == 5


# Removing


def test_a_document_is_removed_with_its_compressed_files(tmp_path: Path) -> None:
    directory = Directory(tmp_path, ("gzip", "br"))
    directory.write(document())
    directory.write(document("feeds/all/fr.atom"))
    directory.remove("feeds/all/en.atom")
    assert [name for name in files(tmp_path) if "/en." in name] == []
    assert len(files(tmp_path)) == 3


def test_what_is_not_there_is_removed_without_a_word(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    directory.write(document("feeds"))
    directory.remove("feeds/all/en.atom")
    directory.remove("nothing")
    assert list(files(tmp_path)) == ["feeds"]


def test_nothing_above_the_directory_and_no_folder_is_removed(tmp_path: Path) -> None:
    directory = Directory(tmp_path / "public")
    directory.write(document())
    (tmp_path / "kept").write_bytes(b"")
    for path in ("../kept", "feeds"):
        with pytest.raises(PublishError):
            directory.remove(path)
    assert list(files(tmp_path)) == ["kept", "public/feeds/all/en.atom"]


# The lock


def locked_by_another(root: Path) -> bool:
    """Whether another process finds the directory locked."""
    script = """
import fcntl, os, sys
try:
    fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    sys.exit(9)
"""
    done = subprocess.run([sys.executable, "-c", script, str(root)], timeout=PATIENCE, check=False)
    assert done.returncode in (0, 9)
    return done.returncode == 9


def test_a_lock_keeps_another_process_out_and_then_lets_it_in(tmp_path: Path) -> None:
    with Directory(tmp_path).lock():
        assert locked_by_another(tmp_path)
    assert not locked_by_another(tmp_path)


def test_a_directory_that_another_holds_is_told_at_once(tmp_path: Path) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(LockedError, match="another run holds the output directory"), Directory(tmp_path).lock():
            pytest.fail("the lock was given twice")
    finally:
        os.close(handle)
    with Directory(tmp_path).lock():
        pass


def test_a_lock_keeps_out_a_second_run_of_the_same_process(tmp_path: Path) -> None:
    with Directory(tmp_path).lock(), pytest.raises(LockedError), Directory(tmp_path).lock():
        pytest.fail("the lock was given twice")


def test_a_lock_ends_with_a_run_that_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Directory(tmp_path).lock():
        raise ZeroDivisionError
    assert not locked_by_another(tmp_path)


def test_a_lock_makes_the_directory_and_leaves_no_file_in_it(tmp_path: Path) -> None:
    root = tmp_path / "not" / "there"
    with Directory(root).lock():
        assert list(root.iterdir()) == []
    assert list(root.iterdir()) == []


def test_directories_are_locked_apart(tmp_path: Path) -> None:
    with Directory(tmp_path / "a").lock(), Directory(tmp_path / "b").lock():
        pass


def test_a_file_in_place_of_the_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "public").write_bytes(b"")
    with (
        pytest.raises(PublishError, match="the output directory cannot be used"),
        Directory(tmp_path / "public").lock(),
    ):
        pytest.fail("a file was locked")
