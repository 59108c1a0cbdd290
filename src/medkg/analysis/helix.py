"""Balance and gaps of the quadruple helix: whom a project, structure, programme, place or value chain brings together.

The helices are those of Carayannis and Campbell (2009): academia, business, government, civil society. A body whose
helix no source states and no rule infers counts as unknown; no measure takes it for one or the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import log
from typing import Final, cast

import pyoxigraph as ox

from medkg.analysis.facts import Facts, Given, in_order, mk, node, nodes, ordered
from medkg.analysis.report import Note, Report, Row, Table, Value
from medkg.namespaces import SCHEME

HELICES: Final = tuple(
    ox.NamedNode(f"{SCHEME}helix/{name}") for name in ("academia", "business", "government", "civil-society")
)
#: Fewer known bodies than these say nothing about a balance, and neither does a majority of unknown ones.
FEWEST: Final = 2
#: What speaks for a candidate → how much. The terms of one candidate are at most one each.
WEIGHTS: Final[Mapping[str, int]] = {"chains": 3, "topics": 2, "country": 2, "cooperation": 1}
#: Candidates that are named for each missing helix.
NAMED: Final = 10
_CHAINS: Final = frozenset({mk("targetsValueChain"), mk("worksOnValueChain"), mk("sharesValueChain")})
_TOPICS: Final = frozenset({mk("hasTheme"), mk("inSector")})
_COUNTRIES: Final = frozenset({mk("country"), mk("involvesCountry")})
_IN_HELIX: Final = mk("inHelix")
_DIGITS: Final = Decimal("0.001")


@dataclass(slots=True)
class Bodies:
    """The bodies of a thing: each with its helices, and with the statements that make it one of them."""

    helices: dict[ox.NamedNode, set[ox.NamedNode]]
    evidence: dict[ox.NamedNode, list[ox.Triple]]

    @classmethod
    def of(cls, facts: Facts, entity: ox.NamedNode) -> Bodies:
        """Read the bodies of a thing."""
        found = cls({}, defaultdict(list))
        for row in facts.rows("helix-bodies", entity=entity):
            body, helix = nodes(row, "body", "helix")
            if body is not None:
                found._add(body, helix, ox.Triple(node(row, "subject"), node(row, "property"), node(row, "object")))
        return found

    def in_helix(self, helix: ox.NamedNode) -> tuple[ox.NamedNode, ...]:
        """Give the bodies of a helix; one that stands in two of them counts in both."""
        return ordered(body for body, helices in self.helices.items() if helix in helices)

    @property
    def unknown(self) -> tuple[ox.NamedNode, ...]:
        """Give the bodies whose helix is not known."""
        return ordered(body for body, helices in self.helices.items() if not helices)

    def _add(self, body: ox.NamedNode, helix: ox.NamedNode | None, statement: ox.Triple) -> None:
        helices = self.helices.setdefault(body, set())
        told = [statement] if helix is None else [statement, ox.Triple(body, _IN_HELIX, helix)]
        if helix is not None:
            helices.add(helix)
        self.evidence[body] += [item for item in told if item not in self.evidence[body]]


def evenness(counts: Collection[int]) -> Decimal | None:
    """Give how evenly bodies are spread over the helices: Pielou's J (1966), Shannon's entropy over its greatest value.

    1 where all helices have equally many, 0 where one has all, None where there is none. Three digits.
    """
    total = sum(counts)
    if not total:
        return None
    shares = [count / total for count in counts if count]
    entropy = -sum(share * log(share) for share in shares)
    # Adding 0 makes the negative zero of a single share an ordinary one.
    return Decimal(entropy / log(len(counts))).quantize(_DIGITS) + 0


def share_of(part: int, whole: int) -> Decimal | None:
    """Give a share with three digits; None where there is nothing to have a share in."""
    return (Decimal(part) / whole).quantize(_DIGITS) if whole else None


def report(facts: Facts, given: Given) -> Report:
    """Give balance, gaps and who could fill them.

    Raises:
        BadParameter: nothing is known of the entity.
    """
    entity = cast(ox.NamedNode, given["entity"])
    facts.require(entity, "entity")
    bodies = Bodies.of(facts, entity)
    known = len(bodies.helices) - len(bodies.unknown)
    missing = tuple(helix for helix in HELICES if not bodies.in_helix(helix))
    enough = known >= FEWEST and known >= len(bodies.unknown)
    tables = (_balance(bodies), _measures(bodies, known, missing), _candidates(facts, entity, bodies, missing))
    return Report(tables, _notes(bodies, known, missing, enough), enough)


def _balance(bodies: Bodies) -> Table:
    """Give one row for each helix, and one for the bodies of which none is known."""
    total = len(bodies.helices)
    rows = [_balance_row(bodies, helix, bodies.in_helix(helix), total) for helix in HELICES]
    return Table("balance", (*rows, _balance_row(bodies, None, bodies.unknown, total)))


def _balance_row(bodies: Bodies, helix: ox.NamedNode | None, members: tuple[ox.NamedNode, ...], total: int) -> Row:
    share = share_of(len(members), total)
    evidence = tuple(statement for body in members for statement in bodies.evidence[body])
    named = Note("unknown-helix") if helix is None else helix
    return Row({"helix": named, "count": len(members), "share": share, "bodies": members}, evidence)


def _measures(bodies: Bodies, known: int, missing: tuple[ox.NamedNode, ...]) -> Table:
    counts = [len(bodies.in_helix(helix)) for helix in HELICES]
    cells: dict[str, Value] = {
        "bodies": len(bodies.helices),
        "known": known,
        "coverage": share_of(len(HELICES) - len(missing), len(HELICES)),
        "evenness": evenness(counts),
        "missing": missing,
    }
    return Table("measures", (Row(cells),))


def _notes(bodies: Bodies, known: int, missing: tuple[ox.NamedNode, ...], enough: bool) -> tuple[Note, ...]:
    if not bodies.helices:
        return (Note("no-bodies"),)
    found = []
    if not enough:
        found.append(Note("too-little", {"known": known, "unknown": len(bodies.unknown)}))
    if bodies.unknown:
        found.append(Note("unknown", {"unknown": len(bodies.unknown)}))
    if enough and not missing:
        found.append(Note("complete"))
    return tuple(found)


def _candidates(facts: Facts, entity: ox.NamedNode, bodies: Bodies, missing: tuple[ox.NamedNode, ...]) -> Table:
    """Give for each missing helix the bodies who could fill it, those first for whom most speaks, then by IRI."""
    wanted = _wanted(facts, entity, bodies)
    found: dict[ox.NamedNode, dict[ox.NamedNode, _Candidate]] = defaultdict(dict)
    rows = facts.rows_for_many("bodies-of-helix", "helix", missing)
    for row in in_order(rows, "helix", "body", "subject", "property", "topic"):
        helix, body, subject, prop, topic = nodes(row, "helix", "body", "subject", "property", "topic")
        if helix is None or body is None:
            continue
        candidate = found[helix].setdefault(body, _Candidate(body, helix))
        if subject is not None and prop is not None and topic is not None:
            candidate.take(ox.Triple(subject, prop, topic), wanted)
    ranked = (row for helix in missing for row in _ranked(found[helix].values()))
    return Table("candidates", tuple(ranked))


def _wanted(facts: Facts, entity: ox.NamedNode, bodies: Bodies) -> Mapping[str, frozenset[ox.NamedNode]]:
    """Give what a candidate may have in common with a thing, by the term it counts for."""
    said = [(node(row, "property"), node(row, "topic")) for row in facts.rows("topics-of-thing", entity=entity)]
    return {
        "chains": frozenset(topic for prop, topic in said if prop in _CHAINS) | {entity},
        "topics": frozenset(topic for prop, topic in said if prop in _TOPICS),
        "country": frozenset(topic for prop, topic in said if prop in _COUNTRIES) | {entity},
        "cooperation": frozenset(bodies.helices),
    }


class _Candidate:
    """A body that could fill a gap, with the statements that speak for it."""

    def __init__(self, body: ox.NamedNode, helix: ox.NamedNode) -> None:
        self.body = body
        self.helix = helix
        self.reasons: dict[str, list[ox.Triple]] = {name: [] for name in WEIGHTS}

    def take(self, statement: ox.Triple, wanted: Mapping[str, frozenset[ox.NamedNode]]) -> None:
        """Count a statement for the term it speaks for, if it is about something wanted."""
        term = _term_of(statement)
        if statement.object in wanted[term]:
            self.reasons[term].append(statement)

    @property
    def score(self) -> int:
        """Give the sum of the weights of the terms for which anything speaks."""
        return sum(WEIGHTS[name] for name, statements in self.reasons.items() if statements)


def _term_of(statement: ox.Triple) -> str:
    prop = statement.predicate
    if prop in _CHAINS:
        return "chains"
    if prop in _TOPICS:
        return "topics"
    return "country" if prop in _COUNTRIES else "cooperation"


def _ranked(candidates: Iterable[_Candidate]) -> Iterable[Row]:
    best = sorted((one for one in candidates if one.score), key=lambda one: (-one.score, one.body.value))
    for one in best[:NAMED]:
        terms = {name: WEIGHTS[name] if statements else 0 for name, statements in one.reasons.items()}
        evidence = (
            ox.Triple(one.body, _IN_HELIX, one.helix),
            *(item for held in one.reasons.values() for item in held),
        )
        yield Row({"helix": one.helix, "body": one.body, **terms, "score": one.score}, evidence)
