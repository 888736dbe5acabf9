"""`feedpub explain` over the sample."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.test_cli import feedpub

_ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "config"
    folder.mkdir()
    for name in ("sample", "topics"):
        shutil.copytree(_ROOT / "config" / name, folder / name)
    shutil.copy(_ROOT / "config" / "sample.toml", folder)
    assert feedpub("publish", "-q", "-c", folder / "sample.toml").code == 0
    return folder / "sample.toml"


def test_a_pair_by_link_is_explained_by_its_address(sample: Path) -> None:
    said = feedpub(
        "explain",
        "-c",
        sample,
        "http://www.portlantern.example/gia/general/202611/20/P2026112000488.htm?fontSize=1",
    )

    assert said.code == 0
    assert "paired by the pages' links" in said.out
    assert "en: Heron Reach crowned champions" in said.out


def test_a_pair_by_evidence_is_explained_with_what_both_have(sample: Path) -> None:
    said = feedpub("explain", "-c", sample, "2026-11-20-smoked-mussels")

    assert said.out.count("paired by evidence") == 2, "the key is that of both languages"
    assert "both have: " in said.out
    assert "both titles +" in said.out


def test_an_entry_that_is_marked_is_single(sample: Path) -> None:
    data = json.loads(feedpub("explain", "-c", sample, "P2026112000187", "--json").out)

    assert [(one["others"], one["conclusion"]) for one in data] == [
        ([], "single: its title says that there is no other language"),
    ]


def test_a_story_is_explained_by_its_id(sample: Path) -> None:
    story = "tag:www.portlantern.example,2026-11-20:sample-zh/P2026112000488?story"
    data = json.loads(feedpub("explain", "-c", sample, story, "--json").out)

    assert sorted(one["entry"]["language"] for one in data) == ["en", "zh-Hant"]
    assert {one["story"] for one in data} == {story}


def test_what_there_is_not_is_a_usage_error(sample: Path) -> None:
    said = feedpub("explain", "-c", sample, "nothing-like-it")

    assert said.code == 2
    assert 'no entry has the id, key or address "nothing-like-it"' in said.err


def test_before_anything_was_published_there_is_nothing_to_explain(sample: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "config" / "sample.toml"
    shutil.copytree(sample.parent, fresh.parent)
    said = feedpub("explain", "-c", fresh, "x")

    assert said.code == 1
    assert "nothing was published yet" in said.err


def test_topics_are_explained_with_the_terms_and_where_they_stand(sample: Path) -> None:
    said = feedpub("explain", "-c", sample, "2026-11-17-emergency-drill").out

    assert "issued by Fire and Rescue Services (pl-frs)" in said
    given = [
        line.split()[-1]
        for line in said.splitlines()
        if line.startswith("  * ") and "." in line[:12] and "(" not in line
    ]
    assert "emergencies" in given
    assert "en title: fire x4 +" in said
    assert "zh-Hant title: " in said
    assert "feedpub retag" not in said, "the store has what is found now"


def test_topics_are_explained_as_data(sample: Path) -> None:
    done = feedpub("explain", "-c", sample, "2026-11-17-emergency-drill", "--json")

    for one in json.loads(done.out):
        topics = one["topics"]
        assert topics["stored"] == topics["now"]
        assert topics["now"]["body"] == "pl-frs"
        given = [weighed["topic"] for weighed in topics["weighed"] if weighed["given"]]
        assert given == topics["now"]["topics"]
        assert {evidence["place"] for weighed in topics["weighed"] for evidence in weighed["evidence"]} == {
            "title",
            "lead",
            "text",
        }
