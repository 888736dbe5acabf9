"""The addresses of info.gov.hk releases: many spellings, one release.

`…/gia/general/YYYYMM/DD/<id>.htm` is the detail page, `<id>p.htm` its print version, `?fontSize=1` a text size,
`sc.isd.gov.hk/TuniS/www.info.gov.hk/gia/…` (`/gb/` before 2017) its Simplified Chinese conversion.
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urljoin

import msgspec

# Ids: P + YYYYMMDD + 4 or 5 digits (12 digits until early 2016, 13 since), MMDD + 3 digits until 2004.
_DETAIL = re.compile(
    r"(?:^|/)general/(?P<year>\d{4})(?P<month>\d\d)/(?P<day>\d\d)/(?P<key>P\d{12,13}|[a-zA-Z]?\d{7}[a-oq-z]?)p?\.html?$",
)
_SAYS_ITS_YEAR = re.compile(r"P\d{12}")
_SIMPLIFIED_HOST = re.compile(r"^https?://sc\.isd\.gov\.hk/(?P<converter>TuniS|gb)/+")


class Detail(msgspec.Struct, frozen=True):
    """A release's key, the day of release (its folder; the day inside the key is that of drafting) and its path."""

    key: str
    day: date
    path: str


def detail(address: str) -> Detail | None:
    """Read an address, absolute or not, of any spelling; None if it is not that of a release."""
    path = re.split(r"[?#]", address.strip(), maxsplit=1)[0]
    match = _DETAIL.search(path)
    if not match:
        return None
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    folder = f"general/{match['year']}{match['month']}/{match['day']}"
    return Detail(match["key"], day, f"{folder}/{match['key']}.htm")


def key(found: Detail) -> str:
    """What tells a release from all others of the site: those of 1998 to 2004 began anew every year."""
    return found.key if _SAYS_ITS_YEAR.match(found.key) else f"{found.day.year}/{found.key}"


def detail_url(base_url: str, found: Detail) -> str:
    """The detail page's address below the source's base URL."""
    return urljoin(base_url, found.path)


def own_url(address: str, found: Detail) -> str:
    """The detail page's address on the server, and in the folder, that an address of any spelling leads to."""
    return urljoin(re.split(r"[?#]", address, maxsplit=1)[0], f"{found.key}.htm")


def print_url(address: str) -> str:
    """The print version of a detail page."""
    return re.sub(r"\.htm$", "p.htm", address)


def simplified_url(address: str) -> str | None:
    """The Simplified Chinese address of a release in its one spelling; None if it is not one."""
    if not _SIMPLIFIED_HOST.match(address):
        return None
    plain = re.split(r"[?#]", address, maxsplit=1)[0]
    return _SIMPLIFIED_HOST.sub(lambda m: f"http://sc.isd.gov.hk/{m['converter']}/", plain)


def listing_path(day: date, language: str) -> str:
    """The listing page of one day."""
    return f"general/{day:%Y%m}/{day:%d}{'' if language == 'en' else 'c'}.htm"
