"""config/deploy/nginx.conf in a real nginx."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import brotli
import pytest

from tests.deploy import site as sites
from tests.deploy.site import HOST, HUB, SNIPPETS, TYPES, Site
from tests.deploy.statements import ATOM, IMAGES, LONG, SEARCH, SHORT, Statements

SNIPPET = (SNIPPETS / "nginx.conf").read_text()
# Around a site as distributions have it (types of its own, gzip for pages), and as nobody should; without the user's
# temporary files.
AROUND = """
{load}
daemon off;
master_process off;
pid "{folder}/nginx.pid";
error_log stderr warn;
events {{ }}
http {{
    access_log off;
    client_body_temp_path "{folder}/body";
    proxy_temp_path "{folder}/proxy";
    fastcgi_temp_path "{folder}/fastcgi";
    uwsgi_temp_path "{folder}/uwsgi";
    scgi_temp_path "{folder}/scgi";
    types {{ text/html html; application/json json; application/rss+xml rss; }}
    gzip on;
    autoindex on;
    index none.html;
    default_type text/html;
    server {{
        listen 127.0.0.1:{port};
        server_name {host};
        root "{root}";
        include "{snippet}";
    }}
}}
"""


def edited(old: str, new: str, text: str = SNIPPET) -> str:
    """The snippet after an edit that has to be possible in exactly one place."""
    assert text.count(old) == 1
    return text.replace(old, new)


def configured(folder: Path, snippet: str, root: Path, port: int, load: str = "") -> list[str]:
    """Write a configuration; the command that starts nginx with it."""
    (folder / "snippet.conf").write_text(snippet)
    place = folder / "nginx.conf"
    place.write_text(
        AROUND.format(load=load, folder=folder, port=port, host=HOST, root=root, snippet=folder / "snippet.conf")
    )
    return [sites.program("nginx"), "-e", "stderr", "-p", f"{folder}", "-c", f"{place}"]


@contextmanager
def served(folder: Path, snippet: str, load: str = "") -> Iterator[Site]:
    sites.program("nginx")
    root, port = sites.make(folder / "public"), sites.free_port()
    with sites.running(configured(folder, snippet, root, port, load), port, folder / "log"):
        yield Site(root, port)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("nginx"), SNIPPET) as one:
        yield one


@pytest.fixture(scope="module")
def hubbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    snippet = edited('set $feedpub_hub "";', f'set $feedpub_hub "{HUB}";')
    with served(tmp_path_factory.mktemp("nginx"), snippet) as one:
        yield one


@pytest.fixture(scope="module")
def with_brotli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    told = subprocess.run([sites.program("nginx"), "-V"], capture_output=True, text=True, check=True).stderr
    modules = re.search(r"--modules-path=(\S+)", told)
    module = Path(modules[1] if modules else "/usr/lib/nginx/modules", "ngx_http_brotli_static_module.so")
    if not module.is_file():
        pytest.skip("nginx has no Brotli module (Debian: apt-get install libnginx-mod-http-brotli-static)")
    snippet = edited("# brotli_static on;", "brotli_static on;")
    with served(tmp_path_factory.mktemp("nginx"), snippet, f'load_module "{module}";') as one:
        yield one


class TestNginx(Statements):
    pass


def test_nginx_has_nothing_to_say_about_it(tmp_path: Path) -> None:
    command = configured(tmp_path, SNIPPET, tmp_path, sites.free_port())
    said = subprocess.run([*command, "-t"], capture_output=True, text=True, check=True).stderr
    assert "[warn]" not in said


def test_nor_while_it_serves(tmp_path: Path) -> None:
    with served(tmp_path, SNIPPET) as one:
        for path in (*(f"/{path}" for path in TYPES), "/", "/en", "/feeds/all/.hidden", f"{ATOM}.gz"):
            one.ask(path)
    assert "[warn]" not in (tmp_path / "log").read_text()


@pytest.mark.parametrize("path", TYPES)
def test_with_its_module_the_brotli_file_is_sent_to_who_takes_it(with_brotli: Site, path: str) -> None:
    answer = with_brotli.ask(f"/{path}", {"Accept-Encoding": "gzip, deflate, br"})
    assert (answer["Content-Encoding"], answer["Content-Type"]) == ("br", TYPES[path])
    assert brotli.decompress(answer.body) == sites.body(path)
    assert answer.headers.get_all("Vary") == ["Accept-Encoding"]
    again = with_brotli.ask(f"/{path}", {"Accept-Encoding": "br", "If-None-Match": str(answer["ETag"])})
    assert again.status == 304


def test_with_its_module_gzip_is_still_there(with_brotli: Site) -> None:
    assert with_brotli.ask(ATOM, {"Accept-Encoding": "gzip"})["Content-Encoding"] == "gzip"
    assert with_brotli.ask(ATOM)["Content-Encoding"] is None


def test_what_has_no_type_is_shown_as_nothing(site: Site) -> None:
    sites.publish(site.root, "embed/file.unknown")
    assert site.ask("/embed/file.unknown")["Content-Type"] == "application/octet-stream"


def test_pages_may_show_pictures_of_other_hosts_where_the_operator_says_so(tmp_path: Path) -> None:
    with served(tmp_path, edited('set $feedpub_images "";', f'set $feedpub_images "{IMAGES}";')) as one:
        policy = one.ask("/en/search/")["Content-Security-Policy"]
    assert policy == SEARCH.replace("script-src", f"{IMAGES}script-src")


def test_without_a_page_for_it_there_is_still_nothing(tmp_path: Path) -> None:
    with served(tmp_path, SNIPPET) as one:
        for page in one.root.glob("404.html*"):
            page.unlink()
        for path in ("/none", "/feeds/all/"):
            answer = one.ask(path)
            assert (answer.status, answer["Cache-Control"]) == (404, None)


def test_without_the_module_who_takes_only_brotli_has_it_plain(site: Site) -> None:
    answer = site.ask(ATOM, {"Accept-Encoding": "br"})
    assert (answer.status, answer["Content-Encoding"], answer.body) == (200, None, sites.body(ATOM[1:]))


def test_a_feed_is_called_what_the_config_says_whoever_asks(tmp_path: Path) -> None:
    hub = edited('set $feedpub_hub "";', f'set $feedpub_hub "{HUB}";')
    snippet = edited('"$scheme://$server_name"', '"https://feeds.example.hk"', hub)
    with served(tmp_path, snippet) as one:
        links = one.ask(ATOM, {"Host": "other.example.hk"}).headers.get_all("Link")
    assert links == [f'<{HUB}>; rel="hub"', f'<https://feeds.example.hk{ATOM}>; rel="self"']


def test_who_asks_under_another_name_changes_no_link(hubbed: Site) -> None:
    links = hubbed.ask(ATOM, {"Host": "other.example.hk:99"}).headers.get_all("Link")
    assert links == [f'<{HUB}>; rel="hub"', f'<http://{HOST}{ATOM}>; rel="self"']


@pytest.mark.parametrize(
    ("today", "kept_long"),
    [
        ("2026-11-15", {"2025-11", "2026-09", "2026-10"}),
        ("2026-11-03", {"2025-11", "2026-09", "2026-10"}),
        ("2026-11-27", {"2025-11", "2026-09", "2026-10"}),
        ("2026-11-01", set()),
        ("2026-11-02", set()),
        ("2026-11-28", set()),
        ("2026-11-30", set()),
    ],
)
def test_archive_documents_of_past_months_are_kept_longer_but_at_the_turn_of_a_month(
    today: str, kept_long: set[str], tmp_path: Path
) -> None:
    months = ("2025-11", "2026-09", "2026-10", "2026-11")
    with served(tmp_path, edited("$time_iso8601", "$today", f'set $today "{today}T12:00:00+00:00";\n{SNIPPET}')) as one:
        kept = {}
        for month in months:
            path = f"feeds/topics/health/archive/zh-Hant/{month}.atom"
            sites.publish(one.root, path)
            kept[month] = one.ask(f"/{path}")["Cache-Control"]
    assert kept == {month: LONG if month in kept_long else SHORT for month in months}


def test_how_the_sources_are_is_for_the_operator(tmp_path: Path) -> None:
    around = "location / { proxy_pass http://127.0.0.1:9; }"
    with served(tmp_path, f"{SNIPPET}\n{around}") as one:
        assert one.ask("/en/").status == 502
        assert {one.ask(path).status for path in ("/metrics", "/healthz", "/healthz?live")} == {404}
