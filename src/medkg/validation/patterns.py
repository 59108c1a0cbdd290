"""Triple patterns of a query, and what must hold beside each for a statement that matches it to matter."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from medkg.validation.conditions import Term, excluded

#: A constant, the name of a variable, or None for anything.
Slot = Term | str | None
Engines = tuple[ox.Store, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A FILTER that must not be false, and the variables that it mentions."""

    expression: Any
    variables: frozenset[str]

    def impossible(self, bindings: Mapping[str, Term], _: Engines) -> bool:
        """Tell whether it is false for some bindings whatever else is bound."""
        return excluded(self.expression, bindings)

    def seen_from(self, visible: Collection[str]) -> Condition | None:
        """Give it where only some variables are known by their names; None where it can say nothing."""
        return self if self.variables <= set(visible) else None


@dataclass(frozen=True, slots=True)
class Domain:
    """The IRIs that VALUES gives a variable."""

    variable: str
    iris: frozenset[ox.NamedNode]

    def impossible(self, bindings: Mapping[str, Term], _: Engines) -> bool:
        """Tell whether the variable is bound to another term."""
        return self.variable in bindings and bindings[self.variable] not in self.iris

    def seen_from(self, visible: Collection[str]) -> Domain | None:
        """As for conditions."""
        return self if self.variable in visible else None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern in its graph. Literals in it are None: terms that are not the same may match one another."""

    subject: Slot
    predicate: Slot
    object: Slot
    #: None for the union of all graphs.
    graph: Slot

    def impossible(self, bindings: Mapping[str, Term], engines: Engines) -> bool:
        """Tell whether no statement of the engines matches it under some bindings."""
        subject, predicate, object_, graph = (_bound(slot, bindings) for slot in self.slots)
        if isinstance(subject, ox.Literal) or not isinstance(predicate, ox.NamedNode | None):
            return True
        if isinstance(subject, ox.Triple) or isinstance(object_, ox.Triple | ox.Literal):
            return False
        terms: Any = (subject, predicate, object_, graph)
        return not any(next(engine.quads_for_pattern(*terms), None) for engine in engines)

    def seen_from(self, visible: Collection[str]) -> Pattern:
        """As for conditions; what is not visible may be anything."""
        slots = (None if isinstance(slot, str) and slot not in visible else slot for slot in self.slots)
        return Pattern(*slots)

    def bindings(self, quad: ox.Quad) -> dict[str, Term] | None:
        """Give what a statement binds where it matches; None where it does not."""
        bound: dict[str, Term] = {}
        values = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        for slot, value in zip(self.slots, values, strict=True):
            if isinstance(slot, str):
                if bound.setdefault(slot, value) != value and not isinstance(value, ox.Literal):
                    return None
            elif slot is not None and slot != value:
                return None
        # GRAPH ranges over named graphs alone.
        return None if self.graph is not None and isinstance(quad.graph_name, ox.DefaultGraph) else bound

    @property
    def slots(self) -> tuple[Slot, Slot, Slot, Slot]:
        """Subject, predicate, object, graph."""
        return (self.subject, self.predicate, self.object, self.graph)


@dataclass(frozen=True, slots=True)
class Either:
    """Branches of a UNION: the facts of one of them hold."""

    branches: tuple[tuple[Fact, ...], ...]

    def impossible(self, bindings: Mapping[str, Term], engines: Engines) -> bool:
        """Tell whether each branch has a fact that cannot hold."""
        return all(any(fact.impossible(bindings, engines) for fact in branch) for branch in self.branches)

    def seen_from(self, visible: Collection[str]) -> Either:
        """As for conditions."""
        return Either(tuple(seen_from(branch, visible) for branch in self.branches))


Fact = Condition | Domain | Pattern | Either


@dataclass(frozen=True, slots=True)
class Opening:
    """One way for a statement to matter to a query: a pattern that it matches, and the facts beside it.

    A path may go from a node to itself without any statement: ``ends`` are the slots of such a one, and each node of a
    statement may stand in both.
    """

    pattern: Pattern
    facts: tuple[Fact, ...]
    ends: tuple[Slot, Slot] | None = None

    def lets_in(self, quad: ox.Quad, engines: Engines) -> bool:
        """Tell whether a statement that comes or goes can matter here; ``engines`` hold what was and what will be."""
        bound = self.pattern.bindings(quad)
        if bound is None:
            return False
        return any(
            not any(fact.impossible(found, engines) for fact in self.facts) for found in self._completed(quad, bound)
        )

    def _completed(self, quad: ox.Quad, bound: dict[str, Term]) -> Iterator[dict[str, Term]]:
        if self.ends is None:
            yield bound
            return
        for node in (quad.subject, quad.object):
            if all(end == node for end in self.ends if not isinstance(end, str | None)):
                yield {**bound, **{end: node for end in self.ends if isinstance(end, str)}}


def seen_from(facts: Collection[Fact], visible: Collection[str]) -> tuple[Fact, ...]:
    """Give what of some facts can be said where only some variables are known by their names."""
    return tuple(seen for fact in facts if (seen := fact.seen_from(visible)) is not None)


def _bound(slot: Slot, bindings: Mapping[str, Term]) -> Term | None:
    return bindings.get(slot) if isinstance(slot, str) else slot
