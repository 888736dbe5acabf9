"""All hostile texts, by family, each once."""

from __future__ import annotations

from functools import cache
from random import Random

from tests.hostile import scripts, texts
from tests.site import hostile


@cache
def families() -> dict[str, tuple[str, ...]]:
    """The texts of each family, in their order; a text that two have is in the first."""
    found: dict[str, tuple[str, ...]] = {}
    known: set[str] = set()
    own = {"known": (*hostile.TEXTS.values(), *hostile.ADDRESSES, *hostile.MARKUP.values())}
    made = {name: tuple(family()) for name, family in {**scripts.FAMILIES, **texts.FAMILIES}.items()}
    for name, family in {**own, **made}.items():
        fresh = tuple(dict.fromkeys(text for text in family if text not in known))
        found[name] = fresh
        known |= set(fresh)
    return found


def every() -> tuple[str, ...]:
    """All texts."""
    return tuple(text for family in families().values() for text in family)


def sample(count: int, seed: int = 20261128) -> tuple[str, ...]:
    """Some of the texts: as many of each family as its share, at least two."""
    random, whole = Random(seed), len(every())
    return tuple(
        text
        for family in families().values()
        for text in random.sample(family, min(len(family), max(2, round(count * len(family) / whole))))
    )
