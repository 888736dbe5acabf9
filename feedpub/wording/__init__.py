"""What feedpub says to readers, and what it has to recognise: a part of a language's row. One module a language."""

from feedpub.wording.words import Words

__all__ = ["Words"]
