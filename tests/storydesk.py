"""A site whose stories' pages are looked at: a few releases, and what their pages have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lxml import html

from tests.loopback import Loopback
from tests.newssite import HKT, NewsSite, Paper
from tests.publisher import Publisher, Start
from tests.site import htmlcheck

FERRY = Paper(
    "P2026112000101",
    "Ferry timetable (with photos)",
    ("Ferries sail every hour from the north pier.", "Fares stay as they are.", "Enquiries may be made at the pier."),
    issued=datetime(2026, 11, 20, 8, 0, tzinfo=HKT),
    photos=("https://photos.example/e_photo_1.jpg",),
    attachments=("https://files.example/timetable.pdf",),
    counterpart="P2026112000102",
)
CHINESE = Paper(
    "P2026112000102",
    "渡輪時間表（附圖）",
    ("渡輪由北碼頭每小時開出。", "收費維持不變。", "如有查詢，請往碼頭。"),
    "zh-Hant",
    datetime(2026, 11, 20, 8, 10, tzinfo=HKT),
    photos=("https://photos.example/c_photo_1.jpg",),
    counterpart="P2026112000101",
)
POOL = Paper("P2026112000201", "Pool closes", ("The pool closes at noon.",))
# The lists go back further than what is withdrawn.
OLD = Paper(
    "P2026112000001",
    "Bridge opens",
    ("The bridge is open.",),
    issued=FERRY.issued - timedelta(hours=1),
    counterpart="P2026112000002",
)
CHINESE_OLD = Paper(
    "P2026112000002",
    "橋樑啟用",
    ("橋樑已啟用。",),
    "zh-Hant",
    FERRY.issued - timedelta(hours=1),
    counterpart="P2026112000001",
)
MUSEUM = replace(FERRY, counterpart="", title="Museum", paragraphs=("A museum opens on the hill with 1,234 exhibits.",))
BEACH = replace(CHINESE, counterpart="", title="泳灘", paragraphs=("泳灘水質報告，共56個樣本。",))
SIMPLIFIED = ("en", "zh-Hant", "zh-Hans")
DERIVE = 'derive = { zh-Hans = "zh-Hant" }'
RECHECK = 'recheck = "30d"'


@contextmanager
def begun(folder: Path) -> Iterator[Start[Publisher]]:
    """A site with two stories in both languages and one in English, published at 13:00."""
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(OLD, CHINESE_OLD, FERRY, CHINESE, POOL)
        desk = Publisher(site, folder)
        desk.configure(source=RECHECK)
        assert desk.run().exit_code == 0
        yield Start(desk)


def path_of(desk: Publisher, key: str, language: str = "en") -> str:
    """Where the page of the story is that a release founded."""
    (found,) = (desk.public / language).glob(f"stories/*/*/{key.lower()}-*.html")
    return str(found.relative_to(desk.public))


def page(desk: Publisher, key: str, language: str = "en") -> Any:
    """The page of a story as a browser has it; nothing may be wrong with it."""
    body = (desk.public / path_of(desk, key, language)).read_bytes()
    assert htmlcheck.faults(body) == []
    return html.fromstring(body.decode())


def said(tree: Any) -> str:
    return " ".join(str(tree.xpath("string(//main)")).split())


def sections(tree: Any) -> list[str]:
    return [str(one) for one in tree.xpath("//section[starts-with(@class, 'version')]/@lang")]


def of_stories(paths: tuple[str, ...]) -> set[str]:
    """The pages of stories among what a run wrote: "en/p2026112000101"."""
    return {
        f"{path.partition('/')[0]}/{path.rpartition('/')[2].partition('-')[0]}"
        for path in paths
        if "/stories/" in path and "-" in path.rpartition("/")[2]
    }


def files(desk: Publisher) -> dict[str, int]:
    """The pages of stories, and when each was written."""
    found = desk.public.glob("*/stories/*/*/*-*.html")
    return {str(place.relative_to(desk.public)): place.stat().st_mtime_ns for place in found}


FERRY_PAGES = {"en/p2026112000101", "zh-Hant/p2026112000101"}
POOL_PAGES = {"en/p2026112000201", "zh-Hant/p2026112000201"}
OLD_PAGES = {"en/p2026112000001", "zh-Hant/p2026112000001"}
ALL_PAGES = FERRY_PAGES | POOL_PAGES | OLD_PAGES


def corrected(desk: Publisher) -> set[str]:
    """Run until a release was looked at again and found changed; gives the stories' pages that this run wrote."""
    for _ in range(8):
        report = desk.run()
        if report.sources[0].changed:
            return of_stories(report.written)
    raise AssertionError("not looked at again")
