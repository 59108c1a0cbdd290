"""Texts of sources, told together."""

from __future__ import annotations

from collections.abc import Collection

import pyoxigraph as ox


def joined(texts: Collection[ox.Literal]) -> ox.Literal | None:
    """Give several texts as one, with their language where it is the same; None for none."""
    if not texts:
        return None
    languages = {text.language for text in texts}
    words = "; ".join(sorted({text.value for text in texts}))
    return ox.Literal(words, language=languages.pop()) if len(languages) == 1 else ox.Literal(words)
