"""A photo made small: decoded with care, turned upright, scaled, and written as WebP with nothing but its pixels in it.

Also a program of its own (`apart.py`): the photo on standard input, what came of it on standard output. It imports
nothing of feedpub, so that it starts fast.
"""

from __future__ import annotations

import sys
import warnings
from contextlib import suppress
from io import BytesIO

from PIL import (
    ExifTags,
    GifImagePlugin,
    Image,
    ImageCms,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

WIDEST, HIGHEST = 480, 960
"""Pixels: twice the width that pages show it in, for screens with two pixels to a pixel of CSS (CSS Values 4, 6.2)."""
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
"""What is decoded, told by its bytes. Not SVG, which is a program, and none of the formats that few servers have."""
_PLUGINS = (GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
"""Loaded here: Pillow would load all that it has to find one of them."""
_MOST_PIXELS = 50_000_000
_SMALLEST = 32
"""Pixels a side, below which it is an ornament, or counts visitors."""
_MOST_SCANS, _SCAN = 100, b"\xff\xda"
"""A progressive JPEG has about ten scans, and each costs a pass over all of it (ITU-T T.81, B.2.3)."""
_QUALITY, _EFFORT = 75, 4
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a photo upright, by its orientation (Exif 2.32, 4.6.4); from 5 on its sides change places."""
_ON_ITS_SIDE = 5
_MEMORY, _SECONDS = 1_500_000_000, 20
"""Bytes and seconds of work that the program may take; 50 megapixels take less than half."""


class NoPictureError(ValueError):
    """What cannot be shown as a photo, and why."""


def small(raw: bytes) -> tuple[bytes, int, int]:
    """A photo made small; the same bytes give the same.

    Of what moves, the first picture. Transparent parts become white.

    Args:
        raw: a file in one of the formats, whatever it is called.

    Returns:
        A WebP file, its width and its height in pixels.

    Raises:
        NoPictureError: it is none, is too large or too small to be a photo, or is not whole.
    """
    with warnings.catch_warnings():
        # Of what Pillow finds odd in a file nothing is to be said; what it finds too large is refused below.
        warnings.simplefilter("ignore")
        try:
            with Image.open(BytesIO(raw), formats=_FORMATS) as image:
                _check(image, raw)
                return _written(_scaled(image))
        except NoPictureError:
            raise
        except UnidentifiedImageError:
            raise NoPictureError("is no JPEG, PNG, GIF or WebP picture") from None
        except Image.DecompressionBombError:
            raise NoPictureError(f"has more than {_MOST_PIXELS:,} pixels") from None
        except MemoryError:
            raise NoPictureError("takes too much memory to decode") from None
        except Exception as problem:  # noqa: BLE001 - decoders raise whatever they stumble over
            raise NoPictureError(f"cannot be decoded ({str(problem)[:100] or type(problem).__name__})") from None


def _check(image: Image.Image, raw: bytes) -> None:
    """Look at what the file says of itself, before anything is decoded."""
    width, height = image.size
    if width * height > _MOST_PIXELS:
        raise NoPictureError(f"has {width:,} x {height:,} pixels, more than {_MOST_PIXELS:,}")
    if min(width, height) < _SMALLEST:
        raise NoPictureError(f"is {width} x {height} pixels: no photo")
    if image.format in ("JPEG", "MPO") and raw.count(_SCAN) > _MOST_SCANS:
        raise NoPictureError("is a JPEG of too many scans")


def _scaled(image: Image.Image) -> Image.Image:
    """The picture upright, in RGB or RGBA, within WIDEST and HIGHEST."""
    orientation = _orientation(image)
    box = (HIGHEST, WIDEST) if orientation >= _ON_ITS_SIDE else (WIDEST, HIGHEST)
    if image.mode in ("1", "P", "PA") or "transparency" in image.info:
        # Between the colours of a palette there are none; and what is see-through is one of them.
        image = image.convert("RGBA")
    image.thumbnail(box, Image.Resampling.LANCZOS)
    if image.mode.startswith("I"):  # 16 bits of grey: converting cuts off what is above 255.
        image = image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    image = _in_usual_colours(image)
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def _orientation(image: Image.Image) -> int:
    with suppress(Exception):  # Whatever is wrong with what is said of it, the picture is there.
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    return 1


def _in_usual_colours(image: Image.Image) -> Image.Image:
    """The picture in RGB or RGBA; colours of another space are those that its profile means."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        with suppress(ImageCms.PyCMSError, OSError):  # A profile that is none says nothing.
            meant = ImageCms.ImageCmsProfile(BytesIO(profile))
            usual = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, meant, usual, outputMode="RGB")
            return converted or image
    return image.convert("RGBA" if image.mode in ("RGBA", "LA", "RGBa", "La") else "RGB")


def _written(image: Image.Image) -> tuple[bytes, int, int]:
    # On a new one: what else was in the file does not come along.
    sheet = Image.new("RGB", image.size, "white")
    sheet.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    body = BytesIO()
    sheet.save(body, "WEBP", quality=_QUALITY, method=_EFFORT)
    return body.getvalue(), sheet.width, sheet.height


def main() -> int:
    """Make the photo of standard input small.

    Returns:
        0, with its width and height in a line and the file after it on standard output; 1, with a sentence there.
    """
    _limit()
    try:
        body, width, height = small(sys.stdin.buffer.read())
    except NoPictureError as problem:
        sys.stdout.buffer.write(str(problem).encode("utf-8", "replace"))
        return 1
    sys.stdout.buffer.write(b"%d %d\n" % (width, height) + body)
    return 0


def _limit() -> None:
    import resource  # noqa: PLC0415 - only the program sets limits

    limits = {
        resource.RLIMIT_AS: _MEMORY,
        resource.RLIMIT_CPU: _SECONDS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,  # It writes no files.
    }
    for which, limit in limits.items():
        with suppress(OSError, ValueError):  # Not every system has each; a lower one stands.
            resource.setrlimit(which, (limit, limit))


if __name__ == "__main__":
    sys.exit(main())
