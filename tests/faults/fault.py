"""What a fault is, and what most of them are made of."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.kinds import Ask
from tests.faults.sites import File
from tests.loopback import Conversation, Route

ANY = frozenset({"xml", "html", "json", "text", "head"})
BODIES = ANY - {"head"}


@dataclass(frozen=True)
class Spot:
    """Where a fault happens: what is asked for, what should be there, and where a server is that must not be asked."""

    ask: Ask
    good: File
    inside: str = ""


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        route: makes what happens in place of what should be there.
        says: matches what is said of it.
        forms: the forms of content that it is a fault of.
        roles: the roles of requests that it is a fault of; all if empty.
        why: why it is a fault of no others.
        leads: what of the address that it leads to is told, where that cannot be asked for at all.
        slow: that it shows only when the time is over, so that the config's times have to be short.
        passes: that it may go well the next time, so that it is tried again.
        harmless: that what was meant can be told all the same.
        judged: that it can be read, and is not believed: nothing of it is taken.
        rests: that the server asks to be left alone, so that nothing more is asked of it.
    """

    name: str
    group: str
    route: Callable[[Spot], Route]
    says: str
    forms: frozenset[str] = ANY
    roles: frozenset[str] = frozenset()
    why: str = ""
    leads: str = ""
    slow: bool = False
    passes: bool = False
    harmless: bool = False
    judged: bool = False
    rests: bool = False


def raw(*parts: bytes, end: Callable[[Conversation], None] = Conversation.hang_up) -> Route:
    """Bytes as they are, the status line and the headers too."""

    def route(conversation: Conversation) -> None:
        for part in parts:
            conversation.write(part)
        end(conversation)

    return route


def drops(head: bytes, drop: bytes, every: float = 0.05) -> Route:
    """A head, and then drops without end."""

    def route(conversation: Conversation) -> None:
        conversation.write(head)
        while True:
            conversation.write(drop)
            conversation.wait(every)

    return route


def reset(conversation: Conversation) -> None:
    """Break the connection off (RST)."""
    conversation.hang_up()
    connection = conversation._handler.connection  # noqa: SLF001 - nothing else here goes below HTTP
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())


def wait(conversation: Conversation) -> None:
    """Say nothing more, and keep the connection."""
    conversation.wait(600)


def head(good: File, *lines: str, status: str = "200 OK") -> bytes:
    """A status line and headers."""
    return "\r\n".join((f"HTTP/1.1 {status}", f"Content-Type: {good.content_type}", *lines, "", "")).encode()


def sized(good: File, more: int = 0) -> bytes:
    """The head of a body, which promises some more than there is."""
    return head(good, f"Content-Length: {len(good.body) + more}")


def half(good: File) -> bytes:
    """The first part of a text, cut between two characters in the middle of what it says."""
    text = good.body.decode("utf-8", "replace")
    return text[: text.find("上午") + 1 or len(text) * 6 // 10].encode()
