"""Update and Graph Store Protocol: who may, what changes, what the answer says."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from medkg.access.roles import Role

from .conftest import EX, Registry

TURTLE = f"<{EX}new> <{EX}p> 1, 2 ."
GRAPH = f"/store?graph={EX}g/new"


def ask(client: FlaskClient, query: str) -> bool:
    answer = client.post("/sparql", data={"query": query})
    assert answer.status_code == 200, answer.text
    return bool(json.loads(answer.data)["boolean"])


@pytest.mark.parametrize("way", ["form", "direct"])
def test_an_update_publishes_and_says_what(client: FlaskClient, registry: Registry, way: str) -> None:
    update = f"INSERT DATA {{ GRAPH <{EX}g/1> {{ <{EX}s> <{EX}p> 1, 2 }} }}"
    before = client.get("/health").json
    assert before is not None
    if way == "form":
        answer = client.post("/update", data={"update": update}, headers=registry.bearer())
    else:
        answer = client.post(
            "/update/", data=update, content_type="application/sparql-update", headers=registry.bearer()
        )
    assert answer.status_code == 200, answer.text
    assert answer.json == {"generation": before["generation"] + 1, "added": 2, "deleted": 0}
    assert answer.headers["X-Generation"] == str(before["generation"] + 1)
    assert ask(client, f"ASK {{ GRAPH <{EX}g/1> {{ <{EX}s> <{EX}p> 2 }} }}")


def test_the_update_protocol_names_its_data_set(client: FlaskClient, registry: Registry) -> None:
    update = f"DELETE {{ GRAPH <{EX}g/many> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    fields = {"update": update, "using-graph-uri": f"{EX}g/many"}
    assert client.post("/update", data=fields, headers=registry.bearer()).json["deleted"] == 3  # type: ignore[index]
    conflict = {"update": f"DELETE {{ ?s ?p ?o }} USING <{EX}a> WHERE {{ ?s ?p ?o }}", "using-named-graph-uri": EX}
    assert client.post("/update", data=conflict, headers=registry.bearer()).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Authorization": "Bearer nonsense"}, 401), ({"Authorization": "Basic eDp5"}, 401)],
)
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_without_a_good_token_nothing_is_written(
    client: FlaskClient, headers: dict[str, str], status: int, method: str
) -> None:
    for path in (GRAPH, "/store?default", "/store"):
        answer = client.open(path, method=method, data=TURTLE, content_type="text/turtle", headers=headers)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.post("/update", data={"update": "CLEAR ALL"}, headers=headers).status_code == status
    assert client.get("/health").json["generation"] == 2  # type: ignore[index]


@pytest.mark.parametrize(
    ("role", "method", "path", "status"),
    [
        (Role.READER, "POST", GRAPH, 403),
        (Role.CONTRIBUTOR, "POST", GRAPH, 201),
        (Role.CONTRIBUTOR, "PUT", GRAPH, 403),
        (Role.CURATOR, "PUT", GRAPH, 201),
        (Role.CURATOR, "PUT", f"/store?graph={EX}elsewhere", 403),
        (Role.CURATOR, "PUT", "/store?default", 403),
        (Role.ADMIN, "PUT", f"/store?graph={EX}elsewhere", 201),
        (Role.CURATOR, "DELETE", "/store", 403),
    ],
)
def test_a_role_bounds_what_may_be_written(
    client: FlaskClient, registry: Registry, role: Role, method: str, path: str, status: int
) -> None:
    headers = registry.bearer(role)
    answer = client.open(path, method=method, data=TURTLE, content_type="text/turtle", headers=headers)
    assert answer.status_code == status, answer.text
    assert "WWW-Authenticate" not in answer.headers


def test_a_graph_is_put_read_extended_and_deleted(client: FlaskClient, registry: Registry) -> None:
    headers = registry.bearer()
    put = client.put(GRAPH, data=TURTLE, content_type="text/turtle", headers=headers)
    assert (put.status_code, put.json["added"]) == (201, 2)  # type: ignore[index]
    assert client.put(GRAPH, data=TURTLE, content_type="text/turtle", headers=headers).status_code in {200, 204}
    more = f"<{EX}new> <{EX}p> 3 ."
    post = client.post(GRAPH, data=more, content_type="application/n-triples", headers=headers)
    assert post.status_code == 400, "3 is no N-Triples"
    assert (post.json["type"].rpartition("/")[2], "part" in post.json["detail"]) == ("bad-request", False)  # type: ignore[index]
    assert client.post(GRAPH, data=more, content_type="text/turtle", headers=headers).status_code == 200
    found = client.get(GRAPH, headers={"Accept": "application/n-triples"})
    assert (found.status_code, found.mimetype) == (200, "application/n-triples")
    triples = {str(quad.object) for quad in ox.parse(found.data, format=ox.RdfFormat.N_TRIPLES)}
    assert len(triples) == 3
    head = client.head(GRAPH)
    assert (head.status_code, head.data, "Content-Length" in head.headers) == (200, b"", False)
    assert client.delete(GRAPH, headers=headers).json["deleted"] == 3  # type: ignore[index]
    assert client.get(GRAPH).status_code == client.head(GRAPH).status_code == 404
    assert client.delete(GRAPH, headers=headers).status_code == 404


def test_a_graph_may_be_named_by_its_address(client: FlaskClient, registry: Registry) -> None:
    headers = registry.bearer()
    assert client.put("/store/some/graph.ttl", data="<> <#p> 1 .", content_type="text/turtle", headers=headers)
    iri = "http://localhost/store/some/graph.ttl"
    assert ask(client, f"ASK {{ GRAPH <{iri}> {{ <{iri}> <{iri}#p> 1 }} }}")
    assert client.get("/store/some/graph.ttl").status_code == 200
    assert client.get(f"/store?graph={iri}").status_code == 200
    assert client.get("/store/some/graph.ttl?default").status_code == 400


def test_a_post_to_the_store_itself_makes_a_graph(client: FlaskClient, registry: Registry) -> None:
    answer = client.post("/store", data=TURTLE, content_type="text/turtle", headers=registry.bearer())
    assert answer.status_code == 201
    location = answer.headers["Location"]
    assert location.startswith("http://localhost/store/")
    assert client.get(f"/store?graph={location}", headers={"Accept": "application/n-triples"}).data.count(b"\n") == 2
    assert client.get(location.removeprefix("http://localhost")).status_code == 200


def test_the_default_graph_is_the_one_without_a_name(client: FlaskClient, registry: Registry) -> None:
    before = client.get("/store?default", headers={"Accept": "application/n-triples"}).data
    assert before == f'<{EX}a> <{EX}p> "x" .\n'.encode()
    put = client.put("/store?default", data=TURTLE, content_type="text/turtle", headers=registry.bearer())
    assert (put.status_code, put.json["deleted"]) == (200, 1)  # type: ignore[index]
    assert client.get("/store?default", headers={"Accept": "application/n-triples"}).data.count(b"\n") == 2


def test_the_whole_data_set_comes_and_goes(client: FlaskClient, registry: Registry) -> None:
    headers = registry.bearer()
    whole = client.get("/store", headers={"Accept": "application/n-quads"})
    assert (whole.status_code, whole.data.count(b"\n")) == (200, 4)
    assert client.delete("/store", headers=headers).json["deleted"] == 4  # type: ignore[index]
    assert client.get("/store", headers={"Accept": "application/n-quads"}).data == b""
    put = client.put("/store", data=whole.data, content_type="application/n-quads", headers=headers)
    assert put.json["added"] == 4  # type: ignore[index]
    trig = client.get("/store", headers={"Accept": "application/trig"})
    assert set(ox.parse(trig.data, format=ox.RdfFormat.TRIG)) == set(ox.parse(whole.data, format=ox.RdfFormat.N_QUADS))
    refused = client.get("/store", headers={"Accept": "text/turtle"})
    assert (refused.status_code, set(refused.json["available"])) == (406, {"trig", "nq", "jsonld"})  # type: ignore[index]


def test_a_form_brings_several_files(client: FlaskClient, registry: Registry) -> None:
    boundary = "a6fe4cd636164618814be9f8d3d1a0de"
    parts = [("text/turtle; charset=utf-8", TURTLE), ("application/n-triples", f"<{EX}b> <{EX}p> <{EX}c> .\r\n")]
    body = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="f{number}"; filename="f{number}"\r\n'
        f"Content-Type: {kind}\r\n\r\n{text}\r\n"
        for number, (kind, text) in enumerate(parts)
    )
    kind = f"multipart/form-data; boundary={boundary}"
    answer = client.post(GRAPH, data=f"{body}--{boundary}--", content_type=kind, headers=registry.bearer())
    assert (answer.status_code, answer.json["added"]) == (201, 3), answer.text  # type: ignore[index]
    cut = client.post(GRAPH, data=body, content_type=kind, headers=registry.bearer())
    assert cut.status_code == 400
    wrong = client.post(
        GRAPH, data=body.replace("text/turtle", "image/png"), content_type=kind, headers=registry.bearer()
    )
    assert wrong.status_code == 415


@pytest.mark.parametrize(
    ("kind", "data", "status"),
    [
        ("text/turtle", "<a> <b>", 400),
        ("", "<a> <b> <c> .", 415),
        ("application/pdf", "%PDF", 415),
        ("text/turtle; charset=latin-1", "<a:a> <b:b> <c:c> .", 415),
        ("application/rdf+xml", '<!DOCTYPE x [<!ENTITY a "b">]><rdf:RDF/>', 400),
        ("application/ld+json", '{"@context": "http://127.0.0.1:9/context", "a": 1}', 400),
    ],
)
def test_what_cannot_be_read_changes_nothing(
    client: FlaskClient, registry: Registry, kind: str, data: str, status: int
) -> None:
    answer = client.put(GRAPH, data=data, content_type=kind, headers=registry.bearer())
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text
    assert client.get(GRAPH).status_code == 404
    assert not any((registry.home / "uploads").glob("*"))


def test_an_update_that_is_none_names_its_position(client: FlaskClient, registry: Registry) -> None:
    answer = client.post("/update", data={"update": "INSERT DATA {\n <a> }"}, headers=registry.bearer())
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["line"] == 2
    for fields in ({"query": "ASK {}"}, {"x": "1"}, {"update": ["CLEAR ALL", "CLEAR ALL"]}):
        assert client.post("/update", data=fields, headers=registry.bearer()).status_code == 400
    assert client.get("/update?update=CLEAR+ALL").status_code == 405
    assert client.post("/update", data="x", content_type="text/plain", headers=registry.bearer()).status_code == 415


@pytest.mark.parametrize(
    ("path", "status"), [("/store?grahp=urn:x", 400), ("/store?Default", 400), ("/store?graph=urn:x&x=1", 400)]
)
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_an_address_that_is_a_little_wrong_changes_nothing(
    client: FlaskClient, registry: Registry, method: str, path: str, status: int
) -> None:
    bearer = registry.bearer()
    answer = client.open(path, method=method, data=TURTLE, content_type="text/turtle", headers=bearer)
    assert answer.status_code == status, answer.text
    assert ask(client, "ASK { GRAPH ?g { ?s ?p ?o } }")


def test_a_bad_token_is_refused_even_where_the_answer_is_kept(client: FlaskClient) -> None:
    query = {"query": "SELECT (COUNT(*) AS ?kept) { ?s ?p ?o }"}
    statuses = []
    for header in ({}, {}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}):
        statuses.append(client.get("/sparql", query_string=query, headers=header).status_code)
    assert statuses == [200, 200, 401, 200]


def test_all_templates_of_an_update_see_the_same_solutions(client: FlaskClient, registry: Registry) -> None:
    update = (
        f"INSERT {{ GRAPH <{EX}g/1> {{ <{EX}s> <{EX}id> ?u }} GRAPH <{EX}g/2> {{ ?u <{EX}of> <{EX}s> }} }} "
        "WHERE { BIND(UUID() AS ?u) }"
    )
    assert client.post("/update", data={"update": update}, headers=registry.bearer()).status_code == 200
    assert ask(client, f"ASK {{ GRAPH <{EX}g/1> {{ ?s <{EX}id> ?u }} GRAPH <{EX}g/2> {{ ?u <{EX}of> ?s }} }}")
