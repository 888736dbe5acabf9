"""What a language says about corrections and withdrawals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from re import Pattern

import msgspec

from feedpub.notices.notice import Notice


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """One language's words about corrections and withdrawals.

    `moment` writes a date and time, `day` a day, `month` its month; `listed` stands between the parts of a list.

    `corrected` opens the note about a correction, with when and what; `title_before` tells the title before;
    `text_changed` that the text differs, where no paragraph can be counted; `changed`, `added` and `removed` count
    paragraphs, each as what is said of one and of several. `restored` says that a withdrawn release came back.

    `withdrawn_title` and `withdrawn` stand in place of the title and the text of a withdrawn release.
    `notice` is how a notice of withdrawal reads (notices/).

    `photo_credit` finds in a caption who is credited for the photo: its first group.
    """

    moment: Callable[[datetime], str]
    day: Callable[[date], str]
    month: Callable[[date], str]
    listed: str
    corrected: str
    title_before: str
    text_changed: str
    changed: tuple[str, str]
    added: tuple[str, str]
    removed: tuple[str, str]
    restored: str
    withdrawn_title: str
    withdrawn: str
    notice: Callable[[], Notice]
    photo_credit: Pattern[str]
