"""The output directory over HTTP: what there is, what there is not, and parts of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import html5lib
import httpx
import pytest

from feedpub import sitewide
from feedpub.serving import server
from feedpub.serving.address import LOOPBACK, Address
from feedpub.site import missing
from tests.deploy import site as sites
from tests.deploy.site import Site, body
from tests.deploy.statements import POLICY
from tests.serving.here import now, served, settings

ATOM = "feeds/all/en.atom"
OF_OTHERS = ("/embed/", "/search/", "/status.html")
"""Pages that this part of the site only leads to."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    what = settings(tmp_path_factory.mktemp("served"))
    sites.make(what.output)
    with served(what) as one:
        yield one


# A browser's client, with a connection that is kept


def test_a_client_reads_pages_and_feeds_over_one_connection(site: Site) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{site.port}/") as client:
        first = client.get("en/")
        again = client.get("en/", headers={"If-None-Match": first.headers["ETag"]})
        feed = client.get(ATOM)
        told = client.head(ATOM)
        moved = client.get("topics/health?from=mail")
        lost = client.get("topics/none")
    assert (first.status_code, first.encoding, first.content) == (200, "utf-8", body("en/index.html"))
    assert (again.status_code, again.content) == (304, b"")
    assert "content-type" not in again.headers
    assert (feed.headers["Content-Encoding"], feed.content) == ("br", body(ATOM))
    assert (told.headers["Content-Length"], told.content) == (feed.headers["Content-Length"], b"")
    assert (moved.status_code, moved.headers["Location"]) == (308, "/topics/health/?from=mail")
    assert lost.status_code == 404


def test_a_query_changes_nothing(site: Site) -> None:
    assert site.ask(f"/{ATOM}?utm_source=mail&x=%2e%2e").body == body(ATOM)


def test_the_whole_address_may_be_asked_for_as_proxies_do(site: Site) -> None:
    assert site.ask(f"http://news.example.hk/{ATOM}").body == body(ATOM)
    assert site.ask("http://news.example.hk").body == body("index.html")


def test_a_name_that_is_not_ascii_is_found_as_browsers_send_it(site: Site) -> None:
    sites.publish(site.root, "en/新聞.html")
    assert site.ask("/en/%E6%96%B0%E8%81%9E.html").body == body("en/新聞.html")


# Nothing else is there


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/en/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/.%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/%252e%252e/secret.txt",
        "/%252e%252e%252fsecret.txt",
        "/en/..%5c..%5csecret.txt",
        "/..;/secret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/%uff0e%uff0e/secret.txt",
        "/en/index.html%00.txt",
        "/%00",
        "/en/index.html/",
        "/en//index.html",
        "//en/index.html",
        "/./en/index.html",
        "/en/./index.html",
        "/en%2findex.html",
        "/%2fetc/passwd",
        "//etc/passwd",
        "/%2e/index.html",
        "/feeds/all/.en.atom.feedpub-tmp",
        "/feeds/all/%2een.atom.feedpub-tmp",
        "/.well-known/.hidden",
        "/.well-known",
        f"/{ATOM}.gz",
        f"/{ATOM}.br",
        f"/{ATOM}%2egz",
        "/en/index.html.br/",
        "/" + "a/" * 2000,
        "/" + "a" * 5000,
        "/%ff",
        "/%",
        "/%zz",
    ],
)
def test_nothing_is_found_at_a_crooked_path(site: Site, path: str) -> None:
    (site.root.parent / "secret.txt").write_bytes(b"secret")
    answer = site.ask(path)
    assert answer.status == 404
    assert answer["Location"] is None
    assert b"Nothing is at this address" in answer.body


