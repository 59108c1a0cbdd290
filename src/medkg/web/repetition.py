"""What a page would tell twice: values that rules repeat from what is stated beside them, links that come back."""

from __future__ import annotations

import pyoxigraph as ox

from medkg.namespaces import MK, RDF
from medkg.web.comparisons import participations
from medkg.web.describe import Story
from medkg.web.reading_order import section_of
from medkg.web.statements import Statement, Status

_PARTICIPATION = MK + "hasParticipation"
_BY_RULE = frozenset({Status.INFERRED, Status.CHOSEN})


def repeated(story: Story) -> frozenset[str]:
    """Give the properties of a thing that its page tells elsewhere: derived ones, and the rows of its partner table."""
    said = {
        (section_of(item.predicate), str(item.value))
        for thing in story.things()
        for item in thing.statements()
        if not _by_rule(item)
    }
    derived = {
        name
        for name, statements in story.thing.properties.items()
        if name != RDF + "type" and all(_repeats(item, said) for item in statements)
    }
    return frozenset(derived | _tabled(story))


def told_things(story: Story) -> frozenset[str]:
    """Give the things that a page names: its own, its parts, and what is said of them."""
    values = (item.value for thing in story.things() for item in thing.statements())
    named = {value.value for value in values if isinstance(value, ox.NamedNode)}
    return frozenset({story.thing.iri, *story.parts, *named})


def _by_rule(item: Statement) -> bool:
    return all(origin.status in _BY_RULE for origin in item.origins)


def _repeats(item: Statement, said: set[tuple[str, str]]) -> bool:
    named = isinstance(item.value, ox.NamedNode)
    return named and _by_rule(item) and (section_of(item.predicate), str(item.value)) in said


def _tabled(story: Story) -> set[str]:
    """Give the property of the participations where each of them has its row in the table of partners."""
    rows = {thing.iri for thing, _ in participations(story)}
    return {_PARTICIPATION} if rows and rows == set(story.thing.iris(_PARTICIPATION)) else set()
