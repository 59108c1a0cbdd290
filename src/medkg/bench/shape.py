"""The shape of a built registry: its statements, the things they are about, and which things stand and fall together.

Each thing has a draw between 0 and 1. Keeping the statements of which no thing has a draw above a fraction leaves about
that fraction of the registry, and whole projects and structures of it with all that belongs to them.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from sys import intern
from typing import Final, NamedTuple

import pyoxigraph as ox

from medkg.namespaces import BASE, DCTERMS, ID, MK, PROV, RDF, RDFS, SKOS, Graphs

#: Things that draw for themselves; all else goes with them. A structure goes with its projects, too.
_ROOTS: Final = frozenset({"project", "structure"})
#: Things of which there is one however large a registry grows.
_COMMON: Final = frozenset({"place", "programme", "rule", "pattern"})
#: Things that go with nothing else.
_SETTLED: Final = _COMMON | {"project"}
_THING: Final = re.compile(rf"<{BASE}(?:id/([a-z-]+)|graph/(?:source|external))/[^>]+>")
_DERIVED: Final = frozenset(f"<{graph}>" for graph in (Graphs.INFERRED, Graphs.PREFERRED, Graphs.INFERENCE_CLAIMS))
_CLAIMS: Final = frozenset(f"<{graph}>" for graph in (Graphs.CLAIMS, Graphs.INFERENCE_CLAIMS))
_FACTS: Final = (f"<{Graphs.SOURCE}", f"<{Graphs.EXTERNAL}", f"<{Graphs.INFERRED}>")
_NAMING: Final = frozenset(
    f"<{name}>" for name in (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel", DCTERMS + "title", MK + "acronym")
) | {f"<{MK}legalName>"}
_SUBJECT, _PREDICATE, _OBJECT = (f"<{RDF}{name}>" for name in ("subject", "predicate", "object"))
_ORIGIN: Final = f"<{PROV}wasDerivedFrom>"
_RECORD: Final = f"<{MK}inRecord>"


class Line(NamedTuple):
    """A statement in N-Quads terms.

    ``about`` are the terms that decide whether a claim or a derived statement is a new one; ``named`` is the thing
    whose name the object is, or blank.
    """

    subject: str
    predicate: str
    object: str
    graph: str
    draw: float
    about: tuple[str, ...]
    named: str


@dataclass(frozen=True, slots=True)
class Shape:
    """All statements in a fixed order; the draw of each thing; the things of which there is only one."""

    lines: tuple[Line, ...]
    draws: Mapping[str, float]
    common: Collection[str]

    @classmethod
    def of(cls, quads: Iterable[ox.Quad], seed: int, kept: Collection[str] = ()) -> Shape:
        """Read a registry as a build makes it; things that are ``kept`` have the least draws."""
        terms = sorted(tuple(intern(str(term)) for term in quad) for quad in quads)
        reading = _Reading(terms, seed, frozenset(f"<{iri}>" for iri in kept))
        return cls(tuple(map(reading.line, terms)), reading.draws, reading.common)


def kind_of(term: str) -> str:
    """Give the type word of a thing of the registry; blank for any other term."""
    found = _THING.fullmatch(term)
    return "" if found is None else found[1] or "source"


class _Reading:
    """Finds out which things go with which."""

    def __init__(self, quads: Collection[tuple[str, ...]], seed: int, kept: Collection[str]) -> None:
        self._seed = seed
        self._kept = kept
        self.draws: dict[str, float] = {}
        self.common: set[str] = set()
        self._parts: dict[str, dict[str, str]] = defaultdict(dict)
        self._told: dict[str, list[str]] = defaultdict(list)
        self._read_claims(quads)
        self._draw_facts(quads)
        self._draw_claims()

    def line(self, quad: tuple[str, ...]) -> Line:
        """Give a statement with what is known of it."""
        subject, predicate, value, graph = quad
        parts = self._parts.get(subject, {})
        spoken = (parts.get(_SUBJECT, subject), parts.get(_OBJECT, value)) if graph in _CLAIMS else (subject, value)
        about = spoken if graph in _DERIVED else (subject,) if graph in _CLAIMS else ()
        naming = predicate if predicate != _OBJECT else parts.get(_PREDICATE, "")
        named = spoken[0] if naming in _NAMING and value.startswith('"') and self._single(spoken[0]) else ""
        draw = max(self.draws.get(subject, 0.0), self.draws.get(value, 0.0))
        return Line(subject, predicate, value, graph, draw, about, named)

    def _single(self, term: str) -> bool:
        return term in self.draws and term not in self.common

    def _read_claims(self, quads: Iterable[tuple[str, ...]]) -> None:
        """Note the parts of each claim, and what claims hang on each record and source."""
        for subject, predicate, value, graph in quads:
            if graph in _CLAIMS and kind_of(subject) == "claim":
                if predicate in (_SUBJECT, _PREDICATE, _OBJECT):
                    self._parts[subject][predicate] = value
                elif predicate in (_ORIGIN, _RECORD):
                    self._told[value].append(subject)

    def _draw_facts(self, quads: Iterable[tuple[str, ...]]) -> None:
        """Draw for projects and structures; let everything else go with the first that points to it."""
        links: dict[str, set[str]] = defaultdict(set)
        for subject, _, value, graph in quads:
            if graph.startswith(_FACTS) and kind_of(subject):
                links[subject].update([value] if kind_of(value) else ())
        things = {*links, *(value for values in links.values() for value in values)}
        for thing in sorted(things):
            if (kind := kind_of(thing)) in _ROOTS | _COMMON:
                self.draws[thing] = 0.0 if kind in _COMMON else self._own(thing)
        self._spread(links, list(self.draws))
        loose = sorted(things - self.draws.keys())
        for thing in loose:
            drawn = [self.draws[other] for other in sorted(links[thing]) if other in self.draws]
            self.draws[thing] = max(drawn) if drawn else self._own(thing)
        self._spread(links, loose)
        self.common.update(thing for thing in things if not self.draws[thing])

    def _spread(self, links: Mapping[str, Collection[str]], starts: Iterable[str]) -> None:
        waiting = deque(starts)
        while waiting:
            thing = waiting.popleft()
            for other in links.get(thing, ()):
                if kind_of(other) not in _SETTLED and self.draws[thing] < self.draws.get(other, 2.0):
                    self.draws[other] = self.draws[thing]
                    waiting.append(other)

    def _draw_claims(self) -> None:
        """Let a claim go with its statement, a record and a source with the first of their claims."""
        for claim, parts in self._parts.items():
            spoken = [term for term in (parts[_SUBJECT], parts[_OBJECT]) if term in self.draws]
            self.draws[claim] = max((self.draws[term] for term in spoken), default=0.0)
            if all(term in self.common for term in spoken):
                self.common.add(claim)
        for thing, claims in self._told.items():
            self.draws[thing] = min(self.draws[claim] for claim in claims)
            if all(claim in self.common for claim in claims):
                self.common.add(thing)
        self._take_graphs()

    def _take_graphs(self) -> None:
        """Let the graph of a source go with the source: its IRI ends as that of the source does."""
        for source in [thing for thing in self._told if kind_of(thing) == "source"]:
            key = source.removeprefix(f"<{ID}source/")
            for folder in (Graphs.SOURCE, Graphs.EXTERNAL):
                self.draws[f"<{folder}{key}"] = self.draws[source]
                if source in self.common:
                    self.common.add(f"<{folder}{key}")

    def _own(self, thing: str) -> float:
        if thing in self._kept:
            return 1e-9
        # A draw of its own for each thing and seed, whatever else there is.
        return random.Random(f"{self._seed} {thing}").random()  # noqa: S311 - a choice, no secret