def test_a_link_to_elsewhere_is_not_followed_and_one_within_is(tmp_path: Path) -> None:
    what = settings(tmp_path)
    sites.make(what.output)
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/index.html").write_bytes(b"secret")
    links = {
        "file.txt": tmp_path / "secret.txt",
        "relative.txt": Path("../secret.txt"),
        "folder": tmp_path / "secrets",
        "loop.txt": Path("loop.txt"),
        "none.txt": Path("none-at-all.txt"),
        "hidden.txt": Path("feeds/all/.en.atom.feedpub-tmp"),
        "here.html": Path("en/index.html"),
        "up.html": Path("../public/en/index.html"),
    }
    for name, target in links.items():
        (what.output / name).symlink_to(target)
    os.mkfifo(what.output / "pipe.html")
    (what.output / "closed.html").write_bytes(b"closed")
    (what.output / "closed.html").chmod(0)
    with served(what) as one:
        found = {name: one.ask(f"/{name}").status for name in (*links, "folder/", "pipe.html")}
        assert one.ask("/folder/index.html").status == 404
        assert os.geteuid() == 0 or one.ask("/closed.html").status == 404
    assert {name for name, status in found.items() if status == 200} == {"here.html", "up.html"}
    assert {status for status in found.values() if status != 200} == {404}


def test_what_leads_to_a_folder_leads_nowhere_else(tmp_path: Path) -> None:
    what = settings(tmp_path)
    for name in ("\\other.example", "a?b", "a b", "新聞", "http:"):
        sites.publish(what.output, f"{name}/index.html")
    with served(what) as one:
        asked = {
            path: one.ask(path) for path in ("/%5Cother.example", "/a%3Fb", "/a%20b", "/%E6%96%B0%E8%81%9E", "/http:")
        }
        for path, answer in asked.items():
            assert (answer.status, answer["Location"]) == (308, f"{path.replace(':', '%3A')}/")
        for path in ("//other.example", "/\\other.example/", "//other.example/..", "/%2fother.example", "///"):
            answer = one.ask(path)
            assert (answer["Location"] or "/x")[1] not in ("/", "\\")


# Where there is nothing


@pytest.mark.parametrize(
    ("accepted", "language", "said"),
    [
        (None, "en", "Nothing is at this address"),
        ("zh-HK,zh;q=0.9,en;q=0.8", "zh-Hant", "找不到這個網頁"),
        ("de-DE, en;q=0.5", "en", "Nothing is at this address"),
        ("fr, zh-CN;q=0.5", "zh-Hant", "找不到這個網頁"),
    ],
)
def test_that_there_is_nothing_is_said_in_the_visitors_language(
    site: Site, accepted: str | None, language: str, said: str
) -> None:
    answer = site.ask("/en/none", {"Accept-Language": accepted} if accepted else {})
    text = answer.body.decode()
    assert (answer.status, answer["Content-Language"], answer["Vary"]) == (404, language, "Accept-Language")
    assert f'<html lang="{language}">' in text
    assert f"<h1>{said}</h1>" in text


@pytest.mark.parametrize("base_url", ["http://127.0.0.1/", "https://town.example/news/", "https://town.example/a/b/"])
def test_the_page_for_nothing_is_valid_and_leads_to_what_there_is(base_url: str, tmp_path: Path) -> None:
    what = settings(tmp_path, base_url=base_url)
    common = sitewide.site(what)
    own = [common.style.partition("?")[0], common.script.partition("?")[0], "assets/icon.svg"]
    pages = [f"{tag}/{name}" for tag in what.languages for name in ("index.html", "feeds/index.html")]
    for path in (*own, *pages):
        sites.publish(what.output, path)
    page = missing.page(common, what.languages)
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page.body.decode())
    assert [one.text for one in tree.iter() if one.tag in ("h1", "h2")] == [
        "Nothing is at this address",
        "找不到這個網頁",
    ]
    assert [one.get("lang") for one in tree.iter("section")] == ["en", "zh-Hant"]
    found = {one.get("href") or one.get("src") for one in tree.iter() if one.tag in ("a", "link", "script")}
    ours = {one for one in found if one and one.startswith("/") and not one.endswith(OF_OTHERS)}
    assert len(ours) >= 7
    with served(what) as one:
        assert {address: one.ask(address).status for address in ours} == dict.fromkeys(ours, 200)


