"""The pages of days and months: every story is on one, and only those are written that changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from lxml import html

from tests.loopback import Loopback
from tests.newssite import NewsSite, Paper
from tests.publisher import Publisher

EIGHTEENTH = Paper("P2026111800101", "Ferry <b>pier</b> opens").issued.replace(day=18)
FERRY = Paper("P2026111800101", "Ferry <b>pier</b> opens", issued=EIGHTEENTH, counterpart="P2026111800102")
CHINESE_FERRY = Paper(
    "P2026111800102",
    "渡輪碼頭啟用",
    ("碼頭今日（十一月十八日）啟用。",),
    "zh-Hant",
    issued=EIGHTEENTH + timedelta(minutes=20),
    counterpart="P2026111800101",
)
POOL = Paper("P2026112000101", "Pool closes")
LATE = Paper("P2026112000909", "Bridge closes late", issued=POOL.issued.replace(hour=23, minute=59))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Publisher]:
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(FERRY, CHINESE_FERRY, POOL)
        desk = Publisher(site, tmp_path)
        desk.run()
        yield desk


def page(desk: Publisher, path: str) -> Any:
    return html.fromstring((desk.public / path).read_bytes())


def titles(desk: Publisher, path: str) -> list[tuple[str, str]]:
    """The stories of a page: their titles, and the language that is said of each ("" for the page's own)."""
    return [(link.text_content(), link.get("lang", "")) for link in page(desk, path).xpath("//main//h2/a")]


def led_to(desk: Publisher, path: str) -> set[str]:
    return {urljoin(path, address) for address in page(desk, path).xpath("//main//a/@href")}


def of_days(paths: tuple[str, ...]) -> set[str]:
    """The pages among what a run wrote that list stories by time."""
    return {path for path in paths if "/stories/" in path and len(path.rpartition("/")[2]) <= len("index.html")}


def test_a_day_has_its_stories_with_their_titles_in_both_languages(desk: Publisher) -> None:
    assert titles(desk, "en/stories/2026/11/18.html") == [("Ferry <b>pier</b> opens", "")]
    assert titles(desk, "zh-Hant/stories/2026/11/18.html") == [("渡輪碼頭啟用", "")]
    (other,) = page(desk, "en/stories/2026/11/18.html").xpath("//a[@class='other']")
    assert (other.text_content(), other.get("lang")) == ("渡輪碼頭啟用", "zh-Hant")
    assert page(desk, "zh-Hant/stories/2026/11/18.html").xpath("//h1/text()") == ["2026年11月18日的新聞公報"]


def test_a_story_of_one_language_is_in_the_lists_of_all_and_says_its_language(desk: Publisher) -> None:
    assert titles(desk, "zh-Hant/stories/2026/11/20.html") == [("Pool closes", "en")]


def test_every_link_leads_to_a_page_of_the_same_language_or_a_version_of_a_story(desk: Publisher) -> None:
    for path in ("en/stories/2026/11/18.html", "en/stories/2026/11/20.html", "en/stories/2026/11/index.html"):
        for there in led_to(desk, path):
            assert (desk.public / (there + "index.html" if there.endswith("/") else there)).is_file(), there


def test_days_months_and_years_lead_to_one_another(desk: Publisher) -> None:
    assert "en/stories/2026/11/20.html" in led_to(desk, "en/stories/2026/11/18.html")
    assert "en/stories/2026/11/18.html" in led_to(desk, "en/stories/2026/11/20.html")
    assert {"en/stories/2026/11/18.html", "en/stories/2026/11/20.html"} < led_to(desk, "en/stories/2026/11/index.html")
    assert led_to(desk, "en/stories/index.html") == {"en/stories/2026/11/"}
    assert page(desk, "en/stories/2026/11/index.html").xpath("//span[@class='count']/text()") == ["1", "1"]


def test_a_run_with_nothing_new_writes_none(desk: Publisher) -> None:
    assert of_days(desk.run().written) == set()


def test_a_new_story_has_its_day_and_month_written_and_no_other(desk: Publisher) -> None:
    desk.site.publish(LATE)
    written = of_days(desk.run().written)
    assert written == {f"{tag}/stories/2026/11/{name}.html" for tag in ("en", "zh-Hant") for name in ("20", "index")}
    assert titles(desk, "en/stories/2026/11/20.html") == [("Bridge closes late", ""), ("Pool closes", "")]


def test_a_new_day_and_a_new_month_are_led_to_from_the_ones_before(desk: Publisher) -> None:
    desk.now += timedelta(days=20)
    desk.site.publish(replace(POOL, key="P2026121000101", title="Fair opens", issued=desk.now))
    written = of_days(desk.run().written)
    names = ("2026/11/20", "2026/11/index", "2026/12/10", "2026/12/index", "index")
    assert written == {f"{tag}/stories/{name}.html" for tag in ("en", "zh-Hant") for name in names}
    assert "en/stories/2026/12/10.html" in led_to(desk, "en/stories/2026/11/20.html")
    assert "en/stories/2026/12/" in led_to(desk, "en/stories/2026/11/index.html")
    assert led_to(desk, "en/stories/index.html") == {"en/stories/2026/11/", "en/stories/2026/12/"}


def test_a_corrected_title_is_in_the_list(desk: Publisher) -> None:
    desk.site.edit(POOL.key, title="Pool closes at noon")
    desk.run()
    assert titles(desk, "en/stories/2026/11/20.html") == [("Pool closes at noon", "")]


def test_a_withdrawn_story_says_so(desk: Publisher) -> None:
    desk.site.withdraw(POOL.key)
    desk.runs(2)
    assert titles(desk, "en/stories/2026/11/20.html") == [("Withdrawn: Pool closes", "")]


def test_a_day_is_one_of_the_sites_own_time_zone(desk: Publisher) -> None:
    late = replace(LATE, issued=LATE.issued.replace(hour=0, minute=10))
    text = desk.config.read_text("utf-8")
    desk.config.write_text(text.replace('timezone = "Asia/Hong_Kong"', 'timezone = "UTC"'), "utf-8")
    desk.site.publish(late)
    desk.run()
    assert titles(desk, "en/stories/2026/11/19.html") == [("Bridge closes late", "")]


def test_all_are_written_again_where_their_folder_is_gone(desk: Publisher) -> None:
    place = desk.public / "en/stories"
    before = {path.name: path.read_bytes() for path in place.rglob("??.html")}
    for path in (*place.rglob("??.html"), place / "index.html"):
        path.unlink()
    desk.run()
    assert {path.name: path.read_bytes() for path in place.rglob("??.html")} == before


def test_what_could_not_be_written_is_written_by_the_next_run(desk: Publisher) -> None:
    desk.site.publish(LATE)
    blocked = desk.public / "en/stories/2026/11/20.html"
    before = blocked.read_bytes()
    blocked.unlink()
    blocked.mkdir()
    report = desk.run()
    assert [problem.where for problem in report.failed] == ["en/stories/2026/11/20.html"]
    blocked.rmdir()
    blocked.write_bytes(before)
    desk.run()
    assert titles(desk, "en/stories/2026/11/20.html") == [("Bridge closes late", ""), ("Pool closes", "")]


def test_a_converted_language_has_its_titles_converted(desk: Publisher) -> None:
    desk.configure(site='derive = { zh-Hans = "zh-Hant" }', languages=("en", "zh-Hant", "zh-Hans"))
    desk.run()
    assert titles(desk, "zh-Hans/stories/2026/11/18.html") == [("渡轮码头启用", "")]
    others = page(desk, "zh-Hans/stories/2026/11/18.html").xpath("//a[@class='other']/@lang")
    assert others == ["en"]
