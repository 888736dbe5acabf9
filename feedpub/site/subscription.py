"""Feeds as pages offer them: by name, with the addresses of an edition in every format."""

from __future__ import annotations

import msgspec

from feedpub.site.frame import Announced


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A feed's edition on a page: what it is called there, its whole title, and where it is.

    `path` is that of its documents without their ending, `page` that of the feed's page.
    """

    feed: str
    text: str
    title: str
    language: str
    path: str
    page: str

    @property
    def announced(self) -> Announced:
        """As a page's head tells of it."""
        return Announced(title=self.title, language=self.language, path=self.path)


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Some subscriptions under a heading; `name` is what the group is called in addresses ("topics")."""

    name: str
    heading: str
    subscriptions: tuple[Subscription, ...]
