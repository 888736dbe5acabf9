"""Prints the lowest versions of the packages that pyproject.toml allows, as constraints for pip.

    pip install -c <(python tests/lowest.py) -e '.[test]'

What is for tests only keeps its newest versions, but where feedpub has the package in an extra as well.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

_PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
_LOWEST = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?>=([0-9.]+)")


def lowest(text: str) -> Iterator[str]:
    """The constraints of a pyproject.toml."""
    project = tomllib.loads(text)["project"]
    extras = (wanted for name, wanted in project["optional-dependencies"].items() if name != "test")
    for requirement in sorted({*project["dependencies"], *(one for wanted in extras for one in wanted)}):
        found = _LOWEST.match(requirement)
        if not found:
            raise SystemExit(f"{_PROJECT.name}: {requirement} has no lower bound")
        yield f"{found[1]}=={found[2]}"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lowest(_PROJECT.read_text("utf-8")))
