"""For the tests of the store: a new one, and an open transaction in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from feedpub.store.database import Store


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    store = Store(f"sqlite:///{tmp_path}/feedpub.db")
    with store.transaction() as open_connection:
        yield open_connection
    store.close()
