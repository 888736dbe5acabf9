"""robots.txt (RFC 9309): which addresses of a host may be asked. One for a run, shared by its sources."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feedpub.errors import FetchError, TemporaryError

if TYPE_CHECKING:
    from protego import Protego

MOST_BYTES = 512_000
"""RFC 9309, 2.5: at least 500 KiB are read."""
_KEPT = timedelta(hours=24)
"""RFC 9309, 2.4: no longer than that, where the host can be asked."""
_LONGEST_DELAY = 30.0
"""Seconds of a crawl delay that are waited for between two requests; who asks for more gets this."""
_TRIES = 3
"""How often a run asks for one that cannot be read."""
# protego takes it with a colon or without, and in several spellings.
_SAYS_SOMETHING = re.compile(r"(?i)d(?:is+al+[ao]w|iasllow)[ \t]*:?[ \t]*[^\s:]|crawl[ -]delay")
Fetch = Callable[[str], str]


class Robots:
    """What hosts said of who may ask what.

    Args:
        agent: our name in User-agent lines.
        now: the run's time.
        known: by origin ("https://www.example.hk"), when its robots.txt was fetched (UTC, RFC 3339) and its text.
    """

    def __init__(self, agent: str, now: datetime, known: dict[str, tuple[str, str]] | None = None) -> None:
        self._agent, self._now = agent, now
        self._known = dict(known or {})
        self._parsed: dict[str, Protego | None] = {}
        self._gates: dict[str, threading.Lock] = {}
        self._failed: dict[str, list[TemporaryError]] = {}
        self.fresh: dict[str, tuple[str, str]] = {}

    def check(self, url: str, fetch: Fetch) -> float:
        """Check an address before it is asked.

        Args:
            url: the address.
            fetch: gets the text of a robots.txt, "" where there is none; raises FetchError where it cannot.

        Returns:
            The seconds that are asked for between two requests; 0 where nothing is asked for.

        Raises:
            FetchError: the host does not want it asked by us.
            TemporaryError: the host's robots.txt cannot be read, and was not before.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        # One at a time asks for it, and no other host waits for that.
        with self._gates.setdefault(origin, threading.Lock()):
            if origin not in self._parsed:
                self._parsed[origin] = self._parse(self._text(origin, fetch))
            rules = self._parsed[origin]
        if rules is None:
            return 0.0
        if not rules.can_fetch(url, self._agent):
            raise FetchError(
                f"{url}: {origin}/robots.txt asks not to be asked for it; set robots = false if the publisher agreed"
            )
        return min(max(rules.crawl_delay(self._agent) or 0.0, 0.0), _LONGEST_DELAY)

    def _text(self, origin: str, fetch: Fetch) -> str:
        fetched, text = self._known.get(origin, ("", ""))
        if _utc(self._now - _KEPT) < fetched <= _utc(self._now):
            return text
        try:
            found = self._fetched(origin, fetch)
        except TemporaryError as problem:
            if fetched:
                return text  # 2.3.1.4: what was read before may go on being heeded.
            raise TemporaryError(
                f"{problem}; until it can be read, nothing of the host is asked", problem.after
            ) from None
        except FetchError:
            return text  # 2.3.1.3: as if there were none, but that is not kept: it may be a mistake of a day.
        found = found if _SAYS_SOMETHING.search(found) else ""
        self.fresh[origin] = (_utc(self._now), found)
        return found

    def _fetched(self, origin: str, fetch: Fetch) -> str:
        failed = self._failed.setdefault(origin, [])
        if len(failed) >= _TRIES:
            raise TemporaryError(str(failed[-1]), failed[-1].after)
        try:
            return fetch(f"{origin}/robots.txt")
        except TemporaryError as problem:
            failed.append(problem)
            raise

    def _parse(self, text: str) -> Protego | None:
        if not text:
            return None
        from protego import Protego  # noqa: PLC0415 - most hosts have no rules, or have them for others

        return Protego.parse(text)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
