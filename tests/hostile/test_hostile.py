"""Hostile texts through every kind of source into every output: nothing of them is active anywhere."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import pytest

from feedpub.report import RunReport
from tests.hostile.families import every, families, sample
from tests.hostile.judge import fault_of_address, faults_of_page, faults_of_piece
from tests.hostile.outputs import Looked
from tests.hostile.town import KINDS_OF_SOURCE, made
from tests.site import hostile

SHORT, BATCH = 20, 500
BATCHES = -(-len(every()) // BATCH)
_EXPECTED = {"public", "var", "site.toml", "taxonomy.toml", "bodies.toml", "inbox"}


def test_there_are_enough_texts() -> None:
    assert len(set(every())) == len(every()) >= 7_000
    assert min(map(len, families().values())) > 50


@pytest.mark.parametrize("kind", KINDS_OF_SOURCE)
def test_nothing_is_active_in_any_output(kind: str, tmp_path: Path) -> None:
    _check(kind, sample(SHORT), tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS_OF_SOURCE)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_nothing_of_any_text_is_active(kind: str, batch: int, tmp_path: Path) -> None:
    # Every n-th text: so that each batch has some of all families.
    _check(kind, every()[batch::BATCHES], tmp_path)


def test_what_a_file_is_called_by_its_address_is_text(tmp_path: Path) -> None:
    _check("webfeed", ("http:/%00", "a pier", "a boat"), tmp_path)


def _check(kind: str, texts: Sequence[str], folder: Path) -> None:
    around = _names(folder.parent)
    town = made(kind, texts, folder, images="remote" if kind in ("pages", "webfeed") else "links")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # html5lib tells of what its trees cannot hold.
        looked = Looked(town.public)
    assert looked.faults == []
    assert _faults_of(town.report) == []
    (source,) = town.report.sources
    assert source.new + len(source.failed) >= 0.9 * len(texts)
    assert source.new >= 0.85 * len(texts)
    assert looked.counts["pages"] > source.new
    assert looked.counts["pieces"] > source.new
    assert {place.name for place in folder.iterdir()} <= _EXPECTED
    assert _names(folder.parent) == around
    assert not [place for place in (town.folder / "var").iterdir() if not place.name.startswith("store.db")]


def _faults_of(report: RunReport) -> list[str]:
    """What went wrong, but for releases that were refused."""
    (source,) = report.sources
    return [one.what for one in source.faults] + [one for one in map(str, report.failed) if one]


def _names(folder: Path) -> set[str]:
    return {place.name for place in folder.iterdir()}


# The judge


@pytest.mark.parametrize("name", hostile.MARKUP)
def test_the_judge_finds_what_is_not_cleaned(name: str) -> None:
    harmless = {"twice escaped", "table in tables", "wide table", "deep lists", "long line", "link 10", "double quote"}
    harmless |= {
        "classes of ours",
        "direction",
        "no quote",
        "template",
        "JSON",
        "picture, odd",
        "single quote",
        "wide picture",
    }
    if name not in harmless:
        assert faults_of_piece(hostile.MARKUP[name]) != []
        page = f"<!DOCTYPE html><html><head><title>x</title></head><body>{hostile.MARKUP[name]}</body></html>"
        assert faults_of_page(page.encode("utf-8", "replace")) != [] or name.startswith(("link", "custom", "styled"))


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<p>x</p><table><tr><td>1</td></tr></table><a href='https://x.example/'>y</a>", ""),
        ("<p onclick=x>", "<p onclick"),
        ("<a href='java\nscript:x'>", "its scheme"),
        ("<a href='/x'>", "not absolute"),
        ("<svg><a xlink:href=x>", "svg"),
        ("<p>x<!-- y --></p>", "<comment>"),
        ("<form><div></form><form>x", "another"),
    ],
)
def test_the_judge_says_what_is_wrong(html: str, said: str) -> None:
    found = faults_of_piece(html)
    assert any(said in one for one in found) if said else found == []


@pytest.mark.parametrize("address", hostile.ADDRESSES)
def test_the_judge_knows_addresses(address: str) -> None:
    assert fault_of_address(address.replace("&colon;", ":"), absolute=True)
