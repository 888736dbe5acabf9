"""The published site in a browser."""

from __future__ import annotations

from tests.browser.conftest import Opening
from tests.browser.town import Town


def test_the_front_page_has_the_site_s_title(visit: Opening, site: Town) -> None:
    assert visit(site.at("en/index.html")).title() == "News of Saltmarsh"
