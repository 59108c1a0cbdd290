"""What is asked of the engine on the way of a change: one file each, parts of an operation on lines of their own."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Template


def composed(file: str, **parts: str) -> str:
    """Give the text of a file of this folder with its parts filled in.

    A part stands on lines of its own, so that a comment in it ends with it.

    Raises:
        KeyError: a part is missing.
    """
    return _template(file).substitute(parts)


@cache
def _template(file: str) -> Template:
    return Template((files(__name__) / file).read_text(encoding="utf-8"))
