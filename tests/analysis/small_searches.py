"""Partner searches and candidates for the small registry, made up for tests."""

from __future__ import annotations

import pyoxigraph as ox

from medkg.namespaces import MK, RDF, SCHEME, SKOS, XSD
from tests.analysis.small_money import PREFERRED
from tests.analysis.small_registry import SOURCE, said, thing

SEARCH = "search/s"
PROJECT = "project/p"


def concept(scheme: str, name: str) -> ox.NamedNode:
    """Give a concept of a scheme."""
    return ox.NamedNode(f"{SCHEME}{scheme}/{name}")


def kind(name: str) -> ox.NamedNode:
    """Give a kind of organisation."""
    return concept("organisation-type", name)


def typed(name: str, *classes: str) -> list[ox.Quad]:
    """Give a thing its classes."""
    return [ox.Quad(thing(name), ox.NamedNode(RDF + "type"), ox.NamedNode(MK + one), SOURCE) for one in classes]


def known(*concepts: ox.NamedNode) -> list[ox.Quad]:
    """Make concepts known."""
    return [ox.Quad(one, ox.NamedNode(RDF + "type"), ox.NamedNode(SKOS + "Concept"), SOURCE) for one in concepts]


def narrower(below: ox.NamedNode, above: ox.NamedNode) -> list[ox.Quad]:
    """Put one concept below another of the same scheme."""
    scheme = ox.NamedNode(above.value.rpartition("/")[0])
    in_scheme = ox.NamedNode(SKOS + "inScheme")
    members = [ox.Quad(one, in_scheme, scheme, SOURCE) for one in (below, above)]
    return [*members, ox.Quad(below, ox.NamedNode(SKOS + "broader"), above, SOURCE), *known(below, above)]


def chosen(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    """Give a chosen statement of a property that has one value at a time."""
    return ox.Quad(thing(subject), ox.NamedNode(MK + predicate), value, PREFERRED)


def date(text: str) -> ox.Literal:
    """Give a day, month or year."""
    name = ("gYear", "gYearMonth", "date")[text.count("-")]
    return ox.Literal(text, datatype=ox.NamedNode(XSD + name))


def search(status: str = "", expires: str = "", name: str = SEARCH, of: str = PROJECT) -> list[ox.Quad]:
    """Give a partner search of a project."""
    stated = [chosen(name, "searchStatus", concept("search-status", status))] if status else []
    ends = [chosen(name, "expiresOn", date(expires))] if expires else []
    return [*typed(name, "PartnerSearch"), said(of, "hasPartnerSearch", name), *stated, *ends]


def body(name: str, *kinds: str, **values: str | ox.NamedNode) -> list[ox.Quad]:
    """Give an organisation of some kinds, with what is said of it."""
    own = f"actor/{name}"
    told = [said(own, prop, value) for prop, value in values.items()]
    return [
        *typed(own, "Actor", "Organisation"),
        *(said(own, "organisationType", kind(one)) for one in kinds),
        *told,
    ]


def took_part(project: str, *bodies: str) -> list[ox.Quad]:
    """Give a project with partners."""
    own = f"project/{project}"
    return [*typed(own, "Project"), *(said(own, "hasPartner", f"actor/{one}") for one in bodies)]
