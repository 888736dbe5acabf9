"""What the server says of itself: /healthz and /metrics."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from feedpub import config, health, job
from feedpub.collect.kinds import KINDS
from feedpub.config import Settings
from feedpub.health import Health
from feedpub.report import Fault
from feedpub.serving import own, server
from feedpub.serving.address import LOOPBACK, Address
from feedpub.store import faults
from feedpub.store.database import Store
from tests.deploy import site as sites
from tests.deploy.site import Answer, Site
from tests.serving.here import now, served, settings

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site that was published at noon."""
    folder = tmp_path_factory.mktemp("start")
    what = settings(folder, site="search = false")
    (folder / "inbox/2026-11-20-first.txt").write_text("The first title\n\nThe first text.\n", "utf-8")
    job.run(what, job.Run(now=NOON))
    return folder


@pytest.fixture
def published(start: Path, tmp_path: Path) -> Settings:
    """A site that was published at noon."""
    shutil.copytree(start, tmp_path, dirs_exist_ok=True)
    return settings(tmp_path, site="search = false")


@pytest.fixture
def briefly(monkeypatch: pytest.MonkeyPatch) -> float:
    """How many seconds an answer is kept; less than usual."""
    monkeypatch.setitem(own.KEPT, own.HEALTH, 0.3)
    return 0.3


@contextmanager
def at(what: Settings, moment: datetime, *, runs: bool = False) -> Iterator[Site]:
    """Serve a site as it is at a time."""
    with server.running(what, Address(LOOPBACK, 0), lambda: moment, runs=runs) as serving:
        yield Site(what.output, int(serving.address.split(":")[2].split("/")[0]))


def told(answer: Answer) -> Health:
    """What /healthz says; its headers are always the same."""
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Length"] == str(len(answer.body))
    data = json.loads(answer.body)
    return Health(
        status=data["status"],
        at=data.get("at", ""),
        why=data.get("why", ""),
        sources=tuple(health.Freshness(**one) for one in data.get("sources", ())),
    )


def begin(what: Settings, name: str) -> None:
    store = Store(what.store_url)
    with store.transaction() as connection:
        faults.begin(connection, "inbox", Fault(name, "at https://secret.example/?key=1"), NOON)
    store.close()


# /healthz


def test_while_all_is_fresh_it_is_200(published: Settings) -> None:
    with at(published, NOON) as one:
        answer = one.ask("/healthz")
    assert answer.status == 200
    assert told(answer) == Health(
        status="ok",
        at="2026-11-20T12:00:00Z",
        sources=(
            health.Freshness(
                id="inbox", fresh=True, last_success="2026-11-20T12:00:00Z", fresh_until="2026-11-20T13:41:00Z"
            ),
        ),
    )


def test_once_a_source_is_stale_it_is_503_and_says_which_and_why(published: Settings) -> None:
    with at(published, NOON + 2 * HOUR) as one:
        answer = one.ask("/healthz")
    assert (answer.status, told(answer).status) == (503, "stale")
    (source,) = told(answer).sources
    assert (source.id, source.fresh) == ("inbox", False)
    assert source.why == "no success since 2026-11-20T12:00:00Z, expected by 2026-11-20T13:41:00Z"


def test_a_fault_that_says_that_a_source_is_broken_is_503(published: Settings) -> None:
    begin(published, "empty")
    with at(published, NOON) as one:
        answer = one.ask("/healthz")
    assert (answer.status, told(answer).sources[0].why) == (503, "empty since 2026-11-20T12:00:00Z")
    assert b"secret" not in answer.body


def test_head_is_answered_without_a_body(published: Settings) -> None:
    for moment, status in ((NOON, 200), (NOON + 2 * HOUR, 503)):
        with at(published, moment) as one:
            answer = one.ask("/healthz", method="HEAD")
            assert (answer.status, answer.body, answer["Cache-Control"]) == (status, b"", "no-store")
            assert one.ask("/metrics", method="HEAD").body == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_there_is_only_reading(published: Settings, method: str) -> None:
    with at(published, NOON) as one:
        for path in ("/healthz", "/metrics"):
            assert one.ask(path, method=method).status == 405


def test_a_service_is_starting_until_its_first_run_has_ended(tmp_path: Path, briefly: float) -> None:
    what = settings(tmp_path, site="search = false")
    moment = [NOON]
    with server.running(what, Address(LOOPBACK, 0), lambda: moment[0], runs=True) as serving:
        one = Site(what.output, int(serving.address.split(":")[2].split("/")[0]))
        answer = one.ask("/healthz")
        assert (answer.status, told(answer).status, told(answer).why) == (503, "starting", "nothing was published yet")
        moment[0] = NOON + timedelta(minutes=10)
        time.sleep(briefly + 0.05)
        assert told(one.ask("/healthz")).status == "stale"
    with at(what, NOON) as one:
        assert told(one.ask("/healthz")).status == "stale"


def test_a_config_that_is_read_again_may_have_new_sources_to_wait_for(published: Settings) -> None:
    moment = [NOON]
    with server.running(published, Address(LOOPBACK, 0), lambda: moment[0], runs=True) as serving:
        one = Site(published.output, int(serving.address.split(":")[2].split("/")[0]))
        assert one.ask("/healthz").status == 200
        text = published.path.read_text("utf-8")
        published.path.write_text(text.replace('id = "inbox"', 'id = "other"'), "utf-8")
        moment[0] = NOON + HOUR
        serving.use(config.load(published.path, KINDS))
        answer = one.ask("/healthz")
        assert (told(answer).status, [source.id for source in told(answer).sources]) == ("starting", ["other"])


