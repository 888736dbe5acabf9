"""Opening the store of a config that was published before: who only looks makes none."""

from __future__ import annotations

from pathlib import Path

from feedpub.config import Settings
from feedpub.errors import StoreError
from feedpub.store.database import Store

_SQLITE = "sqlite:///"


def is_there(settings: Settings) -> bool:
    """Whether there is a store; one on a server is taken to be there until it is opened."""
    return not settings.store_url.startswith(_SQLITE) or Path(settings.store_url.removeprefix(_SQLITE)).exists()


def open_store(settings: Settings) -> Store:
    """Open the store of a config that was published before.

    Raises:
        StoreError: there is no store yet, or it cannot be used.
    """
    if not is_there(settings):
        raise StoreError(f"{settings.store_url}: nothing was published yet; run `feedpub publish -c {settings.path}`")
    return Store(settings.store_url)
