"""Which of a thing's names is shown to a reader of a language. No I/O."""

from __future__ import annotations

from collections.abc import Mapping

from medkg.settings import LANGUAGES


def chosen(names: Mapping[str, str], *languages: str) -> str:
    """Give the language of the name to show, of names by language: the first asked for, English, none, else any."""
    wanted = (*languages, "en", "", *LANGUAGES)
    return next((one for one in wanted if one in names), min(names))
