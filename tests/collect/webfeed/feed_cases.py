"""The cases of feeds/: a folder holds one feed and what is to be read of it, or why it is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from feedpub.collect.webfeed import source
from feedpub.collect.webfeed.feeditems import Items

URL = "https://feeds.example/news/all.xml"
_FEEDS = Path(__file__).parent / "feeds"


def cases() -> list[Path]:
    return sorted(_FEEDS.iterdir())


def feed_file(case: Path) -> Path:
    (found,) = (path for path in case.iterdir() if path.name != "expected.json")
    return found


def read_case(case: Path) -> Items:
    return source.read(feed_file(case).read_text("utf-8"), URL)


def expectation(case: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    return found


def shown(items: Items) -> dict[str, Any]:
    """What was read, without what is empty."""
    found = {"items": [_full(one) for one in msgspec.to_builtins(items.items)]}
    return found | ({"warnings": list(items.warnings)} if items.warnings else {})


def _full(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _full(one) for name, one in value.items() if one and _full(one)}
    return [_full(one) for one in value] if isinstance(value, list | tuple) else value
