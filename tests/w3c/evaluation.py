"""Tests of queries and updates: load the data, send the text, compare what comes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

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

#: A graph that nobody has: a test without default data has an empty default graph, not the server's.
_NOTHING = "urn:x-nothing"
#: A file beside the query that its FROM or FROM NAMED clause names.
_FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>:]+)>", re.IGNORECASE)

Failure = str


class Loaded:
    """What the server holds now, so that nothing is loaded twice.

    The data of query tests are loaded ``together``, each file as a graph, and each test's data set is told by the
    parameters of the protocol; or else one test's data after the other, as the default graph and named ones.
    """

    def __init__(self, server: Server, every: Sequence[Case], *, together: bool) -> None:
        self.server = server
        self._together = _files(every) if together else None
        self._data: Data | None = None

    def be(self, data: Data) -> None:
        """Load these data unless they are there."""
        if self._data != data:
            self._data = None
            self.server.replace(data_set(data))
            self._data = data

    def for_query(self, case: Case, text: str) -> str:
        """See that the data of a test of queries are there; give the query string that tells its data set."""
        if self._together is None:
            self.be(_needed(case, text))
            return ""
        self.be(self._together)
        if _FROM.search(text):
            return ""
        default = [("default-graph-uri", file) for file in case.data.default or (_NOTHING,)]
        return "?" + urlencode([*default, *(("named-graph-uri", name) for name, _ in case.data.named)])

    def forget(self) -> None:
        """Say that the content is not known any more."""
        self._data = None


def check(case: Case, loaded: Loaded) -> Failure:
    """Run a test and say what is wrong; an empty text where nothing is."""
    return CHECKS[case.kind](case, loaded)


def _evaluate_query(case: Case, loaded: Loaded) -> Failure:
    text = read(case.request).decode()
    path = loaded.server.query + loaded.for_query(case, text)
    accept, ending = ASKED[case.result.rpartition(".")[2]]
    answer = loaded.server.ask("POST", path, _based(case, text), Content_Type=QUERY, Accept=accept)
    if answer.status != 200:
        return _told(answer)
    graph = GRAPHS.get(answer.media_type)
    found = triples(answer.body, graph, case.request) if graph else table(answer.body, ending)
    expected = expected_of(case)
    return "" if agree(expected, found, lax=case.lax) else f"expected {expected}\n   found {found}"


def _evaluate_update(case: Case, loaded: Loaded) -> Failure:
    loaded.be(case.data)
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


def _needed(case: Case, text: str) -> Data:
    """Give the data of a test; where the query alone names them (FROM), the files it names as named graphs."""
    if case.data != Data():
        return case.data
    folder = case.request.rpartition("/")[0] + "/"
    return Data(named=tuple((folder + name, folder + name) for name in sorted(set(_FROM.findall(text)))))


def _files(every: Sequence[Case]) -> Data:
    """Give the files of all tests of queries, each as the graph of its own name."""
    needed = [_needed(case, read(case.request).decode()) for case in every if CHECKS.get(case.kind) is _evaluate_query]
    files = {file for data in needed for file in (*data.default, *(file for _, file in data.named))}
    return Data(named=tuple((file, file) for file in sorted(files)))


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
