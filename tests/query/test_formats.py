"""Answers in every format can be read back as what they are."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest

from medkg.query.formats import GRAPHS, TABLES, formats_for, formats_of, write

ARABIC = ox.Literal("ملاحظة", language="ar")
NODE = ox.NamedNode("https://w3id.org/medkg/id/project/innomed-up")
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


@pytest.fixture
def store() -> ox.Store:
    store = ox.Store()
    store.add(ox.Quad(NODE, LABEL, ARABIC))
    return store


@pytest.mark.parametrize("name", ["json", "xml", "tsv"])
def test_a_table_keeps_terms_and_languages(store: ox.Store, name: str) -> None:
    out = io.BytesIO()
    write(store.query("SELECT ?s ?o WHERE { ?s ?p ?o }"), TABLES[name], out)
    rows = ox.parse_query_results(out.getvalue(), format=TABLES[name].engine)
    assert isinstance(rows, ox.QuerySolutions)
    assert [(row["s"], row["o"]) for row in rows] == [(NODE, ARABIC)]


@pytest.mark.parametrize("name", list(GRAPHS))
def test_triples_come_once_each(store: ox.Store, name: str) -> None:
    answer = store.query("CONSTRUCT { ?s ?p ?o } WHERE { { ?s ?p ?o } UNION { ?s ?p ?o } }")
    out = io.BytesIO()
    assert formats_for(answer) == GRAPHS
    write(answer, GRAPHS[name], out)
    quads = list(ox.parse(out.getvalue(), format=GRAPHS[name].engine))
    assert [(quad.subject, quad.object) for quad in quads] == [(NODE, ARABIC)]


def test_a_format_that_does_not_fit_is_refused(store: ox.Store) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        write(store.query("ASK {}"), GRAPHS["ttl"], io.BytesIO())
    with pytest.raises(ValueError, match="cannot be written"):
        write(store.query("CONSTRUCT WHERE { ?s ?p ?o }"), TABLES["csv"], io.BytesIO())
    assert formats_of("ASK") == TABLES
