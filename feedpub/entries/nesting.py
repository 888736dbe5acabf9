"""Whether HTML can be read in a time and a memory that grow with its length.

A parser of HTML opens what was not closed again in each paragraph that follows (WHATWG HTML, 13.2.4.3), so that a few
thousand emphases that never end become millions of elements. It searches what is open for each tag, too.
"""

from __future__ import annotations

import re

_FEW = 200
"""Tags up to which nothing can take long."""
_MOST_TAGS, _MOST_REOPENED = 60_000, 300_000
"""Tags, and elements that are opened again."""
_MOST_LEVELS, _MOST_LISTS = 1_000, 256
"""Levels, and those of them that lists and tables make: they stay, and readers have their limits, too."""
_PIECE = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<end>/?)(?P<name>[a-z][^\s/>]*+)(?P<rest>(?:[^>\"'=]|=\s*+(?:\"[^\"]*+\"|'[^']*+')?|[\"'])*+)>?",
    re.DOTALL | re.IGNORECASE,
)
_FORMATTING = frozenset(
    ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
)
_ALIKE = 3
"""How many of the same formatting, attributes and all, are open at once: further ones close the first."""
_RAW = frozenset(
    ("iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "textarea", "title", "xmp")
)
_NO_LEVEL = frozenset(
    (
        *("area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link"),
        *("meta", "param", "source", "track", "wbr", "html", "head", "body", "frameset"),
        *("p", "li", "dd", "dt", "option", "optgroup", "tr", "thead", "tbody", "tfoot", "colgroup", "rp", "rt"),
    )
)
"""Elements without an inside, and those that the next of their kind ends."""
_LISTS = frozenset(("ul", "ol", "table"))
_CELLS = frozenset(("td", "th", "caption"))
_SCOPES = frozenset(("table", "object", "marquee", "applet", "template", "svg", "math", "button", "select", *_CELLS))
"""Elements in which no end tag ends what is open around them."""
_MARKERS = frozenset(("object", "marquee", "applet", "template", *_CELLS))
"""Those of them with which the formatting in them ends."""


def fault(fragment: str) -> str:
    """What is wrong with a piece of HTML, as the end of a sentence; "" if it can be read.

    What is open is reckoned rather too high than too low.
    """
    tags = fragment.count("<")
    if tags <= _FEW:
        return ""
    if tags > _MOST_TAGS:
        return f"has more than {_MOST_TAGS:,} tags, as no release has"
    return _Nesting().fault(fragment)


class _Nesting:
    """Goes through HTML tag by tag and keeps what is open: elements, and formatting by the scope that it began in."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._scopes: list[tuple[int, int]] = []
        """Of each scope that is open: its place among what is open, and its number."""
        self._begun = self._lists = 0
        self._formatting: dict[str, list[tuple[str, int]]] = {}
        self._count = 0
        self._within = ""

    def fault(self, fragment: str) -> str:
        """As above."""
        reopened = 0
        for match in _PIECE.finditer(fragment):
            if match["name"] is None:
                continue
            name, ends = match["name"].lower(), bool(match["end"])
            if self._within:
                if ends and name == self._within:
                    self._within = ""
                continue
            if ends:
                self._end(name)
            else:
                self._start(name, match["rest"])
            reopened += self._count
            if len(self._open) > _MOST_LEVELS or self._lists > _MOST_LISTS:
                return "is nested too deeply to be read whole"
            if reopened > _MOST_REOPENED:
                return "has emphasis that never ends, again and again"
        return ""

    def _start(self, name: str, rest: str) -> None:
        if name in _RAW:
            self._within = name
        elif name in _FORMATTING:
            self._format(name, rest)
        elif name in _CELLS and "table" not in self._open:
            return
        elif name not in _NO_LEVEL:
            if name in _CELLS:
                self._drop(_last(self._open, "table") + 1)
            self._open.append(name)
            self._lists += name in _LISTS
            if name in _SCOPES:
                self._begun += 1
                self._scopes.append((len(self._open) - 1, self._begun))

    @property
    def _scope(self) -> int:
        return self._scopes[-1][1] if self._scopes else 0

    def _format(self, name: str, rest: str) -> None:
        known = self._formatting.setdefault(name, [])
        if name in ("a", "nobr"):  # One ends the other.
            self._count -= len(known)
            known.clear()
        one = (rest, self._scope)
        if known.count(one) < _ALIKE:
            known.append(one)
            self._count += 1

    def _end(self, name: str) -> None:
        if name in _FORMATTING:
            known = self._formatting.get(name)
            if known and known[-1][1] == self._scope:
                known.pop()
                self._count -= 1
        elif name in self._open:
            at = _last(self._open, name)
            if name in _SCOPES or not (self._scopes and self._scopes[-1][0] > at):
                self._drop(at)

    def _drop(self, at: int) -> None:
        """End what is open from a place on; with a cell or the like ends the formatting in it."""
        ended = set()
        while self._scopes and self._scopes[-1][0] >= at:
            place, number = self._scopes.pop()
            if self._open[place] in _MARKERS:
                ended.add(number)
        self._lists -= sum(name in _LISTS for name in self._open[at:])
        del self._open[at:]
        for name, known in self._formatting.items() if ended else ():
            kept = [one for one in known if one[1] not in ended]
            self._count -= len(known) - len(kept)
            self._formatting[name] = kept


def _last(names: list[str], name: str) -> int:
    return len(names) - 1 - names[::-1].index(name)
