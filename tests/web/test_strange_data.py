"""Data that nobody would write: no page falls over it, and what no page can show is shown as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from medkg.namespaces import ID, MK, RDF, RDFS, SKOS, XSD
from medkg.settings import Settings
from medkg.store.writer import Writer
from medkg.web import create_app
from medkg.web.bridge import Bridge
from medkg.web.components import TermRow
from medkg.web.display import Display
from medkg.web.labels import Labels
from medkg.web.terms import Term
from medkg.web.terms import _forest as forest

GRAPH = ox.NamedNode("urn:g")
NODE = ox.NamedNode
PROV = "http://www.w3.org/ns/prov#"


def typed(text: str, kind: str) -> ox.Literal:
    return ox.Literal(text, datatype=NODE(XSD + kind))


VALUES: dict[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {
    "decimal-exponent": typed("1E+999999999", "decimal"),
    "double-exponent": typed("1E+999999999", "double"),
    "integer-exponent": typed("1E+99999999", "integer"),
    "tiny": typed("1E-999999999", "decimal"),
    "nan": typed("NaN", "double"),
    "signalling-nan": typed("sNaN", "decimal"),
    "infinity": typed("-Infinity", "decimal"),
    "huge-integer": typed("9" * 10_000, "integer"),
    "huge-decimal": typed("9" * 10_000 + ".5", "decimal"),
    "other-digits": typed("٤٢", "integer"),
    "before-christ": typed("-0044-03-15", "date"),
    "year-99999": typed("99999-03-15", "date"),
    "first-moment": typed("0001-01-01T00:00:00+14:00", "dateTime"),
    "last-moment": typed("9999-12-31T23:59:59-14:00", "dateTime"),
    "month-of-no-year": typed("0000-05", "gYearMonth"),
    "perhaps": typed("maybe", "boolean"),
    "triple": ox.Triple(NODE("urn:a"), NODE("urn:b"), ox.Literal("c")),
    "blank": ox.BlankNode("b"),
    "language": ox.Literal("x", language="xx-aaaaaaaa-bbbbbbbb"),
    "controls": ox.Literal("a\x00\x01\x1b[31m\ufffe\u202e<script>"),
    "no-address": ox.Literal("http://[::1"),
    "script": NODE("javascript:alert(1)"),
    "above": NODE(f"{ID}project/../../etc"),
    "question": NODE(f"{ID}project/a?b#c"),
}
PROPERTIES = [
    "urn:p",
    RDF + "type",
    RDF + "object",
    RDF + "predicate",
    RDFS + "label",
    SKOS + "altLabel",
    SKOS + "broader",
    *(MK + name for name in ("order", "acronym", "footnote", "periodStart", "startDate", "country", "currency")),
    *(MK + name for name in ("amountExact", "amountNominal", "amountMin", "amountMax", "participant", "hasResult")),
]
ABOUT_CLAIMS = [
    MK + "sourceLineStart",
    MK + "sourceLineEnd",
    PROV + "wasDerivedFrom",
    PROV + "wasGeneratedBy",
    "http://purl.org/dc/terms/identifier",
    RDF + "predicate",
    MK + "claimStatus",
]
FORMATS = ("", ".ttl", ".nt", ".rdf", ".jsonld", ".json", ".csv")


def quad(subject: str, predicate: str, value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> ox.Quad:
    return ox.Quad(NODE(subject), NODE(predicate), value, GRAPH)


def crowded() -> Iterator[ox.Quad]:
    for number in range(1_200):
        yield quad(f"{ID}project/crowded", "urn:p", ox.Literal(f"value-{number:04}"))
        yield quad(f"{ID}project/crowded", SKOS + "altLabel", ox.Literal(f"name-{number:04}"))
        yield quad(f"{ID}project/crowded", RDF + "type", NODE(f"urn:kind-{number:04}"))
    for number in range(200):
        for other in range(200):
            yield quad(f"{ID}result/{number}", MK + "hasResult", NODE(f"{ID}result/{other}"))
    yield quad(f"{ID}project/crowded", "urn:long", ox.Literal("long " * 1_000_000))


def strange() -> Iterator[ox.Quad]:
    yield from crowded()
    for name, value in VALUES.items():
        project, part, figure = (f"{ID}{kind}/{name}" for kind in ("project", "participation", "figure"))
        for predicate in PROPERTIES:
            yield quad(project, predicate, value)
        yield quad(project, MK + "hasParticipation", NODE(part))
        yield quad(part, MK + "participant", NODE(f"{ID}actor/{name}"))
        yield quad(f"{ID}actor/{name}", MK + "country", value)
        for holder in (project, part):
            yield quad(holder, MK + "hasBudgetFigure", NODE(figure))
        for word in ("partnerOrder", "order", "participantRole"):
            yield quad(part, MK + word, value)
        for word in ("figureType", "amountExact", "currency", "order"):
            yield quad(figure, MK + word, value)
        yield quad(figure, MK + "figureType", NODE("urn:kind"))
        for number, predicate in enumerate(ABOUT_CLAIMS):
            claim = f"{ID}claim/{name}-{number}"
            said = {RDF + "subject": NODE(project), RDF + "predicate": NODE("urn:p"), RDF + "object": value}
            rest = {MK + "claimStatus": NODE("urn:status/stated"), PROV + "wasDerivedFrom": NODE(f"{ID}source/{name}")}
            for key, other in {**said, **rest, predicate: value}.items():
                yield quad(claim, key, other)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    home = tmp_path_factory.mktemp("strange") / "home"
    with Writer(home) as writer:
        writer.replace(strange(), reason="strange", owned="urn:")
    app = create_app(Settings(home=home))
    app.testing = True  # errors come through to the test instead of being answered
    app.config["PROPAGATE_EXCEPTIONS"] = True
    yield app.test_client(use_cookies=False)
    assert isinstance(app.wsgi_app, Bridge)
    app.wsgi_app.close()


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", VALUES)
def test_every_thing_has_its_page_and_its_data(client: FlaskClient, name: str, suffix: str) -> None:
    for kind in ("project", "participation", "figure", "claim"):
        slug = f"{name}-0" if kind == "claim" else name
        for language in ("en", "ar") if not suffix else ("en",):
            status = client.get(f"/{kind}/{slug}{suffix}?lang={language}").status_code
            cannot = {"triple": {".rdf", ".jsonld"}, "controls": {".rdf"}, "script": {".rdf"}}.get(name, set())
            assert status == 200 or (status == 406 and suffix in cannot), f"{kind}/{slug}{suffix}: {status}"


@pytest.mark.parametrize("path", ["/", "/search?q=x", "/browse/project", "/ontology", "/graph/x", "/sparql"])
def test_the_site_stands_beside_such_data(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in {200, 404}


def test_what_a_format_cannot_hold_names_those_that_can(client: FlaskClient) -> None:
    refused = client.get("/project/triple.jsonld")
    assert refused.status_code == 406
    assert set(refused.json["available"].values()) == {"text/turtle", "application/n-triples"}  # type: ignore[index]


@pytest.mark.parametrize("name", ["decimal-exponent", "huge-integer", "nan", "perhaps", "before-christ"])
def test_what_cannot_be_formatted_is_shown_as_it_stands(client: FlaskClient, name: str) -> None:
    value = VALUES[name]
    assert isinstance(value, ox.Literal)
    assert value.value in client.get(f"/project/{name}").text


def with_its_sections(client: FlaskClient, path: str) -> list[str]:
    """Give a page and those of its sections that have pages of their own."""
    page = client.get(path).text
    return [page, *(client.get(way).text for way in re.findall(rf'href="({path}[?]section=[a-z]+)"', page))]


def test_a_crowded_page_tells_what_it_leaves_to_the_data(client: FlaskClient) -> None:
    first, *others = with_its_sections(client, "/project/crowded")
    told = "".join(others)
    assert len(first) < 150_000
    assert len(told) < 2_000_000
    assert told.count("… +700") == 3
    assert told.count("value-") == 500
    assert "[20000 / 5000000]" in told
    values = [item["value"] for item in client.get("/project/crowded.json").json["statements"]]  # type: ignore[index]
    assert sum(value.startswith("value-") for value in values) == 1_200
    assert "long " * 1_000_000 in values


def test_a_page_of_crowded_parts_is_in_bounds(client: FlaskClient) -> None:
    first, *others = with_its_sections(client, "/result/0")
    assert len(first) < 150_000
    assert "".join(others).count('href="/result/') < 25_000
    assert "… +190" in "".join(others)


def drawn(rows: Iterable[TermRow]) -> Iterator[tuple[str, int]]:
    """Give each row of trees with the height of what stands below it."""
    for row in rows:
        below = list(drawn(row.children))
        yield row.term.title, 1 + max((height for _, height in below), default=0)
        yield from below


SHAPES: dict[str, dict[int, set[int]]] = {
    "chain": {number: {number + 1} for number in range(5_000)},
    "circle": {number: {(number + 1) % 500} for number in range(500)},
    "itself": {0: {0}},
    "everything": {number: set(range(60)) for number in range(60)},
    "diamonds": {number: {2 * (number // 2 + 1), 2 * (number // 2 + 1) + 1} for number in range(200)},
}


@pytest.mark.parametrize("name", SHAPES)
def test_trees_of_any_shape_are_drawn_whole_and_in_bounds(name: str) -> None:
    shape = SHAPES[name]
    terms = {f"urn:{one}": Term(parents={f"urn:{other}" for other in others}) for one, others in shape.items()}
    rows = list(drawn(forest(terms, Display(Labels([]), "en"), {})))
    assert {iri for iri, _ in rows} == set(terms)
    assert len(rows) <= 40 * len(terms)
    assert max(height for _, height in rows) <= 30
