"""The kinds of pages, as tests run over them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from _pytest.mark.structures import ParameterSet

from tests.browser.town import PATHS, STORIES

KINDS = (*PATHS, *STORIES)
IN_NO_LANGUAGE = tuple(kind for kind, path in PATHS.items() if "{" not in path)
"""Pages that are there once, in all languages."""
EVERY = tuple(
    (kind, language) for kind in KINDS for language in (("en",) if kind in IN_NO_LANGUAGE else ("en", "zh-Hant"))
)
"""Every kind in both languages."""


def _cases() -> Iterator[ParameterSet]:
    for number, kind in enumerate(KINDS):
        if kind in IN_NO_LANGUAGE:
            yield pytest.param(kind, "en")
        else:
            first, second = ("en", "zh-Hant") if number % 2 else ("zh-Hant", "en")
            yield pytest.param(kind, first)
            yield pytest.param(kind, second, marks=pytest.mark.long)


CASES = tuple(_cases())
"""Every kind in both languages, for tests that take long: by default in one of them, in turn."""
