"""Whatever a key, a topic, a feed or a file is called: nothing is written, or read, outside of its folder."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedpub import feedtables, taxonomy
from feedpub.collect.files.source import FilesSource
from feedpub.collect.keptpages import Kept, KeptPages
from feedpub.collect.options import FilesOptions
from feedpub.entries import addresses, identity
from feedpub.errors import PublishError
from feedpub.model import Document, Validators
from feedpub.publish.directory import Directory
from feedpub.site import embeds
from feedpub.tables import TableError
from tests.fuzz.targets import NOW, around, source
from tests.hostile.families import families
from tests.hostile.town import toml

_QUICK = settings(deadline=None, max_examples=60)
_ANY = st.one_of(
    st.sampled_from([text for text in families()["paths"] if "\ud800" not in text]),
    st.lists(st.sampled_from(["..", ".", "/", "\\", "\0", "a", "%2e", " ", "\n", "topics", "漢"]), max_size=8).map(
        "".join
    ),
    st.text(max_size=300),
)
_ADDRESS = re.compile(r"[a-z0-9-]+(?:/[a-z0-9-]+)*\.html")


@_QUICK
@given(_ANY)
@example("../" * 40 + "etc/passwd")
@example("?story/../..")
def test_a_storys_page_is_at_a_plain_address(key: str) -> None:
    story = identity.story_id(identity.entry_id("town.example", NOW.date(), key))
    path = addresses.path_of(story, "2026-11")
    assert _ADDRESS.fullmatch(path)
    assert len(path) < 100
    assert _ADDRESS.fullmatch(addresses.path_of(key, "2026-11"))


@_QUICK
@given(_ANY)
def test_a_feed_is_called_by_plain_letters_or_not_at_all(name: str) -> None:
    for given_ in (name, f"topics/{name}", f"bodies/{name}"):
        group, _, last = given_.rpartition("/")
        try:
            feedtables.identifier("feed: id", last if group in feedtables.GROUPS else given_)
        except TableError:
            continue
        assert re.fullmatch(r"(?:(?:topics|bodies)/)?[a-z0-9][a-z0-9_-]*", given_)
        assert ".." not in embeds.path(given_, "en", ".json")


@_QUICK
@given(_ANY)
def test_a_topic_or_a_body_is_called_by_plain_letters_or_not_at_all(name: str) -> None:
    for read, table in (
        (lambda text: taxonomy.read_taxonomy(text, taxonomy.Gazetteer()), "[[topic]]\nid = {}\nlabel = {{ en = 'x' }}"),
        (taxonomy.read_gazetteer, "[[body]]\nid = {}\nkind = 'bureau'\nname = {{ en = 'x' }}"),
        (lambda text: taxonomy.read_taxonomy(text, taxonomy.Gazetteer()), "scheme = {}\n[[topic]]\nid = 'x'\nlabel = {{ en = 'x' }}"),
    ):  # fmt: skip
        try:
            read(table.format(toml(name)))
        except TableError:
            continue
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]*/?|[a-z0-9][a-z0-9/-]*/", name)


@_QUICK
@given(_ANY)
@example("a/../../b")
@example("a/./b")
@example("//x")
@example("a\0b")
@example("")
@example("x" * 300)
def test_what_is_written_is_below_the_directory_or_refused(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    folder = tmp_path_factory.mktemp("output")
    directory = Directory(folder / "public")
    directory.root.mkdir()
    for act in _ACTS:
        try:
            act(directory, path)
        except PublishError:
            continue
    assert [one.name for one in folder.iterdir()] == ["public"]
    assert not [one for one in directory.root.rglob("*") if not one.resolve().is_relative_to(directory.root.resolve())]


_ACTS: tuple[Callable[[Directory, str], object], ...] = (
    lambda directory, path: directory.write(Document(path=path, media_type="text/html", body=b"x")),
    lambda directory, path: directory.write(Document(path=f"{path}/x.html", media_type="text/html", body=b"x")),
    lambda directory, path: directory.size(path),
    lambda directory, path: directory.names(path),
    lambda directory, path: directory.remove(path),
)


@_QUICK
@given(_ANY)
@example("http://x/\ud800")
def test_a_kept_page_is_in_its_folder(tmp_path_factory: pytest.TempPathFactory, address: str) -> None:
    folder = tmp_path_factory.mktemp("kept")
    pages = KeptPages(folder / "pages")
    pages.keep(Kept(asked=address.encode("utf-8", "ignore").decode(), url="http://x/", body=b"x"))
    assert [one.name for one in folder.iterdir()] == ["pages"]
    for one in (folder / "pages").rglob("*"):
        assert re.fullmatch(r"[0-9a-f]{2}|[0-9a-f]{40}\.zst", one.name)


# Files


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder with a release, beside a file that is none of its."""
    (tmp_path / "secret.txt").write_text("Secret\n\nNobody may know.", "utf-8")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "deep.txt").write_text("Secret\n\nDeeper.", "utf-8")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "pier.txt").write_text("Pier\n\nThe pier is shut.", "utf-8")
    return inbox


def opened(inbox: Path) -> FilesSource:
    return FilesSource(source(FilesOptions(directory=str(inbox), language="en")), around())


@pytest.mark.parametrize(
    ("name", "target"),
    [("a.txt", "../secret.txt"), ("b.md", "/etc/passwd"), ("c.txt", "c2.md"), ("d.html", "../more/deep.txt")],
)
def test_a_link_that_leads_out_of_the_folder_is_not_read(name: str, target: str, inbox: Path) -> None:
    (inbox / name).symlink_to(target)
    (inbox / "c2.md").symlink_to("../secret.txt")
    found = opened(inbox).discover(lambda _: None)
    assert [one.key for one in found.sightings] == ["pier"]
    assert (
        len([one for one in found.failures if one.endswith("leads out of the folder; put the file itself there")]) == 2
    )


def test_a_folder_that_a_link_leads_to_is_left_alone(inbox: Path) -> None:
    (inbox / "more").symlink_to("../more")
    found = opened(inbox).discover(lambda _: None)
    assert [one.key for one in found.sightings] == ["pier"]


def test_a_link_within_the_folder_and_a_folder_that_is_a_link_are_read(inbox: Path) -> None:
    (inbox / "z.txt").symlink_to("pier.txt")
    (inbox.parent / "there").symlink_to("inbox")
    found = opened(inbox.parent / "there").discover(lambda _: None)
    assert [one.key for one in found.sightings] == ["pier", "z"]
    assert found.failures == ()
    assert opened(inbox.parent / "there").read(found.sightings[1], Validators()).release


def test_a_name_that_is_not_utf_8_costs_that_file_only(inbox: Path) -> None:
    Path(os.fsdecode(os.fsencode(inbox) + b"/sch\xf6n.txt")).write_text("Pier\n\nIt is shut.", "utf-8")
    found = opened(inbox).discover(lambda _: None)
    assert [one.key for one in found.sightings] == ["pier"]
    assert found.failures == (f"{inbox}/sch?n.txt: its name is not UTF-8; rename it",)
