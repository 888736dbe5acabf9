"""Hubs (WebSub): where feeds name them, and what they are told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from feedpub import config, job
from feedpub.collect.kinds import KINDS
from feedpub.progress import NoBar
from feedpub.report import RunReport
from tests.loopback import Conversation, Loopback, Route, answer, silent
from tests.newssite import NewsSite, Paper
from tests.publisher import BASE, SUFFIXES, Publisher
from tests.test_cli import feedpub

ENGLISH = Paper("P2026112000101", "Pool closes")
CHINESE = Paper("P2026112000102", "渡輪停航", ("渡輪今日（十一月二十日）停航。",), "zh-Hant")
EDITIONS = ("en", "zh-Hant", "bilingual")
ACCEPTED = answer(status=204)
FAULTS = {"refused": answer(b"no", status=403), "broken": answer(b"", status=500), "too slow": silent()}


class Hub:
    """A hub on a server of its own."""

    def __init__(self, server: Loopback) -> None:
        self.server, self.url = server, server.address("/hub")
        self.accept()

    def accept(self) -> None:
        self.answer(ACCEPTED)

    def answer(self, route: Route) -> None:
        self.server.routes["/hub"] = route

    def told(self) -> list[str]:
        """The documents that it was told of since it was asked this, each in one request as hubs expect it."""
        found = []
        for request in self.server.requests:
            assert (request.method, request.path) == ("POST", "/hub")
            assert request.headers["content-type"] == "application/x-www-form-urlencoded"
            form = parse_qsl(request.body.decode(), strict_parsing=True)
            assert [name for name, _ in form] == ["hub.mode", "hub.url"]
            assert form[0][1] == "publish"
            found.append(form[1][1].removeprefix(f"{BASE}feeds/"))
        self.server.requests.clear()
        return sorted(found)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Loopback() as server:
        yield Hub(server)


@pytest.fixture
def desk(tmp_path: Path, hub: Hub) -> Iterator[Publisher]:
    """A site with a release in each language, and a hub; nothing is published yet."""
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(ENGLISH, CHINESE)
        desk = Publisher(site, tmp_path)
        use(desk, hub.url)
        yield desk


def use(desk: Publisher, *hubs: str, timeout: float = 10) -> None:
    listed = ", ".join(f'"{one}"' for one in hubs)
    desk.configure(tables=f"[websub]\nhubs = [{listed}]\ntimeout = {timeout}")


def documents(*editions: str, feed: str = "all") -> list[str]:
    return sorted(f"{feed}/{edition}{suffix}" for edition in editions for suffix in SUFFIXES)


# Where feeds name them


def test_every_subscription_document_names_the_hubs(desk: Publisher, hub: Hub) -> None:
    use(desk, hub.url, "https://hub.example/?a=1&b=2")
    hubs = [hub.url, "https://hub.example/?a=1&b=2"]
    desk.run()
    for edition in EDITIONS:
        parsed = desk.parsed(f"all/{edition}.atom").feed.links
        assert [link.href for link in parsed if link.rel == "hub"] == hubs
        links = desk.tree(f"all/{edition}.rss").findall("channel/{http://www.w3.org/2005/Atom}link")
        assert [link.get("href") for link in links if link.get("rel") == "hub"] == hubs
        assert desk.json(f"all/{edition}.json")["hubs"] == [{"type": "WebSub", "url": one} for one in hubs]


def test_archive_documents_and_lists_name_none(desk: Publisher, hub: Hub) -> None:
    desk.run()
    others = [*desk.place("all/archive").rglob("*.atom"), *desk.public.rglob("*.opml")]
    assert len(others) == 9
    assert not any(hub.url.encode() in place.read_bytes() for place in others)


def test_a_site_without_hubs_names_none_and_tells_nobody(desk: Publisher, hub: Hub) -> None:
    use(desk)
    report = desk.run()
    assert (report.hubs.told, report.hubs.failed, hub.told()) == (0, (), [])
    assert not any(b"hub" in desk.place(name).read_bytes() for name in documents("en"))
    assert "hubs" not in desk.json()


def test_a_hub_that_is_named_later_is_named_in_all_and_told_of_all(desk: Publisher, hub: Hub) -> None:
    use(desk)
    desk.run()
    use(desk, hub.url)
    desk.run()
    assert hub.told() == documents(*EDITIONS)
    assert all(hub.url.encode() in desk.place(name).read_bytes() for name in documents(*EDITIONS))


# What they are told


def test_a_hub_is_told_of_every_document_of_an_edition_that_changed_and_of_nothing_else(
    desk: Publisher, hub: Hub
) -> None:
    report = desk.run()
    assert hub.told() == documents(*EDITIONS)
    assert report.hubs.told == 9
    desk.site.edit(CHINESE.key, title="渡輪復航")
    desk.run()
    assert hub.told() == documents("zh-Hant", "bilingual")


def test_a_run_with_nothing_new_tells_nothing(desk: Publisher, hub: Hub) -> None:
    desk.run()
    hub.told()
    assert desk.runs(3).hubs.told == 0
    assert hub.told() == []


def test_a_document_is_told_of_after_it_is_published(desk: Publisher, hub: Hub) -> None:
    there = []

    def look(conversation: Conversation) -> None:
        there.append(desk.place("all/en.atom").exists() and desk.place("all/archive/en/2026-11.atom").exists())
        ACCEPTED(conversation)

    hub.answer(look)
    desk.run()
    assert there == [True] * 9


def test_every_hub_is_told(desk: Publisher, hub: Hub) -> None:
    with Loopback() as server:
        other = Hub(server)
        use(desk, hub.url, other.url)
        assert desk.run().hubs.told == 18
        assert hub.told() == other.told() == documents(*EDITIONS)


def test_stories_that_are_tagged_anew_are_told_of(desk: Publisher, hub: Hub, tmp_path: Path) -> None:
    desk.run()
    hub.told()
    (tmp_path / "taxonomy.toml").write_text(
        '[[topic]]\nid = "water"\nlabel = { en = "Water", zh-Hant = "水" }\nscope = "Water."\nlast = true\n'
        '[topic.terms.en]\nsure = ["pool"]\n[topic.terms.zh-Hant]\nsure = ["渡輪"]\n',
        "utf-8",
    )
    (tmp_path / "bodies.toml").write_text("", "utf-8")
    text = desk.config.read_text("utf-8")
    desk.config.write_text(text + '\n[topics]\ntaxonomy = "taxonomy.toml"\n', "utf-8")
    report = job.retag(config.load(desk.config, KINDS), desk.now, NoBar())
    assert report.hubs.told == sum(_is_subscription(one) for one in report.written)
    assert hub.told() == documents(*EDITIONS) + documents(*EDITIONS, feed="topics/water")


def _is_subscription(path: str) -> bool:
    return path.startswith("feeds/") and path.endswith(SUFFIXES) and "/archive/" not in path


# When one cannot be told


def _is_told_of_failures(report: RunReport, words: str) -> None:
    assert report.exit_code == 0, "subscribers who ask have all of it"
    assert report.hubs.told == 0
    assert report.hubs.failed
    assert all(words in problem.what for problem in report.hubs.failed), report.hubs.failed


@pytest.mark.parametrize(
    ("fault", "words"),
    [("refused", "HTTP 403"), ("broken", "HTTP 500"), ("too slow", "0.1 s")],
)
def test_a_hub_that_fails_is_told_next_time(fault: str, words: str, desk: Publisher, hub: Hub) -> None:
    hub.answer(FAULTS[fault])
    if fault == "too slow":
        use(desk, hub.url, timeout=0.1)
    _is_told_of_failures(desk.run(), words)
    _is_told_of_failures(desk.run(), words)
    use(desk, hub.url)
    hub.accept()
    hub.server.requests.clear()
    assert desk.run().hubs.told == 9
    assert hub.told() == documents(*EDITIONS)
    assert desk.run().hubs.told == 0


def test_a_hub_where_nothing_listens_fails_like_any_other(desk: Publisher) -> None:
    with Loopback() as server:
        port = server.port
    use(desk, f"http://127.0.0.1:{port}/hub")
    _is_told_of_failures(desk.run(), "refused")


def test_a_hub_that_fails_is_left_alone_for_the_rest_of_the_run(desk: Publisher, hub: Hub) -> None:
    hub.answer(FAULTS["broken"])
    assert len(desk.run().hubs.failed) == 3
    assert len(hub.told()) == 3


def test_a_hub_that_refuses_one_document_is_told_of_the_others(desk: Publisher, hub: Hub) -> None:
    def route(conversation: Conversation) -> None:
        body = conversation.request.body
        (FAULTS["refused"] if b"en.rss" in body else ACCEPTED)(conversation)

    hub.answer(route)
    report = desk.run()
    assert [problem.where for problem in report.hubs.failed] == [f"{BASE}feeds/all/en.rss"]
    assert report.hubs.told == 8
    hub.accept()
    hub.told()
    desk.run()
    assert hub.told() == ["all/en.rss"]


def test_what_changes_again_before_a_hub_could_be_told_is_told_once(desk: Publisher, hub: Hub) -> None:
    hub.answer(FAULTS["broken"])
    desk.run()
    desk.site.edit(ENGLISH.key, title="Pool opens")
    desk.run()
    hub.accept()
    hub.server.requests.clear()
    desk.run()
    assert hub.told() == documents(*EDITIONS)


def test_one_hub_that_fails_keeps_no_other_from_being_told(desk: Publisher, hub: Hub) -> None:
    with Loopback() as server:
        other = Hub(server)
        use(desk, hub.url, other.url)
        hub.answer(FAULTS["broken"])
        assert desk.run().hubs.told == 9
        assert other.told() == documents(*EDITIONS)
        hub.accept()
        hub.server.requests.clear()
        desk.run()
        assert (len(hub.told()), len(other.told())) == (9, 0)


def test_a_hub_that_is_no_longer_named_is_forgotten(desk: Publisher, hub: Hub) -> None:
    hub.answer(FAULTS["broken"])
    desk.run()
    use(desk)
    desk.run()
    hub.server.requests.clear()
    use(desk, hub.url)
    hub.accept()
    desk.run()
    assert hub.told() == documents(*EDITIONS), "each document names it again, and so changed"


def test_people_are_told_on_standard_error_and_the_exit_code_stays_0(desk: Publisher, hub: Hub) -> None:
    hub.answer(FAULTS["broken"])
    said = feedpub("publish", "-c", desk.config, "--now", desk.now.isoformat())
    assert said.code == 0
    assert f"hub not told: {BASE}feeds/all/en.atom: {hub.url}: HTTP 500 Internal Server Error" in said.err
    assert feedpub("publish", "-q", "-c", desk.config).err == "", "silent, for it is tried again"
    hub.accept()
    said = feedpub("publish", "-c", desk.config)
    assert "hubs: told of 9 documents" in said.err
    assert "not told" not in said.err


def test_offline_runs_tell_nobody_and_keep_it(desk: Publisher, hub: Hub) -> None:
    use(desk)
    desk.run()
    use(desk, hub.url)
    report = desk.run(offline=True)
    assert len(report.written) == 9
    assert (report.hubs.told, report.hubs.failed, hub.told()) == (0, (), [])
    assert desk.run().hubs.told == 9
    assert hub.told() == documents(*EDITIONS)
