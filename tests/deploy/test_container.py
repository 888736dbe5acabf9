"""The Containerfile: its instructions, read, as nothing here builds images."""

from __future__ import annotations

import json
import os
import re
import shlex
import tomllib
from pathlib import Path

import click
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from feedpub import cli
from tests.deploy.site import SNIPPETS

ROOT = SNIPPETS.parents[1]
TEXT = (SNIPPETS / "Containerfile").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONSTRAINTS = (SNIPPETS / "constraints.txt").read_text("utf-8")
EXTRAS = ("serve", "search", "images", "brotli")


def stages() -> list[list[tuple[str, str]]]:
    """The instructions, by stage; those before the first FROM are the first one."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", TEXT, flags=re.MULTILINE))
    found: list[list[tuple[str, str]]] = [[]]
    for line in filter(None, joined.splitlines()):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            found.append([])
        found[-1].append((name, rest))
    return found


def given(stage: int, name: str) -> list[str]:
    return [rest for one, rest in stages()[stage] if one == name]


def command(text: str) -> list[str]:
    """A command in its exec form: no shell stands between it and signals."""
    found = json.loads(text)
    assert isinstance(found, list)
    return [str(one) for one in found]


def is_understood(arguments: list[str]) -> bool:
    """Whether feedpub has such a command with such options."""
    found = cli.commands.get_command(click.Context(cli.commands), arguments[0])
    assert found, arguments[0]
    found.make_context(arguments[0], arguments[1:])
    return True


def test_the_base_is_named_once_without_a_registry() -> None:
    start, build, final = stages()
    assert start == [("ARG", "PYTHON=python:3.11-slim")]
    assert build[0] == ("FROM", "${PYTHON} AS build")
    assert final[0] == ("FROM", "${PYTHON}")
    assert not re.search(r"\b[\w-]+\.(io|com|org|net)/", TEXT)


def test_what_is_copied_is_there_and_is_all_that_the_package_is_made_of() -> None:
    copied = [name for rest in given(1, "COPY") for name in rest.split()[:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    needed = {PROJECT["readme"], *PROJECT["license-files"], "feedpub", "config/topics", "pyproject.toml"}
    assert needed <= set(copied)


def test_it_installs_extras_that_there_are() -> None:
    (line,) = given(1, "RUN")
    (wanted,) = re.findall(r'"\.\[([\w,]+)\]"', line)
    assert tuple(wanted.split(",")) == EXTRAS
    assert set(EXTRAS) <= PROJECT["optional-dependencies"].keys()
    for part in line.split(" && "):
        assert shlex.split(part)[0] == "python"


def test_what_is_installed_is_pinned_within_the_bounds_of_the_project() -> None:
    pinned = {}
    for line in CONSTRAINTS.splitlines():
        if not line.startswith("#"):
            name, _, number = line.partition("==")
            pinned[canonicalize_name(name)] = Version(number)
    wanted = [*PROJECT["dependencies"], *(one for extra in EXTRAS for one in PROJECT["optional-dependencies"][extra])]
    for requirement in map(Requirement, wanted):
        version = pinned[canonicalize_name(requirement.name)]
        assert version in requirement.specifier, requirement


def test_it_runs_as_a_user_without_rights_who_owns_only_what_is_written() -> None:
    (user,) = given(2, "USER")
    number = user.split(":")[0]
    assert int(number) > 1000  # A number: an orchestrator can tell that it is not root.
    (made,) = given(2, "RUN")
    volumes = command(given(2, "VOLUME")[0])
    assert made.split()[:5] == ["install", "-d", "-o", number, "-g"]
    assert set(volumes) < set(made.split())
    names = [name for name, _ in stages()[2]]
    assert names.index("RUN") < names.index("USER") < names.index("VOLUME")


def test_the_configs_own_paths_are_the_volumes() -> None:
    config = tomllib.loads((ROOT / "config/feedpub.toml").read_text("utf-8"))
    place = Path(command(given(2, "CMD")[0])[2]).parent
    store = config["store"]["url"].removeprefix("sqlite:///")
    folders = [place / config["output"]["directory"], (place / store).parent]
    volumes = command(given(2, "VOLUME")[0])
    assert [os.path.normpath(folder) for folder in folders] == volumes


def test_its_commands_are_feedpubs_own() -> None:
    (health,) = given(2, "HEALTHCHECK")
    options, _, check = health.partition("CMD ")
    assert set(re.findall(r"--([\w-]+)=", options)) == {"interval", "timeout", "start-period", "retries"}
    assert command(given(2, "ENTRYPOINT")[0]) == ["feedpub"]
    started = command(given(2, "CMD")[0])
    program, *asked = command(check.strip())
    assert program == "feedpub"
    assert is_understood(asked)
    assert is_understood(started)
    assert asked[-1] == started[2]
    assert started[-1].endswith(f":{given(2, 'EXPOSE')[0]}")
    assert given(2, "STOPSIGNAL") == ["SIGTERM"]


def test_it_says_under_which_licence_it_is() -> None:
    assert f'org.opencontainers.image.licenses="{PROJECT["license"]}"' in given(2, "LABEL")[0]
