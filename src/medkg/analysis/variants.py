"""A project, structure or consortium as it is and as it would be with some bodies more and others less."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from medkg.analysis.consortium import Body, Consortium, bodies_of, read_bodies
from medkg.analysis.facts import Facts, Given, asked_for, mk, node, ordered, several
from medkg.errors import BadParameter

Node = ox.NamedNode
_CLUSTERS: Final = mk("hasMemberCluster")
_MEMBER: Final = mk("hasMember")


@dataclass(frozen=True, slots=True)
class Whole:
    """What is changed: its parts, and the statements that make them its parts; ``iri`` is None for a consortium."""

    iri: Node | None
    parts: frozenset[Node]
    links: Mapping[Node, ox.Triple]
    is_project: bool = False

    @property
    def of_clusters(self) -> bool:
        """Tell whether its parts are clusters whose members are its bodies."""
        return any(link.predicate == _CLUSTERS for link in self.links.values())

    @classmethod
    def read(cls, facts: Facts, named: Sequence[Node]) -> Whole:
        """Give the one project or structure that is named, or else a consortium of those that are.

        Raises:
            BadParameter: nothing is known of one, or it is no body; or a project or structure has no known part.
        """
        if len(named) > 1:
            read_bodies(facts, named, "of")
            return cls(None, frozenset(named), {})
        (one,) = named
        facts.require(one, "of")
        classes = {node(row, "class") for row in facts.rows("thing-classes", thing=one)}
        links = {node(row, "part"): row for row in facts.rows("parts-of-things", whole=one)}
        if not links and mk("Project") not in classes:
            read_bodies(facts, named, "of")
            return cls(None, frozenset(named), {})
        if not links:
            remedy = "Name the bodies themselves, as a consortium."
            raise BadParameter(f"no source names a partner of {one.value}", subject="of", remedy=remedy)
        told = {part: ox.Triple(one, node(row, "property"), part) for part, row in links.items()}
        return cls(one, frozenset(told), told, mk("Project") in classes)


@dataclass(frozen=True, slots=True)
class Variant:
    """One state: the parts, the bodies they come to, and who leads."""

    parts: frozenset[Node]
    bodies: tuple[Body, ...]
    lead: Body | None

    @property
    def consortium(self) -> Consortium:
        """Give it as a consortium."""
        return Consortium(self.bodies, self.lead)

    def with_helix(self, helix: Node | None) -> tuple[Body, ...]:
        """Give the bodies of a helix; of none, those whose helix is not known."""
        return tuple(body for body in self.bodies if (helix in body.helices if helix else not body.helices))


def read_variants(facts: Facts, given: Given, whole: Whole) -> tuple[Variant, Variant]:
    """Give what is and what would be.

    Raises:
        BadParameter: what is added is there, what is removed is not, or the lead would not be among the bodies.
    """
    added, removed = (several(given, name) for name in ("add", "remove"))
    _check(whole, added, removed)
    read_bodies(facts, added, "add")
    after = (whole.parts | frozenset(added)) - frozenset(removed)
    held, coming = (_bodies(facts, parts, whole) for parts in (whole.parts, after))
    lead = _led(facts, whole)
    return Variant(whole.parts, held, _among(held, lead)), Variant(after, coming, _leader(coming, given, lead))


def _check(whole: Whole, added: Collection[Node], removed: Collection[Node]) -> None:
    for one in added:
        if one in removed:
            raise BadParameter(f"{one.value} is added and removed", subject="add", remedy="Name it in one of them.")
        if one in whole.parts:
            raise BadParameter(f"{one.value} takes part already", subject="add", remedy="Leave it out.")
    for one in removed:
        if one not in whole.parts:
            there = ", ".join(part.value for part in ordered(whole.parts)[:10])
            raise BadParameter(f"{one.value} takes no part", subject="remove", remedy=f"There are: {there}.")


def _bodies(facts: Facts, parts: Collection[Node], whole: Whole) -> tuple[Body, ...]:
    if not whole.of_clusters:
        return bodies_of(facts, parts)
    rows = facts.rows_for_many("parts-of-things", "whole", parts)
    return bodies_of(facts, {node(row, "part") for row in rows if node(row, "property") == _MEMBER})


def _led(facts: Facts, whole: Whole) -> Node | None:
    """Give the one lead of a project; None where no source or several name one."""
    if whole.iri is None or not whole.is_project:
        return None
    found = {node(row, "body") for row in facts.rows("leads-of-projects", project=whole.iri)}
    return found.pop() if len(found) == 1 else None


def _among(bodies: Iterable[Body], lead: Node | None) -> Body | None:
    return next((body for body in bodies if body.iri == lead), None) if lead else None


def _leader(bodies: Sequence[Body], given: Given, before: Node | None) -> Body | None:
    wanted = asked_for(given, "lead")
    found = _among(bodies, wanted or before)
    if wanted is not None and found is None:
        remedy = "Name one of the bodies that are there after the change."
        raise BadParameter(f"{wanted.value} would not be among the bodies", subject="lead", remedy=remedy)
    return found
