"""What answers that are too much cost: a process that gets them from every kind of source stays small and says so."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from feedpub.report import RunReport, SourceReport
from tests.faults import heavy, sites
from tests.faults.heavy import Make
from tests.faults.kinds import Ask
from tests.faults.sites import OLD
from tests.loopback import Loopback

MOST_MB, MOST_SECONDS = 150, 30.0
ROOT = Path(__file__).resolve().parent.parent.parent
_CONFIG = """
[site]
base_url = "https://news.example/"
title = { zh-Hant = "新聞" }
languages = ["zh-Hant"]
timezone = "Asia/Hong_Kong"
[output]
directory = "public"
compress = []
[store]
url = "sqlite:///store.db"
[http]
retry_wait = 0.01
[[source]]
id = "good"
kind = "webfeed"
lists = { zh-Hant = "SERVER/good/feed.xml" }
authority = "good.example"
full_text = "never"
allow_private_network = true
requests_per_second = 0
"""


def measured(folder: Path, cases: Mapping[str, tuple[Ask, Make]]) -> tuple[float, RunReport, float]:
    """Run the program over a good source and then those with faults; gives its peak in MB, its report, the seconds."""
    with Loopback() as server:
        for path, file in sites.town(OLD).items():
            server.routes["/good" + path] = file.route()
        tables = [_CONFIG.replace("SERVER", server.url.rstrip("/"))]
        for number, case in enumerate(cases.values()):
            keys = heavy.serve(server, number, *case)
            tables.append(
                f'[[source]]\nid = "s{number}"\nallow_private_network = true\nrequests_per_second = 0\n{keys}'
            )
        (folder / "heavy.toml").write_text("\n".join(tables), "utf-8")
        command = [sys.executable, "-m", "tests.faults.peak", "publish", "-c", str(folder / "heavy.toml"), "--json"]
        started = time.monotonic()
        done = subprocess.run(
            [*command, "--now", "2026-11-20T17:00:00+08:00"], cwd=ROOT, capture_output=True, check=False
        )
        seconds = time.monotonic() - started
    *report, peak = done.stdout.decode().splitlines()
    return int(peak) / 1024, msgspec.json.decode("\n".join(report), type=RunReport), seconds


def told(one: SourceReport) -> list[str]:
    """What is said of a source, without what its photo, which is nowhere, and its missing feed make it say."""
    beside = ("size of an enclosure", "HTTP 404")
    return [
        *(fault.what for fault in one.faults),
        *(problem.what for problem in one.failed),
        *(said for said in one.warnings if not any(map(said.__contains__, beside))),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", heavy.HEAVY)
def test_what_is_too_much_costs_little(name: str, tmp_path: Path) -> None:
    cases = heavy.cases(name)
    peak, report, seconds = measured(tmp_path, cases)
    assert peak < MOST_MB
    assert seconds < MOST_SECONDS
    good, *broken = report.sources
    assert (good.new, good.well) == (len(OLD), True)
    for case, source in zip(cases, broken, strict=True):
        lines = told(source)
        assert bool(lines) != (case in heavy.BORNE), f"{case}: {lines}"
        assert all(len(line) <= 400 and "\n" not in line and "fault in feedpub" not in line for line in lines), case
    raw = (tmp_path / "public" / "feeds" / "all" / "zh-Hant.json").read_bytes()
    assert max(len(one["content_html"]) for one in json.loads(raw)["items"]) < 1_000
