"""Room 4: editions -> documents. Pure: no input or output, no clock; the same edition gives the same bytes.

A new format is one module with a `render` and one line in `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from feedpub.feeds import atom, cap, rss
from feedpub.model import Document, Edition


class Format(msgspec.Struct, frozen=True):
    """A feed format: the ending of its documents, their media type, and what renders an edition."""

    suffix: str
    media_type: str
    render: Callable[[Edition], bytes]


FORMATS = (
    Format(".atom", atom.MEDIA_TYPE, atom.render),
    Format(".rss", rss.MEDIA_TYPE, rss.render),
)


def documents(edition: Edition, path: str) -> list[Document]:
    """An edition in every format.

    Args:
        edition: what to render; its oldest entries are left out where a document would be too large.
        path: below the output directory, without its ending: "feeds/all/en".
    """
    return [
        Document(path=path + form.suffix, media_type=form.media_type, body=cap.render_within(edition, form.render))
        for form in FORMATS
    ]
