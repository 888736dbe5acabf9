"""Real pages, where they are at hand: beside the repository, never in it (they are not ours to publish)."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feedpub import config, job
from feedpub.collect.gia import page
from feedpub.collect.kinds import KINDS
from feedpub.entries import identity
from feedpub.entries.normalise import normalise
from feedpub.evaluate import pairs, topics
from feedpub.evaluate.labelled import labelled_entry
from feedpub.model import Entry, Release
from feedpub.store import entries as stored
from feedpub.store import stories
from feedpub.store.database import Store
from feedpub.subjects import packaged

SAMPLES = Path(__file__).resolve().parent.parent.parent / "shared" / "samples"
HKT = ZoneInfo("Asia/Hong_Kong")
PAGES = sorted((SAMPLES / "gia-detail").glob("*.htm"))
CHINESE = SAMPLES / "zh-releases.jsonl"
needs_samples = pytest.mark.skipif(not PAGES, reason="the real samples are not here")
_INVISIBLE = re.compile("[\\s\u200b\ufeff]+")


def bones(text: str) -> str:
    return _INVISIBLE.sub("", text)


class _Page(HTMLParser):
    """Another reading of a page, to compare with: the text of the two spans, but for what is in the right column."""

    def __init__(self) -> None:
        super().__init__()
        self.title = self.text = ""
        self._in_title = self._in_text = self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("br", "img", "hr", "meta", "link", "input"):
            return
        given = dict(attrs)
        self._in_title += bool(self._in_title) or given.get("id") == "PRHeadlineSpan"
        inside = bool(self._in_text)
        self._in_text += inside or given.get("id") == "pressrelease"
        column = given.get("id") == "rightContent" or "controlDisplay2" in (given.get("class") or "")
        self._skipped += bool(self._skipped) or (inside and column)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("br", "img", "hr", "meta", "link", "input"):
            return
        self._in_title -= bool(self._in_title)
        self._in_text -= bool(self._in_text)
        self._skipped -= bool(self._skipped)

    def handle_data(self, data: str) -> None:
        self.title += data if self._in_title else ""
        self.text += data if self._in_text and not self._skipped else ""


_TAIL_EN = re.compile(r"Ends/[A-Z]\w+day,([A-Z]\w+?)(\d{1,2}),(\d{4})IssuedatHKT(\d+):(\d\d)NNNN$")
_TAIL_ZH = re.compile(r"完(\d+)年(\d+)月(\d+)日（星期.）香港時間(\d+)時(\d+)分$")


def _expected(raw: str) -> tuple[str, str, datetime]:
    parser = _Page()
    parser.feed(raw)
    text = bones(parser.text)
    if match := _TAIL_EN.search(text):
        issued = datetime.strptime(" ".join(match.groups()) + " +0800", "%B %d %Y %H %M %z")
    else:
        match = _TAIL_ZH.search(text)
        assert match
        issued = datetime(*(int(group) for group in match.groups()), tzinfo=HKT)  # type: ignore[arg-type,misc]
    return " ".join(parser.title.replace("\u200b", "").split(" ")).strip(), text[: match.start()], issued


def _entry(path: Path) -> Entry:
    found = page.read(path.read_bytes(), url=f"https://www.info.gov.hk/gia/general/202001/01/{path.name}", zone=HKT)
    return normalise(
        Release(
            source="s",
            authority="www.info.gov.hk",
            key=path.stem,
            language=found.language or "en",
            day=date(2020, 1, 1),
            title=found.title,
            body=found.body,
            base="https://www.info.gov.hk/",
            issued=found.issued,
        ),
    )


def _plain(content: str) -> str:
    return bones(unescape(re.sub(r"<[^>]*>", "", content)))


@needs_samples
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_real_page_loses_nothing_and_keeps_nothing_else(path: Path) -> None:
    title, text, issued = _expected(path.read_text("utf-8"))
    entry = _entry(path)
    assert entry.title.replace("\u3000", " ") == title.replace("\u3000", " ").replace("\u00a0", " ")
    assert _plain(entry.content) == text
    assert entry.published == issued
    assert "<br>\n<br>" not in entry.content
    assert entry.content.count("<p>") > 1


@pytest.mark.skipif(not CHINESE.exists(), reason="the real samples are not here")
@pytest.mark.parametrize("number", range(12))
def test_a_real_chinese_text_of_2012_or_2017_is_read_whole(number: int) -> None:
    release = json.loads(CHINESE.read_text("utf-8").splitlines()[number])
    text, title = release["content"], release["title"]
    markup = "<br>".join(text.split("\n"))
    raw = f'<html><body><div id="PRHeadline"><span id="PRHeadlineSpan">{title}</span></div>'
    raw += f'<span id="pressrelease">{markup}</span></body></html>'
    found = page.read(raw.encode(), url=release["link"], zone=HKT)
    entry = normalise(
        Release(
            source="s",
            authority="a",
            key="k",
            language="zh-Hant",
            day=date.fromisoformat(release["date"]),
            title=found.title,
            body=found.body,
            issued=found.issued,
        ),
    )
    wide = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}
    expected = bones(text.replace("\ue2e5", "着").replace("\ue40c", "衞"))
    tail = re.search(r"完(\d+)年(\d+)月(\d+)日（星期.）香港時間(\d+)時(\d+)分$", expected.translate(wide))
    assert tail
    expected = re.sub(r"^.*?＊+", "", expected[: tail.start()])
    assert entry.title == title
    assert _plain(entry.content) == expected
    assert entry.published == datetime(*(int(group) for group in tail.groups()), tzinfo=HKT)  # type: ignore[arg-type,misc]
    assert entry.content.count("<p>") > 1


@pytest.fixture
def seed(tmp_path: Path) -> Entry:
    source = SAMPLES / "seed-release.txt"
    if not source.exists():
        pytest.skip("the real samples are not here")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / source.name).write_bytes(source.read_bytes())
    (tmp_path / "f.toml").write_text(
        """
