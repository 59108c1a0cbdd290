"""The rules that hold for a programme or call, and the countries they are about, as the registry states them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, mk, node, ordered
from medkg.analysis.rules import Area, Rule, known_kind
from medkg.errors import BadParameter, OntologyError, Place

Node = ox.NamedNode
Term = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple
ELIGIBLE: Final = mk("eligibleCountry")
MEMBER: Final = mk("euMember")
_CALL_OF: Final = mk("callOf")
_SOURCE: Final = Node("http://purl.org/dc/terms/source")
#: What rules can be about → the kinds of rules that are about it.
ASPECTS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "countries": frozenset({"countries-within", "countries-within-or-eu"}),
        "number-of-bodies": frozenset({"bodies-at-least"}),
        "number-of-countries": frozenset({"countries-at-least"}),
        "eu-side": frozenset({"eu-bodies-at-least"}),
        "partner-side": frozenset({"partner-side-bodies-at-least"}),
        "lead": frozenset({"lead-named", "lead-eligible", "lead-eu", "lead-public"}),
        "helices": frozenset({"helices-at-least"}),
        "rate": frozenset({"eu-rate-at-most"}),
    }
)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The programme, or the call and its programme; their rules; and the countries that take part."""

    owners: tuple[Node, ...]
    rules: tuple[Rule, ...]
    area: Area
    programme: Node
    sources: Mapping[Node, tuple[Node, ...]] = field(default_factory=dict)

    @property
    def silent(self) -> tuple[str, ...]:
        """Give what no rule is about, as far as sources state rules."""
        kinds = {rule.kind for rule in self.rules}
        return tuple(aspect for aspect, about in ASPECTS.items() if kinds.isdisjoint(about))

    @property
    def partnership(self) -> bool:
        """Tell whether a rule on the number or the sides of the bodies is known: without one little can be said."""
        told = {"number-of-bodies", "number-of-countries", "eu-side", "partner-side", "helices"}
        return not told <= set(self.silent)

    @property
    def closes(self) -> str | None:
        """Give the closing date of the call, as far as it is stated."""
        return min((rule.limit for rule in self.rules if rule.kind == "handed-in-by"), default=None)

    def countries(self, countries: Iterable[Node]) -> Iterable[ox.Triple]:
        """Give the statements that make countries eligible, and members of the Union or not."""
        for country in ordered(countries):
            if country in self.area.eligible:
                yield ox.Triple(self.programme, ELIGIBLE, country)
            if country in self.area.union | self.area.outside:
                yield ox.Triple(country, MEMBER, ox.Literal(country in self.area.union))


def read_rulebook(facts: Facts, asked: Node, name: str = "programme") -> Rulebook:
    """Give the rules for a programme or call; ``name`` is the parameter that named it.

    Raises:
        BadParameter: nothing is known of it, or it is neither a programme nor a call.
    """
    facts.require(asked, name)
    found = facts.rows("programmes-of-call", asked=asked)
    programmes = [node(row, "owner") for row in found if node(row, "class") == mk("Programme")]
    if not programmes:
        remedy = "Name a programme, such as id:programme/interreg-next-med-2021-2027, or a call of one."
        raise BadParameter(f"{asked.value} is no programme or call of a known one", subject=name, remedy=remedy)
    owners = ordered({node(row, "owner") for row in found})
    rules, sources = _rules(facts, owners)
    return Rulebook(owners, rules, _area(facts, programmes[0]), programmes[0], sources)


def _area(facts: Facts, programme: Node) -> Area:
    eligible = frozenset(node(row, "country") for row in facts.rows("eligible-countries", programme=programme))
    told: dict[Node, set[bool]] = {}
    for row in facts.rows("eu-membership"):
        told.setdefault(node(row, "country"), set()).add(row["member"].value in ("true", "1"))
    # A country of which both are said stands on neither side.
    union, outside = (frozenset(country for country, said in told.items() if said == {side}) for side in (True, False))
    return Area(eligible, union, outside)


def _rules(facts: Facts, owners: Sequence[Node]) -> tuple[tuple[Rule, ...], Mapping[Node, tuple[Node, ...]]]:
    found: dict[tuple[Node, Node], list[ox.QuerySolution]] = {}
    for row in facts.rows_for_many("eligibility-rules", "owner", owners):
        found.setdefault((node(row, "owner"), node(row, "rule")), []).append(row)
    rules = tuple(_rule(owner, iri, rows) for (owner, iri), rows in sorted(found.items(), key=_order))
    sources = {iri: ordered({node(row, "source") for row in rows}) for (_, iri), rows in found.items()}
    return rules, sources


def _order(item: tuple[tuple[Node, Node], list[ox.QuerySolution]]) -> tuple[str, str]:
    (owner, rule), _ = item
    return owner.value, rule.value


def _rule(owner: Node, iri: Node, rows: Sequence[ox.QuerySolution]) -> Rule:
    kind = node(rows[0], "group").value.rpartition("/")[2]
    if not known_kind(kind):
        raise OntologyError(f"rules of the kind {kind} cannot be judged", place=Place(iri.value))
    own = {node(row, "constraint"): row["limit"] for row in rows if row["constraint"] is not None}
    inner = {node(row, "within"): row["limit"] for row in rows if row["within"] is not None}
    country = next((limit for limit in inner.values() if isinstance(limit, Node)), None)
    told = [ox.Triple(iri, _SOURCE, source) for source in ordered({node(row, "source") for row in rows})]
    told += [ox.Triple(iri, constraint, limit) for constraint, limit in own.items()]
    return Rule(iri, kind, owner, _limit(kind, own, inner), country, tuple(told))


def _limit(kind: str, own: Mapping[Node, Term], inner: Mapping[Node, Term]) -> str:
    """Give the number or day of a rule: that of the money asked for stands in the shape of the figure."""
    limits = inner if kind.startswith("contribution") else own
    return next((limit.value for limit in limits.values() if isinstance(limit, ox.Literal)), "")
