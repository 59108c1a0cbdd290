"""Tests of the SPARQL Protocol and the Graph Store Protocol: exchanges of HTTP messages, told by the manifests."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

import pyoxigraph as ox

from tests.w3c.evaluation import GRAPHS, Failure
from tests.w3c.isomorphism import isomorphic
from tests.w3c.manifest import HOMES, MF, RDF, UT, Case, Data, Term, graph, members, value, values
from tests.w3c.manifest import named_graph as named
from tests.w3c.results import TABLE_FORMATS, data_set, triples
from tests.w3c.servers import Answer, Server

HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
STATUS = "http://www.w3.org/2011/http-statusCodes#"
CODES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
LOCATION = "$LOCATION$"
AUTHORITY = "http://www.example"
FORMATS = {
    "application/sparql-results+xml": "srx",
    "application/sparql-results+json": "srj",
    "text/tab-separated-values": "tsv",
}
TABULAR = {*FORMATS, "text/csv"}
RDF_TYPES = {*GRAPHS, "application/n-quads", "application/trig", "application/ld+json"}


@dataclass(frozen=True, slots=True)
class Message:
    """What a manifest says of a request or a response."""

    headers: dict[str, str]
    body: bytes | None
    media_type: str


def check_protocol(case: Case, server: Server) -> Failure:
    """Run a test of the SPARQL Protocol and say what is wrong."""
    store = _manifest(case)
    if (data := _data_of(store, case.node)) != Data():
        server.replace(data_set(data))
    for request in _requests(store, case.node):
        sent, path = _message(store, request), _path(store, request)
        door = server.update if _is_update(case, sent) else server.query
        answer = _send(server, store, request, door + path.removeprefix("/sparql/"), sent)
        if wrong := _unexpected_status(store, request, answer) or _unexpected_result(store, request, answer):
            return wrong
    return ""


def check_store(case: Case, server: Server) -> Failure:
    """Run a test of the Graph Store Protocol and say what is wrong."""
    store = _manifest(case)
    server.replace([])
    location = ""
    for request in _requests(store, case.node):
        sent = _message(store, request)
        path = _path(store, request).replace(LOCATION, location)
        answer = _send(server, store, request, server.store + path.removeprefix("/gsp"), sent)
        if wrong := _unexpected_status(store, request, answer) or _unexpected_content(store, request, path, answer):
            return wrong
        if value(store, _response(store, request), MF + "expectedLocation"):
            if "location" not in answer.headers:
                return "no Location"
            location = urljoin(server.origin, answer.headers["location"])
    return ""


def _send(server: Server, store: ox.Dataset, request: Term, path: str, sent: Message) -> Answer:
    method = _text(store, request, HT + "methodName")
    return server.ask(method, path, sent.body, **sent.headers)


def _unexpected_status(store: ox.Dataset, request: Term, answer: Answer) -> Failure:
    wanted = values(store, _response(store, request), MF + "expectedStatus")
    names = [_value(item).removeprefix(STATUS) for item in wanted]
    fits = any(
        answer.status // 100 == int(name[10]) if name.startswith("StatusCode") else answer.status == CODES[name]
        for name in names
    )
    return "" if fits else f"status {answer.status}, not {' or '.join(sorted(names))}: {answer.body[:200]!r}"


def _unexpected_result(store: ox.Dataset, request: Term, answer: Answer) -> Failure:
    """Compare the kind of the result, and a boolean with the one expected."""
    response = _response(store, request)
    kind = _text(store, response, MF + "expectedFormat")
    media_type = answer.media_type
    allowed = {"": {media_type}, "boolean": set(FORMATS), "tabular": TABULAR, "RDF": RDF_TYPES}[kind]
    if media_type not in allowed:
        return f"{media_type} is no format of kind {kind}"
    boolean = value(store, response, MF + "expectedBoolean")
    if boolean is None:
        return ""
    found = ox.parse_query_results(answer.body, format=TABLE_FORMATS[FORMATS[media_type]])
    return "" if isinstance(found, ox.QueryBoolean) and bool(found) is (_value(boolean) == "true") else f"got {found!r}"


def _unexpected_content(store: ox.Dataset, request: Term, path: str, answer: Answer) -> Failure:
    """Compare media type and graph of an answer of the Graph Store Protocol."""
    wanted = _message(store, _response(store, request))
    if wanted.media_type and wanted.media_type != answer.media_type:
        return f"{answer.media_type}, not {wanted.media_type}"
    if wanted.body is None:
        return ""
    expected = triples(wanted.body, GRAPHS[wanted.media_type], AUTHORITY + path)
    found = triples(answer.body, GRAPHS[answer.media_type], AUTHORITY + path)
    return "" if isomorphic(expected, found) else f"expected {expected}\n   found {found}"


def _is_update(case: Case, sent: Message) -> bool:
    """Tell whether a request goes to the door of updates: the manifest leaves that to the program."""
    about_updates = case.name.rpartition("/")[2].removeprefix("bad_").startswith("update")
    return (about_updates or "multiple_updates" in case.name) and sent.media_type != "application/sparql-query"


def _message(store: ox.Dataset, message: Term) -> Message:
    headers = {
        _text(store, header, HT + "fieldName").lower(): _text(store, header, HT + "fieldValue")
        for header in members(store, value(store, message, HT + "headers"))
    }
    body = value(store, message, HT + "body")
    content = _text(store, body, CNT + "chars").encode(_text(store, body, CNT + "characterEncoding")) if body else None
    return Message(headers, content, _media_type(headers))


def _media_type(headers: dict[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _requests(store: ox.Dataset, entry: Term) -> list[Term]:
    action = value(store, entry, MF + "action")
    assert action is not None
    return list(members(store, value(store, action, HT + "requests")))


def _response(store: ox.Dataset, request: Term) -> Term:
    found = value(store, request, HT + "resp")
    assert found is not None
    return found


def _path(store: ox.Dataset, request: Term) -> str:
    return _text(store, request, HT + "absolutePath")


def _data_of(store: ox.Dataset, entry: Term) -> Data:
    """Give the data of a test, which these manifests hang on the test itself."""
    return Data(named=tuple(named(store, item) for item in values(store, entry, UT + "graphData")))


def _manifest(case: Case) -> ox.Dataset:
    """Give the manifest that tells the test."""
    if case.kind == "ProtocolTest":
        return graph(HOMES["sparql11"] + "protocol/manifest.ttl")
    name = "indirect" if value(_store("indirect"), case.node, RDF + "type") else "direct"
    return _store(name)


def _store(name: str) -> ox.Dataset:
    return graph(f"{HOMES['sparql11']}graph-store-protocol/manifest-{name}.ttl")


def _text(store: ox.Dataset, subject: Term, predicate: str) -> str:
    found = value(store, subject, predicate)
    return "" if found is None else _value(found)


def _value(term: Term) -> str:
    assert not isinstance(term, ox.Triple)
    return term.value
