"""feedpub publishes the press releases of a bilingual government as feeds."""

__version__ = "0.1.0"
