"""Which config a service goes by: a bad one, or a bad file that it names, is refused, and the one before stays."""

from __future__ import annotations

from pathlib import Path

import structlog

from feedpub import catalogue, subjects
from feedpub.config import Settings
from feedpub.errors import ConfigError
from feedpub.subjects import Subjects

_log = structlog.get_logger()


def check(settings: Settings) -> Subjects:
    """Read all that a config names: what a run would trip over is an error now.

    Raises:
        ConfigError: a file cannot be read or is not as it should be; says the file, the place and what was expected.
    """
    found = subjects.read(settings)
    catalogue.check(settings, found)
    if settings.terms:
        from feedpub import lore  # noqa: PLC0415 - many configs name no tables

        # What runs have read stays until all is known to be well.
        lore.lore.__wrapped__(settings.terms)
        lore.lore.cache_clear()
    return found


class Accepted:
    """The taxonomy and the gazetteer that runs go by: those of the files, or the last good ones while these are bad."""

    def __init__(self) -> None:
        self._good: Subjects | None = None
        self._files: tuple[Path | None, tuple[Path, ...]] | None = None
        self._said = ""

    def topical(self, settings: Settings) -> Subjects:
        """What a run is to go by.

        Raises:
            ConfigError: the files are bad, and there were no good ones before.
        """
        files = settings.taxonomy, settings.bodies
        try:
            found = subjects.read(settings)
            catalogue.check(settings, found)
        except ConfigError as problem:
            if self._good is None or files != self._files:
                raise
            if str(problem) != self._said:
                _log.error("taxonomy refused", problem=str(problem), kept="the last good one")
            self._said = str(problem)
            return self._good
        self._good, self._files, self._said = found, files, ""
        return found
