"""The manifests of the W3C suites: which tests there are, of what kind, with which files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
#: Where the suites live on the web: their files name one another relative to this.
HOMES = {
    "sparql10": "http://www.w3.org/2001/sw/DataAccess/tests/data-r2/",
    "sparql11": "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/",
}
VARIABLE = "MEDKG_W3C"

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True, order=True)
class Data:
    """A data set as a manifest names it: files of the default graph, and (IRI, file) of the named graphs."""

    default: tuple[str, ...] = ()
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One test. Files are known by their IRI; :func:`read` gives their bytes.

    ``name`` is folder and fragment, ``sparql11/add/add01``; ``group`` the folder. Tests of exchanges have neither
    ``request`` nor ``result``: :mod:`tests.w3c.exchanges` reads them from the manifest itself.
    """

    name: str
    group: str
    kind: str
    node: ox.NamedNode
    request: str = ""
    data: Data = Data()
    result: str = ""
    after: Data = Data()
    lax: bool = False


def folder() -> Path | None:
    """Give the folder of the suites, or None where there is none."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data" / "w3c-sparql"
    found = Path(os.environ.get(VARIABLE, beside))
    return found if (found / "sparql11" / "manifest-all.ttl").is_file() else None


def read(iri: str) -> bytes:
    """Give the content of a file of the suites."""
    for suite, home in HOMES.items():
        if iri.startswith(home):
            root = folder()
            assert root is not None
            return (root / suite / iri.removeprefix(home)).read_bytes()
    raise LookupError(f"{iri} is no file of the suites")


def cases() -> list[Case]:
    """Give all tests, in the order of the manifests."""
    return [
        case
        for suite, start in (("sparql10", "manifest.ttl"), ("sparql11", "manifest-all.ttl"))
        for case in _cases_of(HOMES[suite] + start)
    ]


@cache
def graph(iri: str, form: ox.RdfFormat = ox.RdfFormat.TURTLE) -> ox.Dataset:
    """Give the statements of a file; a data set in memory, since a store rewrites numbers."""
    return ox.Dataset(ox.parse(read(iri), format=form, base_iri=iri))


def value(store: ox.Dataset, subject: Term, predicate: str) -> Term | None:
    """Give the one value of a property, or None."""
    return next(iter(values(store, subject, predicate)), None)


def values(store: ox.Dataset, subject: Term, predicate: str) -> list[Term]:
    """Give the values of a property."""
    assert not isinstance(subject, ox.Literal)
    return [quad.object for quad in store.quads_for_subject(subject) if quad.predicate.value == predicate]


def members(store: ox.Dataset, head: Term | None) -> Iterator[Term]:
    """Give the members of a list."""
    while head is not None and head != ox.NamedNode(RDF + "nil"):
        first = value(store, head, RDF + "first")
        assert first is not None
        yield first
        head = value(store, head, RDF + "rest")


def _cases_of(manifest: str) -> Iterator[Case]:
    store = graph(manifest)
    for quad in store.quads_for_predicate(ox.NamedNode(MF + "include")):
        for included in members(store, quad.object):
            assert isinstance(included, ox.NamedNode)
            yield from _cases_of(included.value)
    for quad in store.quads_for_predicate(ox.NamedNode(MF + "entries")):
        for entry in members(store, quad.object):
            if value(store, entry, RDF + "type") is not None:
                yield _case(store, manifest, entry)


def _case(store: ox.Dataset, manifest: str, entry: Term) -> Case:
    kind, action = value(store, entry, RDF + "type"), value(store, entry, MF + "action")
    result = value(store, entry, MF + "result")
    assert isinstance(entry, ox.NamedNode)
    assert isinstance(kind, ox.NamedNode)
    suite = next(suite for suite, home in HOMES.items() if manifest.startswith(home))
    group = f"{suite}/{manifest.removeprefix(HOMES[suite]).rpartition('/')[0]}"
    return Case(
        name=f"{group}/{entry.value.rpartition('#')[2]}",
        group=group,
        kind=kind.value.removeprefix(MF).removesuffix("11"),
        node=entry,
        request=_request(store, action),
        data=_data(store, action),
        result=result.value if isinstance(result, ox.NamedNode) and result.value != UT + "success" else "",
        after=_data(store, result),
        lax=value(store, entry, MF + "resultCardinality") == ox.NamedNode(MF + "LaxCardinality"),
    )


def _request(store: ox.Dataset, action: Term | None) -> str:
    if isinstance(action, ox.NamedNode):
        return action.value
    found = action and (value(store, action, QT + "query") or value(store, action, UT + "request"))
    return found.value if isinstance(found, ox.NamedNode) else ""


def _data(store: ox.Dataset, holder: Term | None) -> Data:
    if not isinstance(holder, ox.BlankNode):
        return Data()
    files = values(store, holder, QT + "data") + values(store, holder, UT + "data")
    graphs = values(store, holder, QT + "graphData") + values(store, holder, UT + "graphData")
    named = [named_graph(store, item) for item in graphs]
    return Data(tuple(sorted(file.value for file in files if isinstance(file, ox.NamedNode))), tuple(sorted(named)))


def named_graph(store: ox.Dataset, item: Term) -> tuple[str, str]:
    """Give the IRI of a named graph and the file of its statements."""
    if isinstance(item, ox.NamedNode):
        return item.value, item.value
    label = value(store, item, LABEL)
    file = value(store, item, UT + "graph") or value(store, item, QT + "graph")
    assert isinstance(file, ox.NamedNode)
    assert isinstance(label, ox.Literal)
    return label.value, file.value
