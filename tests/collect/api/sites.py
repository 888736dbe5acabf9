"""Sites with an API, each a folder of sites/ (see tests/collect/pages/towns.py).

The file "search@from=1,to=2.json" is what "search?from=1&to=2" answers: not every file system has "?" in names.
"""

from __future__ import annotations

from pathlib import Path

from tests.collect.pages.towns import Site
from tests.loopback import Loopback

SITES = Path(__file__).parent / "sites"


def open_site(server: Loopback, name: str, folder: Path) -> Site:
    """A site, with its folders' own pages."""
    site = Site(server, str(SITES / name), folder)
    for path, route in list(server.routes.items()):
        asked = path.removesuffix("index.html")
        if "@" in path:
            asked = path.removesuffix(".json").replace("@", "?").replace(",", "&")
        server.routes[asked] = route
    return site
