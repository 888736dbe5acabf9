"""What can go wrong, in the few kinds that a caller tells apart.

Every message says what was wrong, where, and what to do about it: people read them in cron mail.
"""


class FeedpubError(Exception):
    """Anything that feedpub reports to a person as a sentence instead of a traceback.

    What it quotes may come from anywhere; it can be stored and printed all the same.
    """

    def __init__(self, said: str) -> None:
        super().__init__(said.encode("utf-8", "replace").decode())


def fault(problem: Exception) -> str:
    """An exception that nobody foresaw, as a sentence."""
    said = f"a fault in feedpub, please report it: {type(problem).__name__}: {problem}"
    return said.encode("utf-8", "replace").decode()


class ConfigError(FeedpubError):
    """A config, or a command's argument, that cannot be used as it stands; exit code 2."""


class LockedError(FeedpubError):
    """Another run holds the output directory; exit code 3."""


class SourceError(FeedpubError):
    """A source as a whole could not be read; the run goes on with the others."""


class FetchError(FeedpubError):
    """One address could not be fetched."""


class TemporaryError(FetchError):
    """One address could not be fetched for now: no answer, a broken connection, HTTP 429 or 5xx.

    `after` is how many seconds the server asks to be left alone for, 0 if it does not say.
    """

    def __init__(self, said: str, after: float = 0.0) -> None:
        super().__init__(said)
        self.after = after


class RefusedAddressError(FetchError):
    """An address that may not be asked: another host than the source's, or one of a private network."""


class StoppedError(FeedpubError):
    """A request was cut short, as the run is to end: nothing was learned of whom it was sent to."""


class GoneError(FetchError):
    """There is nothing at an address (HTTP 404, 410), or no such file."""


class ReleaseError(FeedpubError):
    """One release could not be read; it costs that release only."""


class StoreError(FeedpubError):
    """The store cannot be opened or is of a version that this program does not know."""


class SearchError(FeedpubError):
    """The index for search could not be made; the rest is published all the same."""


class PublishError(FeedpubError):
    """A document could not be written to where it is published."""
