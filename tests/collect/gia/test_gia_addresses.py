"""Many spellings, one release."""

from __future__ import annotations

from datetime import date

import pytest

from feedpub.collect.gia import addresses

_DETAIL = addresses.Detail("P2026050400233", date(2026, 5, 4), "general/202605/04/P2026050400233.htm")


@pytest.mark.parametrize(
    "spelling",
    [
        "https://www.saltmarsh.example/gia/general/202605/04/P2026050400233.htm",
        "http://www.saltmarsh.example/gia/general/202605/04/P2026050400233.htm",
        "https://www.saltmarsh.example/gia/general/202605/04/P2026050400233p.htm",
        "https://www.saltmarsh.example/gia/general/202605/04/P2026050400233.htm?fontSize=1",
        "https://www.saltmarsh.example/gia/general/202605/04/P2026050400233p.htm?fontSize=3#TOP",
        "http://sc.isd.gov.hk/TuniS/www.saltmarsh.example/gia/general/202605/04/P2026050400233.htm",
        "http://sc.isd.gov.hk/TuniS//www.saltmarsh.example/gia/general/202605/04/P2026050400233.htm?fontSize=1",
        "/gia/general/202605/04/P2026050400233.htm",
        "general/202605/04/P2026050400233.htm",
        "  https://www.saltmarsh.example/gia/general/202605/04/P2026050400233.htm\n",
        "https://www.saltmarsh.example/gia/general/202605/04/P2026050400233.html",
    ],
)
def test_every_spelling_of_an_address_is_the_same_release(spelling: str) -> None:
    assert addresses.detail(spelling) == _DETAIL


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("/gia/general/201209/04/P201209040321.htm", "P201209040321"),  # 12 digits until early 2016
        ("/gia/general/201609/04/P2016090400321.htm", "P2016090400321"),
        ("/gia/general/200309/04/0904123.htm", "0904123"),  # 1998 to 2004
        ("/gia/general/200309/04/0904123p.htm", "0904123"),
    ],
)
def test_keys_of_every_age_are_known(address: str, key: str) -> None:
    found = addresses.detail(address)
    assert found is not None
    assert found.key == key


def test_the_day_is_that_of_the_folder_and_not_of_the_key() -> None:
    found = addresses.detail("/gia/general/202605/05/P2026050400902.htm")
    assert found is not None
    assert found.day == date(2026, 5, 5)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://www.saltmarsh.example/gia/general/today.htm",
        "https://www.saltmarsh.example/gia/general/202605/04.htm",
        "https://www.saltmarsh.example/gia/general/202605/04c.htm",
        "https://www.saltmarsh.example/gia/general/202605/04/select_en.htm",
        "https://www.saltmarsh.example/gia/general/202613/04/P2026130400233.htm",
        "https://www.saltmarsh.example/gia/general/202602/30/P2026023000233.htm",
        "https://gia.saltmarsh.example/general/202605/04/P2026050400233_photo_1203947.jpg",
        "javascript:void(0);",
        "https://www.saltmarsh.example/gia/search?of=general/202605/04/P2026050400233.htm&x=1",
    ],
)
def test_what_is_no_release_is_none(address: str) -> None:
    assert addresses.detail(address) is None


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        (
            "https://www.saltmarsh.example/gia/",
            "https://www.saltmarsh.example/gia/general/202605/04/P2026050400233.htm",
        ),
        ("http://127.0.0.1:8080/gia/", "http://127.0.0.1:8080/gia/general/202605/04/P2026050400233.htm"),
    ],
)
def test_a_release_is_read_below_the_sources_own_base_url(base_url: str, expected: str) -> None:
    assert addresses.detail_url(base_url, _DETAIL) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "http://sc.isd.gov.hk/TuniS/www.saltmarsh.example/gia/a.htm",
            "http://sc.isd.gov.hk/TuniS/www.saltmarsh.example/gia/a.htm",
        ),
        (
            "https://sc.isd.gov.hk/TuniS//www.saltmarsh.example/gia/a.htm?fontSize=1#TOP",
            "http://sc.isd.gov.hk/TuniS/www.saltmarsh.example/gia/a.htm",
        ),
        (
            "http://sc.isd.gov.hk/gb/www.saltmarsh.example/gia/a.htm",
            "http://sc.isd.gov.hk/gb/www.saltmarsh.example/gia/a.htm",
        ),
        ("https://www.saltmarsh.example/gia/a.htm", None),
        ("https://sc.isd.gov.hk.evil.example/TuniS/www.saltmarsh.example/gia/a.htm", None),
    ],
)
def test_the_simplified_version_has_one_spelling(address: str, expected: str | None) -> None:
    assert addresses.simplified_url(address) == expected


@pytest.mark.parametrize(("language", "path"), [("en", "general/202605/04.htm"), ("zh-Hant", "general/202605/04c.htm")])
def test_each_language_has_a_listing_for_each_day(language: str, path: str) -> None:
    assert addresses.listing_path(date(2026, 5, 4), language) == path


@pytest.mark.parametrize(
    ("led_to", "expected"),
    [
        (
            "https://www.saltmarsh.example/gia/general/202605/05/P2026050400233p.htm?fontSize=1#top",
            "https://www.saltmarsh.example/gia/general/202605/05/P2026050400233.htm",
        ),
        (
            "http://archive.saltmarsh.example:8080/old/general/202605/05/P2026050400233.htm",
            "http://archive.saltmarsh.example:8080/old/general/202605/05/P2026050400233.htm",
        ),
    ],
)
def test_a_page_that_moved_has_its_usual_spelling_where_it_is_now(led_to: str, expected: str) -> None:
    found = addresses.detail(led_to)
    assert found is not None
    assert addresses.own_url(led_to, found) == expected


def test_the_print_version_of_a_page_is_the_same_release() -> None:
    printed = addresses.print_url("https://www.saltmarsh.example/gia/general/202605/04/P2026050400233.htm")
    assert printed == "https://www.saltmarsh.example/gia/general/202605/04/P2026050400233p.htm"
    assert addresses.detail(printed) == _DETAIL
