"""Documents that are published compressed as well, for servers that send such files as they are."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from feedpub.errors import PublishError
from feedpub.model import Document
from feedpub.publish.directory import Directory
from feedpub.publish.encodings import SUFFIXES

BODY = "<feed>新聞公報</feed>\n".encode() * 500
OTHER = b"<feed>Other</feed>\n" * 300
PATH = "feeds/all/en.atom"
LONG_AGO = 1_000_000_000_123_456_789


def unpacked(encoding: str) -> Callable[[bytes], bytes]:
    if encoding == "gzip":
        return gzip.decompress
    decompress: Callable[[bytes], bytes] = pytest.importorskip("brotli").decompress
    return decompress


def document(body: bytes = BODY, path: str = PATH) -> Document:
    return Document(path=path, media_type="application/atom+xml", body=body)


def names(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def state(root: Path) -> dict[str, tuple[int, int, int]]:
    """What would change if a file were touched."""
    return {
        name: (status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        for name in names(root)
        if (status := (root / name).stat())
    }


@pytest.fixture
def both(tmp_path: Path) -> Directory:
    pytest.importorskip("brotli")
    return Directory(tmp_path, ("gzip", "br"))


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_a_compressed_file_decompresses_to_the_documents_bytes_and_has_its_time(encoding: str, tmp_path: Path) -> None:
    decompress = unpacked(encoding)
    assert Directory(tmp_path, (encoding,)).write(document()) is True
    place, beside = tmp_path / PATH, tmp_path / (PATH + SUFFIXES[encoding])
    assert names(tmp_path) == sorted([PATH, PATH + SUFFIXES[encoding]])
    assert place.read_bytes() == BODY
    assert decompress(beside.read_bytes()) == BODY
    assert beside.stat().st_size < len(BODY) / 10
    assert beside.stat().st_mtime_ns == place.stat().st_mtime_ns


def test_without_encodings_there_are_no_compressed_files(tmp_path: Path) -> None:
    Directory(tmp_path).write(document())
    assert names(tmp_path) == [PATH]


def test_both_encodings_stand_side_by_side(both: Directory) -> None:
    both.write(document())
    both.write(document(b"", "feeds.opml"))
    assert names(both.root) == [
        "feeds.opml",
        "feeds.opml.br",
        "feeds.opml.gz",
        PATH,
        f"{PATH}.br",
        f"{PATH}.gz",
    ]
    assert gzip.decompress((both.root / "feeds.opml.gz").read_bytes()) == b""
    assert unpacked("br")((both.root / "feeds.opml.br").read_bytes()) == b""


def test_the_same_bytes_again_touch_none_of_the_files(both: Directory) -> None:
    both.write(document())
    for name in names(both.root):
        os.utime(both.root / name, ns=(LONG_AGO, LONG_AGO))
    before, folder = state(both.root), (both.root / PATH).parent.stat().st_mtime_ns
    assert both.write(document()) is False
    assert state(both.root) == before
    assert (both.root / PATH).parent.stat().st_mtime_ns == folder, "nothing was made beside them, not even for a while"


def test_other_bytes_replace_all_the_files_with_one_new_time(both: Directory) -> None:
    both.write(document())
    for name in names(both.root):
        os.utime(both.root / name, ns=(LONG_AGO, LONG_AGO))
    assert both.write(document(OTHER)) is True
    assert (both.root / PATH).read_bytes() == OTHER
    assert gzip.decompress((both.root / f"{PATH}.gz").read_bytes()) == OTHER
    assert unpacked("br")((both.root / f"{PATH}.br").read_bytes()) == OTHER
    times = {(both.root / name).stat().st_mtime_ns for name in names(both.root)}
    assert len(times) == 1
    assert LONG_AGO not in times


def test_the_same_document_gives_the_same_compressed_bytes_whenever_it_is_written(both: Directory) -> None:
    both.write(document())
    first = {name: (both.root / name).read_bytes() for name in names(both.root)}
    for name in first:
        (both.root / name).unlink()
    both.write(document())
    assert {name: (both.root / name).read_bytes() for name in names(both.root)} == first


@pytest.mark.parametrize("suffix", [".gz", ".br"])
def test_a_compressed_file_that_is_missing_is_made_again_with_the_documents_time(suffix: str, both: Directory) -> None:
    both.write(document())
    kept = state(both.root)
    (both.root / (PATH + suffix)).unlink()
    assert both.write(document()) is False, "the document itself is as it was"
    after = state(both.root)
    assert {name: value for name, value in after.items() if name != PATH + suffix} == {
        name: value for name, value in kept.items() if name != PATH + suffix
    }
    assert unpacked({".gz": "gzip", ".br": "br"}[suffix])((both.root / (PATH + suffix)).read_bytes()) == BODY
    assert after[PATH + suffix][0] == after[PATH][0]


@pytest.mark.parametrize("suffix", [".gz", ".br"])
def test_a_compressed_file_of_another_time_is_stale_and_made_again(suffix: str, both: Directory) -> None:
    both.write(document())
    beside = both.root / (PATH + suffix)
    beside.write_bytes(b"of another text")
    os.utime(beside, ns=(LONG_AGO, LONG_AGO))
    assert both.write(document()) is False
    assert unpacked({".gz": "gzip", ".br": "br"}[suffix])(beside.read_bytes()) == BODY
    assert beside.stat().st_mtime_ns == (both.root / PATH).stat().st_mtime_ns


def test_compressing_that_is_turned_on_later_leaves_the_document_untouched(tmp_path: Path) -> None:
    Directory(tmp_path).write(document())
    os.utime(tmp_path / PATH, ns=(LONG_AGO, LONG_AGO))
    before = state(tmp_path)
    assert Directory(tmp_path, ("gzip",)).write(document()) is False
    assert state(tmp_path)[PATH] == before[PATH]
    assert gzip.decompress((tmp_path / f"{PATH}.gz").read_bytes()) == BODY
    assert (tmp_path / f"{PATH}.gz").stat().st_mtime_ns == LONG_AGO


@pytest.mark.parametrize("body", [BODY, OTHER], ids=["same bytes", "other bytes"])
@pytest.mark.parametrize(("wanted", "left"), [((), []), (("gzip",), [".gz"]), (("br",), [".br"])])
def test_a_file_of_an_encoding_that_is_no_longer_wanted_goes(
    wanted: tuple[str, ...], left: list[str], body: bytes, both: Directory
) -> None:
    # A server would go on sending it when the document is another.
    both.write(document())
    Directory(both.root, wanted).write(document(body))
    assert names(both.root) == [PATH, *(PATH + suffix for suffix in left)]


def test_the_size_of_a_document_is_that_of_the_plain_file(both: Directory) -> None:
    both.write(document())
    assert both.size(PATH) == len(BODY)


def test_a_compressed_file_is_as_readable_as_the_document(both: Directory) -> None:
    both.write(document())
    assert len({(both.root / name).stat().st_mode for name in names(both.root)}) == 1


def test_who_has_the_old_compressed_file_open_still_reads_the_old_file(both: Directory) -> None:
    both.write(document())
    with (both.root / f"{PATH}.gz").open("rb") as reading:
        both.write(document(OTHER))
        assert gzip.decompress(reading.read()) == BODY


# Failing


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_a_write_that_fails_at_any_of_the_files_leaves_the_old_document_and_no_temporary_file(
    failing: int, both: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    both.write(document())
    done: list[int] = []
    real = os.fsync

    def full(handle: int) -> None:
        done.append(handle)
        if len(done) == failing:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PublishError, match=r"en\.atom: cannot be written: No space left on device"):
        both.write(document(OTHER))
    monkeypatch.undo()
    assert names(both.root) == [PATH, f"{PATH}.br", f"{PATH}.gz"]
    assert (both.root / PATH).read_bytes() == BODY


def test_after_a_write_that_failed_the_next_one_makes_all_files_agree(
    both: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    both.write(document())
    real = Path.replace

    def fail(source: Path, target: Path) -> Path:
        if target.suffix not in (".gz", ".br"):
            raise OSError(5, "Input/output error")
        return real(source, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(PublishError):
        both.write(document(OTHER))
    monkeypatch.undo()
    for body in (BODY, OTHER):
        both.write(document(body))
        assert (both.root / PATH).read_bytes() == body
        assert gzip.decompress((both.root / f"{PATH}.gz").read_bytes()) == body
        assert unpacked("br")((both.root / f"{PATH}.br").read_bytes()) == body


def test_a_folder_where_the_compressed_file_should_be_is_told_and_the_old_document_stays(tmp_path: Path) -> None:
    Directory(tmp_path).write(document())
    (tmp_path / f"{PATH}.gz" / "in-the-way").mkdir(parents=True)
    with pytest.raises(PublishError, match="cannot be written"):
        Directory(tmp_path, ("gzip",)).write(document(OTHER))
    assert names(tmp_path) == [PATH]
    assert (tmp_path / PATH).read_bytes() == BODY
