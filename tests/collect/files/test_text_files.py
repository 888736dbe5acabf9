"""Text and Markdown files. Every folder of releases/ is a case; its `expected.json` says what it shows."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from feedpub.collect.files import textfile
from feedpub.errors import FetchError, GoneError, ReleaseError, SourceError
from feedpub.model import Validators
from tests.collect.files.files_cases import ZONE, cases, described, expectation, open_folder, read_case, shown

_CASES = cases(".txt", ".md")
_NOW = datetime(2026, 12, 10, 9, 0, tzinfo=ZONE)


@pytest.mark.parametrize("case", _CASES, ids=lambda case: str(case.name))
def test_a_file_becomes_the_expected_release(case: Path, tmp_path: Path) -> None:
    expected = expectation(case)
    if "error" not in expected:
        assert shown(read_case(case, tmp_path)) == described(expected)
        return
    with pytest.raises(ReleaseError) as refused:
        read_case(case, tmp_path)
    assert expected["error"] in str(refused.value)
    assert "release.txt" in str(refused.value), "the message names the file"
    assert len(str(refused.value)) < 500, "the message is a sentence"


def test_the_files_below_a_folder_are_its_releases(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/c d.html", "sub/deeper/e.MD", "f.htm", "g.markdown"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Title\n\nText.\n")
    for name in (".hidden.txt", "photo.jpg", "notes.txt~", "no-ending"):
        (tmp_path / name).write_text("x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.txt").write_text("x")
    (tmp_path / "folder.txt").mkdir()
    found = open_folder(tmp_path, now=_NOW).discover(lambda _: None)
    assert [sighting.key for sighting in found.sightings] == ["a", "b", "f", "g", "sub/c-d", "sub/deeper/e"]
    assert found.complete


def test_a_stamp_changes_with_the_file(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Title\n\nText.\n")
    opened = open_folder(tmp_path, now=_NOW)

    def stamp() -> str:
        (sighting,) = opened.discover(lambda _: None).sightings
        return sighting.stamp

    first = stamp()
    assert stamp() == first
    os.utime(file, (1_000_000_000, 1_000_000_000))
    touched = stamp()
    assert touched != first
    file.write_text("Title\n\nAnother text.\n")
    assert stamp() not in (first, touched)


def test_a_missing_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        open_folder(tmp_path / "nowhere", now=_NOW).discover(lambda _: None)


def test_a_file_that_is_gone_before_it_is_read_costs_that_file_only(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Title\n\nText.\n")
    opened = open_folder(tmp_path, now=_NOW)
    (sighting,) = opened.discover(lambda _: None).sightings
    (tmp_path / "a.txt").unlink()
    with pytest.raises(GoneError, match=r"a\.txt: cannot be read: No such file"):
        opened.read(sighting, Validators())


def test_a_file_whose_folder_is_gone_is_gone(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("Title\n\nText.\n")
    opened = open_folder(tmp_path, now=_NOW)
    (sighting,) = opened.discover(lambda _: None).sightings
    (tmp_path / "sub" / "a.txt").unlink()
    (tmp_path / "sub").rmdir()
    with pytest.raises(GoneError):
        opened.read(sighting, Validators())


def test_a_file_that_is_there_and_cannot_be_read_is_not_gone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Title\n\nText.\n")
    opened = open_folder(tmp_path, now=_NOW)
    (sighting,) = opened.discover(lambda _: None).sightings
    (tmp_path / "a.txt").unlink()
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(FetchError, match=r"a\.txt: cannot be read") as failed:
        opened.read(sighting, Validators())
    assert not isinstance(failed.value, GoneError)


def test_a_file_is_read_whatever_validators_are_known(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Title\n\nText.\n")
    opened = open_folder(tmp_path, now=_NOW)
    (sighting,) = opened.discover(lambda _: None).sightings
    reading = opened.read(sighting, Validators(etag='"7"', last_modified="Mon"))
    assert reading.release is not None
    assert (reading.release.title, reading.validators, reading.called) == ("Title", Validators(), ())


def test_a_folder_has_no_server_to_ask_for_an_enclosure(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"https://media\.example/1\.jpg"):
        open_folder(tmp_path, now=_NOW).measure("https://media.example/1.jpg")


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Title\n\n" + "x" * 1000)
    opened = open_folder(tmp_path, now=_NOW, max_bytes=1000)
    (sighting,) = opened.discover(lambda _: None).sightings
    with pytest.raises(ReleaseError, match="limit of 1,000"):
        opened.read(sighting, Validators())


@pytest.mark.parametrize(
    ("line", "title", "url"),
    [
        (r"[A title](#)", "A title", None),
        (r"[A title]()", "A title", None),
        (r"[A title \(with photos\)](#)", "A title (with photos)", None),
        (r"[A [draft] title](#)", "A [draft] title", None),
        (r"## [A title](https://a.example/x)", "A title", "https://a.example/x"),
        (r'[A title](https://a.example/x "hint")', "A title", "https://a.example/x"),
        (r"[A title](https://a.example/wiki/X_(y))", "A title", "https://a.example/wiki/X_(y)"),
        (r"A \*starred\* title", "A *starred* title", None),
        (r"A title [1] (2)", "A title [1] (2)", None),
        ("#1 in the world", "#1 in the world", None),
        ("\u200b\u3000[標題（附圖）](#)", "標題（附圖）", None),
    ],
)
def test_the_first_line_is_the_title(line: str, title: str, url: str | None) -> None:
    found = textfile.read(f"{line}\n\nText.", markdown=False)
    assert (found.title.strip("\u200b\u3000"), found.url) == (title, url)


def test_without_front_matter_the_whole_file_is_the_text() -> None:
    matter, rest = textfile.split_front_matter("Title\n\n---\nkey: x\n---\n", ZONE)
    assert (matter, rest) == (textfile.Matter(), "Title\n\n---\nkey: x\n---\n")


def test_a_rule_of_dashes_above_plain_text_is_no_front_matter() -> None:
    text = "---\njust a sentence\n---\nTitle\n"
    assert textfile.split_front_matter(text, ZONE) == (textfile.Matter(), text)
