"""A photo made small: what is decoded and how, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from feedpub.pictures import apart
from feedpub.pictures.apart import PictureError
from feedpub.pictures.small import NoPictureError, small
from tests.pictures.invented import (
    BLUE,
    GREEN,
    RED,
    colour,
    encoded,
    is_like,
    jpeg_of_many_scans,
    photo,
    png_that_claims,
    quarters,
)

SVG = b"""<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="800" height="600">
<script>alert(1)</script><image href="file:///etc/passwd"/></svg>"""


def shown(raw: bytes) -> Image.Image:
    """What readers see of a photo: it is always WebP, in RGB, and as large as is said of it."""
    body, width, height = small(raw)
    image = Image.open(BytesIO(body))
    assert image.format == "WEBP"
    assert image.mode == "RGB"
    assert image.size == (width, height)
    return image


def is_upright(image: Image.Image) -> bool:
    """Whether it is red in its upper left, green in its upper right and blue below."""
    return (
        is_like(colour(image, 0.2, 0.2), RED)
        and is_like(colour(image, 0.8, 0.2), GREEN)
        and is_like(colour(image, 0.5, 0.8), BLUE)
    )


# Formats


@pytest.mark.parametrize(
    ("form", "how"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("GIF", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("MPO", {}),
    ],
)
def test_a_photo_is_480_pixels_wide_and_looks_the_same(form: str, how: dict[str, bool]) -> None:
    image = shown(photo(1600, 1200, form, **how))
    assert image.size == (480, 360)
    assert is_upright(image)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((200, 150), (200, 150)),
        ((480, 100), (480, 100)),
        ((6000, 4000), (480, 320)),
        ((300, 3000), (96, 960)),
        ((9000, 40), (480, 2)),
    ],
)
def test_it_is_scaled_in_proportion_and_never_up(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert shown(photo(*size)).size == expected


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_that_a_camera_took_on_its_side_is_upright(orientation: int) -> None:
    turned = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    image = quarters(1600, 1200)
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = shown(encoded(image.transpose(turned) if turned is not None else image, exif=exif))
    assert found.size == (480, 360)
    assert is_upright(found)


def test_what_moves_shows_its_first_picture() -> None:
    frames = [Image.new("RGB", (200, 100), one) for one in (GREEN, RED, BLUE)]
    for form in ("GIF", "WEBP", "PNG"):
        raw = encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=100)
        image = shown(raw)
        assert is_like(colour(image, 0.5, 0.5), GREEN), form
        assert getattr(image, "n_frames", 1) == 1


def test_colours_of_print_are_those_of_a_screen() -> None:
    assert is_upright(shown(encoded(quarters().convert("CMYK"))))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_depth_are_shown(mode: str) -> None:
    grey = Image.new("L", (100, 100), 150)
    image = Image.new("I;16", (100, 100), 150 * 257) if mode == "I;16" else grey.convert("RGB").convert(mode)
    found = shown(encoded(image, "PNG"))
    if mode != "1":
        assert is_like(colour(found, 0.5, 0.5), (150, 150, 150))


def test_what_is_see_through_is_white() -> None:
    clear = Image.new("RGBA", (100, 100), (*RED, 0))
    clear.paste((*RED, 255), (0, 0, 50, 100))
    keyed = Image.new("RGB", (100, 100), (1, 2, 3))
    keyed.paste(RED, (0, 0, 50, 100))
    grey = clear.convert("LA")
    for raw in (
        encoded(clear, "PNG"),
        encoded(clear, "WEBP"),
        encoded(grey, "PNG"),
        encoded(keyed, "PNG", transparency=(1, 2, 3)),
    ):
        assert is_like(colour(shown(raw), 0.9, 0.5), (255, 255, 255))
    two = Image.new("P", (100, 100), 0)
    two.putpalette([*BLUE, *RED])
    two.paste(1, (0, 0, 50, 100))
    for form in ("PNG", "GIF"):
        found = shown(encoded(two, form, transparency=0))
        assert is_like(colour(found, 0.9, 0.5), (255, 255, 255)), form
        assert is_like(colour(found, 0.2, 0.5), RED), form


def test_colours_are_those_that_a_profile_means_and_a_broken_one_means_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert is_upright(shown(photo(icc_profile=profile)))
    assert is_upright(shown(photo(icc_profile=b"no profile at all")))
    assert is_upright(shown(photo(icc_profile=profile[:200])))


def test_nothing_but_the_pixels_is_published() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Taken by a secret camera"
    exif[0x9286] = "at a secret place"
    said = "Taken by a secret camera"
    for form in ("JPEG", "PNG", "WEBP"):
        body, _, _ = small(photo(form=form, exif=exif, icc_profile=b"secret" * 30, comment=said, xmp=said.encode()))
        assert b"secret" not in body
        assert not Image.open(BytesIO(body)).getexif()


def test_the_same_bytes_give_the_same() -> None:
    raw = photo()
    assert small(raw) == small(raw)
    found = apart.small(raw)
    assert (found.body, found.width, found.height) == small(raw)


# What is refused


REFUSED = {
    "nothing": (b"", "is no JPEG, PNG, GIF or WebP picture"),
    "a page": (b"<!DOCTYPE html><html><p>Not found", "is no JPEG, PNG, GIF or WebP picture"),
    "a drawing with a script": (SVG, "is no JPEG, PNG, GIF or WebP picture"),
    "a drawing that begins like a GIF": (b"GIF89a/*" + SVG, ""),
    "another format": (encoded(quarters(), "BMP"), "is no JPEG, PNG, GIF or WebP picture"),
    "a format that runs programs": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is no JPEG"),
    "a counter of visitors": (photo(1, 1, "GIF"), "is 1 x 1 pixels: no photo"),
    "a line": (photo(900, 2, "PNG"), "is 900 x 2 pixels: no photo"),
    "a bomb": (png_that_claims(60_000, 60_000), "pixels"),
    "a bomb that is just too large": (
        png_that_claims(10_000, 5_001),
        "has 10,000 x 5,001 pixels, more than 50,000,000",
    ),
    "a bomb of a GIF": (b"GIF89a\xff\xff\xff\xff\x00\x00\x00,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;", "pixels"),
    "half a JPEG": (photo()[:3000], "cannot be decoded"),
    "half a progressive JPEG": (photo(progressive=True)[:3000], "cannot be decoded"),
    "half a PNG": (photo(form="PNG")[:500], "cannot be decoded"),
    "half a GIF": (photo(form="GIF")[:1200], "cannot be decoded"),
    "half a WebP": (photo(form="WEBP")[:500], ""),
    "a header only": (photo()[:20], ""),
    "a JPEG of very many scans": (jpeg_of_many_scans(5000), "is a JPEG of too many scans"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_whole_photo_is_refused_with_a_reason(what: str) -> None:
    raw, reason = REFUSED[what]
    with pytest.raises(NoPictureError) as caught:
        small(raw)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_a_photo_of_a_large_camera_is_small_in_time() -> None:
    found = apart.small(photo(8600, 5800, progressive=True), seconds=20)
    assert (found.width, found.height) == (480, 324)


# In a process of its own


def test_what_the_process_refuses_is_told() -> None:
    with pytest.raises(PictureError, match=r"^is no JPEG, PNG, GIF or WebP picture$"):
        apart.small(SVG)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import os; os.kill(os.getpid(), 11)", r"cannot be decoded \(the decoder ended with -11\)"),
        ("import sys; sys.exit(3)", r"the decoder ended with 3"),
        ("import nothing_of_this_name", r"the decoder ended with 1"),
        ("while True: pass", "takes too long to decode"),
    ],
)
def test_a_decoder_that_crashes_or_hangs_costs_the_photo_only(program: str, said: str, tmp_path: Path) -> None:
    place = tmp_path / "program.py"
    place.write_text(program)
    with pytest.raises(PictureError, match=said):
        apart.small(b"", program=place, seconds=1)


def test_the_process_gets_no_secrets_and_finds_no_modules_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEEDPUB_PASSWORD", "secret")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "json.py").write_text("raise SystemExit(9)")
    place = tmp_path / "program.py"
    place.write_text("import json, os, sys\nsys.stdout.write(str('FEEDPUB_PASSWORD' in os.environ))\nsys.exit(1)")
    with pytest.raises(PictureError, match=r"^False$"):
        apart.small(b"", program=place)


def test_the_process_has_little_memory_and_writes_no_files(tmp_path: Path) -> None:
    program = "\n".join(
        (
            "import sys",
            "from feedpub.pictures import small",
            "small._limit()",
            "try:",
            "    taken = bytearray(4_000_000_000)",
            "except MemoryError:",
            "    print('no memory')",
            "try:",
            f"    print('wrote', open({str(tmp_path / 'file')!r}, 'wb', buffering=0).write(b'x' * 10))",
            "except OSError:",
            "    print('no file')",
        )
    )
    # Writing past the limit is a signal, that Python ignores.
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout.split("\n")[:2] == ["no memory", "no file"]


def test_the_process_limits_itself_before_it_reads(tmp_path: Path) -> None:
    place = tmp_path / "program.py"
    place.write_text(
        "import resource, sys\n"
        "from feedpub.pictures import small\n"
        "small.small = lambda raw: (b'%d' % resource.getrlimit(resource.RLIMIT_CPU)[0], 1, 1)\n"
        "sys.exit(small.main())"
    )
    assert apart.small(b"", program=place).body == b"20"