site = { base_url = "https://n.example/", title = "N", languages = ["en"], timezone = "Asia/Hong_Kong" }
output = { directory = "public" }
store = { url = "sqlite:///s.db" }
[[source]]
id = "inbox"
kind = "files"
directory = "inbox"
language = "en"
""",
    )
    settings = config.load(tmp_path / "f.toml", KINDS)
    report = job.run(settings, job.Run(now=datetime(2024, 12, 5, tzinfo=HKT)))
    assert report.exit_code == 0
    store = Store(settings.store_url)
    with store.transaction() as connection:
        ((story, identifier),) = stored.newest(connection, "en", 10)
        entry = stories.load(connection, [identifier])[identifier]
    store.close()
    assert story == identity.story_id(identifier)
    return entry


def test_the_seed_release_is_one_entry_without_a_trace_of_markdown(seed: Entry) -> None:
    assert seed.title == "HKSAR Government and CAST sign co-operation framework agreement (with photos)"
    lines = (SAMPLES / "seed-release.txt").read_text("utf-8").split("\n")
    paragraphs = [line for line in lines if line.strip()][1:]
    assert re.findall(r"<p>(.*?)</p>", seed.content, re.DOTALL) == [escape(line, quote=False) for line in paragraphs]
    assert seed.published == datetime(2024, 12, 3, tzinfo=HKT)
    assert seed.url is None
    assert not re.search(r"\\|\]\(|\[", seed.content + seed.title + seed.summary)


@needs_samples
def test_real_pairs_are_found_by_evidence_and_none_is_wrong() -> None:
    outcome = pairs.pairs(SAMPLES / "pairs.jsonl")

    assert outcome.wrong == ()
    assert outcome.recall >= 0.95, outcome.missing


@needs_samples
def test_real_stories_are_tagged_as_people_tagged_them() -> None:
    outcome = topics.topics(SAMPLES / "topics-labelled.json", packaged().tagger)

    assert outcome.micro.f1 >= 0.89, topics.lines(outcome)
    assert outcome.agreement is not None
    assert outcome.agreement >= 0.9, outcome.differences


@needs_samples
def test_the_seed_release_is_about_technology_and_the_mainland() -> None:
    lines = [line for line in (SAMPLES / "seed-release.txt").read_text("utf-8").split("\n") if line.strip()]
    title = re.sub(r"\\(?=[()])", "", lines[0].removeprefix("[").partition("](")[0])
    entry = labelled_entry("seed", "seed", "en", title, "\n".join(lines[1:]), datetime(2024, 12, 3, tzinfo=HKT))

    assert set(packaged().tagger.tag([entry]).topics) - {"population"} == {"technology", "mainland-and-external"}
