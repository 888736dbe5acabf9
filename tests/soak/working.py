"""The process that is soaked: it runs the job as the service does, again and again, and says how it is after each run.

python -m tests.soak.working FOLDER        (lines of JSON: an order in, what became of it out)
"""

from __future__ import annotations

import errno
import os
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from feedpub import accepting, config, job, logs, memory
from feedpub.collect.kinds import KINDS
from feedpub.errors import FeedpubError
from feedpub.report import Problem, RunReport, SourceReport
from feedpub.telling import Teller

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = {"os.rename": 1, "os.mkdir": 0}


class Internet(msgspec.Struct, frozen=True):
    """An invented internet: what names resolve to, one answer after the other, and ports of this machine by address."""

    names: dict[str, list[list[str]]]
    servers: dict[str, int]


class Order(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A run to be made: when it is, whether it asks nobody, and whether the output's disk is full.

    `anew` has names resolve as at first.
    """

    now: datetime
    offline: bool = False
    full: bool = False
    anew: bool = False


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a run, and how the process is after it.

    `raised` is what a run said that could not be made. `memory` is resident, in kB; `handles` are open file
    descriptors. `strays` are addresses that were connected to and may not be.
    """

    code: int
    raised: str = ""
    sources: tuple[SourceReport, ...] = ()
    failed: tuple[Problem, ...] = ()
    hubs: int = 0
    told: int = 0
    waiting: int = 0
    unsent: tuple[Problem, ...] = ()
    written: int = 0
    memory: int
    handles: int
    threads: int
    strays: tuple[str, ...] = ()


class _Net:
    """The internet in place of the real one; as faults/net.py has it, but nothing of it grows."""

    def __init__(self, net: Internet) -> None:
        self._net, self._turns, self.strays = net, dict[str, int](), set[str]()
        self._connect = socket.create_connection

    def anew(self) -> None:
        self._turns.clear()

    def resolve(self, host: str, port: int, *_: object, **__: object) -> list[Any]:
        """As `socket.getaddrinfo`."""
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in self._answer(host)
        ]

    def connect(self, address: tuple[str, int], *arguments: Any, **named: Any) -> socket.socket:
        """As `socket.create_connection`."""
        place = f"{address[0]} {address[1]}"
        if place not in self._net.servers:
            self.strays.add(place)
            raise ConnectionRefusedError(f"nothing is at {address}")
        return self._connect(("127.0.0.1", self._net.servers[place]), *arguments, **named)

    def _answer(self, host: str) -> list[str]:
        answers = self._net.names.get(host)
        if answers is None:
            if host.replace(".", "").isdigit() or ":" in host:
                return [host]
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        turn = self._turns.get(host, 0)
        self._turns[host] = min(turn + 1, len(answers) - 1)
        return answers[turn]


class _Disk:
    """The disk of the output, which may be full."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.full = f"{folder}/", False

    def audit(self, name: str, args: tuple[Any, ...]) -> None:
        """An audit hook: nothing is made below the folder while its disk is full."""
        if not self.full:
            return
        if name == "open":
            path, _, flags = args
            if not (isinstance(flags, int) and flags & _WRITING):
                return
        elif name in _CHANGES:
            path = args[_CHANGES[name]]
        else:
            return
        if isinstance(path, str | os.PathLike) and os.fspath(path).startswith(self.folder):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _memory() -> int:
    with Path("/proc/self/status").open(encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def _outcome(net: _Net, **known: Any) -> Outcome:
    strays = tuple(sorted(net.strays))
    net.strays.clear()
    return Outcome(
        **known,
        memory=_memory(),
        handles=len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - texts are less to make
        threads=threading.active_count(),
        strays=strays,
    )


def _of(report: RunReport) -> dict[str, Any]:
    return {
        "code": report.exit_code,
        "sources": report.sources,
        "failed": report.failed,
        "hubs": len(report.hubs.failed),
        "told": report.alerts.told,
        "waiting": report.alerts.waiting,
        "unsent": report.alerts.failed,
        "written": len(report.written),
    }


def main() -> None:
    """Run what is ordered until there is no more."""
    folder = Path(sys.argv[1])
    orders, answers = sys.stdin.buffer, sys.stdout.buffer
    net = _Net(msgspec.json.decode(orders.readline(), type=Internet))
    socket.getaddrinfo = net.resolve  # type: ignore[assignment] # of its forms, those that are used
    socket.create_connection = net.connect  # type: ignore[assignment] # as above
    # Nobody cuts the power, and a disk takes longer than all else.
    os.fsync = lambda _: None  # type: ignore[assignment]
    disk = _Disk(folder / "public")
    sys.addaudithook(disk.audit)
    # Sources of the real internet are asked by TLS from the first run on: what it takes comes with its first context.
    ssl.create_default_context()
    settings = config.load(folder / "site.toml", KINDS)
    accepted, teller = accepting.Accepted(), Teller()

    def run(order: Order) -> Outcome:
        disk.full = order.full
        if order.anew:
            net.anew()
        try:
            report = job.run(settings, job.Run(now=order.now, offline=order.offline), accepted.topical(settings))
        except FeedpubError as problem:
            return _outcome(net, code=1, raised=str(problem))
        finally:
            disk.full = False
            memory.give_back()
        teller.tell(report)
        return _outcome(net, **_of(report))

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, logs.logged(nowhere, logs.JSON):
        _answer(orders, answers, run)


def _answer(orders: Any, answers: Any, run: Callable[[Order], Outcome]) -> None:
    decode, encode = msgspec.json.Decoder(Order).decode, msgspec.json.encode
    for line in iter(orders.readline, b""):
        answers.write(encode(run(decode(line))) + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
