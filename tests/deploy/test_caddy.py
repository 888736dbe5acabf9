"""config/deploy/Caddyfile in a real Caddy."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest

from tests.deploy import site as sites
from tests.deploy.site import HOST, HUB, SNIPPETS, TYPES, Site
from tests.deploy.statements import ATOM, IMAGES, LONG, SEARCH, SHORT, Statements

SNIPPET = (SNIPPETS / "Caddyfile").read_text()
AROUND = """{{
	admin off
	auto_https off
}}

http://{host}:{port} {{
	bind 127.0.0.1
	root * "{root}"
	import "{snippet}"
}}
"""


def edited(old: str, new: str, text: str = SNIPPET) -> str:
    """The snippet after an edit that has to be possible in exactly one place."""
    assert text.count(old) == 1
    return text.replace(old, new)


@contextmanager
def served(folder: Path, snippet: str) -> Iterator[Site]:
    caddy = sites.program("caddy")
    root, port = sites.make(folder / "public"), sites.free_port()
    place = folder / "Caddyfile"
    (folder / "snippet").write_text(snippet)
    place.write_text(AROUND.format(host=HOST, port=port, root=root, snippet=folder / "snippet"))
    command = [caddy, "run", "--adapter", "caddyfile", "--config", f"{place}"]
    # It keeps its state in these, and has none of the user's.
    elsewhere = {"HOME": f"{folder}", "XDG_DATA_HOME": f"{folder}", "XDG_CONFIG_HOME": f"{folder}"}
    with sites.running(command, port, folder / "log", **elsewhere):
        yield Site(root, port)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("caddy"), SNIPPET) as one:
        yield one


@pytest.fixture(scope="module")
def hubbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    snippet = edited('vars feedpub_hub ""', f'vars feedpub_hub "{HUB}"')
    with served(tmp_path_factory.mktemp("caddy"), snippet) as one:
        yield one


class TestCaddy(Statements):
    pass


def test_caddy_has_nothing_to_say_about_it(tmp_path: Path) -> None:
    place = tmp_path / "Caddyfile"
    place.write_text(AROUND.format(host=HOST, port=sites.free_port(), root=tmp_path, snippet=SNIPPETS / "Caddyfile"))
    command = [sites.program("caddy"), "adapt", "--adapter", "caddyfile", "--config", f"{place}"]
    assert "WARN" not in subprocess.run(command, capture_output=True, text=True, check=True).stderr


@pytest.mark.parametrize("path", TYPES)
def test_the_brotli_file_is_sent_to_who_takes_it(site: Site, path: str) -> None:
    answer = site.ask(f"/{path}", {"Accept-Encoding": "gzip, deflate, br"})
    assert (answer["Content-Encoding"], answer["Content-Type"]) == ("br", TYPES[path])
    assert brotli.decompress(answer.body) == sites.body(path)
    assert answer.headers.get_all("Vary") == ["Accept-Encoding"]
    again = site.ask(f"/{path}", {"Accept-Encoding": "br", "If-None-Match": str(answer["ETag"])})
    assert again.status == 304


def test_pages_may_show_pictures_of_other_hosts_where_the_operator_says_so(tmp_path: Path) -> None:
    with served(tmp_path, edited('vars feedpub_images ""', f'vars feedpub_images "{IMAGES}"')) as one:
        policy = one.ask("/en/search/")["Content-Security-Policy"]
    assert policy == SEARCH.replace("script-src", f"{IMAGES}script-src")


def test_without_a_page_for_it_there_is_still_nothing(tmp_path: Path) -> None:
    with served(tmp_path, SNIPPET) as one:
        for page in one.root.glob("404.html*"):
            page.unlink()
        for path in ("/none", "/feeds/all/"):
            answer = one.ask(path)
            assert (answer.status, answer["Cache-Control"]) == (404, None)


def test_a_feed_is_called_what_the_config_says(tmp_path: Path) -> None:
    hub = edited('vars feedpub_hub ""', f'vars feedpub_hub "{HUB}"')
    snippet = edited("vars feedpub_base {scheme}://{host}", 'vars feedpub_base "https://feeds.example.hk"', hub)
    with served(tmp_path, snippet) as one:
        links = one.ask(ATOM).headers.get_all("Link")
    assert links == [f'<{HUB}>; rel="hub"', f'<https://feeds.example.hk{ATOM}>; rel="self"']


@pytest.mark.parametrize(("ago", "lifetime"), [(0, SHORT), (1, SHORT), (2, LONG), (11, LONG), (13, LONG), (90, LONG)])
def test_archive_documents_of_past_months_but_the_last_are_kept_longer(site: Site, ago: int, lifetime: str) -> None:
    now = datetime.now(UTC)
    year, month = divmod(now.year * 12 + now.month - 1 - ago, 12)
    path = f"feeds/topics/health/archive/zh-Hant/{year}-{month + 1:02}.atom"
    sites.publish(site.root, path)
    assert site.ask(f"/{path}")["Cache-Control"] == lifetime


def test_how_the_sources_are_is_for_the_operator(tmp_path: Path) -> None:
    with served(tmp_path, SNIPPET) as one:
        for name in ("metrics", "healthz", "metrics.html"):
            sites.publish(one.root, name)
        asked = ("/metrics", "/healthz", "/healthz?live", "/%6Detrics")
        assert {one.ask(path).status for path in asked} == {404}
        assert one.ask("/metrics.html").status == 200
