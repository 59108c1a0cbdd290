"""What each analysis is asked when it is measured: the whole registry, and one thing of each kind it is about.

The definitions say it: parameters with kinds are given a thing of middling and the largest thing of each kind, others
their example where they are required. So analyses that are new are measured without a word about them here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from medkg.analysis.definition import Definition
from medkg.namespaces import ID, SCHEME, SKOS, Graphs, expand

#: Seconds within which an analysis shall answer about one thing, and about the whole registry.
ONE_THING: Final = 1.0
WHOLE: Final = 10.0
#: Things that are tried one after the other where an analysis does not take the first: not all fit all.
TRIED: Final = 8
_SCHEMES: Final = {"valuechain": "value-chain", "theme": "theme", "sector": "sector", "helix": "helix"}
_NAME: Final = ox.NamedNode(f"{SKOS}prefLabel")
_PREFERRED: Final = ox.NamedNode(Graphs.PREFERRED)


@dataclass(frozen=True, slots=True)
class Case:
    """One question to an analysis; of the choices of parameters the first that it takes is measured."""

    analysis: str
    what: str
    choices: tuple[Mapping[str, str], ...]
    wanted: float


class Things:
    """The things of a registry by their kinds, each kind in the order of how many statements lead to them."""

    def __init__(self, engine: ox.Store) -> None:
        named = {quad.subject for quad in engine.quads_for_pattern(None, _NAME, None, _PREFERRED)}
        self._iris = sorted(thing.value for thing in named if isinstance(thing, ox.NamedNode))
        self._engine = engine
        self._ordered: dict[str, list[str]] = {}

    def of(self, kind: str) -> Sequence[str]:
        """Give the things of a kind, the largest first, then by IRI."""
        if kind not in self._ordered:
            begin = f"{SCHEME}{_SCHEMES[kind]}/" if kind in _SCHEMES else f"{ID}{kind}/"
            found = [iri for iri in self._iris if iri.startswith(begin)]
            sizes = {iri: self._size(iri) for iri in found}
            self._ordered[kind] = sorted(found, key=lambda iri: (-sizes[iri], iri))
        return self._ordered[kind]

    def _size(self, iri: str) -> int:
        return sum(1 for _ in self._engine.quads_for_pattern(None, None, ox.NamedNode(iri), None))


def cases(definition: Definition, things: Things) -> Iterator[Case]:
    """Give the questions to one analysis."""
    required = {name: item.example for name, item in definition.parameters.items() if item.required}
    if not any(definition.kinds[name] for name in required):
        yield Case(definition.id, "example" if required else "whole registry", (required,), WHOLE)
    for name, kinds in definition.kinds.items():
        for kind in kinds:
            ordered = things.of(kind)
            middle = len(ordered) // 2
            picks = {"largest": ordered[:TRIED], "middling": ordered[middle : middle + TRIED]}
            for size, chosen in picks.items():
                given = tuple({**required, name: iri} for iri in chosen)
                yield Case(definition.id, f"{name}: {size} {kind}", given, ONE_THING)


def examples(defined: Mapping[str, Definition]) -> frozenset[str]:
    """Give the things that definitions name as examples: no made-up registry shall lack them."""
    texts = [item.example for one in defined.values() for item in one.parameters.values() if item.type == "iri"]
    return frozenset(expand(text) for text in texts)
