"""What the editor completes from: our terms with names in the page's language, and prefixes that the server knows."""

from __future__ import annotations

import json
import zlib

from flask.testing import FlaskClient

from medkg.namespaces import PREFIXES


def terms(client: FlaskClient, language: str) -> dict[str, dict[str, object]]:
    answer = client.get(f"/sparql/terms?lang={language}")
    assert answer.status_code == 200
    return {item["name"]: item for item in json.loads(answer.data)["terms"]}


def test_terms_have_names_in_the_language_of_the_page(client: FlaskClient) -> None:
    english, arabic = terms(client, "en"), terms(client, "ar")
    assert english["mk:Project"]["kind"] == "class"
    assert english["mk:Project"]["label"] != arabic["mk:Project"]["label"]
    assert english.keys() == arabic.keys()


def test_prefixes_are_those_of_the_server_and_every_name_is_sparql(client: FlaskClient) -> None:
    answer = json.loads(client.get("/sparql/terms").data)
    assert answer["prefixes"] == dict(PREFIXES)
    names = "\n".join(f"  OPTIONAL {{ ?s ?p {item['name']} }}" for item in answer["terms"][:200])
    checked = client.post("/sparql", data={"query": f"ASK {{\n{names}\n}}", "format": "json"})
    assert checked.status_code == 200, checked.text


def test_they_come_packed_and_once_for_each_generation(client: FlaskClient) -> None:
    plain = client.get("/sparql/terms", headers={"Accept-Encoding": "identity"})
    packed = client.get("/sparql/terms", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert json.loads(zlib.decompress(packed.data, 31)) == plain.json
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert plain.headers["ETag"] != packed.headers["ETag"]
    known = {"If-None-Match": packed.headers["ETag"], "Accept-Encoding": "gzip"}
    assert client.get("/sparql/terms", headers=known).status_code == 304
