"""Pages of releases kept on disk: as they were given, whole or not at all, and never in anybody's way."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from feedpub.collect.base import Surroundings
from feedpub.collect.http import Client
from feedpub.collect.keptpages import Kept, KeptPages, Use
from feedpub.collect.pacer import Pacer
from feedpub.configtables import HttpTable
from feedpub.errors import ConfigError, FetchError, ReleaseError, TemporaryError
from feedpub.model import Validators
from tests.loopback import Loopback, answer, page, redirect, validated

ADDRESS = "https://news.example/2026/11/harbour.htm"
PAGE = Kept(
    asked=ADDRESS,
    url=ADDRESS + "?moved",
    body="<p>海港\n</p>".encode("big5"),
    charset="big5",
    validators=Validators(etag='W/"é"', last_modified="Fri, 20 Nov 2026 04:00:00 GMT"),
)


@pytest.fixture
def pages(tmp_path: Path) -> KeptPages:
    return KeptPages(tmp_path / "kept")


def files(pages: KeptPages) -> list[Path]:
    return [place for place in pages.folder.rglob("*") if place.is_file()]


def test_a_page_comes_back_as_it_was_given(pages: KeptPages) -> None:
    pages.keep(PAGE)

    assert pages.find(ADDRESS) == PAGE
    assert pages.find(ADDRESS + "#") is None
    (place,) = files(pages)
    raw = zstandard.ZstdDecompressor().decompress(place.read_bytes())
    assert raw.partition(b"\n")[2] == PAGE.body
    assert zstandard.get_frame_parameters(place.read_bytes()).has_checksum


@given(st.binary(max_size=300), st.text(max_size=20), st.text(max_size=20))
def test_any_bytes_come_back(tmp_path_factory: pytest.TempPathFactory, body: bytes, address: str, etag: str) -> None:
    pages = KeptPages(tmp_path_factory.getbasetemp() / "any")
    kept = Kept(asked=address, url=address, body=body, validators=Validators(etag=etag))
    pages.keep(kept)

    assert pages.find(address) == kept


def test_the_newest_is_kept(pages: KeptPages) -> None:
    pages.keep(PAGE)
    newer = msgspec.structs.replace(PAGE, body=b"newer")
    pages.keep(newer)

    assert pages.find(ADDRESS) == newer
    assert len(files(pages)) == 1


def test_a_page_that_is_damaged_anywhere_is_none(pages: KeptPages) -> None:
    pages.keep(PAGE)
    (place,) = files(pages)
    good = place.read_bytes()
    for at in range(len(good)):
        for bad in (good[:at], good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :]):
            place.write_bytes(bad)
            # The frame's own header has bits that mean nothing.
            assert pages.find(ADDRESS) in (None, PAGE), at


@pytest.mark.parametrize("raw", [b"", b"no JSON\nbody", b"{}\nbody", b"[1]", b"\xff\n"])
def test_a_file_that_is_no_kept_page_is_none(pages: KeptPages, raw: bytes) -> None:
    pages.keep(PAGE)
    (place,) = files(pages)
    place.write_bytes(zstandard.ZstdCompressor().compress(raw))

    assert pages.find(ADDRESS) is None


def test_a_page_of_another_address_is_none(pages: KeptPages) -> None:
    pages.keep(PAGE)
    (place,) = files(pages)
    other = hashlib.sha256(b"https://news.example/").hexdigest()[:40]
    wrong = pages.folder / other[:2] / place.with_stem(other).name
    wrong.parent.mkdir(exist_ok=True)
    place.rename(wrong)

    assert pages.find("https://news.example/") is None


def test_a_page_that_says_it_is_huge_is_none(pages: KeptPages) -> None:
    pages.keep(PAGE)
    (place,) = files(pages)
    # RFC 8878, 3.1.1.1: single segment, content size of 8 bytes.
    place.write_bytes(b"\x28\xb5\x2f\xfd\xe0" + (1 << 62).to_bytes(8, "little") + b"\x01\x00\x00")

    assert pages.find(ADDRESS) is None


def test_a_kill_while_writing_leaves_the_page_before(pages: KeptPages, monkeypatch: pytest.MonkeyPatch) -> None:
    pages.keep(PAGE)

    def killed(self: Path, _: object) -> Path:
        raise KeyboardInterrupt(self)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        pages.keep(msgspec.structs.replace(PAGE, body=b"newer"))

    assert pages.find(ADDRESS) == PAGE


def test_a_folder_that_cannot_be_written_costs_the_pages_only(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file", "utf-8")
    pages = KeptPages(tmp_path / "kept")

    pages.keep(PAGE)
    pages.keep(PAGE)

    assert pages.find(ADDRESS) is None
    said = pages.trouble()
    assert said.startswith(f"pages are not kept: {tmp_path / 'kept'}")
    assert said.endswith("; look at [collect] keep_pages")
    pages.keep(PAGE)
    assert pages.trouble() == ""  # once is enough
    with pytest.raises(ConfigError, match=r"^\[collect\] keep_pages: .*kept: pages cannot be kept there: "):
        pages.check()


def test_check_leaves_nothing_behind(pages: KeptPages) -> None:
    pages.check()

    assert not files(pages)


def test_without_zstandard_the_error_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)

    with pytest.raises(ConfigError, match=r'keep_pages needs the zstandard package: pip install "feedpub\[zstd\]"'):
        KeptPages(tmp_path)


# With a client


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


def client(server: Loopback, pages: KeptPages, use: Use = Use.FILL) -> Client:
    around = Surroundings(
        now=datetime(2026, 11, 20, tzinfo=UTC),
        http=HttpTable(attempts=1),
        user_agent="feedpub",
        languages=("en",),
        pacer=Pacer(),
        pages=KeptPages(pages.folder, use),
    )
    return Client(server.url, around, allow_private=True)


def read(http: Client, address: str, known: Validators | None = None, *, release: bool = True) -> bytes:
    with http, http.page(address, max_bytes=1_000, known=known) as reply:
        if not release:
            raise ReleaseError("is none")
        return reply.body


def test_what_is_read_is_kept_and_need_not_be_asked_for(server: Loopback, pages: KeptPages) -> None:
    server.routes["/old"] = redirect("/new")
    server.routes["/new"] = page("海港".encode("big5"), "text/html; charset=big5")
    address = server.address("/old")
    read(client(server, pages), address)

    kept = pages.find(address)
    assert kept is not None
    assert (kept.url, kept.body, kept.charset) == (server.address("/new"), "海港".encode("big5"), "big5")
    server.requests.clear()
    for use in (Use.PREFER, Use.ONLY):
        assert read(client(server, pages, use), address) == kept.body
    assert not server.requests


def test_a_page_that_did_not_change_stays(server: Loopback, pages: KeptPages) -> None:
    server.routes["/page"] = validated(b"text", etag='"1"')
    known = Validators(etag='"1"')
    address = server.address("/page")

    # It is not kept yet: it is asked for whole.
    assert read(client(server, pages), address, known) == b"text"
    assert read(client(server, pages), address, known) == b""
    found = pages.find(address)
    assert found is not None
    assert found.body == b"text"


def test_an_error_page_does_not_take_the_place_of_a_release(server: Loopback, pages: KeptPages) -> None:
    address = server.address("/page")
    server.routes["/page"] = page("Maintenance.")
    for _ in range(2):
        with pytest.raises(ReleaseError):
            read(client(server, pages), address, release=False)
        # Where there is nothing else it is kept: a better reader may find a release in it.
        found = pages.find(address)
        assert found is not None
        assert found.body == b"Maintenance."

    server.routes["/page"] = page("A release.")
    read(client(server, pages), address)
    server.routes["/page"] = page("Maintenance.")
    with pytest.raises(ReleaseError):
        read(client(server, pages), address, release=False)

    found = pages.find(address)
    assert found is not None
    assert found.body == b"A release."


def test_what_fails_is_not_kept(server: Loopback, pages: KeptPages) -> None:
    server.routes["/page"] = answer(b"busy", status=503)

    with pytest.raises(TemporaryError):
        read(client(server, pages), server.address("/page"))

    assert not files(pages)


def test_a_run_that_reads_kept_pages_only_asks_nothing(server: Loopback, pages: KeptPages) -> None:
    only = client(server, pages, Use.ONLY)
    with pytest.raises(FetchError, match=r"/page: was not kept$"):
        read(only, server.address("/page"))
    with pytest.raises(FetchError, match="only pages that were kept are read"):
        only.get(server.address("/feed"), max_bytes=1_000)

    assert not server.requests


def test_a_page_that_is_damaged_is_fetched_again(server: Loopback, pages: KeptPages) -> None:
    server.routes["/page"] = page("text")
    read(client(server, pages), server.address("/page"))
    (place,) = files(pages)
    place.write_bytes(place.read_bytes()[:-3])

    assert read(client(server, pages, Use.PREFER), server.address("/page")) == b"text"
    assert len(server.requests) == 2
    assert pages.find(server.address("/page")) is not None
