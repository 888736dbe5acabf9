"""Sites in English and French, and in Chinese, Portuguese and English, with nothing but a config."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from feedpub import config, job
from feedpub.collect.kinds import KINDS

_NB = "\u00a0"
_XML = "{http://www.w3.org/XML/1998/namespace}lang"
_ATOM = "{http://www.w3.org/2005/Atom}"
_NAMES = {
    "en": "News of Norvale",
    "fr": "Nouvelles de la Norvale",
    "zh-Hant": "諾維爾新聞",
    "pt": "Notícias de Norvale",
}
_SOURCE = """
[[source]]
id = "{id}"
kind = "files"
directory = "{tag}"
language = "{tag}"
authority = "norvale.example"
timezone = "America/Toronto"
"""
_TOPICS = """
[[topic]]
id = "health"
label = { en = "Health" }
terms = { en = { sure = ["measles"] } }
"""
_MEASLES = {
    "en": "Measles: two cases confirmed in Lac-Clair (with photo)\n\nTwo cases were confirmed on November 17, 2026.",
    "fr": "Rougeole : deux cas confirmés à Lac-Clair (avec photo)\n\nDeux cas ont été confirmés le 17 novembre 2026.",
    "zh-Hant": "克萊湖證實兩宗麻疹個案（附圖）\n\n克萊湖於二○二六年十一月十七日證實兩宗麻疹個案。",
    "pt": "Sarampo: dois casos confirmados em Lac-Clair (com foto)\n\nConfirmados em 17 de Novembro de 2026.",
}
_STORM = {
    "en": "Winter storm warning for the Brandt Coast\n\n25 to 40 cm of snow on November 18, 2026 from 5 p.m.",
    "fr": "Avertissement de tempête hivernale pour la côte de Brandt\n\n"
    "De 25 à 40 cm de neige sont prévus le 18 novembre 2026 à compter de 17 h.",
}


class Site:
    """A published site, its documents by their paths."""

    def __init__(self, folder: Path, tags: tuple[str, ...]) -> None:
        titles = ", ".join(f'{tag} = "{_NAMES[tag]}"' for tag in tags)
        tables = f"""
