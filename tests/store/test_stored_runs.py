from __future__ import annotations

from sqlalchemy import Connection, text

from feedpub.store import published
from feedpub.store.published import Published, SourceState

# Runs


def test_the_first_run_is_number_one_and_the_next_counts_on(connection: Connection) -> None:
    assert published.next_run(connection) == 1
    published.record_run(connection, 1, "2026-11-23T00:00:00Z", "{}")
    assert published.next_run(connection) == 2


def test_before_the_first_run_there_is_no_report(connection: Connection) -> None:
    assert published.last_report(connection) is None


def test_the_last_report_is_that_of_the_last_run(connection: Connection) -> None:
    for number in (1, 2, 3):
        published.record_run(connection, number, "2026-11-23T00:00:00Z", f'{{"run": {number}}}')
    assert published.last_report(connection) == '{"run": 3}'


def test_the_last_hundred_runs_are_kept(connection: Connection) -> None:
    for number in range(1, 131):
        published.record_run(connection, number, "2026-11-23T00:00:00Z", "{}")
    kept = [number for (number,) in connection.execute(text("SELECT id FROM run ORDER BY id"))]
    assert kept == list(range(31, 131))
    assert published.next_run(connection) == 131


# Sources


def test_a_source_that_went_well_has_its_last_success(connection: Connection) -> None:
    published.record_source(connection, "hksar", "10:00", "")
    assert published.source_states(connection) == {"hksar": SourceState(last_run="10:00", last_success="10:00")}


def test_a_source_that_fails_keeps_the_time_of_its_last_success(connection: Connection) -> None:
    published.record_source(connection, "hksar", "10:00", "")
    published.record_source(connection, "hksar", "10:10", "HTTP 500")
    assert published.source_states(connection)["hksar"] == SourceState(
        last_run="10:10", last_success="10:00", problem="HTTP 500"
    )


def test_a_source_that_never_went_well_has_no_last_success(connection: Connection) -> None:
    published.record_source(connection, "hksar", "10:00", "HTTP 500")
    published.record_source(connection, "hksar", "10:10", "HTTP 502")
    assert published.source_states(connection)["hksar"] == SourceState(last_run="10:10", problem="HTTP 502")


def test_a_source_that_recovers_has_no_problem(connection: Connection) -> None:
    published.record_source(connection, "hksar", "10:00", "HTTP 500")
    published.record_source(connection, "hksar", "10:10", "")
    assert published.source_states(connection)["hksar"] == SourceState(last_run="10:10", last_success="10:10")


def test_sources_are_apart(connection: Connection) -> None:
    published.record_source(connection, "hksar", "10:00", "HTTP 500")
    published.record_source(connection, "inbox", "10:00", "")
    assert [state.problem for _, state in sorted(published.source_states(connection).items())] == ["HTTP 500", ""]


# Documents


def test_a_document_is_known_as_it_was_published_last(connection: Connection) -> None:
    first, second = Published("aa", 1, "x"), Published("bb", 5_000_000_000, "y")
    published.record(connection, "feeds/all/en.atom", "application/atom+xml", first)
    published.record(connection, "feeds/all/en.atom", "application/atom+xml", second)
    assert published.all_documents(connection, "feeds/") == {"feeds/all/en.atom": second}


def test_documents_are_found_by_the_start_of_their_path_taken_literally(connection: Connection) -> None:
    for path in ("feeds/a_b/en.atom", "feeds/axb/en.atom", "feeds/a%/en.atom", "other/feeds/en.atom"):
        published.record(connection, path, "x/y", Published("aa", 1, "x"))
    assert set(published.all_documents(connection, "feeds/a_")) == {"feeds/a_b/en.atom"}
    assert set(published.all_documents(connection, "feeds/a%")) == {"feeds/a%/en.atom"}
