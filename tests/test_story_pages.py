"""Stories' pages over runs of the job: which are written, and what they show."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import msgspec
import pytest
from lxml import html

from feedpub import config, storypages, storyviews, subjects
from feedpub.collect.kinds import KINDS
from feedpub.errors import PublishError
from feedpub.model import Document
from feedpub.publish.directory import Directory
from feedpub.site import storypage
from feedpub.store import notes, pages, thumbnails
from feedpub.store.database import Store
from tests.loopback import Loopback
from tests.newssite import NewsSite, Paper
from tests.publisher import Publisher, Start
from tests.storydesk import (
    ALL_PAGES,
    CHINESE,
    DERIVE,
    FERRY,
    FERRY_PAGES,
    POOL,
    POOL_PAGES,
    RECHECK,
    SIMPLIFIED,
    begun,
    corrected,
    files,
    of_stories,
    page,
    path_of,
    said,
    sections,
)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start[Publisher]]:
    with begun(tmp_path_factory.mktemp("start")) as start:
        yield start


@pytest.fixture
def desk(start: Start[Publisher], tmp_path: Path) -> Publisher:
    return start.again(tmp_path)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Publisher]:
    """A site where nothing was published yet."""
    with Loopback() as server:
        yield Publisher(NewsSite(server), tmp_path)


# What is shown


def test_a_story_has_a_page_in_every_language_with_both_texts_side_by_side(desk: Publisher) -> None:
    english, chinese = page(desk, FERRY.key), page(desk, FERRY.key, "zh-Hant")
    assert sections(english) == ["en", "zh-Hant"]
    assert sections(chinese) == ["zh-Hant", "en"]
    assert english.xpath("string(//h1)") == FERRY.title
    assert chinese.xpath("string(//h1)") == CHINESE.title
    assert "aligned" in english.xpath("//div[starts-with(@class, 'versions')]/@class")[0]
    assert [
        urljoin("https://www.info.gov.hk", one).rpartition("/")[2]
        for one in english.xpath("//ul[contains(@class, 'official')]//a/@href")
    ] == [f"{FERRY.key}.htm", f"{CHINESE.key}.htm"]
    assert english.xpath("//section[@aria-labelledby='photos']//a/text() | //section//figure//bdi/text()")
    assert english.xpath("//section[@class='beside']//a/@href") == ["https://files.example/timetable.pdf"]
    assert "© The Government" in said(english)


def test_the_feeds_lists_lead_to_the_page(desk: Publisher) -> None:
    front = html.fromstring((desk.public / "en/index.html").read_bytes())
    addresses = {urljoin("en/index.html", one) for one in front.xpath("//main//h3/a/@href")}
    assert path_of(desk, FERRY.key) in addresses


def test_every_link_to_a_place_of_ours_leads_to_something(desk: Publisher) -> None:
    here = path_of(desk, FERRY.key)
    for address in page(desk, FERRY.key).xpath("//a/@href | //link/@href | //script/@src | //img/@src"):
        path = urljoin(f"https://news.example/{here}", address).removeprefix("https://news.example/")
        if path.startswith("http"):
            continue
        path = path.partition("?")[0].partition("#")[0]
        place = desk.public / (f"{path}index.html" if path.endswith("/") or not path else path)
        assert place.is_file() or path.startswith("en/search"), address


def test_a_story_in_one_language_has_a_page_for_the_readers_of_the_other(desk: Publisher) -> None:
    tree = page(desk, POOL.key, "zh-Hant")
    assert sections(tree) == ["en"]
    assert "只有English版本" in said(tree)
    (canonical,) = tree.xpath("//link[@rel='canonical']/@href")
    assert canonical.endswith(path_of(desk, POOL.key))


def test_a_language_that_the_source_names_and_feedpub_has_not_is_linked(fresh: Publisher) -> None:
    fresh.site.publish(FERRY)
    fresh.run()
    tree = page(fresh, FERRY.key)
    assert "only" not in said(tree)
    assert [one.rpartition("/")[2] for one in tree.xpath("//ul[contains(@class, 'official')]//a/@href")] == [
        f"{FERRY.key}.htm",
        f"{CHINESE.key}.htm",
    ]


def test_simplified_chinese_stands_beside_english_and_never_beside_what_it_is_converted_from(fresh: Publisher) -> None:
    fresh.configure(site=DERIVE, languages=SIMPLIFIED)
    fresh.site.publish(FERRY, CHINESE)
    fresh.run()
    assert [sections(page(fresh, FERRY.key, tag)) for tag in SIMPLIFIED] == [
        ["en", "zh-Hant"],
        ["zh-Hant", "en"],
        ["zh-Hans", "en"],
    ]
    tree = page(fresh, FERRY.key, "zh-Hans")
    assert tree.xpath("string(//h1)") == "渡轮时间表（附图）"
    assert "aligned" in tree.xpath("//div[starts-with(@class, 'versions')]/@class")[0], "the note counts for no block"
    assert "自动转换" in tree.xpath("string(//p[@class='converted'])")
    # It has no page of its own: its official text is in Traditional Chinese.
    assert tree.xpath("//ul[contains(@class, 'official')]//a/@hreflang") == ["zh-Hant", "en"]
    assert tree.xpath("//link[@rel='alternate'][not(@type)]/@hreflang") == [*SIMPLIFIED, "x-default"]


def test_photos_are_as_the_config_says(fresh: Publisher) -> None:
    fresh.site.publish(FERRY, CHINESE)
    fresh.run()
    assert not page(fresh, FERRY.key).xpath("//main//img")
    fresh.configure(site='images = "remote"')
    fresh.run()
    (image,) = page(fresh, FERRY.key).xpath("//main//img")
    assert (image.get("src"), image.get("alt")) == (FERRY.photos[0], "Photo 1")
    assert image.get("referrerpolicy") == "no-referrer"


def test_our_own_picture_is_shown_where_there_is_one_and_told_to_programs(desk: Publisher) -> None:
    settings = msgspec.structs.replace(config.load(desk.config, KINDS), images="local")
    store = Store(settings.store_url)
    with store.transaction() as connection:
        thumbnails.want(connection, "gov", {FERRY.photos[0]: []})
        thumbnails.settle(connection, FERRY.photos[0], thumbnails.Thumbnail("images/ab/abc.webp", 320, 240))
    storypages.publish(store, settings, subjects.read(settings), Directory(settings.output), 9)
    store.close()
    tree = page(desk, FERRY.key)
    (image,) = tree.xpath("//main//img")
    assert (image.get("src"), image.get("width")) == ("../../../../images/ab/abc.webp", "320")
    (meaning,) = tree.xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(meaning)["image"] == ["https://news.example/images/ab/abc.webp"]
    assert not page(desk, FERRY.key, "zh-Hant").xpath("//main//img[contains(@src, 'photos.example')]")


# What is written


def test_a_run_with_nothing_new_writes_no_page_and_loads_no_template(desk: Publisher) -> None:
    before = files(desk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storyviews, "StoryViews", None)
        patch.setattr(storypages, "_Writing", None)
        report = desk.run()
    assert report.failed == ()
    assert files(desk) == before


def test_a_new_story_writes_its_own_pages_only(desk: Publisher) -> None:
    before = files(desk)
    desk.site.publish(Paper("P2026112000301", "Market opens"))
    report = desk.run()
    assert of_stories(report.written) == {"en/p2026112000301", "zh-Hant/p2026112000301"}
    after = files(desk)
    assert {path: after[path] for path in before} == before


def test_a_correction_is_told_on_every_page_of_its_story_with_what_changed(desk: Publisher) -> None:
    desk.site.edit(FERRY.key, paragraphs=(FERRY.paragraphs[0], "Fares rise on Monday.", FERRY.paragraphs[2]))
    assert corrected(desk) == FERRY_PAGES
    tree = page(desk, FERRY.key)
    (diff,) = tree.xpath("//section[@class='history']//div[@class='diff']")
    assert [one.text_content() for one in diff.xpath("p/del | p/ins")] == [
        "[removed: stay as they are]",
        "[added: rise on Monday]",
    ]
    assert [one.text_content() for one in diff.xpath("p/span[@class='gap']")] == [" … ", " … "]
    assert f"Corrected 20 November 2026, {desk.now:%H:%M}" in said(tree)
    assert page(desk, FERRY.key, "zh-Hant").xpath("//div[@class='diff']/@lang") == ["en"]


def test_the_newest_correction_stands_first(desk: Publisher) -> None:
    desk.site.edit(FERRY.key, title="Ferry timetable from Monday (with photos)")
    desk.run()
    desk.site.edit(CHINESE.key, paragraphs=("渡輪由南碼頭每小時開出。", *CHINESE.paragraphs[1:]))
    corrected(desk)
    tree = page(desk, FERRY.key)
    assert [one.text for one in tree.xpath("//summary/span[@class='which']")] == ["繁體中文", "English"]
    assert tree.xpath("//p[@class='title']/ins/text()") == ["from Monday "]


def test_a_correction_of_what_is_converted_is_told_in_the_same_script(fresh: Publisher) -> None:
    fresh.configure(source=RECHECK, site=DERIVE, languages=SIMPLIFIED)
    fresh.site.publish(FERRY, CHINESE)
    fresh.run()
    fresh.site.edit(CHINESE.key, paragraphs=("渡輪由南碼頭每小時開出。", *CHINESE.paragraphs[1:]))
    corrected(fresh)
    tree = page(fresh, FERRY.key, "zh-Hans")
    (diff,) = tree.xpath("//div[@class='diff']")
    assert "渡轮由" in diff.text_content()
    assert [one.text_content() for one in diff.xpath(".//del | .//ins")] == ["[删去：北]", "[新增：南]"]


# Files, faults, and runs that end early


def test_pages_whose_files_are_gone_come_back(desk: Publisher) -> None:
    (desk.public / path_of(desk, FERRY.key, "zh-Hant")).unlink()
    assert of_stories(desk.run().written) == {"zh-Hant/p2026112000101"}
    assert of_stories(desk.run().written) == set()
    (desk.public / path_of(desk, POOL.key)).unlink()
    assert of_stories(desk.run().written) == {"en/p2026112000201"}
    shutil.rmtree(desk.public / "en/stories")
    assert of_stories(desk.run().written) == {one for one in ALL_PAGES if one.startswith("en/")}
    assert of_stories(desk.run().written) == set()


def test_all_pages_are_written_where_what_all_show_changed(desk: Publisher) -> None:
    text = desk.config.read_text("utf-8")
    desk.config.write_text(text.replace("© The Government", "© The Council"), "utf-8")
    assert of_stories(desk.run().written) == ALL_PAGES - {one for one in ALL_PAGES if one.startswith("zh-Hant/")}
    assert "© The Council" in said(page(desk, FERRY.key))


def test_pages_of_a_store_of_an_earlier_version_are_made_in_the_next_run(desk: Publisher) -> None:
    shutil.rmtree(desk.public / "en/stories")
    shutil.rmtree(desk.public / "zh-Hant/stories")
    store = Store(config.load(desk.config, KINDS).store_url)
    with store.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM page")
        notes.put(connection, "pages", "")
    store.close()
    assert of_stories(desk.run().written) == ALL_PAGES


def failing(part: str) -> Callable[[Directory, Document], bool]:
    write = Directory.write

    def refuse(self: Directory, document: Document) -> bool:
        if part in document.path:
            raise PublishError(f"{document.path}: no space left")
        return write(self, document)

    return refuse


def test_a_page_that_cannot_be_written_costs_that_page_only_and_is_tried_again(
    desk: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.site.edit(FERRY.key, title="Ferries full")
    desk.site.edit(POOL.key, title="Pool full")
    with monkeypatch.context() as patch:
        patch.setattr(Directory, "write", failing("zh-Hant/stories/2026/11/p2026112000101"))
        report = desk.run()
    assert [one.where for one in report.failed] == [path_of(desk, FERRY.key, "zh-Hant")]
    assert report.exit_code == 1
    assert of_stories(report.written) == {"en/p2026112000101"} | POOL_PAGES
    again = desk.run()
    assert (again.exit_code, of_stories(again.written)) == (0, {"zh-Hant/p2026112000101"})


def test_a_page_that_cannot_be_rendered_costs_that_page_only(desk: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    render = storypage.page

    def refuse(shown: storypage.StoryPage) -> Document:
        if shown.language == "en" and "p2026112000101" in shown.path:
            raise ValueError("a fault of the program")
        return render(shown)

    desk.configure(source=RECHECK, site='images = "remote"')
    with monkeypatch.context() as patch:
        patch.setattr(storypage, "page", refuse)
        report = desk.run()
    assert [one.where for one in report.failed] == [path_of(desk, FERRY.key)]
    assert of_stories(report.written) == {"zh-Hant/p2026112000101"}
    assert of_stories(desk.run().written) == {"en/p2026112000101"}


class _Killed(BaseException):
    """The end of the process."""


def test_a_run_that_is_killed_between_batches_is_finished_by_the_next(
    fresh: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [Paper(f"P20261120{number:05}", f"Story {number}") for number in range(1, 8)]
    fresh.site.publish(*many)
    settle, calls = pages.settle, []

    def kill(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise _Killed
        settle(*args)

    monkeypatch.setattr(storypages, "_AT_ONCE", 3)
    with monkeypatch.context() as patch:
        patch.setattr(pages, "settle", kill)
        with pytest.raises(_Killed):
            fresh.run()
    assert len(files(fresh)) == 2 * 6
    # What the run that was killed stored is of the next run's number.
    fresh.site.publish(Paper("P2026112000099", "One more"))
    report = fresh.run()
    assert report.exit_code == 0
    assert len(files(fresh)) == 2 * 8
    assert of_stories(fresh.run().written) == set()


def test_a_run_that_is_asked_to_stop_leaves_pages_to_the_next(desk: Publisher) -> None:
    settings = config.load(desk.config, KINDS)
    store = Store(settings.store_url)
    with store.transaction() as connection:
        pages.mark_all(connection, 9)
    where, told = Directory(settings.output), subjects.read(settings)
    assert storypages.publish(store, settings, told, where, 9, stop=lambda: True).written == ()
    outcome = storypages.publish(store, settings, told, where, 9)
    assert (outcome.unchanged, outcome.failed) == (6, ())
    assert storypages.publish(store, settings, told, where, 10).unchanged == 0
    store.close()


def test_no_two_stories_have_one_page(desk: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """That takes an accident, or somebody who looks for one: what is told apart by has forty bits."""
    taken = path_of(desk, POOL.key).removeprefix("en/")
    before = (desk.public / path_of(desk, POOL.key)).read_bytes()
    monkeypatch.setattr(storypages, "path_of", lambda *_: taken)
    desk.site.publish(Paper("P2026112000301", "Market opens"))
    report = desk.run()
    assert [one.where for one in report.failed if "stories" in one.where] == [taken]
    assert (desk.public / path_of(desk, POOL.key)).read_bytes() == before


def test_the_same_store_gives_the_same_pages(desk: Publisher) -> None:
    before = {path: (desk.public / path).read_bytes() for path in files(desk)}
    shutil.rmtree(desk.public)
    desk.run()
    assert {path: (desk.public / path).read_bytes() for path in files(desk)} == before
