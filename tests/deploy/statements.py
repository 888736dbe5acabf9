"""What holds for a snippet of config/deploy whichever server it is for: a test file has a class that inherits these."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from tests.deploy.site import HOST, HTML, HUB, TYPES, Answer, Site, body, publish

ATOM = "/feeds/all/en.atom"
SUBSCRIPTIONS = (ATOM, "/feeds/all/zh-Hant.rss", "/feeds/topics/health/bilingual.json")
OTHERS = tuple(f"/{path}" for path in TYPES if f"/{path}" not in SUBSCRIPTIONS)
ERRORS = ("/feeds/none/en.atom", "/feeds/all/", "/feeds/all/.en.atom.feedpub-tmp", "/embed/none.html", f"{ATOM}.gz")
SHORT = "public, max-age=300, stale-while-revalidate=600"
LONG = "public, max-age=86400, stale-while-revalidate=604800"
MINUTE, FOR_GOOD = "public, max-age=60", "public, max-age=31536000, immutable"
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
FRAMED = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"
SEARCH = POLICY.replace("object-src", "script-src 'self' 'wasm-unsafe-eval'; object-src")
IMAGES = "img-src 'self' http: https:; "


class Statements:
    """Fixtures of the inheriting file: `site` has the snippet as it stands, `hubbed` names a hub in it."""

    # What is sent

    @pytest.mark.parametrize(("path", "media_type"), TYPES.items())
    @pytest.mark.parametrize("encoding", ["identity", "gzip"])
    def test_each_document_has_its_media_type(self, site: Site, path: str, media_type: str, encoding: str) -> None:
        answer = site.ask(f"/{path}", {"Accept-Encoding": encoding})
        assert (answer.status, answer["Content-Type"]) == (200, media_type)

    @pytest.mark.parametrize("path", TYPES)
    def test_a_document_is_sent_as_it_is_to_who_takes_no_compression(self, site: Site, path: str) -> None:
        answer = site.ask(f"/{path}")
        assert (answer["Content-Encoding"], answer.body) == (None, body(path))

    @pytest.mark.parametrize("path", TYPES)
    def test_the_gzip_file_is_sent_to_who_takes_it(self, site: Site, path: str) -> None:
        answer = site.ask(f"/{path}", {"Accept-Encoding": "gzip, deflate"})
        assert (answer["Content-Encoding"], answer.body) == ("gzip", (site.root / f"{path}.gz").read_bytes())
        assert gzip.decompress(answer.body) == body(path)

    def test_a_proxy_on_the_way_is_no_reason_to_send_more(self, site: Site) -> None:
        answer = site.ask(ATOM, {"Accept-Encoding": "gzip", "Via": "1.1 proxy.example.hk"})
        assert answer["Content-Encoding"] == "gzip"

    @pytest.mark.parametrize("folder", ["/", "/en/", "/topics/health/"])
    def test_a_folder_with_an_index_shows_it(self, site: Site, folder: str) -> None:
        answer = site.ask(folder)
        assert (answer.status, answer["Content-Type"], answer.body) == (
            200,
            "text/html; charset=utf-8",
            body(f"{folder}index.html".lstrip("/")),
        )

    def test_a_folder_without_its_slash_leads_to_it_wherever_the_server_stands(self, site: Site) -> None:
        answer = site.ask("/topics/health")
        assert (answer.status in (301, 308), answer["Location"]) == (True, "/topics/health/")

    # What is not

    @pytest.mark.parametrize("folder", ["/feeds/", "/feeds/all/", "/feeds/all/archive/en/", "/embed/"])
    def test_a_folder_without_an_index_is_not_listed(self, site: Site, folder: str) -> None:
        answer = site.ask(folder)
        assert answer.status in (403, 404)
        assert b"atom" not in answer.body

    @pytest.mark.parametrize("name", [".en.atom.feedpub-tmp", "%2een.atom.feedpub-tmp", "../all/.en.atom.feedpub-tmp"])
    def test_a_file_that_is_being_written_is_not_there(self, site: Site, name: str) -> None:
        answer = site.ask(f"/feeds/all/{name}")
        assert answer.status == 404
        assert b"half" not in answer.body

    def test_what_certificates_need_is_there(self, site: Site) -> None:
        assert site.ask("/.well-known/security.txt").status == 200

    @pytest.mark.parametrize("suffix", [".gz", ".br"])
    def test_a_compressed_file_is_no_document(self, site: Site, suffix: str) -> None:
        assert site.ask(ATOM + suffix).status == 404

    def test_nothing_above_the_directory_is_there(self, site: Site) -> None:
        (site.root.parent / "secret.txt").write_bytes(b"secret")
        for path in ("/../secret.txt", "/feeds/../../secret.txt", "/feeds/..%2f..%2fsecret.txt"):
            answer = site.ask(path)
            assert answer.status in (400, 403, 404), path
            assert b"secret" not in answer.body, path

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
    def test_there_is_only_reading(self, site: Site, method: str) -> None:
        assert site.ask(ATOM, method=method).status == 405

    def test_head_tells_what_get_does(self, site: Site) -> None:
        got, told = site.ask(ATOM), site.ask(ATOM, method="HEAD")
        assert (told.status, told.body) == (200, b"")
        assert {**told.headers, "Date": ""} == {**got.headers, "Date": ""}

    # Asking again

    @pytest.mark.parametrize("encoding", ["identity", "gzip"])
    @pytest.mark.parametrize("path", TYPES)
    def test_an_unchanged_document_is_not_sent_again(self, site: Site, path: str, encoding: str) -> None:
        first = site.ask(f"/{path}", {"Accept-Encoding": encoding})
        tag, modified = first["ETag"], first["Last-Modified"]
        assert tag
        assert modified
        for known in (
            {"If-None-Match": tag},
            {"If-None-Match": f"W/{tag}"},
            {"If-None-Match": f'"another", {tag}'},
            {"If-Modified-Since": modified},
            {"If-None-Match": tag, "If-Modified-Since": modified},
        ):
            again = site.ask(f"/{path}", {"Accept-Encoding": encoding, **known})
            assert (again.status, again.body) == (304, b""), known
            assert again["ETag"] == tag, known
            for name in ("Cache-Control", "Vary", "Access-Control-Allow-Origin", "Link"):
                assert again.headers.get_all(name) == first.headers.get_all(name), (known, name)

    @pytest.mark.parametrize("encoding", ["identity", "gzip"])
    def test_a_changed_document_is_sent_even_within_the_same_second(self, site: Site, encoding: str) -> None:
        path = f"feeds/changes/{encoding}.atom"
        publish(site.root, path, b"one")
        first = site.ask(f"/{path}", {"Accept-Encoding": encoding})
        publish(site.root, path, b"one more")
        second = site.ask(f"/{path}", {"Accept-Encoding": encoding, "If-None-Match": str(first["ETag"])})
        assert second.status == 200
        assert second["ETag"] != first["ETag"]

    def test_the_time_is_the_same_in_each_encoding_and_the_tag_is_not(self, site: Site) -> None:
        plain, packed = site.ask(ATOM), site.ask(ATOM, {"Accept-Encoding": "gzip"})
        assert plain["Last-Modified"] == packed["Last-Modified"]
        tags = {plain["ETag"], packed["ETag"]}
        assert len(tags) == 2
        assert all(tag and tag.startswith('"') for tag in tags), "strong: one that names other bytes has to differ"

    # Caches

    @pytest.mark.parametrize("path", TYPES)
    @pytest.mark.parametrize("encoding", ["identity", "gzip"])
    def test_caches_are_told_once_that_encodings_differ(self, site: Site, path: str, encoding: str) -> None:
        answer = site.ask(f"/{path}", {"Accept-Encoding": encoding})
        assert answer.headers.get_all("Vary") == ["Accept-Encoding"]

    @pytest.mark.parametrize(
        ("path", "lifetime"),
        [
            *((path, SHORT) for path in SUBSCRIPTIONS),
            ("/", SHORT),
            ("/en/index.html", SHORT),
            ("/embed/list.js", SHORT),
            ("/feeds.opml", "public, max-age=3600, stale-while-revalidate=86400"),
            ("/feeds/en.opml", "public, max-age=3600, stale-while-revalidate=86400"),
            ("/status.json", MINUTE),
            ("/status.html", MINUTE),
            ("/en/status.html", MINUTE),
            ("/assets/site.css", SHORT),
            ("/assets/site.css?x=0a1b2c3d", SHORT),
            ("/assets/site.css?v=0a1b2c3d", FOR_GOOD),
            ("/assets/site.js?x&v=0a1b2c3d", FOR_GOOD),
            ("/en/index.html?v=0a1b2c3d", SHORT),
            ("/search/fragment/en_3b5c2a1.pf_fragment", FOR_GOOD),
            ("/search/index/en_0f1e2d3.pf_index", FOR_GOOD),
            ("/search/pagefind.en_4c5b6a7.pf_meta", FOR_GOOD),
            ("/images/0a/0a1b2c3d.webp", FOR_GOOD),
            ("/icons/0a1b2c3d.jpg", SHORT),
            ("/search/pagefind-entry.json", SHORT),
            ("/search/pagefind.js", SHORT),
        ],
    )
    def test_a_document_is_kept_for_as_long_as_it_may_be_old(self, site: Site, path: str, lifetime: str) -> None:
        assert site.ask(path).headers.get_all("Cache-Control") == [lifetime]

    def test_the_archive_document_of_this_month_is_kept_as_short_as_a_subscription(self, site: Site) -> None:
        path = f"feeds/all/archive/en/{datetime.now(UTC):%Y-%m}.atom"
        publish(site.root, path)
        assert site.ask(f"/{path}")["Cache-Control"] == SHORT

    @pytest.mark.parametrize("path", ERRORS)
    def test_an_error_is_not_kept(self, site: Site, path: str) -> None:
        assert site.ask(path)["Cache-Control"] is None

    # Other origins

    @pytest.mark.parametrize("path", [*SUBSCRIPTIONS, "/feeds.opml", "/feeds/en.opml", "/embed/list.html", *ERRORS])
    def test_any_page_may_read_feeds_and_what_is_embedded_and_that_there_is_none(self, site: Site, path: str) -> None:
        answer = site.ask(path, {"Origin": "https://portal.example.hk"})
        assert answer.headers.get_all("Access-Control-Allow-Origin") == ["*"]

    @pytest.mark.parametrize("path", ["/", "/status.json", "/en/", "/topics/health/", "/none", "/en/feeds/all/en.atom"])
    def test_no_page_of_others_may_read_the_rest(self, site: Site, path: str) -> None:
        answer = site.ask(path, {"Origin": "https://portal.example.hk"})
        assert answer["Access-Control-Allow-Origin"] is None

    @pytest.mark.parametrize("method", ["GET", "OPTIONS"])
    def test_other_pages_are_allowed_nothing_more(self, site: Site, method: str) -> None:
        asked = {"Origin": "https://portal.example.hk", "Access-Control-Request-Method": "PUT"}
        names = [name.lower() for name in site.ask(ATOM, asked, method).headers]
        assert [name for name in names if name.startswith("access-control-")] == ["access-control-allow-origin"]

    @pytest.mark.parametrize("path", [*SUBSCRIPTIONS, *OTHERS, *ERRORS, "/none"])
    def test_no_browser_guesses_types(self, site: Site, path: str) -> None:
        assert site.ask(path).headers.get_all("X-Content-Type-Options") == ["nosniff"]

    # Pages

    @pytest.mark.parametrize(
        ("path", "policy"),
        [
            ("/", POLICY),
            ("/en/", POLICY),
            ("/en/index.html", POLICY),
            ("/topics/health/", POLICY),
            ("/en/status.html", POLICY),
            ("/en/search/", SEARCH),
            ("/en/search/index.html", SEARCH),
            ("/embed/topics/health/en.html", FRAMED),
            ("/embed/topics/health/en.inc", FRAMED),
        ],
    )
    def test_a_page_loads_nothing_from_elsewhere_and_only_embeds_are_framed_by_others(
        self, site: Site, path: str, policy: str
    ) -> None:
        answer = site.ask(path)
        assert answer.headers.get_all("Content-Security-Policy") == [policy]
        again = site.ask(path, {"If-None-Match": str(answer["ETag"])})
        assert (again.status, again["Content-Security-Policy"] in (None, policy)) == (304, True)

    @pytest.mark.parametrize("path", ["/assets/site.js", "/search/pagefind.js", "/embed/list.js", ATOM, "/status.json"])
    def test_what_is_no_page_has_no_policy(self, site: Site, path: str) -> None:
        assert site.ask(path)["Content-Security-Policy"] is None

    @pytest.mark.parametrize(
        ("path", "policy"),
        [
            ("/none", POLICY),
            ("/en/none.html", POLICY),
            ("/feeds/all/", POLICY),
            ("/feeds/none/en.atom", POLICY),
            ("/embed/none/en.html", FRAMED),
            ("/feeds/all/.en.atom.feedpub-tmp", POLICY),
        ],
    )
    def test_where_there_is_nothing_a_page_says_so(self, site: Site, path: str, policy: str) -> None:
        answer = site.ask(path)
        assert (answer.status, answer["Content-Type"]) == (404, HTML)
        assert self.says_that_there_is_nothing(answer)
        assert answer.headers.get_all("Content-Security-Policy") == [policy]

    def says_that_there_is_nothing(self, answer: Answer) -> bool:
        return answer.body == body("404.html")

    # WebSub

    @pytest.mark.parametrize("path", SUBSCRIPTIONS)
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_a_subscription_document_names_its_hub_and_itself(self, hubbed: Site, path: str, method: str) -> None:
        answer = hubbed.ask(f"{path}?from=somewhere", method=method)
        assert answer.headers.get_all("Link") == [f'<{HUB}>; rel="hub"', f'<http://{HOST}{path}>; rel="self"']

    @pytest.mark.parametrize("path", [*OTHERS, *ERRORS])
    def test_nothing_else_names_a_hub(self, hubbed: Site, path: str) -> None:
        assert hubbed.ask(path)["Link"] is None

    @pytest.mark.parametrize("path", SUBSCRIPTIONS)
    def test_without_a_hub_there_is_no_link(self, site: Site, path: str) -> None:
        assert site.ask(path)["Link"] is None
