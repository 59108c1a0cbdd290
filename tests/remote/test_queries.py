"""Every named query gives the same values over another service as over a generation."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.namespaces import ID, Graphs
from medkg.query.catalogue import NamedQuery, load_catalogue
from medkg.query.parameters import bind
from medkg.remote.guard import refuse_over_remote
from medkg.remote.store import RemoteStore
from medkg.settings import Settings
from medkg.store.reader import Snapshot
from tests.remote.conftest import Behind
from tests.remote.values import Value, rows

Rows = Counter[tuple[Value, ...]]
QUERIES = load_catalogue(Settings().queries)


def repeated(ours: Rows, theirs: Rows) -> bool:
    return set(theirs) == set(ours) and theirs.total() >= ours.total()


def more_rows(ours: Rows, theirs: Rows) -> bool:
    return ours < theirs


def uses(found: Rows) -> dict[Value, Decimal]:
    return {term: number for term, (_, number) in found if isinstance(number, Decimal)}


def more_uses(ours: Rows, theirs: Rows) -> bool:
    own, other = uses(ours), uses(theirs)
    return own.keys() < other.keys() and all(other[term] >= number for term, number in own.items())


#: What docs/remote.md says of one query over one product.
DEVIATIONS: dict[tuple[str, str], Callable[[Rows, Rows], bool]] = {
    # DISTINCT leaves some rows more than once where OPTIONAL leaves cells empty; not always the same ones.
    ("Virtuoso", "what-concerns-a-country"): repeated,
    ("Virtuoso", "results-of-projects"): repeated,
    ("Virtuoso", "start-and-end-of-projects"): repeated,
    # Virtuoso's own graphs are counted, too.
    ("Virtuoso", "dataset-description"): more_rows,
    ("Virtuoso", "class-usage"): more_rows,
    ("Virtuoso", "property-usage"): more_uses,
}


@pytest.fixture(params=list(QUERIES.values()), ids=lambda query: query.id)
def query(request: pytest.FixtureRequest) -> NamedQuery:
    found: NamedQuery = request.param
    return found


def with_examples(query: NamedQuery) -> str:
    return bind(query, {name: parameter.example for name, parameter in query.parameters.items()})


def as_wide_as_it_goes(query: NamedQuery) -> str:
    required = {name: parameter.example for name, parameter in query.parameters.items() if parameter.required}
    return bind(query, required)


@pytest.mark.parametrize("asked", [with_examples, as_wide_as_it_goes])
def test_a_named_query_gives_the_same_values(
    query: NamedQuery, asked: Callable[[NamedQuery], str], behind: Behind, remote: RemoteStore, local: Snapshot
) -> None:
    ours, theirs = rows(local.query(asked(query))), rows(remote.query(asked(query)))
    deviates = DEVIATIONS.get((behind.product, query.id))
    assert deviates(ours, theirs) if deviates else theirs == ours


def test_what_is_compared_are_rows(local: Snapshot) -> None:
    empty = {query.id for query in QUERIES.values() if not rows(local.query(as_wide_as_it_goes(query)))}
    # Statements without a source must not be there; of the others no source tells yet.
    untold = {"structures-that-are-transnational-meta-clusters", "holders-of-streams", "stages-of-value-chains"}
    assert empty <= {*untold, "saved-meta-clusters", "statements-without-source"}


def test_strangers_may_send_every_named_query(query: NamedQuery) -> None:
    refuse_over_remote(with_examples(query))


def test_the_columns_come_in_the_order_of_the_query(remote: RemoteStore) -> None:
    found = remote.query("SELECT ?b ?a WHERE { VALUES (?a ?b) { (1 2) } }")
    assert isinstance(found, ox.QuerySolutions)
    assert [variable.value for variable in found.variables] == ["b", "a"]


@pytest.mark.parametrize(("text", "expected"), [("ASK { ?s ?p ?o }", True), ("ASK { ?s <urn:nobody> ?o }", False)])
def test_ask_gives_a_truth_value(remote: RemoteStore, text: str, expected: bool) -> None:
    found = remote.query(text)
    assert isinstance(found, ox.QueryBoolean)
    assert bool(found) is expected


def test_describe_tells_what_is_said_about_a_thing(remote: RemoteStore) -> None:
    project = ox.NamedNode(f"{ID}project/innomed-up")
    found = remote.query(f"DESCRIBE {project}")
    assert not isinstance(found, ox.QuerySolutions | ox.QueryBoolean)
    assert any(triple.subject == project for triple in found)


def test_the_registrys_prefixes_need_no_declaration(remote: RemoteStore) -> None:
    assert bool(remote.query("ASK { GRAPH mkg:preferred { ?thing skos:prefLabel ?label } }"))


def test_blank_nodes_are_blank_nodes(remote: RemoteStore) -> None:
    found = remote.query("SELECT ?node WHERE { GRAPH mkg:ontology { ?node a owl:Restriction } }")
    assert isinstance(found, ox.QuerySolutions)
    nodes = [row["node"] for row in found]
    assert len(nodes) > 1
    assert all(isinstance(node, ox.BlankNode) for node in nodes)
    assert len({node.value for node in nodes}) == len(nodes)


def test_texts_arrive_letter_by_letter(remote: RemoteStore) -> None:
    texts = ['a"b\\c\n\t', "بيرزيت", "\U0001f642", "nodeID://b1", '"type": "bnode", "value": "nodeID://']
    row = " ".join(str(ox.Literal(text)) for text in texts)
    found = remote.query(f"SELECT ?text WHERE {{ VALUES ?text {{ {row} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    assert {str(found["text"].value) for found in found} == set(texts)


def test_without_a_data_set_all_graphs_are_seen(remote: RemoteStore, local: Snapshot) -> None:
    text = "SELECT (COUNT(*) AS ?n) WHERE { ?claim a mk:Claim }"
    assert rows(remote.query(text)) == rows(local.query(text))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (COUNT(*) AS ?n) FROM mkg:ontology WHERE { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?n) FROM NAMED mkg:ontology WHERE { GRAPH ?g { ?s ?p ?o } }",
    ],
    ids=["FROM", "FROM NAMED"],
)
def test_a_query_chooses_its_data_set(remote: RemoteStore, local: Snapshot, text: str) -> None:
    assert rows(remote.query(text)) == rows(local.query(text))


@pytest.mark.parametrize(
    "text",
    ["SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"],
    ids=["default graph", "named graphs"],
)
def test_a_caller_chooses_the_data_set(remote: RemoteStore, local: Snapshot, text: str) -> None:
    options = {"default_graph": [ox.NamedNode(Graphs.ONTOLOGY)], "named_graphs": [ox.NamedNode(Graphs.VOCAB)]}
    assert rows(remote.query(text, **options)) == rows(local.query(text, **options))


def test_the_state_has_the_graphs_and_sizes_of_the_generation(remote: RemoteStore, local: Snapshot) -> None:
    assert dict(remote.graphs) == dict(local.graphs)
    assert remote.manifest.quads == local.manifest.quads


def test_the_command_asks_the_other_service_too(behind: Behind, local: Snapshot, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "medkg",
        "--home",
        str(tmp_path / "none"),
        "query",
        "founding-projects",
        "--format",
        "json",
    ]
    environment = {**os.environ, "MEDKG_STORE": behind.address}
    done = subprocess.run(command, capture_output=True, check=True, env=environment)
    found = ox.parse_query_results(done.stdout, ox.QueryResultsFormat.JSON)
    assert rows(found) == rows(local.query(bind(QUERIES["founding-projects"], {})))
