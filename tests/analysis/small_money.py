"""Projects with money, partners and periods for the small registry, made up for tests."""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox

from medkg.analysis.report import Amount, Report
from medkg.namespaces import BASE, MK, RDF, SCHEME, XSD
from tests.analysis.small_registry import SOURCE, judged, said, thing

PREFERRED = ox.NamedNode(f"{BASE}graph/preferred")
PROPERTIES = {"exact": "amountExact", "low": "amountMin", "high": "amountMax", "nominal": "amountNominal"}


def literal(value: str, kind: str = "decimal") -> ox.Literal:
    """Give a literal of a type of XML Schema."""
    return ox.Literal(value, datatype=ox.NamedNode(XSD + kind))


def project(name: str, *programmes: str) -> list[ox.Quad]:
    """Give a project under some programmes."""
    own = f"project/{name}"
    kind = ox.Quad(thing(own), ox.NamedNode(RDF + "type"), ox.NamedNode(f"{MK}Project"), SOURCE)
    return [kind, *(said(own, "underProgramme", f"programme/{item}") for item in programmes)]


def figure(owner: str, kind: str, currency: str = "eur", number: int = 0, **parts: str) -> list[ox.Quad]:
    """Give a chosen figure of an owner."""
    own = f"figure/{owner.rpartition('/')[2]}-{kind}-{currency}-{number}"
    chosen = ox.Quad(thing(owner), ox.NamedNode(f"{MK}hasBudgetFigure"), thing(own), PREFERRED)
    return [
        chosen,
        said(own, "figureType", ox.NamedNode(f"{SCHEME}figure-type/{kind}")),
        said(own, "currency", ox.NamedNode(f"{SCHEME}currency/{currency}")),
        *(
            ox.Quad(thing(own), ox.NamedNode(MK + PROPERTIES[name]), literal(value), SOURCE)
            for name, value in parts.items()
        ),
    ]


def money(quads: list[ox.Quad], **asked: str) -> Report:
    """Give the report on money over some statements."""
    return judged("money", quads, **asked)


def aimed(name: str, start: str, end: str, *aims: str, body: str = "actor/u") -> list[ox.Quad]:
    """Give a project with a partner, aims and a period; dates are years or months."""
    own = f"project/{name}"
    dates = [(prop, date) for prop, date in (("startDate", start), ("endDate", end)) if date]
    kinds = {len("2020"): "gYear", len("2020-01"): "gYearMonth"}
    period = [
        ox.Quad(thing(own), ox.NamedNode(MK + prop), literal(date, kinds[len(date)]), PREFERRED) for prop, date in dates
    ]
    return [
        *project(name, "x"),
        said(own, "hasPartner", body),
        *(said(own, "hasTheme", f"theme/{aim}") for aim in aims),
        *period,
    ]


def amount(low: str, high: str | None = None, nominal: str | None = None, currency: str = "EUR") -> Amount:
    """Give an amount from texts; without an upper bound or printed amount where none is given."""
    top = None if high is None else Decimal(high)
    return Amount(Decimal(low), top, None if nominal is None else Decimal(nominal), currency)
