"""What collecting costs, as ratios and counts taken in one run.

    .venv/bin/python tests/bench/collecting.py many       400 new pages over 8 connections / a bare httpx script
    .venv/bin/python tests/bench/collecting.py quiet      requests and memory of a run over 50 sources with nothing new

The site is a process of its own, 20 ms away.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(_ROOT))

from tests import newssite  # noqa: E402 - the tests' own site
from tests.newssite import HKT, Paper  # noqa: E402

LATENCY, PAGES, CONNECTIONS, TIMES = 0.02, 400, 8, 5
SOURCES = 50
_PARAGRAPH = (
    "The spokesman said that the department would go on with its work in the district, and that residents would be "
    "told of the dates and places of the next sessions in good time. "
)

BARE = """
import sys, httpx
from concurrent.futures import ThreadPoolExecutor
urls = open(sys.argv[1]).read().split()
with httpx.Client(limits=httpx.Limits(max_connections=8)) as client, ThreadPoolExecutor(8) as pool:
    total = sum(len(text) for text in pool.map(lambda url: client.get(url).content, urls))
"""
BARE_ASYNC = """
import sys, httpx, asyncio
urls = open(sys.argv[1]).read().split()
async def main():
    waiting = iter(urls)
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=8)) as client:
        async def worker():
            for url in waiting:
                (await client.get(url)).content
        await asyncio.gather(*(worker() for _ in range(8)))
asyncio.run(main())
"""


def papers(count: int, seed: int = 0) -> list[Paper]:
    """Releases of a day, in both languages in turn."""
    start = datetime(2026, 11, 20, 8, 0, tzinfo=HKT)
    return [
        Paper(
            key=f"P20261120{seed:02}{number:03}",
            title=f"Work of the department in district {number}" if number % 2 else f"部門在第{number}區的工作",
            paragraphs=(_PARAGRAPH * 3,) * 4,
            language="en" if number % 2 else "zh-Hant",
            issued=start + timedelta(minutes=number),
        )
        for number in range(count)
    ]


def site(sent: Connection, count: int, sites: int) -> None:
    """Serve: each answer comes 20 ms after its question. What was asked is told when something is sent."""
    asked: Counter[str] = Counter()
    bodies: dict[str, bytes] = {}
    for number in range(sites):
        prefix = f"/{number}" if sites > 1 else ""
        found = papers(count, number)
        for paper in found:
            bodies[prefix + paper.path] = newssite.page(paper).encode()
        for language, path in (("en", "general_en"), ("zh-Hant", "general_zh")):
            listed = [paper for paper in found if paper.language == language]
            bodies[f"{prefix}/gia/rss/{path}.xml"] = newssite.feed(listed).encode()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            path = head.split(b" ", 2)[1].decode()
            asked[path] += 1
            await asyncio.sleep(LATENCY)
            body, known = bodies.get(path), b"if-none-match" in head.lower()
            status = "404 Not Found" if body is None else "304 Not Modified" if known else "200 OK"
            body = b"" if body is None or known else body
            kind = "text/xml" if path.endswith(".xml") else "text/html; charset=utf-8"
            headers = f'HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nETag: "1"\r\n\r\n'
            writer.write(headers.encode() + body)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(client, "127.0.0.1", 0)
        sent.send(server.sockets[0].getsockname()[1])
        loop = asyncio.get_running_loop()
        while True:
            await loop.run_in_executor(None, sent.recv)
            sent.send(dict(asked))
            asked.clear()

    asyncio.run(serve())


def config(folder: Path, port: int, sites: int, connections: int) -> Path:
    """A config of one source a site."""
    sources = "".join(
        f"""
[[source]]
id = "gov{number}"
kind = "gia"
base_url = "http://127.0.0.1:{port}{f"/{number}" if sites > 1 else ""}/gia/"
requests_per_second = 0
connections = {connections}
allow_private_network = true
authority = "gov{number}.example"
"""
        for number in range(sites)
    )
    place = folder / "site.toml"
    place.write_text(
        f"""
[site]
base_url = "https://news.example/"
title = {{ en = "News", zh-Hant = "新聞" }}
languages = ["en", "zh-Hant"]
timezone = "Asia/Hong_Kong"
[output]
directory = "public"
[store]
url = "sqlite:///var/store.db"
{sources}""",
        "utf-8",
    )
    return place


def timed(command: list[str]) -> float:
    """How long a process takes, in seconds."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, cwd=_ROOT)
    return time.perf_counter() - start


def publish(place: Path) -> list[str]:
    """The command of a run."""
    return [str(Path(sys.executable).with_name("feedpub")), "publish", "-q", "-c", str(place)]


def collect_only(place: Path) -> list[str]:
    """A process that collects and stores, and publishes nothing."""
    code = """
import sys
from datetime import datetime
from pathlib import Path
from feedpub import collecting, config, job
from feedpub.collect.kinds import KINDS
from feedpub.run import Run
from feedpub.store.database import Store
settings = config.load(Path(sys.argv[1]), KINDS)
now = datetime.now(settings.timezone)
store = Store(settings.store_url)
for source in settings.sources:
    report = collecting.ask(store, source, job.surroundings(settings, now), Run(now=now), 1)
    assert report.new and report.well, report
"""
    return [sys.executable, "-c", code, str(place)]


def many() -> None:
    """400 new pages."""
    ours, link = multiprocessing.Pipe()
    process = multiprocessing.Process(target=site, args=(link, PAGES, 1), daemon=True)
    process.start()
    port = ours.recv()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        urls = folder / "urls"
        urls.write_text("\n".join(f"http://127.0.0.1:{port}{paper.path}" for paper in papers(PAGES)), "utf-8")
        taken: dict[str, list[float]] = {}
        for number in range(TIMES):
            fresh = folder / str(number)
            for what, script in (("bare httpx, threads", BARE), ("bare httpx, asyncio", BARE_ASYNC)):
                taken.setdefault(what, []).append(timed([sys.executable, "-c", script, str(urls)]))
            for what, process_of in (("collecting and storing", collect_only), ("the whole run", publish)):
                there = fresh / what.replace(" ", "-")
                there.mkdir(parents=True)
                taken.setdefault(what, []).append(timed(process_of(config(there, port, 1, CONNECTIONS))))
        medians = {what: statistics.median(times) for what, times in taken.items()}
        bare = min(seconds for what, seconds in medians.items() if "bare" in what)
        for what, seconds in medians.items():
            print(f"{what}: {seconds:.2f} s, {seconds / bare:.2f}")
    process.kill()


def quiet() -> None:
    """Fifty sources with nothing new."""
    ours, link = multiprocessing.Pipe()
    process = multiprocessing.Process(target=site, args=(link, 4, SOURCES), daemon=True)
    process.start()
    port = ours.recv()
    with tempfile.TemporaryDirectory() as name:
        place = config(Path(name), port, SOURCES, 1)
        timed(publish(place))
        timed(publish(place))
        ours.send("asked")
        ours.recv()
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        took = subprocess.Popen(publish(place), cwd=_ROOT)
        _, status, usage = os.wait4(took.pid, 0)
        ours.send("asked")
        asked: dict[str, int] = ours.recv()
        assert status == 0, (status, before)
        print(f"requests a source: {sum(asked.values()) / SOURCES:.2f}; memory {usage.ru_maxrss / 1024:.0f} MB")
        print(json.dumps(dict(Counter(path.rsplit("/", 1)[-1] for path in asked))))
    process.kill()


if __name__ == "__main__":
    {"many": many, "quiet": quiet}[sys.argv[1]]()
