"""Stories' pages where releases are withdrawn, join and part: what is shown no more, and where old pages lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.loopback import Loopback
from tests.newssite import NewsSite
from tests.publisher import Publisher, Start
from tests.storydesk import (
    BEACH,
    CHINESE,
    FERRY,
    FERRY_PAGES,
    MUSEUM,
    POOL,
    RECHECK,
    begun,
    corrected,
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


# What was withdrawn


def withdraw(desk: Publisher, *keys: str) -> None:
    for key in keys:
        desk.site.withdraw(key)
    assert [desk.run().sources[0].withdrawn for _ in range(2)] == [0, len(keys)]


def test_a_withdrawn_story_shows_its_notice_and_no_text(desk: Publisher) -> None:
    desk.site.edit(POOL.key, paragraphs=("The pool closes at one.",), title="Secret pool closes")
    desk.run()
    withdraw(desk, POOL.key)
    for tag in ("en", "zh-Hant"):
        tree = page(desk, POOL.key, tag)
        assert tree.xpath("string(//h1)") == "Withdrawn: Secret pool closes"
        assert "was withdrawn by its publisher" in said(tree)
        whole = (desk.public / path_of(desk, POOL.key, tag)).read_text("utf-8")
        assert "closes at" not in whole
        assert "history" not in whole
        assert "NewsArticle" not in whole
        assert "noindex" not in whole


def test_one_language_withdrawn_leaves_the_other(desk: Publisher) -> None:
    withdraw(desk, FERRY.key)
    tree = page(desk, FERRY.key)
    assert "every hour" not in said(tree)
    assert "渡輪由北碼頭每小時開出。" in said(tree)
    assert tree.xpath("//ul[contains(@class, 'official')]//a/@hreflang") == ["zh-Hant"], "the other one is not there"


def test_a_buried_story_keeps_its_page_and_search_engines_drop_it(desk: Publisher) -> None:
    desk.configure(source=RECHECK, site='withdrawn_for = "2d"')
    withdraw(desk, POOL.key)
    desk.run(timedelta(days=2))
    tree = page(desk, POOL.key)
    assert "was withdrawn by its publisher" in said(tree)
    assert "noon" not in said(tree)
    assert tree.xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_what_a_release_said_before_it_was_withdrawn_is_not_in_its_history(desk: Publisher) -> None:
    desk.site.edit(POOL.key, title="Secret pool closes", paragraphs=("A secret: the pool closes at one.",))
    desk.run()
    withdraw(desk, POOL.key)
    desk.site.publish(replace(POOL, title="Pool opens", paragraphs=("The pool opens.",)))
    assert sum(desk.run().sources[0].restored for _ in range(2)) == 1
    desk.site.edit(POOL.key, paragraphs=("The pool opens at two.",))
    corrected(desk)
    whole = (desk.public / path_of(desk, POOL.key)).read_text("utf-8")
    assert "ecret" not in whole
    assert "noon" not in whole
    tree = page(desk, POOL.key)
    assert "at two" in tree.xpath("string(//section[@class='history']//ins)")
    assert len(tree.xpath("//section[@class='history']//p[@class='told']")) == 2, "one before it, and its return"


# Stories that join and part


def test_a_second_language_joins_and_the_page_that_it_had_leads_on(fresh: Publisher) -> None:
    fresh.site.publish(MUSEUM, BEACH)
    fresh.configure(source=RECHECK)
    fresh.run()
    first, second = path_of(fresh, FERRY.key), path_of(fresh, CHINESE.key)
    assert sections(page(fresh, FERRY.key)) == ["en"]
    fresh.site.publish(FERRY, CHINESE)
    assert of_stories(fresh.run().written) == FERRY_PAGES | {"en/p2026112000102", "zh-Hant/p2026112000102"}
    assert (path_of(fresh, FERRY.key), path_of(fresh, CHINESE.key)) == (first, second)
    left = {key for key in (FERRY.key, CHINESE.key) if page(fresh, key).xpath("//meta[@http-equiv='refresh']")}
    assert len(left) == 1
    (old,) = left
    (new,) = {FERRY.key, CHINESE.key} - left
    assert sections(page(fresh, new)) == ["en", "zh-Hant"]
    for tag in ("en", "zh-Hant"):
        tree = page(fresh, old, tag)
        assert tree.xpath("//main//a/@href") == [path_of(fresh, new, tag).rpartition("/")[2]]
        assert tree.xpath("//link[@rel='canonical']/@href") == [f"https://news.example/{path_of(fresh, new, tag)}"]
        assert tree.xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_versions_that_part_again_have_their_own_pages_again(desk: Publisher) -> None:
    desk.site.publish(MUSEUM, BEACH)
    desk.run()
    assert sections(page(desk, FERRY.key)) == ["en"]
    assert sections(page(desk, CHINESE.key, "zh-Hant")) == ["zh-Hant"]
    desk.site.publish(FERRY, CHINESE)
    desk.run()
    assert sections(page(desk, FERRY.key)) == ["en", "zh-Hant"]
    assert page(desk, CHINESE.key).xpath("//meta[@http-equiv='refresh']")
