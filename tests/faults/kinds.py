"""The kinds of request that a fault may meet with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults import sites
from tests.faults.sites import EDITED, FURTHER, NEW, OLD, Item, Render


@dataclass(frozen=True)
class Ask:
    """One kind of request.

    Attributes:
        site: whose source makes it (sites.py).
        path: what is asked for.
        form: what is there: "xml", "html", "json", "text", or "head" where only the headers are asked for.
        role: "list", "next" (a further page of a list), "page", "again" (a page that was read before), "robots" or
            "head".
        render: writes what is there, given other releases; None where it is no list and no page.
        state: the releases of the site while the fault lasts and after it.
        during: which of them are published all the same.
        hours: from the first run to the one with the fault.
    """

    name: str
    site: str
    path: str
    form: str
    role: str
    render: Render | None
    state: Sequence[Item] = (*OLD, NEW)
    during: Sequence[Item] = OLD
    hours: int = 4

    @property
    def known(self) -> bool:
        """Whether what is at its path was read before; a robots.txt is heeded for a day."""
        return self.hours > 24

    @property
    def shown(self) -> Sequence[Item]:
        """The releases that are rendered at its path."""
        if self.role in ("page", "again"):
            return [self.state[-1]]
        return [FURTHER, *OLD[:2]] if self.role == "next" else self.state


_AGAIN = (*OLD[:4], EDITED)
ASKS = {
    one.name: one
    for one in (
        Ask("gia's feed", "gia", "/gia/rss/general_zh.xml", "xml", "list", sites.gia_feed, during=(*OLD, NEW)),
        Ask(
            "gia's listing page",
            "listings",
            "/gia/general/ctoday.htm",
            "html",
            "list",
            sites.gia_listing,
        ),
        Ask("gia's detail page", "gia", sites.gia_path(NEW), "html", "page", sites.gia_page),
        Ask(
            "gia's detail page, looked at again",
            "gia",
            sites.gia_path(EDITED),
            "html",
            "again",
            sites.gia_page,
            state=_AGAIN,
        ),
        Ask("HEAD of an enclosure", "gia", "/photo5.jpg", "head", "head", None, during=(*OLD, NEW)),
        Ask("webfeed's feed", "webfeed", "/feed.xml", "xml", "list", sites.feed),
        Ask("webfeed's linked page", "webfeed", "/news/5.html", "html", "page", sites.page),
        Ask("pages' list", "pages", "/list.html", "html", "list", sites.first_listing),
        Ask(
            "pages' next page",
            "pages",
            "/list2.html",
            "html",
            "next",
            sites.listing,
            state=(*OLD, NEW, FURTHER),
            during=(*OLD, NEW),
        ),
        Ask("pages' detail page", "pages", "/release/5.html", "html", "page", sites.page),
        Ask("api's answer", "api", "/api.json", "json", "list", sites.api_answer),
        Ask("robots.txt, the first time", "spread", "/robots.txt", "text", "robots", None),
        Ask(
            "robots.txt, read before",
            "pages",
            "/robots.txt",
            "text",
            "robots",
            None,
            during=(*OLD, NEW),
            hours=30,
        ),
    )
}
"""By name."""
