"""The questions that servers are measured with, one file each, and the requests made of them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from itertools import product
from urllib.parse import quote

from medkg.bench.registry import PARTNERS, STATEMENTS_OF_A_PROJECT

#: What is asked for where rows are wanted as a program wants them.
JSON = "application/sparql-results+json"
TSV = "text/tab-separated-values"


def question(name: str, ending: str = "rq", **values: str) -> str:
    """Give a question or update without its comments, its words in capitals replaced."""
    lines = (files(__name__) / f"{name}.{ending}").read_text(encoding="utf-8").splitlines()
    text = " ".join(line.strip() for line in lines if not line.startswith("#"))
    for word, value in values.items():
        text = text.replace(word, value)
    return text


def target(path: str, text: str) -> str:
    """Give the target of the GET that asks a question."""
    return f"{path}?query={quote(text, safe='')}"


def points(path: str, quads: int, kinds: tuple[str, ...] = ("statements", "name", "referrers")) -> Iterator[str]:
    """Give distinct point queries over a made-up registry of that size, things and kinds taking turns."""
    projects = range(1, quads // STATEMENTS_OF_A_PROJECT)
    for kind in kinds:
        asked = target(path, question(kind))
        for number, partner in product(projects, range(PARTNERS)):
            yield asked.replace("ENTITY", f"organisation%2F{number}-{partner}")
