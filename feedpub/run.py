"""How to run the job."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import msgspec

from feedpub.progress import NoBar, Progress


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """How to run the job.

    `now` is the only clock that what is published may depend on. `only` are the sources to ask, all if empty.
    `offline` asks only sources that need no network; `reread` asks none, and reads the pages again that were kept.
    `stop` is asked between releases whether to finish early:
    what was read is then stored and published, and the rest is left for the next run.
    """

    now: datetime
    only: tuple[str, ...] = ()
    offline: bool = False
    reread: bool = False
    stop: Callable[[], bool] = lambda: False
    progress: Progress = NoBar()

    def __post_init__(self) -> None:
        """Keep the time with its offset alone: by a zone's clock, an hour from now may be none, or two."""
        fixed = timezone(self.now.utcoffset() or timedelta())
        msgspec.structs.force_setattr(self, "now", self.now.astimezone(fixed))
