"""Sources side by side: the partners of a project by country, and where sources give several answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from medkg.namespaces import MK
from medkg.web.components import DisagreementView, PartnerRow, StatementView
from medkg.web.compose import Composer, amount_of
from medkg.web.describe import Story
from medkg.web.display import Shown, shortened
from medkg.web.lexical import whole_in
from medkg.web.statements import Statement, Thing

_LAST = 10_000


def participations(story: Story) -> Iterator[tuple[Thing, Statement]]:
    """Give the participations of a project, each with the statement that names its participant."""
    for iri in story.thing.iris(MK + "hasParticipation"):
        thing = story.parts.get(iri)
        for statement in thing.properties.get(MK + "participant", ()) if thing else ():
            if thing and isinstance(statement.value, ox.NamedNode):
                yield thing, statement


@dataclass(frozen=True, slots=True)
class Standing:
    """Where organisations are and which helices they belong to: organisation → country, organisation → helices."""

    countries: Mapping[str, str]
    helices: Mapping[str, Sequence[str]]


def partners(composer: Composer, story: Story, standing: Standing) -> tuple[PartnerRow, ...]:
    """Give the partners of a project by country and order."""
    rows = (_partner(composer, story, thing, statement, standing) for thing, statement in participations(story))
    return tuple(sorted(rows, key=_partner_order))


def disagreements(composer: Composer, story: Story, single_valued: frozenset[str]) -> tuple[DisagreementView, ...]:
    """Give the properties with one value at a time for which the sources give several, and the figures that differ."""
    found = []
    for thing in story.things():
        for predicate, statements in thing.properties.items():
            if predicate in single_valued and len({item.value for item in statements}) > 1:
                answers = tuple(
                    _answer(composer, item, composer.display.value(predicate, item.value)) for item in statements
                )
                found.append(DisagreementView(composer.display.thing(predicate), answers))
    return (*found, *_figures(composer, story))


def _partner(composer: Composer, story: Story, thing: Thing, statement: Statement, standing: Standing) -> PartnerRow:
    display = composer.display
    actor = str(getattr(statement.value, "value", ""))
    country = standing.countries.get(actor)
    roles = thing.iris(MK + "participantRole")
    orders = [shortened(value.value) for value in thing.values(MK + "partnerOrder") if isinstance(value, ox.Literal)]
    figures = [story.parts[iri] for iri in thing.iris(MK + "hasBudgetFigure") if iri in story.parts]
    return PartnerRow(
        organisation=display.thing(actor),
        country=display.thing(country) if country else None,
        role=display.thing(roles[0]) if roles else None,
        order=orders[0] if orders else "",
        amount=", ".join(dict.fromkeys(amount_of(figure, display) for figure in figures)),
        origins=tuple(map(composer.origin, statement.origins)),
        helices=tuple(map(display.thing, standing.helices.get(actor, ()))),
    )


def _partner_order(row: PartnerRow) -> tuple[str, int, str]:
    country = row.country.text if row.country else "\uffff"
    order = whole_in(row.order)
    return country, _LAST if order is None else order, row.organisation.text.casefold()


def _figures(composer: Composer, story: Story) -> tuple[DisagreementView, ...]:
    """Give the kinds of budget figure for which the sources print different amounts."""
    by_type: dict[str, list[tuple[Statement, str]]] = {}
    for statement in story.thing.properties.get(MK + "hasBudgetFigure", ()):
        figure = story.parts.get(str(getattr(statement.value, "value", "")))
        for kind in figure.iris(MK + "figureType") if figure else ():
            by_type.setdefault(kind, []).append((statement, amount_of(figure, composer.display) if figure else ""))
    views = []
    for kind, found in by_type.items():
        if len({amount for _, amount in found}) > 1:
            answers = tuple(_answer(composer, item, Shown(amount)) for item, amount in found)
            views.append(DisagreementView(composer.display.thing(kind), answers))
    return tuple(views)


def _answer(composer: Composer, item: Statement, shown: Shown) -> StatementView:
    return StatementView("", shown, tuple(map(composer.origin, item.origins)), item.preferred)
