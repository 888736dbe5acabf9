"""Releases that their publisher takes back, as subscribers see it: a notice, then a tombstone, and what comes again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.loopback import Loopback
from tests.newssite import HKT, NewsSite, Paper
from tests.publisher import HOUR, SUFFIXES, Publisher, Start

POOL = Paper(
    "P2026112000201",
    "Pool closes (with photo)",
    issued=datetime(2026, 11, 20, 9, 30, tzinfo=HKT),
    photos=("https://photos.example/p_photo_1.jpg",),
    attachments=("https://photos.example/plan.pdf",),
    counterpart="P2026112000202",
)
CHINESE = Paper(
    "P2026112000202",
    "泳池關閉（附圖）",
    ("泳池今日（十一月二十日）關閉。", "市民請勿前往。"),
    "zh-Hant",
    datetime(2026, 11, 20, 9, 40, tzinfo=HKT),
    photos=("https://photos.example/c_photo_1.jpg",),
    counterpart="P2026112000201",
)
# The lists go back further than what is withdrawn.
FERRY = Paper("P2026112000101", "Ferry timetable", ("Ferries sail.",), issued=datetime(2026, 11, 20, 8, 0, tzinfo=HKT))
CHINESE_FERRY = replace(FERRY, key="P2026112000102", title="渡輪時間表", paragraphs=("渡輪開航。",), language="zh-Hant")
ENGLISH_NOTICE = (
    "This press release, issued on 20 November 2026, 09:30, "
    "was withdrawn by its publisher (noticed on 20 November 2026, {hour}:00)."
)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start[Publisher]]:
    """A site with two stories, published at 13:00."""
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(FERRY, CHINESE_FERRY, POOL, CHINESE)
        desk = Publisher(site, tmp_path_factory.mktemp("start"))
        desk.run()
        yield Start(desk)


@pytest.fixture
def desk(start: Start[Publisher], tmp_path: Path) -> Publisher:
    return start.again(tmp_path)


def withdraw(desk: Publisher, key: str = POOL.key, *, status: int = 404) -> None:
    """Have a release found missing by its list at 14:00, and withdrawn at 15:00."""
    desk.site.withdraw(key, status)
    assert desk.run().sources[0].withdrawn == 0
    assert desk.run().sources[0].withdrawn == 1


def bury(desk: Publisher, key: str = POOL.key) -> None:
    """Withdraw a release, and let the two days pass for which its notice is shown."""
    desk.configure(site='withdrawn_for = "2d"')
    withdraw(desk, key)
    desk.run(timedelta(days=2))


# When


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_not_found_at_two_runs_an_hour_apart_is_withdrawn(status: int, desk: Publisher) -> None:
    withdraw(desk, status=status)
    assert desk.everywhere(POOL.key).title == "Withdrawn: Pool closes"
    assert desk.everywhere(FERRY.key).title == FERRY.title


def test_59_minutes_are_not_enough(desk: Publisher) -> None:
    desk.site.withdraw(POOL.key)
    desk.run()
    report = desk.run(timedelta(minutes=59))
    assert (report.sources[0].withdrawn, report.exit_code) == (0, 0)
    assert desk.everywhere(POOL.key).title == POOL.title
    assert desk.run(timedelta(minutes=1)).sources[0].withdrawn == 1


def test_runs_every_ten_minutes_withdraw_it_after_an_hour(desk: Publisher) -> None:
    desk.site.withdraw(POOL.key)
    withdrawn = [desk.run(timedelta(minutes=10)).sources[0].withdrawn for _ in range(8)]
    assert withdrawn == [0, 0, 0, 0, 0, 0, 1, 0]


def test_one_page_not_found_between_two_that_are_there_is_nothing(desk: Publisher) -> None:
    before = desk.files()
    route = desk.site.server.routes[POOL.path]
    for _ in range(2):
        desk.site.withdraw(POOL.key, listed=True)
        while desk.run().sources[0].looked == 0:
            assert desk.now.day < 22
        desk.site.server.routes[POOL.path] = route
        desk.run()
    assert desk.files() == before


def test_a_page_that_leaves_its_list_and_is_there_is_not_withdrawn(desk: Publisher) -> None:
    before = desk.files()
    del desk.site.papers[POOL.key]
    desk.site.publish()
    desk.runs(3)
    assert desk.files() == before


def test_a_page_that_is_gone_while_the_list_still_has_it_is_found_by_looking_again(desk: Publisher) -> None:
    desk.site.withdraw(POOL.key, listed=True)
    withdrawn = [desk.run().sources[0].withdrawn for _ in range(6)]
    assert sum(withdrawn) == 1
    assert desk.everywhere(POOL.key).title == "Withdrawn: Pool closes"


def test_a_release_that_fell_off_the_end_of_the_list_is_found_by_looking_again(desk: Publisher) -> None:
    desk.runs(3)
    desk.site.withdraw(FERRY.key)  # It is older than all that the list has now.
    assert desk.run().sources[0].looked == 0
    assert sum(desk.run().sources[0].withdrawn for _ in range(8)) == 1
    assert desk.everywhere(FERRY.key).title == "Withdrawn: Ferry timetable"


def test_releases_are_looked_at_again_for_as_long_as_the_config_says(desk: Publisher) -> None:
    desk.configure(source='recheck = "2h"')
    desk.runs(2, 4 * HOUR)
    desk.site.withdraw(POOL.key, listed=True)
    assert [desk.run(days * 24 * HOUR).sources[0].looked for days in (1, 10, 100)] == [0] * 3
    assert desk.everywhere(POOL.key).title == POOL.title


def test_a_release_that_was_never_read_is_a_failure_and_nothing_is_withdrawn(desk: Publisher) -> None:
    new = replace(POOL, key="P2026112000301", title="Never there", counterpart="")
    desk.site.publish(new)
    desk.site.withdraw(new.key, listed=True)
    report = desk.runs(3)
    assert (report.exit_code, report.sources[0].withdrawn, len(report.sources[0].failed)) == (1, 0, 1)
    assert desk.is_nowhere(new.key)


# What subscribers see


def test_a_notice_stands_in_its_place_under_its_id_in_every_format(desk: Publisher) -> None:
    before = desk.everywhere(POOL.key)
    withdraw(desk)
    notice = desk.everywhere(POOL.key)
    assert notice.id == before.id
    assert notice.title == "Withdrawn: Pool closes"
    line = desk.entry(CHINESE.key, "all/zh-Hant.atom").link
    assert notice.text.startswith(f"<p>{ENGLISH_NOTICE.format(hour=15)}</p>")
    assert line in notice.text, "the Chinese version is still there"
    assert "A first paragraph." not in notice.text
    assert notice.updated == "2026-11-20T15:00:00+08:00"


def test_the_notice_is_in_the_entrys_own_language(desk: Publisher) -> None:
    withdraw(desk, CHINESE.key)
    notice = desk.everywhere(CHINESE.key, "zh-Hant")
    assert notice.title == "已撤回：泳池關閉"
    line = "這份於2026年11月20日9時40分發出的新聞公報已由發布機構撤回（於2026年11月20日15時00分得悉）。"
    assert notice.text.startswith(f"<p>{line}</p>")
    assert "泳池今日" not in notice.text
    assert desk.item(CHINESE.key, "all/zh-Hant.json")["summary"] == line


def test_a_withdrawn_entry_has_no_photos_and_no_attachments_and_says_so_to_programs(desk: Publisher) -> None:
    withdraw(desk)
    for name in ("all/en.atom", "all/en.rss", "all/en.json"):
        assert b"photos.example" not in desk.place(name).read_bytes(), name
    item = desk.item(POOL.key)
    assert item["_feedpub"]["withdrawn"] == "2026-11-20T15:00:00+08:00"
    assert item["_feedpub"]["revision"] == 2


def test_updated_moves_once_and_published_stays(desk: Publisher) -> None:
    before = desk.entry(POOL.key)
    withdraw(desk)
    entry = desk.entry(POOL.key)
    assert (entry.published, entry.updated) == (before.published, "2026-11-20T15:00:00+08:00")
    assert desk.updated() == "2026-11-20T15:00:00+08:00"
    written = desk.files()
    assert desk.runs(4, 6 * HOUR).sources[0].withdrawn == 0
    assert desk.files() == written


def test_the_other_language_stays_leads_there_no_more_and_does_not_look_new(desk: Publisher) -> None:
    before = desk.everywhere(CHINESE.key, "zh-Hant")
    assert "Pool closes" in before.text
    withdraw(desk)
    after = desk.everywhere(CHINESE.key, "zh-Hant")
    assert (after.id, after.title, after.updated) == (before.id, before.title, before.updated)
    assert "Pool closes" not in after.text
    for suffix in SUFFIXES:
        assert POOL.path.encode() not in desk.place(f"all/zh-Hant{suffix}").read_bytes(), suffix


# After `withdrawn_for`


def test_after_its_time_only_a_tombstone_is_left(desk: Publisher) -> None:
    identifier = desk.everywhere(POOL.key).id
    bury(desk)
    assert desk.is_nowhere(POOL.key)
    (stone,) = desk.tombstones()
    assert (stone.ref, stone.when) == (identifier, "2026-11-20T15:00:00+08:00")
    assert stone.comment == ENGLISH_NOTICE.format(hour=15)
    assert [one.title for one in desk.shown("all/en.json")] == [FERRY.title]


def test_until_then_the_notice_is_shown(desk: Publisher) -> None:
    withdraw(desk)
    desk.run(timedelta(days=14) - timedelta(seconds=1))
    assert desk.everywhere(POOL.key).title.startswith("Withdrawn: ")
    assert desk.tombstones() == []
    desk.run(timedelta(seconds=1))
    assert desk.is_nowhere(POOL.key)
    assert len(desk.tombstones()) == 1


def test_the_archive_has_the_notice_and_then_the_tombstone(desk: Publisher) -> None:
    (name,) = desk.archives()
    desk.configure(site='withdrawn_for = "2d"')
    withdraw(desk)
    assert "Withdrawn: Pool closes" in [one.title for one in desk.shown(name)]
    desk.run(timedelta(days=2))
    assert [one.title for one in desk.shown(name)] == [FERRY.title]
    assert desk.tombstones(name) == desk.tombstones()


def test_the_feeds_own_updated_never_moves_back(desk: Publisher) -> None:
    documents = [f"all/{edition}.atom" for edition in ("en", "zh-Hant", "bilingual")]
    seen = [[desk.updated(one) for one in documents]]
    desk.configure(site='withdrawn_for = "2d"')
    for step in ("withdraw", "publish", "nothing"):
        if step == "withdraw":
            desk.site.withdraw(POOL.key)
        elif step == "publish":
            desk.site.publish(POOL)
        for pause in (HOUR, HOUR, timedelta(days=2)):
            desk.run(pause)
            seen.append([desk.updated(one) for one in documents])
    for times in zip(*seen, strict=True):
        assert list(times) == sorted(times)
    assert len({english for english, *_ in seen}) == 3, "at first, when it was withdrawn, when it was back"


# When it comes back


@pytest.mark.parametrize("how", ["notice", "tombstone"])
def test_it_comes_back_under_its_id_as_changed_and_says_so(how: str, desk: Publisher) -> None:
    before = desk.entry(POOL.key)
    if how == "notice":
        withdraw(desk)
    else:
        bury(desk)
    desk.site.publish(POOL)
    assert desk.run().sources[0].restored == 1
    entry, back = desk.entry(POOL.key), desk.everywhere(POOL.key)
    assert (entry.id, entry.title, entry.published) == (before.id, POOL.title, before.published)
    assert back.updated == desk.now.isoformat()
    when = f"{desk.now.day} November 2026, {desk.now:%H:%M}"
    assert f"<em>This press release had been withdrawn. It was published again on {when}.</em>" in back.text
    assert [one.href for one in entry.enclosures] == [*POOL.photos, *POOL.attachments]
    assert desk.tombstones() == desk.tombstones(desk.archives()[0]) == []
    assert desk.archived() == desk.ids()
    assert "Pool closes" in desk.everywhere(CHINESE.key, "zh-Hant").text


def test_a_page_that_is_back_without_its_list_is_found_by_looking_again(desk: Publisher) -> None:
    page = desk.site.server.routes[POOL.path]
    withdraw(desk)
    desk.site.server.routes[POOL.path] = page
    assert sum(desk.run().sources[0].restored for _ in range(6)) == 1
    assert desk.everywhere(POOL.key).title == POOL.title


def test_what_comes_back_changed_says_what_changed(desk: Publisher) -> None:
    withdraw(desk)
    desk.site.publish(replace(POOL, paragraphs=("Another first paragraph.", "A second paragraph.")))
    desk.run()
    note = "published again on 20 November 2026, 16:00. Corrected on 20 November 2026, 16:00: 1 paragraph changed."
    assert note in desk.everywhere(POOL.key).text
    assert desk.item(POOL.key)["_feedpub"]["revision"] == 3, "published, withdrawn, back"


def test_it_may_be_withdrawn_again(desk: Publisher) -> None:
    withdraw(desk)
    desk.site.publish(POOL)
    desk.run()
    withdraw(desk)
    notice = desk.everywhere(POOL.key)
    assert "noticed on 20 November 2026, 18:00" in notice.text
    assert "had been withdrawn" not in notice.text
    assert notice.updated == "2026-11-20T18:00:00+08:00"


# A notice on its page

NOTICES = {
    "en": (POOL.key, "This press release has been withdrawn. We regret the error.", "Withdrawn: Pool closes"),
    "zh-Hant": (CHINESE.key, "本新聞公報現已撤回，不便之處，敬請原諒。", "已撤回：泳池關閉"),
}


@pytest.mark.parametrize("language", sorted(NOTICES))
def test_a_notice_on_its_page_withdraws_it_and_is_shown(language: str, desk: Publisher) -> None:
    key, notice, title = NOTICES[language]
    before = desk.everywhere(key, language)
    desk.site.edit(key, paragraphs=(notice,), photos=(), attachments=())
    assert desk.run().sources[0].withdrawn == 1
    after = desk.everywhere(key, language)
    assert (after.id, after.title) == (before.id, title)
    assert f"</p><p>{notice}</p>" in after.text
    assert after.updated == "2026-11-20T14:00:00+08:00"
    desk.configure(site='withdrawn_for = "2d"')
    desk.run(timedelta(days=2))
    assert desk.is_nowhere(key, language)


def test_a_page_that_goes_after_its_notice_keeps_the_notice(desk: Publisher) -> None:
    key, notice, _ = NOTICES["en"]
    desk.site.edit(key, paragraphs=(notice,))
    desk.run()
    before = desk.files()
    desk.site.withdraw(key)
    desk.runs(3)
    assert desk.files() == before


def test_a_notice_that_follows_on_the_missing_page_is_told_and_nothing_looks_new(desk: Publisher) -> None:
    withdraw(desk)
    before = desk.everywhere(POOL.key)
    desk.site.publish(replace(POOL, paragraphs=(NOTICES["en"][1],)))
    desk.run()
    after = desk.everywhere(POOL.key)
    assert NOTICES["en"][1] in after.text
    assert (after.title, after.updated) == (before.title, before.updated)


def test_a_release_that_tells_of_a_withdrawal_is_corrected_and_not_withdrawn(desk: Publisher) -> None:
    sentence = "The press release of 9am has been withdrawn."
    desk.site.edit(POOL.key, paragraphs=(*POOL.paragraphs, sentence))
    reports = [desk.run().sources[0] for _ in range(3)]
    assert [sum(one.withdrawn for one in reports), sum(one.changed for one in reports)] == [0, 1]
    assert sentence in desk.everywhere(POOL.key).text
