"""Tests of queries and updates: load the data, send the text, compare what comes back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyoxigraph as ox

from tests.w3c.isomorphism import isomorphic
from tests.w3c.manifest import Case, Data, read
from tests.w3c.results import agree, data_set, expected_of, statements, table, triples
from tests.w3c.servers import Answer, Server

QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
#: What is asked for where the expected result is written in the format of the key.
ASKED = {
    "srx": ("application/sparql-results+xml", "srx"),
    "srj": ("application/sparql-results+json", "srj"),
    "tsv": ("text/tab-separated-values", "tsv"),
    "csv": ("text/csv", "csv"),
    "ttl": ("text/turtle, application/sparql-results+json", "srj"),
    "rdf": ("application/rdf+xml, application/sparql-results+xml", "srx"),
}
GRAPHS = {"text/turtle": "ttl", "application/rdf+xml": "rdf", "application/n-triples": "nt"}

#: A file beside the query that its FROM or FROM NAMED clause names.
_FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>:]+)>", re.IGNORECASE)

Failure = str


class Loaded:
    """What the server holds now, so that tests on the same data load them once."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._data: Data | None = None

    def be(self, data: Data, quads: list[ox.Quad]) -> None:
        """Load these data unless they are there."""
        if self._data != data:
            self._data = None
            self.server.replace(quads)
            self._data = data

    def forget(self) -> None:
        """Say that the content is not known any more."""
        self._data = None


def check(case: Case, loaded: Loaded) -> Failure:
    """Run a test and say what is wrong; an empty text where nothing is."""
    return CHECKS[case.kind](case, loaded)


def _evaluate_query(case: Case, loaded: Loaded) -> Failure:
    text = read(case.request).decode()
    loaded.be(*_needed(case, text))
    accept, ending = ASKED[case.result.rpartition(".")[2]]
    answer = loaded.server.ask("POST", loaded.server.query, _based(case, text), Content_Type=QUERY, Accept=accept)
    if answer.status != 200:
        return _told(answer)
    graph = GRAPHS.get(answer.media_type)
    found = triples(answer.body, graph, case.request) if graph else table(answer.body, ending)
    expected = expected_of(case)
    return "" if agree(expected, found, lax=case.lax) else f"expected {expected}\n   found {found}"


def _evaluate_update(case: Case, loaded: Loaded) -> Failure:
    loaded.be(case.data, data_set(case.data))
    loaded.forget()
    text = _based(case, read(case.request).decode())
    answer = loaded.server.ask("POST", loaded.server.update, text, Content_Type=UPDATE)
    if answer.status not in {200, 204}:
        return _told(answer)
    expected, found = statements(data_set(case.after)), statements(loaded.server.dump())
    return "" if isomorphic(expected, found) else f"expected {expected}\n   found {found}"


def _accept_query(case: Case, loaded: Loaded) -> Failure:
    answer = _send(case, loaded.server.query, QUERY, loaded)
    return "" if loaded.server.understood(answer) else _told(answer)


def _refuse_query(case: Case, loaded: Loaded) -> Failure:
    answer = _send(case, loaded.server.query, QUERY, loaded)
    return "" if answer.status == 400 else _told(answer)


def _accept_update(case: Case, loaded: Loaded) -> Failure:
    answer = _send(case, loaded.server.update, UPDATE, loaded)
    return "" if loaded.server.understood(answer) else _told(answer)


def _refuse_update(case: Case, loaded: Loaded) -> Failure:
    answer = _send(case, loaded.server.update, UPDATE, loaded)
    return "" if answer.status == 400 else _told(answer)


def _send(case: Case, path: str, media_type: str, loaded: Loaded) -> Answer:
    if media_type == UPDATE:
        loaded.forget()
    return loaded.server.ask("POST", path, read(case.request), Content_Type=media_type)


def _needed(case: Case, text: str) -> tuple[Data, list[ox.Quad]]:
    """Give the data of a test; where the query alone names them (FROM), the files it names as named graphs."""
    if case.data != Data():
        return case.data, data_set(case.data)
    folder = case.request.rpartition("/")[0] + "/"
    files = sorted(set(_named_by(text, folder)))
    data = Data(named=tuple((iri, iri) for iri in files))
    return data, data_set(data)


def _named_by(text: str, folder: str) -> list[str]:
    return [folder + name for name in _FROM.findall(text)]


def _based(case: Case, text: str) -> bytes:
    """Give the text with the base its relative IRIs are meant for, which no parameter of the protocol can say."""
    return f"BASE <{case.request}>\n{text}".encode()


def _told(answer: Answer) -> Failure:
    return f"status {answer.status}: {answer.body[:300].decode(errors='replace')}"


CHECKS: dict[str, Callable[[Case, Loaded], Failure]] = {
    "QueryEvaluationTest": _evaluate_query,
    "CSVResultFormatTest": _evaluate_query,
    "UpdateEvaluationTest": _evaluate_update,
    "PositiveSyntaxTest": _accept_query,
    "NegativeSyntaxTest": _refuse_query,
    "PositiveUpdateSyntaxTest": _accept_update,
    "NegativeUpdateSyntaxTest": _refuse_update,
}