[site]
base_url = "https://norvale.example/"
title = {{ {titles} }}
languages = {json.dumps(tags)}
[output]
directory = "public"
[store]
url = "sqlite:///store.db"
[topics]
taxonomy = "taxonomy.toml"
bodies = []
"""
        (folder / "site.toml").write_text(
            tables + "".join(_SOURCE.format(id=tag.lower(), tag=tag) for tag in tags), "utf-8"
        )
        (folder / "taxonomy.toml").write_text(_TOPICS, "utf-8")
        for tag in tags:
            (folder / tag).mkdir()
            matter = f'+++\nkey = "m-{tag}"\nurl = "https://norvale.example/m-{tag}"\n'
            # The first names the second, and so on.
            following = tags[tags.index(tag) + 1 :][:1]
            matter += "".join(f'counterpart = "https://norvale.example/m-{other}"\n' for other in following)
            (folder / tag / "measles.txt").write_text(f"{matter}+++\n{_MEASLES[tag]}", "utf-8")
            if tag in _STORM:
                (folder / tag / "storm.txt").write_text(_STORM[tag], "utf-8")
        settings = config.load(folder / "site.toml", KINDS)
        self.report = job.run(settings, job.Run(now=datetime(2026, 11, 20, 12, tzinfo=UTC)))
        self.public = folder / "public"

    def items(self, edition: str) -> dict[str, dict[str, Any]]:
        """The items of a JSON feed, by the beginning of their titles."""
        feed = json.loads((self.public / f"feeds/all/{edition}.json").read_bytes())
        return {item["title"][:7]: item for item in feed["items"]}

    def atom(self, edition: str) -> etree._Element:
        return etree.fromstring((self.public / f"feeds/all/{edition}.atom").read_bytes())

    def page(self, path: str) -> Any:
        return html.fromstring((self.public / path).read_bytes().decode())


@pytest.fixture(scope="module")
def canada(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("norvale"), ("en", "fr"))


@pytest.fixture(scope="module")
def macao(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("cais"), ("zh-Hant", "pt", "en"))


def test_all_is_well(canada: Site, macao: Site) -> None:
    assert canada.report.exit_code == macao.report.exit_code == 0


def test_an_entry_leads_to_its_other_language_in_that_language(canada: Site) -> None:
    english, french = canada.items("en")["Measles"], canada.items("fr")["Rougeol"]
    line = f"Version française{_NB}: Rougeole{_NB}: deux cas confirmés à Lac-Clair (avec photo)"
    assert f'<a href="https://norvale.example/m-fr" hreflang="fr" lang="fr">{line}</a>' in english["content_html"]
    assert 'hreflang="en" lang="en">English version: Measles' in french["content_html"]
    assert french["title"] == f"Rougeole{_NB}: deux cas confirmés à Lac-Clair (avec photo)"
    assert french["_feedpub"]["markers"] == ["photos"]
    assert french["date_published"] == "2026-11-17T00:00:00-05:00"


def test_what_no_link_joins_evidence_does(canada: Site) -> None:
    whole = canada.items("bilingual")
    assert set(whole) == {"Measles", "Winter "}
    assert '<div lang="en"><h2>Winter' in whole["Winter "]["content_html"]
    assert '<div lang="fr"><h2>Avertissement' in whole["Winter "]["content_html"]


@pytest.mark.parametrize("tag", ["en", "fr"])
def test_a_feed_is_in_its_language(canada: Site, tag: str) -> None:
    feed = canada.atom(tag)
    assert feed.get(_XML) == tag
    assert feed.findtext(f"{_ATOM}title") == _NAMES[tag]
    other = {"en": "fr", "fr": "en"}[tag]
    links = {(one.get("rel"), one.get("hreflang")) for one in feed.iterfind(f"{_ATOM}entry/{_ATOM}link")}
    assert links == {("alternate", tag), ("related", other)}


def test_topics_are_told_by_the_other_language_and_labelled_in_it(canada: Site) -> None:
    for tag, title in (("en", "Measles"), ("fr", "Rougeol")):
        assert canada.items(tag)[title]["_feedpub"]["topics"] == [{"id": "health", "label": "Health"}]
    feed = canada.public / "feeds/topics/health/fr.json"
    assert json.loads(feed.read_bytes())["title"] == f"Nouvelles de la Norvale{_NB}: Health"


@pytest.mark.parametrize(
    ("site", "tag", "headings"),
    [
        ("canada", "fr", ["Fils principaux", "Thèmes"]),
        ("macao", "pt", ["Canais principais", "Temas"]),
    ],
)
def test_lists_of_feeds_are_in_their_language(
    site: str, tag: str, headings: list[str], request: pytest.FixtureRequest
) -> None:
    published: Site = request.getfixturevalue(site)
    page = published.page(f"{tag}/feeds/index.html")
    assert page.get("lang") == tag
    assert [one.text for one in page.iterfind(".//h2")] == headings
    opml = etree.fromstring((published.public / f"feeds/{tag}.opml").read_bytes())
    assert [one.get("text") for one in opml.iterfind("body/outline")] == headings
    assert {one.get("language") for one in opml.iterfind("body/outline/outline")} == {tag}


def test_three_languages_are_one_story(macao: Site) -> None:
    for tag, start in (("zh-Hant", "克萊湖證實兩宗"), ("pt", "Sarampo"), ("en", "Measles")):
        item = macao.items(tag)[start]
        others = {"zh-Hant", "pt", "en"} - {tag}
        assert {one["language"] for one in item["_feedpub"]["translations"]} == others
        assert item["date_published"] == "2026-11-17T00:00:00-05:00"
        assert item["_feedpub"]["markers"] == ["photos"]
    assert "Versão portuguesa: Sarampo: dois casos" in macao.items("zh-Hant")["克萊湖證實兩宗"]["content_html"]
    assert len(macao.items("bilingual")) == 2  # the storm is in English alone
