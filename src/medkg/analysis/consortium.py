"""A consortium: its bodies with what rules of programmes ask about, its lead, and the money it asks for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, cast

import pyoxigraph as ox

from medkg.analysis.facts import Facts, Given, asked_for, mk, node, ordered, several, text
from medkg.errors import BadParameter
from medkg.namespaces import RDF, SCHEME

Node = ox.NamedNode
PUBLIC: Final = Node(f"{SCHEME}legal-status/public")
COUNTRY: Final = mk("country")
HELIX: Final = mk("inHelix")
STATUS: Final = mk("legalStatus")
_TYPE: Final = Node(f"{RDF}type")


@dataclass(frozen=True, slots=True)
class Body:
    """What is known of a body; ``public`` is None where its legal status is not. One without IRI is to be found."""

    iri: Node | None
    countries: frozenset[Node] = frozenset()
    helices: frozenset[Node] = frozenset()
    public: bool | None = None

    @property
    def name(self) -> str:
        """Give what orders bodies."""
        return self.iri.value if self.iri else ""

    @property
    def evidence(self) -> tuple[ox.Triple, ...]:
        """Give the statements behind its countries and helices."""
        if self.iri is None:
            return ()
        countries = (ox.Triple(self.iri, COUNTRY, country) for country in ordered(self.countries))
        return (*countries, *(ox.Triple(self.iri, HELIX, helix) for helix in ordered(self.helices)))


@dataclass(frozen=True, slots=True)
class Money:
    """What a consortium asks for, in the currency of its programme, and the day on which it does."""

    total: Decimal | None = None
    contribution: Decimal | None = None
    on: str | None = None


@dataclass(frozen=True, slots=True)
class Consortium:
    """Bodies that hand in a proposal together; ``lead`` is one of them, or None where none is named."""

    bodies: tuple[Body, ...]
    lead: Body | None = None
    money: Money = field(default_factory=Money)


def read_bodies(facts: Facts, things: Sequence[Node], name: str) -> tuple[Body, ...]:
    """Give bodies with what is known of them, in the order of their IRIs; ``name`` is the parameter that named them.

    Raises:
        BadParameter: nothing is known of one, or it is no organisation or structure.
    """
    found = _known(facts, things)
    for thing in things:
        facts.require(thing, name)
        if _TYPE not in found.get(thing, {}):
            remedy = "Name organisations or structures, such as id:actor/birzeit-university."
            raise BadParameter(f"{thing.value} is no organisation", subject=name, remedy=remedy)
    return tuple(_body(thing, found[thing]) for thing in ordered(things))


def bodies_of(facts: Facts, things: Collection[Node]) -> tuple[Body, ...]:
    """Give bodies that the registry itself names, with what is known of them, in the order of their IRIs."""
    found = _known(facts, things)
    return tuple(_body(thing, found.get(thing, {})) for thing in ordered(things))


def _known(facts: Facts, things: Collection[Node]) -> Mapping[Node, Mapping[Node, set[Node]]]:
    found: dict[Node, dict[Node, set[Node]]] = {}
    for row in facts.rows_for_many("facts-of-bodies", "body", things):
        known = found.setdefault(node(row, "body"), {})
        known.setdefault(node(row, "property"), set()).add(node(row, "value"))
    return found


def _body(thing: Node, known: Mapping[Node, Collection[Node]]) -> Body:
    statuses = known.get(STATUS, ())
    # Sources that contradict one another leave open which of them is right.
    public = PUBLIC in statuses if len(statuses) == 1 else None
    return Body(thing, frozenset(known.get(COUNTRY, ())), frozenset(known.get(HELIX, ())), public)


def read_consortium(facts: Facts, given: Given) -> Consortium:
    """Give the consortium of the parameters ``members``, ``lead``, ``total``, ``contribution`` and ``on``.

    Raises:
        BadParameter: something is no organisation, the lead is no member, or the amounts cannot be.
    """
    bodies = read_bodies(facts, several(given, "members"), "members")
    return Consortium(bodies, lead_among(bodies, asked_for(given, "lead")), read_money(given))


def lead_among(bodies: Sequence[Body], lead: Node | None) -> Body | None:
    """Give the body that leads.

    Raises:
        BadParameter: it is not among the bodies.
    """
    if lead is None:
        return None
    found = next((body for body in bodies if body.iri == lead), None)
    if found is None:
        remedy = "Name it among the members, too."
        raise BadParameter(f"{lead.value} is not one of the members", subject="lead", remedy=remedy)
    return found


def read_money(given: Given) -> Money:
    """Give total, contribution and day.

    Raises:
        BadParameter: an amount is not above zero, or the contribution is above the total.
    """
    total, contribution = (_amount(given, name) for name in ("total", "contribution"))
    if total is not None and contribution is not None and contribution > total:
        told = f"the contribution {contribution} is above the total {total}"
        raise BadParameter(told, subject="contribution", remedy="The total takes in what the European Union pays.")
    return Money(total, contribution, text(given, "on"))


def _amount(given: Given, name: str) -> Decimal | None:
    printed = text(given, name)
    if printed is None:
        return None
    if Decimal(printed) <= 0:
        raise BadParameter(f"{printed} is not above zero", subject=name, remedy="Leave out what is not known.")
    return Decimal(printed)


def countries_of(bodies: Collection[Body]) -> frozenset[Node]:
    """Give all countries of bodies."""
    return cast("frozenset[Node]", frozenset().union(*(body.countries for body in bodies)))


def helices_of(bodies: Collection[Body]) -> frozenset[Node]:
    """Give all helices of bodies."""
    return cast("frozenset[Node]", frozenset().union(*(body.helices for body in bodies)))
