"""`feedpub evaluate topics`, as a program and as a function."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from feedpub.errors import ConfigError
from feedpub.evaluate import topics as evaluate
from tests.entries.topics.small import TAGGER
from tests.test_cli import feedpub
from tests.test_tagging import Site

_MEASLES = {"title": "Measles in the harbour", "text": "The patients are in hospital."}
_HAN_MEASLES = {"title": "海港區出現麻疹", "text": ""}


def story(doc: str, topics: list[str], **more: Any) -> dict[str, Any]:
    return {"doc": doc, "topics": topics} | {
        key.replace("_", "-") if key == "zh_Hant" else key: value for key, value in more.items()
    }


RIGHT = story("right", ["health"], en=_MEASLES, zh_Hant=_HAN_MEASLES)
WRONG = story("wrong", ["sports"], en={"title": "Rainstorm", "text": ""})
FINE = story("fine", ["health"], also_fine=["weather"], en={"title": "Measles and rainstorm"})
PART = story("part", ["health", "sports"], en={"title": "Measles"}, zh_Hant={"title": "運動員"})


def written(place: Path, *stories: dict[str, Any], lines: bool = False) -> Path:
    text = "\n".join(json.dumps(one, ensure_ascii=False) for one in stories) if lines else json.dumps(stories)
    place.write_text(text, "utf-8")
    return place


def outcome(folder: Path, *stories: dict[str, Any], titles_only: bool = False) -> evaluate.Outcome:
    return evaluate.topics(written(folder / "set.json", *stories), TAGGER, titles_only=titles_only)


def test_the_figures_are_those_of_all_decisions(tmp_path: Path) -> None:
    found = outcome(tmp_path, RIGHT, WRONG, PART)
    assert (found.micro.right, found.micro.wrong, found.micro.missing) == (3, 1, 1)
    assert (found.micro.precision, found.micro.recall, found.micro.f1) == (0.75, 0.75, 0.75)
    assert found.topics["health"].f1 == 1.0
    assert found.topics["sports"].recall == 0.5
    assert (found.topics["weather"].wrong, found.topics["weather"].precision) == (1, 0.0)
    assert "administration" not in found.topics, "it occurs nowhere"
    assert found.macro_recall == pytest.approx((1.0 + 0.5 + 1.0) / 3, abs=1e-4)


def test_what_is_also_fine_counts_neither_way(tmp_path: Path) -> None:
    found = outcome(tmp_path, FINE)
    assert (found.micro.right, found.micro.wrong, found.micro.missing) == (1, 0, 0)
    assert found.mistakes == ()
    without = outcome(tmp_path, story("fine", ["health"], also_fine=["weather"], en={"title": "Measles"}))
    assert without.micro.missing == 0


def test_each_language_is_measured_alone_and_against_the_other(tmp_path: Path) -> None:
    found = outcome(tmp_path, RIGHT, PART, WRONG)
    assert (found.languages["en"].stories, found.languages["zh-Hant"].stories) == (3, 2)
    assert (found.both, found.agreement) == (2, 0.5)
    (difference,) = found.differences
    assert (difference.doc, difference.found) == ("part", {"en": ("health",), "zh-Hant": ("sports",)})


def test_the_mistakes_are_told(tmp_path: Path) -> None:
    found = outcome(tmp_path, WRONG)
    (mistake,) = found.mistakes
    assert (mistake.doc, mistake.found, mistake.wrong, mistake.missing) == (
        "wrong",
        ("weather",),
        ("weather",),
        ("sports",),
    )


def test_titles_can_be_looked_at_alone(tmp_path: Path) -> None:
    one = story("one", ["health"], en={"title": "A notice", "text": "Measles. A patient."})
    assert outcome(tmp_path, one).micro.right == 1
    assert outcome(tmp_path, one, titles_only=True).micro.right == 0


def test_a_story_a_line_will_do(tmp_path: Path) -> None:
    place = written(tmp_path / "set.jsonl", RIGHT, WRONG, lines=True)
    assert evaluate.topics(place, TAGGER).stories == 2


@pytest.mark.parametrize(
    ("stories", "said"),
    [
        ([{"doc": "a", "topics": []}], "story 1: has no version; expected one of"),
        ([story("a", ["helth"], en=_MEASLES)], 'story 1: "helth" is not in the taxonomy; did you mean "health"?'),
        ([RIGHT, RIGHT], 'the story "right" stands there twice'),
        ([{"topics": [], "en": _MEASLES}], "story 1: doc is missing"),
        ([story("a", [], en={"text": "x"})], "story 1: Object missing required field `title`"),
        ([story("a", [], de=_MEASLES)], 'story 1: unknown key "de"'),
        ([story("a", [], en={"title": " "})], "its title is empty"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_told(tmp_path: Path, stories: list[Any], said: str) -> None:
    with pytest.raises(ConfigError, match=r"set\.json: ") as told:
        outcome(tmp_path, *stories)
    assert said in str(told.value)


def test_a_file_that_is_no_json_is_told(tmp_path: Path) -> None:
    place = tmp_path / "set.json"
    place.write_text("[{", "utf-8")
    with pytest.raises(ConfigError, match="expected a list of stories, or a story a line"):
        evaluate.topics(place, TAGGER)


def test_the_command_prints_figures_or_json(tmp_path: Path) -> None:
    site = Site(tmp_path)
    place = written(tmp_path / "set.json", RIGHT, WRONG, PART)
    said = feedpub("evaluate", "topics", place, "-c", site.path)
    assert said.code == 0
    assert "micro  precision 0.750, recall 0.750, F1 0.750" in said.out
    assert "zh-Hant alone: 2 stories" in said.out
    assert "each language alone gives the same topics on 0.500 of 2" in said.out
    assert "wrong: Rainstorm" in said.out
    assert "found weather; wrong weather; missing sports" in said.out
    data = json.loads(feedpub("evaluate", "topics", place, "-c", site.path, "--json").out)
    assert (data["micro"]["f1"], data["topics"]["health"]["f1"], data["agreement"]) == (0.75, 1.0, 0.5)


def test_without_a_config_it_measures_the_taxonomy_that_comes_with_feedpub(tmp_path: Path) -> None:
    place = written(tmp_path / "set.json", RIGHT)
    said = feedpub("evaluate", "topics", place)
    assert said.code == 0
    assert "1 stories: 1 topics right, 0 wrong, 0 missing" in said.out
