"""`feedpub evaluate pairs`, as a program and as a function."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feedpub.errors import ConfigError
from feedpub.evaluate import pairs as evaluate
from tests.test_cli import feedpub

_PAIRS = Path(__file__).parent / "entries" / "pairs"
_FLAG = {
    "id": "E1",
    "lang": "en",
    "title": "Red flag hoisted at Lamp Beach",
    "issued_hkt": "2027-05-04 09:00",
    "url": "https://gov.example/E1",
    "pair": "flag",
    "text": "The Leisure and Cultural Services Department announced today (May 4) that the red flag was hoisted.",
}
_HAN_FLAG = {
    "id": "Z1",
    "lang": "zh-Hant",
    "title": "明燈泳灘懸掛紅旗",
    "issued_hkt": "2027-05-04 09:00",
    "url": "https://gov.example/Z1",
    "pair": "flag",
    "text": "康樂及文化事務署今日（五月四日）宣布懸掛紅旗。",
}
_JOBS = {
    "id": "E2",
    "lang": "en",
    "title": "Job fair for young people",
    "issued_hkt": "2027-05-04 09:00",
    "url": None,
    "pair": "jobs",
    "text": "A job fair is held.",
}
_HAN_ELSE = {**_HAN_FLAG, "id": "Z2", "title": "文藝晚會", "pair": "jobs", "text": "晚會星期日舉行。"}


def _file(folder: Path, *rows: object) -> Path:
    place = folder / "labelled.jsonl"
    place.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return place


def test_the_figures_are_those_of_the_labels(tmp_path: Path) -> None:
    outcome = evaluate.pairs(_file(tmp_path, _FLAG, _HAN_FLAG, _JOBS, _HAN_ELSE))

    assert (outcome.releases, outcome.pairs, outcome.found, outcome.right) == (4, 2, 1, 1)
    assert (outcome.precision, outcome.recall, outcome.f1) == (1.0, 0.5, 0.6667)
    assert [couple.ids for couple in outcome.missing] == [("E2", "Z2")]
    assert outcome.wrong == ()


def test_a_pair_that_is_none_is_wrong(tmp_path: Path) -> None:
    outcome = evaluate.pairs(_file(tmp_path, {**_FLAG, "pair": None}, {**_HAN_FLAG, "pair": None}))

    assert (outcome.precision, outcome.recall) == (0.0, 1.0)
    assert [couple.titles for couple in outcome.wrong] == [(_FLAG["title"], _HAN_FLAG["title"])]


def test_nothing_found_and_nothing_to_find_is_no_fault(tmp_path: Path) -> None:
    outcome = evaluate.pairs(_file(tmp_path, {**_JOBS, "pair": None}))

    assert (outcome.precision, outcome.recall, outcome.f1) == (1.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 3: "),
        ('{"id": "x"}', "line 3: Object missing required field"),
        (json.dumps({**_FLAG, "lang": "xx"}), 'lang: unknown language "xx"; expected one of en, zh-Hant'),
        (json.dumps({**_FLAG, "issued_hkt": "noon"}), 'issued_hkt: "noon"; expected a time like'),
        (json.dumps(_FLAG), 'line 3: the id "E1" stands there twice'),
        (json.dumps({**_FLAG, "id": "E9", "title": " "}), "its title is empty"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, said: str, tmp_path: Path) -> None:
    place = tmp_path / "labelled.jsonl"
    place.write_text(f"{json.dumps(_FLAG)}\n\n{line}\n", "utf-8")

    with pytest.raises(ConfigError) as raised:
        evaluate.pairs(place)

    assert str(place) in str(raised.value)
    assert said in str(raised.value)


def test_the_command_prints_the_figures_and_json_on_standard_output(tmp_path: Path) -> None:
    place = _file(tmp_path, _FLAG, _HAN_FLAG, _JOBS, _HAN_ELSE)

    plain = feedpub("evaluate", "pairs", place)
    data = json.loads(feedpub("evaluate", "pairs", place, "--json").out)

    assert plain.code == 0
    assert "precision 1.0000, recall 0.5000" in plain.out
    assert "missing: E2 + Z2" in plain.out
    assert (data["precision"], data["recall"], len(data["missing"])) == (1.0, 0.5, 1)


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    said = feedpub("evaluate", "pairs", tmp_path / "none.jsonl")

    assert said.code == 2
    assert "none.jsonl" in said.err


def test_the_invented_sets_are_paired_well() -> None:
    outcome = evaluate.pairs(_PAIRS / "event.jsonl")

    assert outcome.precision == 1.0
    assert outcome.recall >= 0.95
