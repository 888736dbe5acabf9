"""Runs a command as a unit of systemd confines it, where there is no systemd: `sandbox.py UNIT WRITABLE… -- COMMAND…`.

Emulated, with root's rights: ProtectSystem=strict, ReadWritePaths (all is read-only but for the folders WRITABLE…, of
which TMPDIR has to be one), ProtectHome, NoNewPrivileges, CapabilityBoundingSet, MemoryDenyWriteExecute,
RestrictAddressFamilies, SystemCallFilter.
Imports nothing of ours: it becomes the command.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

NO_RIGHTS = 77
"""The exit code where the kernel does not let us."""
_NEWNS, _BIND, _REMOUNT, _RDONLY, _PRIVATE, _REC = 0x20000, 4096, 32, 1, 1 << 18, 16384
_KERNELS = ("/proc", "/sys", "/dev")
_HOMES = ("/home", "/root")
_CAPBSET_DROP, _NO_NEW_PRIVS, _SET_MDWE = 24, 38, 65
_CAPABILITIES = 41
_ALLOW, _ERRNO, _EQUAL = 0x7FFF0000, 0x00050000, 4
_libc = ctypes.CDLL(None, use_errno=True)


class Comparison(ctypes.Structure):
    """`struct scmp_arg_cmp` of libseccomp."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("one", ctypes.c_uint64),
        ("other", ctypes.c_uint64),
    )


def directives(unit: Path) -> Iterator[tuple[str, str]]:
    """The directives of a unit, in order."""
    for line in unit.read_text("utf-8").splitlines():
        if "=" in line and not line.startswith(("#", ";", "[")):
            name, _, value = line.partition("=")
            yield name, value


def main(arguments: list[str]) -> None:
    """Become a command."""
    cut = arguments.index("--")
    unit, writable, command = Path(arguments[0]), arguments[1:cut], arguments[cut + 1 :]
    said = list(directives(unit))
    calls = _system_calls([value for name, value in said if name == "SystemCallFilter"])
    families = [name for key, value in said if key == "RestrictAddressFamilies" for name in value.split()]
    try:
        _file_system(writable)
    except OSError as problem:
        sys.stderr.write(f"cannot make the file system read-only: {problem}\n")
        sys.exit(NO_RIGHTS)
    values = dict(said)
    if values["CapabilityBoundingSet"] == "":
        for number in range(_CAPABILITIES):
            _done(_libc.prctl(_CAPBSET_DROP, number, 0, 0, 0))
    if values["NoNewPrivileges"] == "yes":
        _done(_libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
    if values["MemoryDenyWriteExecute"] == "yes":
        _libc.prctl(_SET_MDWE, 1, 0, 0, 0)  # Linux 6.3 or later; before, this is left out.
    _filter(calls, families)
    os.execv(command[0], command)  # noqa: S606 - it is what the test wants


def _file_system(writable: Sequence[str]) -> None:
    """Make all that is mounted read-only, but for some folders."""
    _done(_libc.unshare(_NEWNS))
    _mount(b"none", b"/", _PRIVATE | _REC)
    for place in writable:
        _mount(place.encode(), place.encode(), _BIND)
    needed = (str(Path(sys.executable).resolve()), str(Path(__file__)), sys.prefix)
    for home in _HOMES:
        if Path(home).is_dir() and not any(one.startswith(f"{home}/") for one in needed):
            _mount(b"tmpfs", home.encode(), _RDONLY, b"tmpfs")
    kept = set(writable)
    for line in Path("/proc/self/mountinfo").read_text("utf-8").splitlines():
        place = line.split()[4]
        if place not in kept and not place.startswith(_KERNELS):
            _mount(b"none", place.encode(), _REMOUNT | _BIND | _RDONLY)


def _mount(what: bytes, where: bytes, flags: int, kind: bytes | None = None) -> None:
    _done(_libc.mount(what, where, kind, ctypes.c_ulong(flags), None))


def _system_calls(filters: Iterable[str]) -> set[str]:
    """The calls that are left by the filters of a unit, as systemd knows their groups."""
    left: set[str] = set()
    for line in filters:
        named = {call for name in line.removeprefix("~").split() for call in _expanded(name)}
        left = left - named if line.startswith("~") else left | named
    return left


def _expanded(name: str) -> Iterator[str]:
    if not name.startswith("@"):
        yield name
        return
    said = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True)  # noqa: S607
    for line in said.stdout.splitlines()[1:]:
        if line.strip() and not line.strip().startswith("#"):
            yield from _expanded(line.strip())


def _filter(calls: Iterable[str], families: Iterable[str]) -> None:
    """Have the kernel refuse all other calls (EPERM), and sockets of other families."""
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(_ERRNO | errno.EPERM))
    for call in calls:
        number = seccomp.seccomp_syscall_resolve_name(call.encode())
        if number >= 0 and call != "socket":
            _done(seccomp.seccomp_rule_add_array(context, _ALLOW, number, 0, None))
    number = seccomp.seccomp_syscall_resolve_name(b"socket")
    for family in families:
        one = Comparison(0, _EQUAL, int(getattr(socket, family)), 0)
        _done(seccomp.seccomp_rule_add_array(context, _ALLOW, number, 1, ctypes.byref(one)))
    _done(seccomp.seccomp_load(context))


def _done(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno() or abs(result)
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main(sys.argv[1:])
