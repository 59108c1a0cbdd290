"""The life of a saved meta-cluster: the states it came into and the steps of a method it reached, each with its date.

Here statements go in and come out; nothing is read or written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

import pyoxigraph as ox

from medkg.analysis.facts import mk
from medkg.analysis.moments import Moment
from medkg.errors import BadParameter
from medkg.namespaces import RDF, SCHEME
from medkg.terms import entity_iri

Node = ox.NamedNode
Statements = frozenset[ox.Triple]
#: The states of a saved meta-cluster, in the order in which it comes into them.
STATES: Final = ("proposed", "pilot", "established")
_TYPE: Final = Node(RDF + "type")
_STATUS: Final = mk("structureStatus")
_MILESTONE: Final = mk("hasMilestone")


def entered(held: Statements, wanted: str, on: ox.Literal) -> Statements:
    """Let a meta-cluster come into its next state; the same once more changes nothing.

    Raises:
        BadParameter: it is in no state before that one, was in that one at another date, or the date is too early.
    """
    own, now = owner(held), current(held)
    if _again(held, "reachedStatus", state(wanted), on):
        return held
    if STATES.index(wanted) != STATES.index(now) + 1:
        raise BadParameter(
            f"it is {now}", subject=wanted, remedy=f"The states follow one another: {', '.join(STATES)}."
        )
    kept = held - {ox.Triple(own, _STATUS, state(now))}
    return with_milestone(kept, own, state(wanted), on)


def reached(held: Statements, step: Node, before: Sequence[Node], on: ox.Literal) -> Statements:
    """Let a pilot reach a step of a method; ``before`` are those that come first. The same once more changes nothing.

    Raises:
        BadParameter: it is no pilot, has not reached a step before, reached this one at another date, or the date is
            too early.
    """
    if _again(held, "reachedStep", step, on):
        return held
    if current(held) != "pilot":
        remedy = "Only a pilot is followed through the steps; let it come into that state first."
        raise BadParameter(f"it is {current(held)}", subject=owner(held).value, remedy=remedy)
    missing = [one for one in before if _dates(held, "reachedStep", one) == ()]
    if missing:
        raise BadParameter(
            "a step before it was not reached", subject=missing[0].value, remedy="Tell of that one first."
        )
    return with_milestone(held, owner(held), step, on)


def state(name: str) -> Node:
    """Give the concept of a state."""
    return Node(f"{SCHEME}structure-status/{name}")


def owner(held: Statements) -> Node:
    """Give the meta-cluster that statements are about."""
    return next(cast(Node, one.subject) for one in held if one.predicate == _STATUS)


def current(held: Statements) -> str:
    """Give the state it is in."""
    return next(cast(Node, one.object).value.rpartition("/")[2] for one in held if one.predicate == _STATUS)


def activity(slug: str, name: str) -> Node:
    """Give the IRI of a milestone or run of a saved meta-cluster."""
    return Node(entity_iri("activity", f"{slug}-{name}"))


def with_milestone(held: Statements, own: Node, value: Node, on: ox.Literal) -> Statements:
    """Add a milestone: a state, or a step of a method, that a meta-cluster reached.

    Raises:
        BadParameter: another one was reached at a later date.
    """
    late = sorted(one.object.value for one in held if one.predicate == mk("reachedOn") and _earlier(on, one.object))  # type: ignore[union-attr]
    if late:
        raise BadParameter(f"{late[-1]} was reached before", subject=on.value, remedy="Give that date or a later one.")
    made = activity(own.value.rpartition("/")[2], value.value.rpartition("/")[2])
    kind = "reachedStatus" if value in map(state, STATES) else "reachedStep"
    told: list[tuple[Node, Node, Node | ox.Literal]] = [
        (own, _MILESTONE, made),
        (made, _TYPE, mk("Milestone")),
        (made, mk(kind), value),
        (made, mk("reachedOn"), on),
    ]
    now = [(own, _STATUS, value)] if kind == "reachedStatus" else []
    return held | {ox.Triple(*one) for one in (*told, *now)}


def _again(held: Statements, kind: str, value: Node, on: ox.Literal) -> bool:
    """Tell whether a milestone is there already.

    Raises:
        BadParameter: it is there, with another date.
    """
    dates = _dates(held, kind, value)
    if dates and on not in dates:
        raise BadParameter(f"it was reached on {dates[0].value}", subject=value.value, remedy="Nothing was changed.")
    return bool(dates)


def _dates(held: Statements, kind: str, value: Node) -> tuple[ox.Literal, ...]:
    found = {one.subject for one in held if one.predicate == mk(kind) and one.object == value}
    return tuple(
        cast(ox.Literal, one.object) for one in held if one.subject in found and one.predicate == mk("reachedOn")
    )


def _earlier(one: ox.Literal, other: object) -> bool:
    """Tell whether a date is earlier, as far as the less precise of both says."""
    first, second = Moment.of(one), Moment.of(cast(ox.Literal, other))
    return first is not None and second is not None and first.last < second.first
