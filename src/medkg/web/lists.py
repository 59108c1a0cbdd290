"""Rows of lists: the things of a kind, found things, counts per kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from medkg.namespaces import DCTERMS, MK, RDF, SKOS
from medkg.web.components import KindCount, ListRow
from medkg.web.display import Display, Shown
from medkg.web.generation import GenerationView
from medkg.web.links import LISTED_KINDS, kind_of

#: Which facts a list shows beside a name, by kind.
_FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "project": (MK + "acronym", MK + "underProgramme", MK + "projectStatus", MK + "involvesCountry"),
    "programme": (MK + "acronym", SKOS + "notation", MK + "periodStart", MK + "periodEnd"),
    "actor": (MK + "acronym", MK + "organisationType", MK + "country"),
    "structure": (RDF + "type", MK + "structureStatus", MK + "country"),
    "place": (RDF + "type", MK + "country"),
    "concept": (SKOS + "inScheme",),
    "source": (MK + "sourceKind", DCTERMS + "publisher"),
}
_MOST_VALUES: Final = 8
#: Classes that say nothing of a thing that its list does not say of all.
_GENERAL: Final = frozenset(ox.NamedNode(MK + name) for name in ("Actor", "CollaborativeStructure", "Place"))


def list_rows(view: GenerationView, display: Display, iris: Sequence[str]) -> tuple[ListRow, ...]:
    """Give the rows of a list in the order given, with the facts of each: one query."""
    facts: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
    for row in view.rows_for_many("summaries", "entity", iris):
        values = facts.setdefault(row["entity"].value, {}).setdefault(row["property"].value, [])
        values.append(row["value"])
    return tuple(_row(display, iri, facts.get(iri, {})) for iri in iris)


def sorted_by_name(display: Display, iris: Iterable[str]) -> list[str]:
    """Give things in the order of their names in the page language."""
    return sorted(iris, key=lambda iri: (display.labels.choose(iri, *display.order).text.casefold(), iri))


def kind_counts(members: Mapping[str, Sequence[str]]) -> tuple[KindCount, ...]:
    """Give the kinds that have members, with how many."""
    return tuple(KindCount(kind, f"/browse/{kind}", len(members[kind])) for kind in LISTED_KINDS if members.get(kind))


def _row(display: Display, iri: str, facts: Mapping[str, Sequence[ox.NamedNode | ox.Literal]]) -> ListRow:
    shown = display.thing(iri)
    kind = kind_of(iri)
    told: dict[str, Shown] = {}
    for predicate in _FACTS.get(kind, ()):
        values = [display.value(predicate, value) for value in facts.get(predicate, ()) if value not in _GENERAL]
        values.sort(key=lambda item: item.text)
        for value in values[:_MOST_VALUES]:
            if value.text != shown.text:
                told.setdefault(value.text, value)
        if len(values) > _MOST_VALUES:
            told.setdefault("…", Shown("…"))
    return ListRow(shown, kind, tuple(told.values()))