# Below the path of the site's address


def test_below_the_path_of_its_address_everything_is_there_as_well(tmp_path: Path) -> None:
    what = settings(tmp_path, base_url="https://town.example/news/latest/")
    sites.make(what.output)
    with server.running(what, Address(LOOPBACK, 0), now) as serving:
        address = serving.address
        assert address.endswith("/news/latest/")
        one = Site(what.output, int(address.split(":")[2].split("/")[0]))
        for path in ("/", "/en/", f"/{ATOM}", "/status.json"):
            below = one.ask(f"/news/latest{path}")
            assert (below.status, below.body) == (200, one.ask(path).body)
            for name in ("Content-Type", "Cache-Control", "Access-Control-Allow-Origin", "Content-Security-Policy"):
                assert below[name] == one.ask(path)[name]
        assert one.ask("/news/latest")["Location"] == "/news/latest/"
        assert one.ask("/news/latest/en")["Location"] == "/news/latest/en/"
        assert one.ask("/news/latest/feeds/none.atom")["Access-Control-Allow-Origin"] == "*"
        assert one.ask("/news/").status == 404


def test_a_folder_with_the_name_of_that_path_is_still_there(tmp_path: Path) -> None:
    what = settings(tmp_path, base_url="https://town.example/en/")
    sites.make(what.output)
    with served(what) as one:
        assert one.ask("/en/").body == body("index.html")
        assert one.ask("/en/en/").body == body("en/index.html")
        assert one.ask("/en/search/").body == body("en/search/index.html")


# Before anything was published


def test_what_is_published_later_is_served_then(tmp_path: Path) -> None:
    what = settings(tmp_path)
    with served(what) as one:
        assert one.ask("/").status == 404
        sites.make(what.output)
        assert one.ask("/").body == body("index.html")


# Parts


def test_a_part_is_sent_and_says_which(site: Site) -> None:
    all_of_it = site.ask(f"/{ATOM}")
    size = len(all_of_it.body)
    for asked, start, end in (("0-9", 0, 10), ("100-", 100, size), ("-7", size - 7, size), (f"5-{size * 9}", 5, size)):
        answer = site.ask(f"/{ATOM}", {"Range": f"bytes={asked}"})
        assert (answer.status, answer.body) == (206, all_of_it.body[start:end])
        assert answer["Content-Range"] == f"bytes {start}-{end - 1}/{size}"
        assert answer["Content-Length"] == str(end - start)
        assert (answer["ETag"], answer["Content-Type"]) == (all_of_it["ETag"], all_of_it["Content-Type"])


def test_a_part_is_one_of_the_file_that_is_sent(site: Site) -> None:
    packed = (site.root / f"{ATOM}.gz").read_bytes()
    answer = site.ask(f"/{ATOM}", {"Range": "bytes=3-12", "Accept-Encoding": "gzip"})
    assert (answer.status, answer["Content-Encoding"], answer.body) == (206, "gzip", packed[3:13])
    assert answer["Content-Range"] == f"bytes 3-12/{len(packed)}"


@pytest.mark.parametrize("asked", ["bytes=0-4,6-9", "bytes=9-1", "bytes=x", "lines=0-9"])
def test_who_asks_for_several_parts_or_for_none_gets_all(site: Site, asked: str) -> None:
    answer = site.ask(f"/{ATOM}", {"Range": asked})
    assert (answer.status, answer["Accept-Ranges"], answer.body) == (200, "bytes", body(ATOM))


@pytest.mark.parametrize("asked", ["bytes=100000-", "bytes=-0"])
def test_a_part_that_there_is_not_is_told_with_the_size(site: Site, asked: str) -> None:
    answer = site.ask(f"/{ATOM}", {"Range": asked})
    assert (answer.status, answer["Content-Range"], answer.body) == (416, f"bytes */{len(body(ATOM))}", b"")
    assert answer["Cache-Control"] is None


