"""All that a run publishes, in this order: what is led to before what leads there, so that no link leads nowhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from feedpub import daypages, searching, statuspage, storypages
from feedpub.config import Settings
from feedpub.editions import publish_editions
from feedpub.publish.directory import Directory
from feedpub.publishing import Outcome, together
from feedpub.store.database import Store
from feedpub.subjects import Subjects


def publish(
    store: Store,
    settings: Settings,
    subjects: Subjects,
    directory: Directory,
    run: int,
    now: datetime,
    *,
    stop: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Publish what is not as it was.

    Args:
        store: the store.
        settings: the config.
        subjects: the taxonomy and the gazetteer.
        directory: the output directory.
        run: the run's number.
        now: the run's time.
        stop: is asked now and then whether to leave the rest to the next run.
    """
    found = together(
        storypages.publish(store, settings, subjects, directory, run, stop),
        daypages.publish(store, settings, directory, run),
        publish_editions(store, settings, subjects, directory, run),
    )
    # What takes longest, and is not missed for a while.
    found = together(found, searching.publish(store, settings, subjects, directory, now, stop))
    return together(found, statuspage.publish(store, settings, subjects, directory, now, found.failed))
