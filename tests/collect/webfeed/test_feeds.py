"""What is read of feeds of every kind, as publishers write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedpub.errors import SourceError
from tests.collect.webfeed import feed_cases


@pytest.mark.parametrize("case", feed_cases.cases(), ids=lambda case: case.name)
def test_a_feed_is_read_as_expected(case: Path) -> None:
    expected = feed_cases.expectation(case)
    if "refused" in expected:
        with pytest.raises(SourceError) as refused:
            feed_cases.read_case(case)
        assert str(refused.value) == expected["refused"]
    else:
        assert feed_cases.shown(feed_cases.read_case(case)) == expected
