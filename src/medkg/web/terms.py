"""The terms of the ontology as trees for its documentation: classes, properties, schemes with their concepts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from medkg.namespaces import OWL, SCHEME, compact
from medkg.web.components import TermGroup, TermRow
from medkg.web.display import Display, Shown
from medkg.web.generation import GenerationView
from medkg.web.labels import Text

#: Part of the ontology page → the kind of term it lists.
GROUPS = {
    "classes": OWL + "Class",
    "object-properties": OWL + "ObjectProperty",
    "data-properties": OWL + "DatatypeProperty",
    "annotation-properties": OWL + "AnnotationProperty",
}
#: Levels of a tree, and rows of all trees for each term, that a page shows.
_DEEPEST: Final = 30
_ROWS_PER_TERM: Final = 4


@dataclass
class Term:
    """A term: its kinds, what stands above it, its definitions by language."""

    kinds: set[str] = field(default_factory=set)
    parents: set[str] = field(default_factory=set)
    definitions: dict[str, str] = field(default_factory=dict)


def ontology_groups(view: GenerationView, display: Display) -> tuple[TermGroup, ...]:
    """Give the terms of the ontology by kind, each kind as a tree, and the schemes."""
    terms = collected(view)
    groups = []
    for key, kind in GROUPS.items():
        chosen = {iri: term for iri, term in terms.items() if kind in term.kinds}
        rows = _forest(chosen, display, view.usage)
        if rows:
            groups.append(TermGroup(key, rows))
    return (*groups, TermGroup("schemes", _schemes(view, display)))


def concept_tree(view: GenerationView, display: Display, scheme: str) -> tuple[TermRow, ...]:
    """Give the concepts of a scheme as a tree."""
    terms: dict[str, Term] = {}
    for row in view.rows("scheme-members", scheme=scheme):
        term = terms.setdefault(row["concept"].value, Term())
        if row["parent"] is not None:
            term.parents.add(row["parent"].value)
    return _forest(terms, display, {})


def collected(view: GenerationView) -> dict[str, Term]:
    """Give the terms of the ontology by IRI."""
    terms: dict[str, Term] = {}
    for row in view.rows("terms"):
        term = terms.setdefault(row["term"].value, Term())
        term.kinds.add(row["kind"].value)
        if row["parent"] is not None:
            term.parents.add(row["parent"].value)
        if row["definition"] is not None:
            term.definitions[row["definition"].language or ""] = row["definition"].value
    return terms


def _forest(terms: Mapping[str, Term], display: Display, usage: Mapping[str, int]) -> tuple[TermRow, ...]:
    """Give terms as trees, every term at least once; no path visits a term twice."""
    return _Forest(terms, display, usage).rows()


class _Forest:
    """Terms below their parents: one with several parents stands below each of them, as long as that stays readable.

    Each is drawn with what stands below it at least once; beyond :data:`_ROWS_PER_TERM` times as many rows as terms it
    is named only, and what lies deeper than :data:`_DEEPEST`, or only in a circle, begins a tree of its own.
    """

    def __init__(self, terms: Mapping[str, Term], display: Display, usage: Mapping[str, int]) -> None:
        self._terms, self._display, self._usage = terms, display, usage
        self._children: dict[str, list[str]] = {}
        for iri, term in terms.items():
            for parent in self._parents(term, iri):
                self._children.setdefault(parent, []).append(iri)
        self._drawn: set[str] = set()
        self._left = _ROWS_PER_TERM * len(terms)

    def rows(self) -> tuple[TermRow, ...]:
        """Give the trees, those that begin at terms without parents first."""
        roots = [iri for iri, term in self._terms.items() if not self._parents(term, iri)]
        found = list(self._below(roots, frozenset()))
        for iri in self._terms:
            if iri not in self._drawn:
                found.append(self._row(iri, frozenset({iri})))
        return tuple(found)

    def _parents(self, term: Term, iri: str) -> set[str]:
        return (term.parents & self._terms.keys()) - {iri}

    def _below(self, iris: Iterable[str], path: frozenset[str]) -> tuple[TermRow, ...]:
        found = (self._row(iri, path | {iri}) for iri in iris if iri not in path)
        return tuple(sorted(found, key=lambda item: item.term.text.casefold()))

    def _row(self, iri: str, path: frozenset[str]) -> TermRow:
        self._left -= 1
        again = iri in self._drawn and self._left < 0
        self._drawn.add(iri)
        below = [] if again or len(path) >= _DEEPEST else self._children.get(iri, [])
        uses = self._display.count(self._usage[iri]) if iri in self._usage else ""
        definition = definition_of(self._terms[iri], self._display)
        return TermRow(self._display.thing(iri), definition, uses, self._below(below, path), compact(iri))


def definition_of(term: Term, display: Display) -> Shown | None:
    """Give the definition in the page language, else in the next best; None where there is none."""
    for language in (*display.order, "en", *sorted(term.definitions)):
        if language in term.definitions:
            return display.text(Text(term.definitions[language], language))
    return None


def _schemes(view: GenerationView, display: Display) -> tuple[TermRow, ...]:
    sizes: dict[str, set[str]] = {}
    for row in view.rows("concepts"):
        scheme = row["scheme"].value
        if scheme.startswith(SCHEME):
            sizes.setdefault(scheme, set()).add(row["concept"].value)
    rows = (TermRow(display.thing(iri), None, display.count(len(found))) for iri, found in sizes.items())
    return tuple(sorted(rows, key=lambda item: item.term.text.casefold()))
