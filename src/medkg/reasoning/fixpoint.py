"""Rules run in rounds, stratum by stratum, until none adds anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from medkg.errors import OntologyError, Place
from medkg.namespaces import RDF, Graphs
from medkg.reasoning.rulefile import Rule

#: More rounds than any chain of our ontology is long; a rule set that needs more feeds on its own results.
MAX_ROUNDS = 60
#: Inferred statements allowed for each asserted one, before a rule set counts as running away.
MAX_GROWTH = 40
_GROWTH_FLOOR = 20_000

_INFERRED = ox.NamedNode(Graphs.INFERRED)
_TYPE = ox.NamedNode(RDF + "type")


@dataclass(slots=True)
class Derivation:
    """What the rules added to the data: each new triple with the first rule that gave it."""

    rule_of: dict[ox.Triple, Rule] = field(default_factory=dict)
    rounds: int = 0

    def named(self) -> list[tuple[ox.Triple, Rule]]:
        """Give the additions that can be published: those without blank nodes, in a stable order.

        Blank nodes are class expressions of the ontology; that an individual belongs to one is a step, not a result.
        """
        published = [item for item in self.rule_of.items() if _all_named(item[0])]
        return sorted(published, key=lambda item: str(item[0]))


def run_to_fixpoint(scratch: ox.Store, rules: Sequence[Rule], progress: Callable[[str], None]) -> Derivation:
    """Add to the default graph of ``scratch`` all that the rules give, and to its graph ``inferred`` what is new.

    Stratum after stratum joins in: the rules of a stratum run together with all earlier ones until nothing changes.

    Raises:
        OntologyError: a rule fails, runs away, or took back the ground on which an earlier result stood.
    """
    run = _Run(scratch, limit=_GROWTH_FLOOR + MAX_GROWTH * len(scratch))
    for stratum in sorted({rule.stratum for rule in rules}):
        progress(f"rules, stratum {stratum}")
        run.settle([rule for rule in rules if rule.stratum <= stratum])
    return run.derivation


@dataclass(slots=True)
class _Run:
    """One run of the rules. A rule is asked again only if something it reads was added since it was asked last."""

    scratch: ox.Store
    limit: int
    derivation: Derivation = field(default_factory=Derivation)
    given: dict[str, set[ox.Triple]] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)

    def settle(self, rules: Sequence[Rule]) -> None:
        last = rules[-1]
        for _ in range(MAX_ROUNDS):
            self.derivation.rounds += 1
            added = [rule for rule in rules if rule.id not in self.settled and self._ask(rule, rules)]
            if not added:
                self._check_support()
                return
            last = added[-1]
        raise _runaway(last, f"it still adds statements after {MAX_ROUNDS} rounds")

    def _ask(self, rule: Rule, rules: Sequence[Rule]) -> bool:
        """Run one rule; tell whether it added something."""
        known = self.derivation.rule_of
        self.settled.add(rule.id)
        self.given[rule.id] = given = set(_construct(self.scratch, rule))
        new = [triple for triple in given if triple not in known and _quad(triple) not in self.scratch]
        known.update(dict.fromkeys(new, rule))
        if len(known) > self.limit:
            raise _runaway(rule, f"the rules have added more than {self.limit:,} statements")
        self.scratch.extend(quad for triple in new for quad in (_quad(triple), _quad(triple, _INFERRED)))
        touched = {term for triple in new for term in _terms_touched(triple)}
        self.settled -= {other.id for other in rules if touched and other.can_read(touched)}
        return bool(new)

    def _check_support(self) -> None:
        """Refuse a result whose rule no longer gives it: a rule asked for an absence that others then filled."""
        for triple, rule in self.derivation.rule_of.items():
            if triple not in self.given[rule.id]:
                remedy = "Give the rule a number in a higher stratum (tens digit) than the rules it waits for."
                what = "the rule no longer gives what it gave"
                raise OntologyError(what, place=Place(rule.file), value=str(triple), remedy=remedy)


def _construct(scratch: ox.Store, rule: Rule) -> Iterable[ox.Triple]:
    try:
        answer = scratch.query(rule.text)
        if not isinstance(answer, ox.QueryTriples):
            raise OntologyError("not a CONSTRUCT query", place=Place(rule.file))
        yield from answer
    except RuntimeError as error:
        raise OntologyError(f"the rule cannot be run: {error}", place=Place(rule.file)) from error


def _runaway(rule: Rule, what: str) -> OntologyError:
    remedy = "A rule must not build on its own results without end."
    return OntologyError(f"the rules run away: {what}", place=Place(rule.file), value=rule.id, remedy=remedy)


def _quad(triple: ox.Triple, graph: ox.NamedNode | None = None) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph or ox.DefaultGraph())


def _terms_touched(triple: ox.Triple) -> Iterable[str]:
    """Give the property of a statement, or the class where it says what a thing is."""
    if triple.predicate == _TYPE and isinstance(triple.object, ox.NamedNode):
        return (triple.object.value,)
    return (triple.predicate.value,)


def _all_named(triple: ox.Triple) -> bool:
    return not isinstance(triple.subject, ox.BlankNode) and not isinstance(triple.object, ox.BlankNode)
