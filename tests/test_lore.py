"""The tables of the package, and an operator's own."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from feedpub.entries.terms import fold
from feedpub.errors import ConfigError
from feedpub.languages import LANGUAGES
from feedpub.lore import lore

_DATA = files("feedpub").joinpath("data")
_TABLES = {
    f"{folder}/{file.name}": file.read_text("utf-8")
    for folder in ("terms", "contrasts")
    for file in sorted(_DATA.joinpath(folder).iterdir(), key=lambda file: file.name)
}
_CANTONESE = _DATA.joinpath("readings", "cantonese.tsv").read_text("utf-8")


def _rows(table: str) -> list[str]:
    return [line for line in table.splitlines() if line.strip() and not line.startswith("#")]


def test_the_tables_of_the_package_load() -> None:
    known = lore()
    assert set(known.readings) == {"cantonese"}
    assert known.terms.find(fold("The police at a fire", LANGUAGES["en"]), LANGUAGES["en"])
    assert lore() is known


@pytest.mark.parametrize("name", _TABLES)
def test_a_packaged_table_is_clean(name: str) -> None:
    first, *rows = _rows(_TABLES[name])
    tags = first.split("\t")
    assert tags == ["en", "zh-Hant"]
    for row in rows:
        assert row.count("\t") == 1, row
        for tag, cell in zip(tags, row.split("\t"), strict=True):
            for variant in cell.split("|"):
                assert variant, row
                assert variant == variant.strip(), row
                folded = fold(variant, LANGUAGES[tag])
                assert folded, row
                assert LANGUAGES[tag].spaced or len(folded) > 1, row


def test_the_packaged_readings_have_two_cells_and_no_character_twice_in_a_line() -> None:
    for row in _rows(_CANTONESE):
        syllable, characters = row.split("\t")
        assert syllable, row
        assert len(set(characters)) == len(characters) > 0, row


def test_the_packaged_readings_are_single_syllables_without_tones() -> None:
    assert [row for row in _rows(_CANTONESE) if not row.partition("\t")[0].isalpha()] == []


def test_an_own_table_adds_terms(tmp_path: Path) -> None:
    table = tmp_path / "own.tsv"
    table.write_text("en\tzh-Hant\nZorblatt Pier\t索布碼頭\n", "utf-8-sig")
    found = lore((table,)).terms.find(fold("At Zorblatt Pier", LANGUAGES["en"]), LANGUAGES["en"])
    assert [term for term, _ in found] == ["en: zorblat  pier "]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        (b"en\tzh-Hant\n\xff", "is not UTF-8 text"),
        (b"en\tzh-Hant\nx", "line 2: 1 cells"),
        (b"xx\n", "line 1: unknown language"),
    ],
)
def test_an_own_table_that_cannot_be_read_says_its_file(tmp_path: Path, content: bytes | None, message: str) -> None:
    table = tmp_path / "own.tsv"
    if content is not None:
        table.write_bytes(content)
    with pytest.raises(ConfigError, match=f"own.tsv: .*{message}"):
        lore((table,))
