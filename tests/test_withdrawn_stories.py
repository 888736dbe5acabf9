"""Withdrawals of stories in several languages, and of files in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.loopback import Loopback
from tests.newssite import NewsSite
from tests.publisher import HOUR, SUFFIXES, Publisher, Start
from tests.test_withdrawals import CHINESE, CHINESE_FERRY, FERRY, POOL

SIMPLIFIED = ("en", "zh-Hant", "zh-Hans")
DERIVE = 'derive = { zh-Hans = "zh-Hant" }\nwithdrawn_for = "2d"'


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start[Publisher]]:
    """A site with two stories in both languages, with Simplified Chinese converted, published at 13:00."""
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(FERRY, CHINESE_FERRY, POOL, CHINESE)
        desk = Publisher(site, tmp_path_factory.mktemp("start"))
        desk.configure(site=DERIVE, languages=SIMPLIFIED)
        desk.run()
        yield Start(desk)


@pytest.fixture
def desk(start: Start[Publisher], tmp_path: Path) -> Publisher:
    return start.again(tmp_path)


def withdraw(desk: Publisher, *keys: str) -> None:
    """Have releases found missing in one run, and withdrawn in the next."""
    for key in keys:
        desk.site.withdraw(key)
    assert [desk.run().sources[0].withdrawn for _ in range(2)] == [0, len(keys)]


# In the bilingual edition


def test_one_language_withdrawn_leaves_the_other_in_the_bilingual_entry(desk: Publisher) -> None:
    before = desk.everywhere(POOL.key, "bilingual")
    withdraw(desk, POOL.key)
    after = desk.everywhere(POOL.key, "bilingual")
    assert after.id == before.id
    assert after.title == "Withdrawn: Pool closes | 泳池關閉（附圖）"
    english, chinese = after.text.split('<div lang="zh-Hant">')
    assert "was withdrawn by its publisher" in english
    assert "A first paragraph." not in english
    assert "泳池今日（十一月二十日）關閉。" in chinese
    assert after.updated == "2026-11-20T15:00:00+08:00"


def test_what_is_left_of_it_after_a_while_is_the_other_language_and_nothing_looks_new(desk: Publisher) -> None:
    withdraw(desk, POOL.key)
    before = desk.everywhere(POOL.key, "bilingual")
    desk.run(timedelta(days=2))
    after = desk.everywhere(POOL.key, "bilingual")
    assert (after.id, after.updated, after.title) == (before.id, before.updated, CHINESE.title)
    assert "withdrawn" not in after.text
    assert desk.tombstones("all/bilingual.atom") == []
    assert desk.archived("bilingual") == desk.ids("all/bilingual.atom")


def test_all_languages_withdrawn_leave_the_storys_tombstone(desk: Publisher) -> None:
    story = desk.everywhere(POOL.key, "bilingual").id
    withdraw(desk, POOL.key, CHINESE.key)
    notice = desk.everywhere(POOL.key, "bilingual")
    assert notice.title == "Withdrawn: Pool closes | 已撤回：泳池關閉"
    desk.run(timedelta(days=2))
    assert desk.is_nowhere(POOL.key, "bilingual")
    (stone,) = desk.tombstones("all/bilingual.atom")
    assert (stone.ref, stone.when) == (story, "2026-11-20T15:00:00+08:00")
    assert "was withdrawn by its publisher" in stone.comment
    assert "已由發布機構撤回" in stone.comment
    assert desk.tombstones(desk.archives("bilingual")[0]) == [stone]
    assert desk.archived("bilingual") == desk.ids("all/bilingual.atom"), "the other story is still there"


def test_languages_withdrawn_one_after_the_other_leave_the_tombstone_after_the_last(desk: Publisher) -> None:
    withdraw(desk, CHINESE.key)
    desk.run(timedelta(days=1))
    withdraw(desk, POOL.key)
    desk.run(timedelta(days=1))
    assert desk.everywhere(POOL.key, "bilingual").title == "Withdrawn: Pool closes"
    desk.run(timedelta(days=1))
    (stone,) = desk.tombstones("all/bilingual.atom")
    assert stone.when == "2026-11-21T17:00:00+08:00"


def test_a_story_that_comes_back_in_one_language_has_no_tombstone_any_more(desk: Publisher) -> None:
    story = desk.everywhere(POOL.key, "bilingual").id
    withdraw(desk, POOL.key, CHINESE.key)
    desk.run(timedelta(days=2))
    desk.site.publish(CHINESE)
    desk.run()
    back = desk.everywhere(POOL.key, "bilingual")
    assert (back.id, back.title) == (story, CHINESE.title)
    assert back.updated == desk.now.isoformat()
    assert desk.tombstones("all/bilingual.atom") == []
    assert [len(desk.tombstones(f"all/{one}.atom")) for one in SIMPLIFIED] == [1, 0, 0]


# Converted


def test_simplified_chinese_goes_with_traditional(desk: Publisher) -> None:
    before = desk.everywhere(CHINESE.key, "zh-Hans")
    withdraw(desk, CHINESE.key)
    notice = desk.everywhere(CHINESE.key, "zh-Hans")
    assert (notice.id, notice.title) == (before.id, "已撤回：泳池关闭")
    line = "这份于2026年11月20日9时40分发布的新闻稿已由发布机构撤回（于2026年11月20日15时00分获悉）。"
    assert notice.text.startswith(f"<p>{line}</p>")
    desk.run(timedelta(days=2))
    assert desk.is_nowhere(CHINESE.key, "zh-Hans")
    (stone,) = desk.tombstones("all/zh-Hans.atom")
    assert (stone.ref, stone.comment) == (before.id, line)
    assert desk.tombstones(desk.archives("zh-Hans")[0]) == [stone]


def test_simplified_chinese_stays_where_english_went(desk: Publisher) -> None:
    before = desk.everywhere(CHINESE.key, "zh-Hans")
    withdraw(desk, POOL.key)
    after = desk.everywhere(CHINESE.key, "zh-Hans")
    assert (after.id, after.title, after.updated) == (before.id, before.title, before.updated)
    for suffix in SUFFIXES:
        assert POOL.path.encode() not in desk.place(f"all/zh-Hans{suffix}").read_bytes(), suffix


def test_a_notice_in_traditional_is_shown_in_simplified(desk: Publisher) -> None:
    desk.site.edit(CHINESE.key, paragraphs=("本新聞公報現已撤回。",))
    desk.run()
    assert "</p><p>本新闻公报现已撤回。</p>" in desk.everywhere(CHINESE.key, "zh-Hans").text


# A folder


class Folder:
    """A folder of English notes beside the site, with a note of one file that stays."""

    def __init__(self, desk: Publisher) -> None:
        self.desk, self.inbox = desk, desk.folder / "inbox"
        self.inbox.mkdir()
        desk.configure(
            site='withdrawn_for = "2d"',
            tables='[[source]]\nid = "inbox"\nkind = "files"\ndirectory = "inbox"\nlanguage = "en"',
        )
        self.write("stays")
        self.write("goes")
        desk.run()

    def write(self, name: str, key: str = "") -> Path:
        place = self.inbox / f"{name}.txt"
        front = f"key = '{key or name}'\ndate = 2026-11-20T08:00:00+08:00"
        place.write_text(f"+++\n{front}\n+++\nNote that {key or name}\n\nIts text.\n", "utf-8")
        return place

    def withdrawn(self, runs: int, every: timedelta = HOUR) -> list[int]:
        return [self.desk.run(every).sources[1].withdrawn for _ in range(runs)]

    def titles(self) -> set[str]:
        return {one.title for one in self.desk.shown("all/en.json") if "Note" in one.title}


@pytest.fixture
def folder(desk: Publisher) -> Folder:
    return Folder(desk)


def test_a_deleted_file_is_withdrawn_after_an_hour(folder: Folder) -> None:
    (folder.inbox / "goes.txt").unlink()
    assert folder.withdrawn(1) == [0]
    assert folder.withdrawn(1, timedelta(minutes=59)) == [0]
    assert folder.titles() == {"Note that stays", "Note that goes"}
    assert folder.withdrawn(1, timedelta(minutes=1)) == [1]
    assert folder.titles() == {"Note that stays", "Withdrawn: Note that goes"}


def test_offline_runs_withdraw_files_too(folder: Folder) -> None:
    (folder.inbox / "goes.txt").unlink()
    assert [folder.desk.run(offline=True).sources[1].withdrawn for _ in range(2)] == [0, 1]


def test_a_file_that_is_back_within_the_hour_was_never_away(folder: Folder) -> None:
    before = folder.desk.files()
    place = folder.inbox / "goes.txt"
    place.rename(folder.inbox / ".hidden")
    folder.withdrawn(1)
    (folder.inbox / ".hidden").rename(place)
    assert folder.withdrawn(3, timedelta(minutes=40)) == [0, 0, 0]
    assert folder.desk.files() == before


@pytest.mark.parametrize("days", [0, 3])
def test_a_file_that_is_put_back_is_back(days: int, folder: Folder) -> None:
    place = folder.inbox / "goes.txt"
    kept = place.stat(), place.read_bytes()
    place.unlink()
    assert folder.withdrawn(3) == [0, 1, 0]
    folder.desk.run(timedelta(days=days))
    place.write_bytes(kept[1])
    os.utime(place, ns=(kept[0].st_atime_ns, kept[0].st_mtime_ns))  # As from a backup.
    assert folder.desk.run().sources[1].restored == 1
    assert folder.titles() == {"Note that stays", "Note that goes"}


def test_a_renamed_file_with_the_same_key_is_not_withdrawn(folder: Folder) -> None:
    before = folder.desk.files()
    (folder.inbox / "goes.txt").rename(folder.inbox / "elsewhere.txt")
    assert folder.withdrawn(2) == [0] * 2
    assert folder.desk.files() == before
    (folder.inbox / "elsewhere.txt").rename(folder.inbox / "goes.txt")
    assert folder.withdrawn(2) == [0] * 2
    assert folder.desk.files() == before


def test_a_file_that_was_renamed_and_then_deleted_is_withdrawn(folder: Folder) -> None:
    (folder.inbox / "goes.txt").rename(folder.inbox / "elsewhere.txt")
    folder.withdrawn(1)
    (folder.inbox / "elsewhere.txt").unlink()
    assert folder.withdrawn(2) == [0, 1]


def test_a_renamed_file_without_a_key_is_another_release(folder: Folder) -> None:
    place = folder.inbox / "plain.txt"
    place.write_text("Plain note\n\nIts text.\n", "utf-8")
    folder.withdrawn(1)
    place.rename(folder.inbox / "other.txt")
    assert folder.withdrawn(2) == [0, 1]
    titles = [one.title for one in folder.desk.shown("all/en.json") if "lain note" in one.title]
    assert sorted(titles) == ["Plain note", "Withdrawn: Plain note"]


def test_a_file_that_broke_and_was_then_deleted_is_withdrawn(folder: Folder) -> None:
    place = folder.inbox / "goes.txt"
    place.write_bytes(b"\xff\xfe\xff")
    assert folder.desk.run().exit_code == 1
    place.unlink()
    assert folder.withdrawn(2) == [0, 1]
    assert folder.titles() == {"Note that stays", "Withdrawn: Note that goes"}


def test_a_file_in_place_of_one_that_is_withdrawn_brings_it_back_corrected(folder: Folder) -> None:
    (folder.inbox / "goes.txt").unlink()
    folder.withdrawn(2)
    folder.write("again", key="goes").write_text(
        "+++\nkey = 'goes'\n+++\nNote that goes\n\nAnother text.\n", encoding="utf-8"
    )
    assert folder.desk.run().sources[1].restored == 1
    (text,) = [one.text for one in folder.desk.shown("all/en.json") if one.title == "Note that goes"]
    assert "Another text." in text
    assert "had been withdrawn" in text
    assert folder.withdrawn(3) == [0] * 3


def test_notes_of_both_kinds_of_source_are_withdrawn_apart(folder: Folder) -> None:
    folder.desk.site.publish(replace(POOL, key="P2026112000209", counterpart=""))
    folder.desk.run()
    (folder.inbox / "goes.txt").unlink()
    folder.desk.site.withdraw("P2026112000209")
    reports = [folder.desk.run() for _ in range(2)]
    assert [[one.withdrawn for one in report.sources] for report in reports] == [[0, 0], [1, 1]]
