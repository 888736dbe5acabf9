"""What went wrong with a request, as a sentence; and whether it may go well the next time."""

from __future__ import annotations

import ssl

import httpcore
import httpx

from feedpub.collect.http import retrying
from feedpub.errors import FetchError, GoneError, TemporaryError

BUSY = frozenset({408, 425, 429})
"""Of the statuses that say that the client is at fault, those that pass."""
BROKEN = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, httpcore.ProxyError)
"""What a connection that cannot be made or that breaks raises."""
_GONE, _SERVER_ERROR = frozenset({404, 410}), 500
_LONGEST, _LONGEST_ADDRESS = 200, 2_000


def shown(url: str) -> str:
    """An address as a message has it: in one line."""
    return (url if url.isprintable() else ascii(url))[:_LONGEST_ADDRESS]


def short(said: object) -> str:
    """What others say, a server among them, as a message has it."""
    return str(said)[:_LONGEST]


def refused(response: httpx.Response, url: str) -> FetchError:
    """What is said of a status that is not the one that was asked for."""
    status = response.status_code
    said = f"{url}: HTTP {status} {short(response.reason_phrase)}".rstrip()
    if status in _GONE:
        return GoneError(said)
    if status not in BUSY and status < _SERVER_ERROR:
        return FetchError(said)
    after = retrying.asked_for(response.headers.get("Retry-After", ""), response.headers.get("Date", ""))
    return TemporaryError(f"{said}; asks to wait {after:.0f} s" if after else said, after)


def broken(problem: Exception, url: str) -> FetchError:
    """What is said of a connection that could not be made or broke."""
    said = short(problem) or type(problem).__name__
    if isinstance(problem, httpcore.ProxyError):
        # "407 Proxy Authentication Required"
        return (TemporaryError if said.startswith("5") else FetchError)(f"{url}: the proxy says {said}")
    cause: BaseException | None = problem
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            # That does not pass by itself.
            return FetchError(f"{url}: its certificate is not trusted ({cause.verify_message.rstrip('.')})")
        if isinstance(cause, ssl.SSLError):
            reason = (cause.reason or said).replace("_", " ").lower()
            return TemporaryError(f"{url}: no TLS connection ({reason})")
        cause = cause.__cause__ or cause.__context__
    return TemporaryError(f"{url}: {said}")
