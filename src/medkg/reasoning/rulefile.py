"""Files of SPARQL with a YAML header in their ``#+`` lines, checked as they are read. Rules are such files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyoxigraph as ox

from medkg.errors import OntologyError, Place
from medkg.headers import read_header
from medkg.namespaces import RULE, expand
from medkg.syntax import syntax_problem

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RULE_FILE = re.compile(r"(?P<number>[0-9]{2})-[a-z0-9-]+\.rq")
_RULE_KEYS = ("id", "summary", "because", "version")
_READS = "reads"
_TITLE = "title"


@dataclass(frozen=True, slots=True)
class Rule:
    """An inference rule: one CONSTRUCT over the data, the sentence that justifies it, and its place in the order.

    ``number`` orders the rules; its tens digit is the stratum. A rule that asks for the absence of something stands in
    a higher stratum than the rules that could still add it.
    """

    id: str
    number: int
    file: str
    summary: str
    because: str
    version: str
    text: str
    title: Mapping[str, str]
    reads: frozenset[str] = frozenset()

    @property
    def iri(self) -> str:
        """Give the IRI that claims of inferred statements point to."""
        return RULE + self.id

    @property
    def stratum(self) -> int:
        """Give the tens digit of the rule's number."""
        return self.number // 10

    def can_read(self, terms: Set[str]) -> bool:
        """Tell whether the rule asks for one of these properties and classes."""
        return not self.reads or not self.reads.isdisjoint(terms)


def load_rules(folder: Path) -> tuple[Rule, ...]:
    """Read every ``NN-name.rq`` of a folder, in the order of their numbers and names.

    Raises:
        OntologyError: the folder has no rule, a name has no number, an id occurs twice, or a file is broken.
    """
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.rq")):
        rule = read_rule(path)
        if rule.id in rules:
            raise OntologyError(f"{rules[rule.id].file} has this id too", place=Place(str(path)), value=rule.id)
        rules[rule.id] = rule
    if not rules:
        raise OntologyError("there is no rule file (NN-name.rq) in this folder", place=Place(str(folder)))
    return tuple(sorted(rules.values(), key=lambda rule: (rule.number, rule.file)))


def read_rule(path: Path) -> Rule:
    """Read one rule file.

    Raises:
        OntologyError: the name has no number, the header lacks a key, or the text is no valid CONSTRUCT query.
    """
    name = _RULE_FILE.fullmatch(path.name)
    if not name:
        raise OntologyError("a rule file is named NN-name.rq, with a two-digit number", place=Place(str(path)))
    text = read_text(path)
    header = checked_header(path, text, required=_RULE_KEYS, optional=(_READS, _TITLE))
    if not _SLUG.fullmatch(header["id"]):
        raise OntologyError(
            "the id is not lower-case words joined by hyphens", place=Place(str(path)), value=header["id"]
        )
    require_form(path, text, ox.QueryTriples, "CONSTRUCT")
    reads = _terms(path, header.pop(_READS, ""))
    title = MappingProxyType({"en": header["summary"], **header.pop(_TITLE, {})})
    return Rule(number=int(name["number"]), file=path.name, text=text, reads=reads, title=title, **header)


def _terms(path: Path, text: str) -> frozenset[str]:
    try:
        return frozenset(expand(term) for term in text.split())
    except KeyError as error:
        raise OntologyError("the header has an unknown prefix", place=Place(str(path)), value=str(error)) from error


def read_text(path: Path) -> str:
    """Give the text of a UTF-8 file.

    Raises:
        OntologyError: the file cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OntologyError(f"the file cannot be read: {error}", place=Place(str(path))) from error


def checked_header(path: Path, text: str, *, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Any]:
    """Give the header of a file, its texts on one line each.

    Raises:
        OntologyError: the header is missing or no YAML, lacks a required key or has an unknown one.
    """
    header = read_header(path, text, OntologyError)
    needed = set(required)
    wrong = sorted(needed - set(header)) or sorted(set(header) - needed - set(optional))
    if wrong:
        what = "the header lacks the key" if wrong[0] in needed else "the header has an unknown key"
        raise OntologyError(what, place=Place(str(path), 1), value=wrong[0], remedy=f"It needs {', '.join(required)}.")
    return {key: value if isinstance(value, dict) else " ".join(str(value).split()) for key, value in header.items()}


def require_form(path: Path, text: str, form: type[Any], name: str) -> None:
    """Check that a text is a valid query of one form, by running it over nothing.

    Raises:
        OntologyError: the text is not valid SPARQL (with its line and column), or is of another form.
    """
    try:
        answer = ox.Store().query(text)
    except SyntaxError as error:
        problem = syntax_problem(error)
        column = None if problem.column is None else str(problem.column)
        place = Place(str(path), problem.line, column)
        raise OntologyError(f"not valid SPARQL: {problem.reason}", place=place) from error
    if not isinstance(answer, form):
        raise OntologyError(f"not a {name} query", place=Place(str(path)))
