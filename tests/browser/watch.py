"""Looks on while a browser shows pages: errors, violations of a policy, dialogs, requests to other hosts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request, WebError

from tests.browser.served import LOOPBACK


@dataclass
class Watch:
    """What was seen in a test. `problems` are told when it ends, but for those that it expects.

    `hosts` are those that may be asked. `requests` are all that were made, in order.
    """

    hosts: set[str] = field(default_factory=lambda: {LOOPBACK})
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, *patterns: str) -> None:
        """Say which problems belong to the test, each by a regular expression that is found in it."""
        self.expected.extend(patterns)

    def allow(self, host: str) -> None:
        """Say that pages may ask a host."""
        self.hosts.add(host)

    def unexpected(self) -> list[str]:
        """The problems that the test did not expect."""
        return [one for one in self.problems if not any(re.search(pattern, one) for pattern in self.expected)]

    def follow(self, context: BrowserContext) -> None:
        """Look at all pages of a context, their frames and the pages that they open."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("dialog", self._dialog)
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # A violation of a Content-Security-Policy is told here, as an error.
        if message.type in ("error", "assert"):
            self.problems.append(f"console: {message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self.problems.append(f"script: {error.error}")

    def _dialog(self, dialog: Dialog) -> None:
        self.problems.append(f"dialog: {dialog.type} {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        host = urlsplit(request.url).hostname
        if host not in self.hosts:
            self.problems.append(f"request: {request.url}")