def test_live_says_only_that_the_server_answers(tmp_path: Path) -> None:
    what = settings(tmp_path)
    (tmp_path / "store.db").write_bytes(b"no database" * 1000)
    with served(what) as one:
        live, whole = one.ask("/healthz?live"), one.ask("/healthz")
        assert (live.status, told(live).status) == (200, "live")
        assert (whole.status, told(whole).why) == (503, "the store cannot be read")
        assert str(tmp_path).encode() not in whole.body


# /metrics


def test_metrics_are_read_from_the_store_when_somebody_asks(published: Settings) -> None:
    with at(published, NOON + HOUR) as one:
        answer = one.ask("/metrics")
    assert (answer.status, answer["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")
    found = {one.name: one.samples for one in text_string_to_metric_families(answer.body.decode())}
    assert found["feedpub_entries"][0].value == 1
    assert found["feedpub_last_run_timestamp_seconds"][0].value == NOON.timestamp()
    assert found["process_open_fds"][0].value > 0
    assert str(published.path.parent).encode() not in answer.body


def test_metrics_of_a_store_that_cannot_be_read_say_so(tmp_path: Path) -> None:
    what = settings(tmp_path)
    with served(what) as one:
        answer = one.ask("/metrics")
    assert answer.status == 200
    assert b"\nfeedpub_store_up 0.0\n" in answer.body
    assert not (tmp_path / "store.db").exists()


# The directory


def test_what_is_published_under_their_names_does_not_take_their_place(published: Settings) -> None:
    for name in ("healthz", "metrics"):
        sites.publish(published.output, name, b"published")
        sites.publish(published.output, f"{name}.html", b"published")
    with at(published, NOON) as one:
        for path in ("/healthz", "/%68ealthz", "/healthz?", "/healthz?x=1"):
            assert told(one.ask(path)).status == "ok"
        assert one.ask("/metrics").body.startswith(b"# HELP")
        assert one.ask("/healthz.html").body == b"published"


def test_below_the_path_of_the_sites_address_they_are_not(tmp_path: Path) -> None:
    what = settings(tmp_path, base_url="https://town.example/news/", site="search = false")
    job.run(what, job.Run(now=NOON))
    with at(what, NOON) as one:
        assert one.ask("/healthz").status == 200
        for path in ("/news/healthz", "/news/metrics", "/healthz/", "/x/healthz", "//healthz", "/healthz/x"):
            assert one.ask(path).status == 404, path


def test_a_site_whose_path_has_such_a_name_is_served_all_the_same(tmp_path: Path) -> None:
    what = settings(tmp_path, base_url="https://town.example/metrics/", site="search = false")
    job.run(what, job.Run(now=NOON))
    with at(what, NOON) as one:
        assert b"<html" in one.ask("/metrics/").body
        assert one.ask("/metrics").body.startswith(b"# HELP")


# What it costs


def counted(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object] = lambda: None) -> list[int]:
    """How often the store was looked at for /healthz; `do` is done each time."""
    found, look = list[int](), health.look

    def noted(*arguments: object) -> Health:
        found.append(len(found))
        do()
        return look(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(health, "look", noted)
    return found


def test_who_asks_often_or_with_others_gets_one_answer_for_a_while(
    published: Settings, monkeypatch: pytest.MonkeyPatch, briefly: float
) -> None:
    looks = counted(monkeypatch, lambda: time.sleep(0.2))
    with at(published, NOON) as one, ThreadPoolExecutor(20) as pool:
        assert {answer.status for answer in pool.map(lambda _: one.ask("/healthz"), range(60))} == {200}
        assert len(looks) == 1
        time.sleep(briefly + 0.05)
        one.ask("/healthz")
        assert len(looks) == 2


def test_a_store_that_does_not_answer_is_503_soon_and_keeps_nobody_else(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    looks = counted(monkeypatch, lambda: go_on.wait(20))
    monkeypatch.setattr(own, "_PATIENCE", 0.3)
    try:
        with at(published, NOON) as one, ThreadPoolExecutor(60) as pool:
            start = time.monotonic()
            # More than there are threads for files.
            waiting = [pool.submit(one.ask, "/healthz") for _ in range(60)]
            assert one.ask("/healthz?live").status == 200
            assert one.ask("/feeds/all/en.atom").status == 200
            answers = [each.result() for each in waiting]
            assert time.monotonic() - start < 5
            assert {(each.status, told(each).why) for each in answers} == {(503, "the store does not answer")}
            assert len(looks) == 1
            go_on.set()
            until = time.monotonic() + 5
            while one.ask("/healthz").status != 200:
                assert time.monotonic() < until
    finally:
        go_on.set()


def test_the_end_waits_for_no_store(published: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    counted(monkeypatch, lambda: go_on.wait(20))
    monkeypatch.setattr(own, "_PATIENCE", 0.1)
    try:
        with at(published, NOON) as one:
            assert one.ask("/healthz").status == 503
            start = time.monotonic()
        assert time.monotonic() - start < 2
    finally:
        go_on.set()


def test_a_fault_of_ours_is_503_and_says_no_more_than_its_kind(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("/srv/secret")

    counted(monkeypatch, broken)
    with at(published, NOON) as one:
        answer = one.ask("/healthz")
    assert (answer.status, told(answer).why) == (503, "a fault in feedpub, please report it: RuntimeError")


def test_the_clock_is_the_servers(published: Settings) -> None:
    with served(published, now) as one:
        assert told(one.ask("/healthz")).at[:10] == f"{datetime.now(UTC):%Y-%m-%d}"
