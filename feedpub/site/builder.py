"""The page on which somebody chooses what to embed, sees it, and copies the line."""

from __future__ import annotations

import msgspec

from feedpub.model import Document
from feedpub.site import assets, embeds
from feedpub.site import frame as frames
from feedpub.site.frame import Frame, Site, absolute

_COUNT = 5


class Builder(msgspec.Struct, frozen=True, kw_only=True):
    """What can be embedded: groups of feeds with their headings, each feed with its id and its title.

    The first feed of the first group is chosen at first; another one by the page's query, "?feed=topics/health".
    """

    site: Site
    language: str
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line to copy: for which kind of embed, what it says for the first feed, and with `{…}` for what is chosen."""

    kind: str
    heading: str
    text: str
    pattern: str
    note: str = ""


def page(shown: Builder) -> Document:
    """The builder in a language, at <language>/embed/index.html."""
    site, language = shown.site, shown.language
    texts = frames.texts(language).embed
    paths = {tag: f"{tag}/embed/index.html" for tag in site.languages}
    frame = Frame(
        site=site,
        language=language,
        path=paths[language],
        title=texts.builder,
        description=texts.builder_lead,
        versions=paths,
        default=paths[site.languages[0]],
        scripts=(embeds.SCRIPT, assets.path("builder.js")),
    )
    latest = {tag: frames.texts(tag).embed.latest for tag in site.languages}
    return frames.page(
        "builder.html",
        frame,
        groups=shown.groups,
        lines=_lines(shown),
        latest=msgspec.json.encode(latest).decode(),
        most=embeds.MOST,
        count=_COUNT,
        heights=(embeds.height(0), embeds.height(1) - embeds.height(0)),
    )


def _lines(shown: Builder) -> tuple[Line, ...]:
    site, texts = shown.site, frames.texts(shown.language).embed
    feed, title = next((feed for _, group in shown.groups for feed in group), ("all", site.title[shown.language]))
    first = {
        "feed": feed,
        "lang": shown.language,
        "title": embeds.frame_title(shown.language, title),
        "height": str(embeds.height(_COUNT)),
        "count": str(_COUNT),
        "look": "",
    }
    script = (
        f'<script src="{absolute(site, embeds.SCRIPT)}" async></script>'
        '<feedpub-latest feed="{feed}" lang="{lang}" count="{count}"{look}></feedpub-latest>'
    )
    fragment = absolute(site, embeds.path("{feed}", "{lang}", ".inc"))
    kinds = (
        ("script", texts.code_script, script, ""),
        ("frame", texts.code_frame, embeds.frame_pattern(site), texts.frame_note),
        ("include", texts.code_include, f'<esi:include src="{fragment}"/>', texts.include_note),
        ("reserve", texts.reserve, embeds.RESERVING, ""),
    )
    return tuple(
        Line(
            kind=kind,
            heading=heading,
            text=embeds.filled(pattern, first | ({"lang": "auto"} if kind == "script" else {})),
            pattern=pattern,
            note=note.replace("{count}", str(embeds.FRAMED)),
        )
        for kind, heading, pattern, note in kinds
    )
