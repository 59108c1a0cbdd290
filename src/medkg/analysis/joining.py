"""Who could join a structure: knowledge bodies that work on one of its value chains, those of its countries first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node, ordered
from medkg.analysis.knowledge import Profile, profiles
from medkg.analysis.report import Note, Row, Value
from medkg.analysis.structures import Structure

Node = ox.NamedNode
#: Candidates that are named for each missing kind; a note counts the others.
NAMED: Final = 10
#: Where a candidate is, seen from the structure, nearest first; sentences of the definition have the same names.
NEAR: Final = ("same-country", "other-country", "cannot-tell")
_PARTNER: Final = mk("hasPartner")


@dataclass(slots=True)
class Candidate:
    """A body that works on value chains of a structure, itself or by projects; each with the statements that say so."""

    body: Node
    profile: Profile
    near: str
    itself: dict[Node, list[ox.Triple]] = field(default_factory=lambda: defaultdict(list))
    projects: dict[Node, list[ox.Triple]] = field(default_factory=lambda: defaultdict(list))

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """Give what puts candidates in order: country, chains it works on itself, further ones by projects, IRI."""
        further = self.projects.keys() - self.itself.keys()
        return NEAR.index(self.near), -len(self.itself), -len(further), self.body.value

    def row(self, kind: Node) -> Row:
        """Give its row among those of a kind."""
        cells: dict[str, Value] = {
            "kind": kind,
            "body": self.body,
            "countries": ordered(self.profile.countries),
            "near": Note(self.near),
            "itself": ordered(self.itself),
            "projects": ordered(self.projects),
        }
        told = (item for held in (self.itself, self.projects) for chain in ordered(held) for item in held[chain])
        return Row(cells, tuple(dict.fromkeys((*self.profile.evidence((kind,)), *self.profile.places(), *told))))


def candidates(facts: Facts, structure: Structure) -> Mapping[Node, list[Candidate]]:
    """Give by kind the knowledge bodies that work on a value chain of a structure, ranked.

    Those it has already are none, whatever their kind.
    """
    rows = facts.rows_for_many("knowledge-bodies-of-value-chains", "chain", structure.chains)
    taken = {structure.iri, *structure.bodies.every}
    known = profiles(facts, {node(row, "body") for row in rows} - taken)
    found = {body: Candidate(body, profile, _near(profile, structure)) for body, profile in known.items()}
    for row in rows:
        if (candidate := found.get(node(row, "body"))) is not None:
            _take(candidate, row)
    ranked: dict[Node, list[Candidate]] = defaultdict(list)
    for candidate in sorted(found.values(), key=lambda one: one.rank):
        for kind in candidate.profile.kinds:
            ranked[kind].append(candidate)
    return ranked


def _take(candidate: Candidate, row: ox.QuerySolution) -> None:
    chain, subject = node(row, "chain"), node(row, "subject")
    statement = ox.Triple(subject, node(row, "property"), chain)
    if subject == candidate.body:
        candidate.itself[chain].append(statement)
    else:
        candidate.projects[chain] += [ox.Triple(subject, _PARTNER, candidate.body), statement]


def _near(profile: Profile, structure: Structure) -> str:
    if not (profile.countries and structure.countries):
        return "cannot-tell"
    return "same-country" if profile.countries.intersection(structure.countries) else "other-country"
