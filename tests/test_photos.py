"""Small versions of photos, published with the pages: fetched politely, made once, tried again, taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from feedpub import picturing
from feedpub.report import RunReport
from feedpub.store import thumbnails
from tests.loopback import Loopback, Route, answer, redirect, silent
from tests.newssite import NewsSite, Paper
from tests.pictures.invented import photo, png_that_claims
from tests.publisher import Publisher

PHOTO, SMALL = "/p_photo_1.jpg", "/t_photo_1.jpg"
RELEASE = Paper("P2026112000101", "Pool opens")
JPEG, PNG = photo(), photo(form="PNG")
LOCAL = 'images = "local"'


def picture(body: bytes = JPEG, kind: str = "image/jpeg") -> Route:
    return answer(body, headers={"Content-Type": kind})


class Desk(Publisher):
    """A publisher that shows small photos of its own."""

    def choose(self, images: str = "local", *, source: str = "", http: str = "") -> None:
        """Write the config with a choice of how photos are shown."""
        self.configure(site=f'images = "{images}"', source=f"{source}\nrecheck = '0'", tables=f"[http]\n{http}")

    def release(self, *photos: str, key: str = RELEASE.key, small: tuple[str, ...] = (), **more: str) -> None:
        """Put a release with photos on the site."""
        at = self.site.server.address
        paper = Paper(key, more.get("title", "Pool opens"), language=more.get("language", "en"))
        self.site.publish(replace(paper, photos=tuple(map(at, photos)), small=tuple(map(at, small))))

    @property
    def asked(self) -> list[str]:
        """What the server was asked for besides releases and robots.txt, in order."""
        found = (one for one in self.site.server.requests if "/gia/" not in one.path and one.path != "/robots.txt")
        return [f"{one.method} {one.path}" for one in found]

    @property
    def images(self) -> dict[str, bytes]:
        """The small versions in the output directory."""
        root = self.public / "images"
        return {str(one.relative_to(self.public)): one.read_bytes() for one in root.rglob("*") if one.is_file()}

    def state(self) -> dict[str, int]:
        """When each page of a story and each picture was written."""
        found = (*self.public.glob("*/stories/**/*.html"), *self.public.glob("images/**/*.*"))
        return {str(one): one.stat().st_mtime_ns for one in found}

    def page(self, key: str = RELEASE.key, language: str = "en") -> str:
        """The page of a release."""
        pages = (self.public / language / "stories").rglob("*.html")
        (found,) = [text for one in pages if f"{key}.htm" in (text := one.read_text("utf-8"))]
        return found

    def pictures(self, key: str = RELEASE.key, language: str = "en") -> list[str]:
        """The pictures on a release's page, as paths in the output directory; each is there."""
        sources = re.findall(r'<img[^>]* src="([^"]+)"', self.page(key, language))
        found = [re.sub(r"^(?:\.\./)+", "", one) for one in sources]
        assert all(one in self.images for one in found), found
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A site with one release that has a photo, on the same server; nothing is published yet."""
    with Loopback({PHOTO: picture(), SMALL: picture(photo(300, 200))}) as server:
        desk = Desk(NewsSite(server), tmp_path)
        desk.release(PHOTO)
        desk.choose()
        yield desk


def warnings(report: RunReport) -> list[str]:
    """What is said of photos."""
    return [one for source in report.sources for one in source.warnings if "photo" in one]


# What is published


def test_a_photo_is_published_small_and_its_page_shows_it(desk: Desk) -> None:
    report = desk.run()
    assert report.exit_code == 0
    assert warnings(report) == []
    ((path, body),) = desk.images.items()
    image = Image.open(BytesIO(body))
    assert (image.format, image.size) == ("WEBP", (480, 360))
    assert re.fullmatch(r"images/([0-9a-f]{2})/\1[0-9a-f]{30}\.webp", path)
    assert desk.pictures() == [path]
    assert re.search(r'<img[^>]* width="\d+" height="\d+"', desk.page())
    assert desk.site.server.address(PHOTO) in desk.page(), "the whole photo is a click away"


@pytest.mark.parametrize("images", ["links", "remote"])
def test_nothing_is_fetched_where_the_config_does_not_want_it(images: str, desk: Desk) -> None:
    desk.choose(images)
    desk.runs(2)
    assert desk.asked == []
    assert not (desk.public / "images").exists()


def test_it_is_fetched_once_and_then_nothing_is_written(desk: Desk) -> None:
    desk.runs(2)
    state = desk.state()
    desk.runs(2)
    assert desk.asked == [f"GET {PHOTO}"]
    assert desk.state() == state


def test_the_sites_own_small_version_is_asked_for_where_it_has_one(desk: Desk) -> None:
    desk.release(PHOTO, small=(SMALL,))
    desk.run()
    assert desk.asked == [f"GET {SMALL}"]
    ((path, body),) = desk.images.items()
    assert Image.open(BytesIO(body)).size == (300, 200)
    assert desk.pictures() == [path]


def test_where_the_sites_own_small_version_is_not_there_the_photo_is_asked_for(desk: Desk) -> None:
    del desk.site.server.routes[SMALL]
    desk.release(PHOTO, small=(SMALL,))
    desk.runs(2)
    assert desk.asked == [f"GET {SMALL}", f"GET {PHOTO}"]
    assert len(desk.pictures()) == 1


def test_the_same_photo_at_two_addresses_is_one_file(desk: Desk) -> None:
    desk.site.server.routes["/q_photo_2.jpg"] = picture()
    desk.release(PHOTO, "/q_photo_2.jpg")
    desk.run()
    assert desk.pictures() == list(desk.images) * 2


def test_a_photo_of_both_languages_is_fetched_once_and_shown_in_both(desk: Desk) -> None:
    desk.release(PHOTO, key="P2026112000103", title="泳池開放", language="zh-Hant")
    desk.run()
    assert desk.asked == [f"GET {PHOTO}"]
    assert desk.pictures() == desk.pictures("P2026112000103", "zh-Hant") == list(desk.images)


def test_pictures_are_not_compressed_once_more(desk: Desk) -> None:
    text = desk.config.read_text("utf-8").replace("compress = []", 'compress = ["gzip"]')
    desk.config.write_text(text, "utf-8")
    desk.run()
    assert [Path(one).suffix for one in desk.images] == [".webp"]
    assert list((desk.public / "en").rglob("*.gz"))


def test_feeds_say_nothing_of_it(desk: Desk) -> None:
    desk.site.server.routes[PHOTO] = answer(status=500)
    desk.run()
    before = desk.files()
    desk.site.server.routes[PHOTO] = picture()
    report = desk.run()
    assert desk.images
    assert desk.files() == before, "no feed is touched"
    assert [one for one in report.written if "/stories/" in one], "the page is"
    assert len(desk.pictures()) == 1


def test_turned_on_later_what_is_stored_gets_its_photos_the_newest_first(desk: Desk) -> None:
    desk.choose("links")
    for number in range(2, 5):
        desk.site.server.routes[f"/p_photo_{number}.jpg"] = picture(photo(400 + number, 300))
        paper = replace(RELEASE, key=f"P202611200010{number}", issued=RELEASE.issued.replace(minute=30 + number))
        desk.site.publish(replace(paper, photos=(desk.site.server.address(f"/p_photo_{number}.jpg"),)))
    desk.run()
    desk.choose()
    desk.run()
    assert desk.asked == [f"GET /p_photo_{number}.jpg" for number in (4, 3, 2, 1)]
    assert len(desk.images) == 4
    for number in range(1, 5):
        assert len(desk.pictures(f"P202611200010{number}")) == 1


# How much, and how often


def test_a_run_asks_for_so_many_and_new_releases_come_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picturing, "_MOST_ASKED", 2)
    routes = desk.site.server.routes
    routes |= {f"/old_{number}.jpg": picture(photo(400 + number, 300)) for number in range(6)}
    desk.release(*(f"/old_{number}.jpg" for number in range(6)))
    desk.run()
    assert len(desk.asked) == 2
    desk.release(PHOTO, key="P2026112000102")
    desk.run()
    assert f"GET {PHOTO}" in desk.asked[2:4]
    desk.runs(3)
    assert len(set(desk.asked)) == len(desk.asked) == 7
    assert len(desk.pictures()) == 6


FAILING: dict[str, tuple[Route, str]] = {
    "not found": (answer(status=404), "HTTP 404"),
    "a page": (answer(b"<!DOCTYPE html><p>No", headers={"Content-Type": "image/jpeg"}), "is no JPEG, PNG, GIF or WebP"),
    "a drawing": (picture(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/svg+xml"), "is no JPEG"),
    "a bomb": (picture(png_that_claims(60_000, 60_000)), "pixels"),
    "half of it": (picture(JPEG[: len(JPEG) // 2]), "cannot be decoded"),
    "too large": (picture(JPEG + b"\0" * 100_000), "larger than 100,000 bytes"),
    "round in circles": (redirect(PHOTO), "redirects"),
}


@pytest.mark.parametrize("how", FAILING)
def test_what_is_no_photo_is_tried_a_few_times_told_once_and_a_link(how: str, desk: Desk) -> None:
    route, said = FAILING[how]
    desk.site.server.routes[PHOTO] = route
    desk.choose(http="max_picture_bytes = 100_000")
    told = [warnings(desk.run()) for _ in range(6)]
    assert [len(one) for one in told] == [0, 0, 0, 1, 0, 0]
    assert desk.site.server.address(PHOTO) in told[3][0]
    assert said in told[3][0]
    assert len(desk.asked) == (24 if how == "round in circles" else 4)
    assert desk.images == {}
    assert desk.pictures() == []
    assert desk.site.server.address(PHOTO) in desk.page()


def test_the_servers_word_for_what_it_is_does_not_matter(desk: Desk) -> None:
    desk.site.server.routes[PHOTO] = answer(PNG, headers={"Content-Type": "text/html"})
    desk.run()
    assert len(desk.pictures()) == 1


@pytest.mark.parametrize("how", ["broken", "slow"])
def test_a_server_that_does_not_answer_is_tried_for_longer_and_makes_no_noise(how: str, desk: Desk) -> None:
    desk.choose(http="timeout = 0.1")
    desk.site.server.routes[PHOTO] = answer(status=503) if how == "broken" else silent()
    for _ in range(6):
        report = desk.run()
        assert (report.exit_code, warnings(report)) == (0, [])
    assert len(desk.asked) == 6, "one attempt a run"
    desk.site.server.routes[PHOTO] = picture()
    desk.run()
    assert len(desk.pictures()) == 1


def test_in_the_end_a_server_that_never_answers_is_left_alone(desk: Desk) -> None:
    desk.site.server.routes[PHOTO] = answer(status=503)
    told = [one for _ in range(22) for one in warnings(desk.run())]
    assert len(desk.asked) == 20
    assert len(told) == 1


def test_where_a_server_does_not_answer_the_others_wait(desk: Desk) -> None:
    names = [f"/p_photo_{number}.jpg" for number in range(9)]
    desk.site.server.routes |= dict.fromkeys(names, answer(status=503))
    desk.release(*names)
    desk.run()
    assert len(desk.asked) == 3


def test_a_server_that_asks_to_be_left_alone_is(desk: Desk) -> None:
    names = [f"/p_photo_{number}.jpg" for number in range(9)]
    desk.site.server.routes |= dict.fromkeys(names, answer(status=429, headers={"Retry-After": "7200"}))
    desk.release(*names)
    desk.run()
    assert len(desk.asked) == 1
    assert "asks to be left alone" in desk.run().sources[0].skipped
    assert len(desk.asked) == 1


def test_the_time_that_photos_take_is_limited(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picturing, "_LONGEST", 0.3)
    desk.site.server.routes[PHOTO] = silent()
    report = desk.run()
    assert report.seconds < 5
    assert "GET /p_photo_1.jpg" in desk.asked
    monkeypatch.setattr(picturing, "_LONGEST", 0.0)
    desk.run()
    assert len(desk.asked) == 1
    assert desk.entries(), "feeds do not wait"


def test_an_address_that_changes_is_a_new_photo(desk: Desk) -> None:
    desk.site.server.routes[PHOTO] = answer(status=404)
    desk.runs(5)
    desk.site.server.routes["/new_1.jpg"] = picture()
    desk.release("/new_1.jpg", title="Pool opens (with photo)")
    desk.run()
    assert desk.asked[-1] == "GET /new_1.jpg"
    assert len(desk.pictures()) == 1


# What may be asked


def test_offline_runs_ask_for_nothing(desk: Desk) -> None:
    desk.site.server.routes[PHOTO] = answer(status=503)
    desk.run()
    count = len(desk.asked)
    desk.run(offline=True)
    assert len(desk.asked) == count


def test_a_host_that_the_source_does_not_name_is_not_asked_and_told_once(desk: Desk) -> None:
    with Loopback({PHOTO: picture()}) as other:
        desk.site.edit(RELEASE.key, photos=(other.address(PHOTO), other.address("/2.jpg")))
        told = [warnings(desk.run()) for _ in range(3)]
        assert other.paths == []
        assert [len(one) for one in told] == [1, 0, 0]
        assert "2 photos not asked for" in told[0][0]
        assert "is not a host of this source; if it should be asked, name it in `hosts`" in told[0][0]
        desk.choose(source=f'hosts = ["{other.url.split("/")[2]}"]')
        desk.run()
        assert sorted(set(other.paths)) == ["/2.jpg", PHOTO, "/robots.txt"]
        assert len(desk.pictures()) == 1


def test_a_redirect_to_a_place_that_may_not_be_asked_is_not_followed(desk: Desk) -> None:
    with Loopback({"/": picture()}) as other:
        desk.site.server.routes[PHOTO] = redirect(other.url)
        (said,) = warnings(desk.run())
        assert other.paths == []
    assert "leads to" in said
    assert desk.pictures() == []


def test_what_robots_txt_forbids_is_not_asked_for(desk: Desk) -> None:
    desk.site.server.routes["/robots.txt"] = answer(b"User-agent: *\nDisallow: /p_photo")
    desk.runs(2)
    assert desk.asked == []
    assert desk.pictures() == []


# What goes


def test_a_photo_of_a_release_that_was_withdrawn_goes(desk: Desk) -> None:
    desk.configure(site=LOCAL)
    desk.run()
    assert len(desk.images) == 1
    desk.release(key="P2026112000109", title="Another")
    desk.site.withdraw(RELEASE.key)
    desk.runs(3)
    assert desk.images == {}
    pages = [one.read_text("utf-8") for one in (desk.public / "en/stories").rglob("*.html")]
    assert [one for one in pages if "images/" in one] == []


def test_a_photo_that_was_taken_off_a_release_goes_and_one_that_others_show_stays(desk: Desk) -> None:
    desk.release(PHOTO, key="P2026112000102")
    desk.site.server.routes["/q_photo_2.jpg"] = picture(photo(300, 300))
    desk.release(PHOTO, "/q_photo_2.jpg")
    desk.run()
    assert len(desk.images) == 2
    desk.release(title="Pool opens (without photos)")
    desk.run()
    assert desk.pictures("P2026112000102") == list(desk.images)
    assert desk.pictures() == []
    desk.release(key="P2026112000102", title="Neither")
    desk.run()
    assert desk.images == {}


def test_a_file_stays_as_long_as_one_of_its_addresses_is_shown(desk: Desk) -> None:
    desk.site.server.routes["/q_photo_2.jpg"] = picture()
    desk.release(PHOTO, "/q_photo_2.jpg")
    desk.run()
    desk.release("/q_photo_2.jpg", title="Pool opens (one photo less)")
    desk.run()
    assert desk.pictures() == list(desk.images)


def test_what_more_releases_show_than_are_noted_stays_until_none_does(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbnails, "_MOST_ENTRIES", 1)
    desk.run()
    desk.release(PHOTO, key="P2026112000102")
    desk.runs(2)
    desk.release(title="Pool opens (without photos)")
    desk.run()
    assert desk.pictures("P2026112000102") == list(desk.images)
    assert desk.asked == [f"GET {PHOTO}"]
    desk.release(key="P2026112000102", title="Neither")
    desk.run()
    assert desk.images == {}


def test_a_file_that_is_gone_is_fetched_again_and_meanwhile_no_page_leads_to_it(desk: Desk) -> None:
    desk.run()
    (path,) = desk.images
    (desk.public / path).unlink()
    desk.site.server.routes[PHOTO] = answer(status=503)
    desk.run()
    assert desk.pictures() == []
    desk.site.server.routes[PHOTO] = picture()
    desk.run()
    assert desk.pictures() == [path]


def test_a_directory_that_cannot_be_written_to_is_told(desk: Desk) -> None:
    desk.public.mkdir()
    (desk.public / "images").write_bytes(b"in the way")
    report = desk.run()
    assert "cannot be written" in warnings(report)[0]
    assert desk.entries()
    (desk.public / "images").unlink()
    desk.run()
    assert len(desk.pictures()) == 1
