"""The pages of releases as their servers gave them, kept on disk, so that they can be read again without asking.

A page is a file below the folder, named after its address: a line of JSON about the answer, then its body, both in one
zstd frame with a checksum. The newest that is a release is kept.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from enum import Enum
from pathlib import Path

import msgspec

from feedpub.errors import ConfigError
from feedpub.model import Validators

_SUFFIX = ".zst"
_LEVEL = 9
_MOST_BYTES = 200_000_000
"""Decoded size of a kept page: more than any limit of a page that a config is likely to have."""


class Use(Enum):
    """What kept pages are for in a run: to be filled only; to be read where there is one; to be read only."""

    FILL = "fill"
    PREFER = "prefer"
    ONLY = "only"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A page: the address that was asked and the one that answered, its body, declared charset and validators."""

    asked: str
    url: str
    body: bytes
    charset: str = ""
    validators: Validators = Validators()


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    asked: str
    url: str
    charset: str
    etag: str
    last_modified: str


_decode = msgspec.json.Decoder(_Head).decode


class KeptPages:
    """A folder of kept pages.

    Args:
        folder: where they are; it is made when there is one to keep.
        use: what they are for.

    Raises:
        ConfigError: the zstandard package is not installed.
    """

    def __init__(self, folder: Path, use: Use = Use.FILL) -> None:
        try:
            import zstandard  # noqa: F401, PLC0415 - an extra; better now than at the first page
        except ImportError:
            raise ConfigError('[collect] keep_pages needs the zstandard package: pip install "feedpub[zstd]"') from None
        self.folder, self.use = folder, use
        self._trouble: str | None = None

    def check(self) -> None:
        """Make the folder, and write to it: better now than at the first page.

        Raises:
            ConfigError: it cannot be written to.
        """
        probe = self.folder / f".{os.getpid()}.tmp"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as problem:
            raise ConfigError(
                f"[collect] keep_pages: {self.folder}: pages cannot be kept there: {problem.strerror}"
            ) from None

    def trouble(self) -> str:
        """That pages could not be kept, said once; "" if nothing is to be said."""
        said, self._trouble = self._trouble, "" if self._trouble else self._trouble
        return said or ""

    def has(self, address: str) -> bool:
        """Whether there is a page of an address, whatever it is like."""
        return self._place(address).is_file()

    def find(self, address: str) -> Kept | None:
        """The page that an address gave last; None if there is none that can be read whole."""
        import zstandard  # noqa: PLC0415 - see __init__

        try:
            packed = self._place(address).read_bytes()
            if zstandard.get_frame_parameters(packed).content_size > _MOST_BYTES:
                return None
            raw = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_MOST_BYTES)
            head, _, body = raw.partition(b"\n")
            said = _decode(head)
        except (OSError, zstandard.ZstdError, msgspec.DecodeError):
            return None
        if said.asked != address:
            return None
        known = Validators(etag=said.etag, last_modified=said.last_modified)
        return Kept(asked=address, url=said.url, body=body, charset=said.charset, validators=known)

    def keep(self, page: Kept) -> None:
        """Keep a page in place of the one that its address gave before; whole or not at all.

        One that cannot be written costs nothing but itself; `trouble` tells of the first.
        """
        import zstandard  # noqa: PLC0415 - see __init__

        head = _Head(
            asked=page.asked,
            url=page.url,
            charset=page.charset,
            etag=page.validators.etag,
            last_modified=page.validators.last_modified,
        )
        packed = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(
            msgspec.json.encode(head) + b"\n" + page.body
        )
        place = self._place(page.asked)
        beside = place.with_suffix(f".{os.getpid()}.tmp")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(packed)
            beside.replace(place)
        except OSError as problem:
            with suppress(OSError):
                beside.unlink()
            if self._trouble is None:
                self._trouble = f"pages are not kept: {place}: {problem.strerror}; look at [collect] keep_pages"

    def _place(self, address: str) -> Path:
        name = hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:40]
        return self.folder / name[:2] / f"{name}{_SUFFIX}"
