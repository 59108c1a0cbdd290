"""Every component of the pages on one page, in both directions, for eyes and for tests."""

from __future__ import annotations

from flask import Blueprint, Response

from medkg.web.components import ListRow, NameView, OriginView, Pager, PropertyView, StatementView, ThingView
from medkg.web.contexts import PartsPage
from medkg.web.display import Shown
from medkg.web.rendering import page
from medkg.web.statements import Status

blueprint = Blueprint("parts", __name__)


@blueprint.get("/parts")
def parts() -> Response:
    """Answer the page of all components."""
    origins = tuple(_origin(status, number) for number, status in enumerate(Status, start=1))
    names = (
        NameView(Shown("An example name"), "en", (Shown("label"),), ("example-name",), origins[:1]),
        NameView(Shown("اسم للمثال", "", "ar", "rtl"), "ar", (Shown("label"),), ("example-name-ar",), origins[2:3]),
    )
    context = PartsPage(
        ("ltr", "rtl"), (_thing(origins),), names, origins, Pager(2, 3, 120, "/parts", "/parts"), _rows()
    )
    return page(context)


def _origin(status: Status, number: int) -> OriginView:
    if status in {Status.STATED, Status.DERIVED, Status.EXTERNAL}:
        return OriginView(status, number, "Example source", "/parts", "L3–L5", "/parts")
    return OriginView(status, rule=Shown("Example rule", "/parts") if status is Status.INFERRED else None)


def _thing(origins: tuple[OriginView, ...]) -> ThingView:
    value = StatementView("example-1", Shown("2018", machine="2018"), origins[:1], preferred=True)
    other = StatementView("example-2", Shown("2019", machine="2019"), origins[2:3])
    mixed = StatementView("example-3", Shown("شبكة ابتكار", "/parts", "ar", "rtl"), origins)
    properties = (
        PropertyView("example:begin", Shown("begins", "/parts"), (value,), (other,)),
        PropertyView("example:network", Shown("network", "/parts"), (mixed,)),
    )
    kinds = (StatementView("example-4", Shown("Example kind", "/parts"), origins[:1]),)
    return ThingView("example:thing", Shown("An example thing"), kinds, properties, amount="€3.12 million")


def _rows() -> tuple[ListRow, ...]:
    facts = (Shown("2014"), Shown("2020"))
    return (
        ListRow(Shown("An example entry", "/parts"), "project", facts, Shown("another name")),
        ListRow(Shown("مدخل للمثال", "/parts", "ar", "rtl"), "actor", facts),
    )
