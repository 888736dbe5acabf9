"""What pages cost their visitors: `.venv/bin/python tests/bench/browser.py`. It judges nothing.

1. Bytes: of the front page, small and with 26 topics and 320 bodies; of stories' pages beside their texts; of what
   pages load besides.
2. First paint (PerformancePaintTiming) in headless Chromium, whose processor is slowed down four times, from loopback:
   the median of several visits with an empty cache.
"""

from __future__ import annotations

import gzip
import re
import shutil
import statistics
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from lxml import html
from playwright.sync_api import Browser, sync_playwright

from tests.browser.served import Served, strict
from tests.browser.town import LONG, PHOTOS, Desk, live, releases
from tests.loopback import Loopback
from tests.newssite import HKT, NewsSite, Paper

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=HKT)
SLOWER, VISITS = 4, 9
TOPICS, BODIES = 26, 320
_PAINTS = "() => Object.fromEntries(performance.getEntriesByType('paint').map((one) => [one.name, one.startTime]))"


class ManyDesk(Desk):
    """Publishes a site with many topics and bodies."""

    def configure(self, **more: object) -> None:
        topics = "".join(
            f'[[topic]]\nid = "t{one}"\nlabel = {{ en = "Subject of number {one}", zh-Hant = "第{one}號主題" }}\n'
            f'scope = "x"\nterms = {{ en = {{ sure = ["subject{one}x"] }} }}\n'
            for one in range(TOPICS)
        )
        bodies = "".join(
            f'[[body]]\nid = "b{one}"\nkind = "department"\n'
            f'name = {{ en = "Department of Public Affair {one}", zh-Hant = "公共事務第{one}署" }}\n'
            for one in range(BODIES)
        )
        (self.folder / "taxonomy.toml").write_text(topics, "utf-8")
        (self.folder / "bodies.toml").write_text(bodies, "utf-8")
        super().configure(**more)


def many(site: NewsSite) -> None:
    """A release of each body, each of a topic."""
    site.publish(
        *(
            Paper(
                f"P20261117{one:04}1",
                f"Department of Public Affair {one} tells about subject{one % TOPICS}x, and of what it does besides",
                (f"The Department of Public Affair {one} said so today.", "There is more to come."),
                issued=NOW - timedelta(hours=12, minutes=one),
            )
            for one in range(BODIES)
        )
    )


def sizes(public: Path, path: str) -> str:
    """The bytes of a file: as it is, and compressed."""
    body = (public / path).read_bytes()
    return f"{len(body):,} bytes, {len(gzip.compress(body, 9)):,} with gzip"


def beside(public: Path, path: str) -> int:
    """The bytes of a story's page besides the texts of its versions, captions and history."""
    body = (public / path).read_bytes()
    root = html.document_fromstring(body)
    texts = [one.text_content() for one in root.xpath("//main//article")]
    return len(body) - len(re.sub(r"\s+", " ", "".join(texts)).encode())


def paint(browser: Browser, address: str) -> tuple[float, float]:
    """Milliseconds to the first paint and to the first content; the median of several visits."""
    first, content = [], []
    for _ in range(VISITS):
        context = browser.new_context(viewport={"width": 412, "height": 900})
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address, wait_until="load")
        while len(found := page.evaluate(_PAINTS)) < 2:  # The policy lets nothing wait inside the page.
            page.wait_for_timeout(20)
        first.append(found["first-paint"])
        content.append(found["first-contentful-paint"])
        context.close()
    return statistics.median(first), statistics.median(content)


def main() -> None:
    """All figures."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as name, Loopback() as news, Loopback() as others:
        folder, large = Path(name) / "town", Path(name) / "large"
        folder.mkdir()
        large.mkdir()
        with Served(folder / "public", headers=strict) as server, Served(large / "public", headers=strict) as second:
            town = Desk(NewsSite(news), folder, NOW)
            town.rebase(server.at())
            live(town)
            city = ManyDesk(NewsSite(others), large, NOW)
            city.rebase(second.at())
            many(city.site)
            report = city.run()
            if report.exit_code:
                sys.exit(f"not published: {report}"[:2000])
            stories = {
                kind: next(iter((town.public / "en").rglob(f"{releases()[number][0].key.lower()}-*.html")))
                for kind, number in (("a story with photos", PHOTOS), ("a long story", LONG))
            }
            paths = {kind: str(place.relative_to(town.public)) for kind, place in stories.items()}
            for language in ("en", "zh-Hant"):
                print(f"front page ({language}): {sizes(town.public, f'{language}/index.html')}")
                print(f"  with {TOPICS} topics, {BODIES} bodies: {sizes(city.public, f'{language}/index.html')}")
            for kind, path in paths.items():
                print(f"{kind}: {sizes(town.public, path)}; beside its text {beside(town.public, path):,} bytes")
            for path in ("assets/site.css", "assets/site.js", "embed/feedpub.js"):
                print(f"{path}: {sizes(town.public, path)}")
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
                addresses = {
                    "front page": server.at("en/"),
                    "front page, Chinese": server.at("zh-Hant/"),
                    f"front page with {BODIES} bodies": second.at("en/"),
                    **{kind: server.at(path) for kind, path in paths.items()},
                }
                for kind, address in addresses.items():
                    first, content = paint(browser, address)
                    print(f"first paint, {kind}: {first:.0f} ms, first content {content:.0f} ms (CPU / {SLOWER})")
                browser.close()


if __name__ == "__main__":
    main()
