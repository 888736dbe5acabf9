"""Where a server listens: HOST:PORT."""

from __future__ import annotations

import re
from typing import NamedTuple

LOOPBACK = "127.0.0.1"
_ADDRESS = re.compile(r"(?:(\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]|[^\s:/\[\]@]*):)?([0-9]{1,5})")
_LAST_PORT = 65535


class Address(NamedTuple):
    """A host, without brackets, and a port; 0 is any that is free."""

    host: str
    port: int

    def __str__(self) -> str:
        """As it is written in a web address."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse(text: str) -> Address:
    """Read "0.0.0.0:80", "[::1]:8000", "localhost:8000", ":8000" or "8000".

    Who names no host does not mean to be reached from elsewhere: it is this machine only.

    Raises:
        ValueError: with what was expected.
    """
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is not HOST:PORT, like 127.0.0.1:8000 or [::1]:8000')
    host, port = (found[1] or LOOPBACK).strip("[]"), int(found[2])
    if port > _LAST_PORT:
        raise ValueError(f'"{text}": a port is a number from 0 to {_LAST_PORT}')
    return Address(host, port)
