"""What a Turtle file says besides its triples: its comments, and the base its relative IRIs stand on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from medkg.errors import OntologyError, Place

TOKEN: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"""' + r"|'''(?:[^'\\]|\\.|'{1,2}(?!'))*'''"
    r'|"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*'" + r"|<[^<>\s]*>|(?P<comment>\#[^\n]*)|(?P<end>\.)(?=\s|\#|\Z)"
    r"|[^\s<\"'\#.]+(?:\.[^\s<\"'\#.]+)*|\.|\s+",
    re.DOTALL,
)
DIRECTIVES: Final = ("prefix", "base")


@dataclass(slots=True)
class Extras:
    """The comments that open a file, those in front of a statement by its subject ("" at the end), and the base."""

    head: list[str] = field(default_factory=list)
    before: dict[str, list[str]] = field(default_factory=dict)
    base: str = ""


def read_extras(text: str, name: str) -> Extras:
    """Give the comments and the base of a Turtle text.

    Raises:
        OntologyError: a comment stands inside a statement, where the stable form has no place for it.
    """
    extras = Extras()
    waiting: list[str] = []
    statement = ""
    for token in TOKEN.finditer(text):
        word = token.group()
        if token["comment"]:
            _refuse_inside(statement, text, token, name)
            waiting.append(word.rstrip())
        elif token["end"]:
            statement = ""
        elif _directive(statement) == "base" and word.startswith("<"):
            extras.base = word[1:-1]
        if _directive(statement) and not statement.startswith("@") and word.startswith("<"):
            statement = ""
        elif not statement and not (token["comment"] or token["end"] or word.isspace()):
            statement = word
            _keep(extras, word, waiting)
            waiting = []
    _keep(extras, "", waiting)
    return extras


def _directive(word: str) -> str:
    """Give which directive a word opens, in either of the two spellings Turtle has; "" if none."""
    name = word.removeprefix("@").lower()
    return name if name in DIRECTIVES else ""


def _keep(extras: Extras, subject: str, comments: list[str]) -> None:
    if _directive(subject):
        extras.head += comments
    elif comments:
        extras.before.setdefault(subject, []).extend(comments)


def _refuse_inside(statement: str, text: str, token: re.Match[str], name: str) -> None:
    if statement:
        place = Place(name, text.count("\n", 0, token.start()) + 1)
        remedy = "Put it on a line of its own in front of the statement, or make it an rdfs:comment."
        raise OntologyError("a comment inside a statement", place=place, value=token.group(), remedy=remedy)