def test_the_rest_of_another_version_is_not_sent(site: Site) -> None:
    first = site.ask(f"/{ATOM}")
    for known, status in (
        (first["ETag"], 206),
        ('"other"', 200),
        (first["Last-Modified"], 200),
        (f"W/{first['ETag']}", 200),
    ):
        assert site.ask(f"/{ATOM}", {"Range": "bytes=5-", "If-Range": str(known)}).status == status


def test_head_is_of_the_whole_whatever_part_is_asked_for(site: Site) -> None:
    answer = site.ask(f"/{ATOM}", {"Range": "bytes=0-4"}, "HEAD")
    assert (answer.status, answer["Content-Length"]) == (200, str(len(body(ATOM))))


def test_a_condition_that_fails_is_told_without_the_document(site: Site) -> None:
    answer = site.ask(f"/{ATOM}", {"If-Match": '"old"'})
    assert (answer.status, answer.body, answer["Cache-Control"]) == (412, b"", None)
    assert (
        site.ask(f"/{ATOM}", {"If-None-Match": str(site.ask(f"/{ATOM}")["ETag"]), "Range": "bytes=0-4"}).status == 304
    )


# Encodings


def test_a_compressed_file_of_another_version_is_not_sent(tmp_path: Path) -> None:
    what = settings(tmp_path)
    sites.publish(what.output, ATOM, b"old" * 50)
    packed = (what.output / f"{ATOM}.gz").read_bytes()
    sites.publish(what.output, ATOM, b"new" * 50)
    (what.output / f"{ATOM}.br").unlink()
    (what.output / f"{ATOM}.gz").write_bytes(packed)
    with served(what) as one:
        answer = one.ask(f"/{ATOM}", {"Accept-Encoding": "gzip, br"})
    assert (answer["Content-Encoding"], answer["Vary"], answer.body) == (None, "Accept-Encoding", b"new" * 50)


def test_two_versions_of_one_size_have_two_tags_even_where_the_clock_stands_still(tmp_path: Path) -> None:
    what = settings(tmp_path)
    place, tags = what.output / ATOM, set()
    with served(what) as one:
        for content in (b"one", b"two"):
            sites.publish(what.output, ATOM, content)
            os.utime(place, ns=(0, 0))
            tags.add(one.ask(f"/{ATOM}")["ETag"])
    assert len(tags) == 2


def test_an_empty_document_is_a_document(site: Site) -> None:
    (site.root / "en/empty.inc").write_bytes(b"")
    answer = site.ask("/en/empty.inc", {"Range": "bytes=0-"})
    assert answer.status == 416
    answer = site.ask("/en/empty.inc")
    assert (answer.status, answer["Content-Length"], answer.body) == (200, "0", b"")


# Pages


def test_pages_show_pictures_of_other_hosts_where_the_config_says_so(tmp_path: Path) -> None:
    what = settings(tmp_path, site='images = "remote"')
    sites.make(what.output)
    with served(what) as one:
        assert one.ask("/en/")["Content-Security-Policy"] == POLICY.replace(
            "object-src", "img-src 'self' http: https:; object-src"
        )


def test_how_long_an_archive_document_is_kept_goes_by_the_clock(tmp_path: Path) -> None:
    what = settings(tmp_path)
    path = "feeds/all/archive/en/2026-10.atom"
    sites.publish(what.output, path)
    kept = {}
    for month in (10, 11, 12):
        with served(what, lambda month=month: datetime(2026, month, 3, tzinfo=UTC)) as one:  # type: ignore[misc]
            kept[month] = "max-age=86400" in str(one.ask(f"/{path}")["Cache-Control"])
    assert kept == {10: False, 11: False, 12: True}
