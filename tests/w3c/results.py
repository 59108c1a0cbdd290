"""What a test expects and what a server answered, in one form, and whether the two agree.

Numbers and booleans are compared by datatype and value: what the standard lays down about what a query computes is its
value, not its spelling. Everything else, and a number that is no number, is compared as a term. So a derived type of
xsd:integer that comes back as xsd:integer is a difference, and so is a spelling that CSV shows.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from tests.w3c.isomorphism import Row, isomorphic, isomorphic_in_order
from tests.w3c.manifest import Case, Data, Term, graph, read, value, values

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD = "http://www.w3.org/2001/XMLSchema#"
FLOATS = {XSD + "double", XSD + "float"}
INTEGERS = {"byte", "int", "integer", "long", "negativeInteger", "nonNegativeInteger", "nonPositiveInteger"}
INTEGERS |= {"positiveInteger", "short", "unsignedByte", "unsignedInt", "unsignedLong", "unsignedShort"}
DECIMALS = {XSD + name for name in INTEGERS | {"decimal"}}
BOOLEANS = {XSD + "boolean" + spelling: spelling in {"1", "true"} for spelling in ("0", "1", "false", "true")}

RDF_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "rdf": ox.RdfFormat.RDF_XML,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
}
TABLE_FORMATS = {
    "srx": ox.QueryResultsFormat.XML,
    "srj": ox.QueryResultsFormat.JSON,
    "tsv": ox.QueryResultsFormat.TSV,
}
#: An ORDER BY behind the last brace: the order of the whole answer, not of a sub-select.
_LAST_ORDER = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of solutions; ``ordered`` where the test fixes the order. A row follows the sorted variables."""

    variables: tuple[str, ...]
    rows: list[Row]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Spellings:
    """A table as CSV tells it: without kinds and datatypes."""

    header: tuple[str, ...]
    rows: list[tuple[str, ...]]


Statements = list[Row]
Outcome = bool | Table | Spellings | Statements


def agree(expected: Outcome, found: Outcome, *, lax: bool = False) -> bool:
    """Tell whether a server's answer is what the test expects."""
    if isinstance(expected, Table) and isinstance(found, Table):
        return expected.variables == found.variables and _tables_agree(expected, found, lax=lax)
    if isinstance(expected, Spellings) and isinstance(found, Spellings):
        return expected.header == found.header and _spellings_agree(expected, found)
    if isinstance(expected, list) and isinstance(found, list):
        return isomorphic(_set(expected), _set(found))
    return isinstance(expected, bool) and isinstance(found, bool) and expected is found


def expected_of(case: Case) -> Outcome:
    """Give what the result file of a test of queries says."""
    ending = case.result.rpartition(".")[2]
    content = read(case.result)
    if ending not in RDF_FORMATS:
        found = table(content, ending)
        sorted_by_query = _LAST_ORDER.search(read(case.request).decode().rpartition("}")[2])
        return replace(found, ordered=True) if sorted_by_query and isinstance(found, Table) else found
    store = graph(case.result, RDF_FORMATS[ending])
    sets = [quad.subject for quad in store.quads_for_object(ox.NamedNode(RS + "ResultSet"))]
    return _result_set(store, sets[0]) if sets else statements(store)


def table(content: bytes, ending: str) -> Outcome:
    """Read a table or a boolean in one of the result formats."""
    if ending == "csv":
        header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
        # SELECT * fixes no order of columns.
        places = sorted(range(len(header)), key=header.__getitem__)
        return Spellings(tuple(sorted(header)), [tuple(row[place] for place in places) for row in rows])
    parsed = ox.parse_query_results(content, format=TABLE_FORMATS[ending])
    if isinstance(parsed, ox.QueryBoolean):
        return bool(parsed)
    variables = tuple(sorted(variable.value for variable in parsed.variables))
    return Table(variables, [tuple(_cell(solution[name]) for name in variables) for solution in parsed])


def triples(content: bytes, ending: str, base: str) -> Statements:
    """Read a graph."""
    return statements(ox.parse(content, format=RDF_FORMATS[ending], base_iri=base))


def data_set(data: Data) -> list[ox.Quad]:
    """Read the files of a data set; blank nodes of different files stay different."""
    quads: list[ox.Quad] = []
    for name, file in [("", file) for file in data.default] + list(data.named):
        target = ox.NamedNode(name) if name else ox.DefaultGraph()
        form = RDF_FORMATS[file.rpartition(".")[2]]
        parsed = ox.parse(read(file), format=form, base_iri=file, rename_blank_nodes=True)
        quads += [ox.Quad(quad.subject, quad.predicate, quad.object, target) for quad in parsed]
    return quads


def statements(quads: Iterable[ox.Quad]) -> Statements:
    """Give statements as rows."""
    return [(quad.subject, quad.predicate, _cell(quad.object), quad.graph_name) for quad in quads]


def _result_set(store: ox.Dataset, head: Term) -> Outcome:
    boolean = value(store, head, RS + "boolean")
    if isinstance(boolean, ox.Literal):
        return boolean.value == "true"
    names = values(store, head, RS + "resultVariable")
    variables = tuple(sorted(name.value for name in names if isinstance(name, ox.Literal)))
    solutions = values(store, head, RS + "solution")
    places = [value(store, solution, RS + "index") for solution in solutions]
    numbered = [(int(place.value) if isinstance(place, ox.Literal) else 0) for place in places]
    rows = [_solution(store, solution, variables) for solution in solutions]
    ordered = [row for _, row in sorted(zip(numbered, rows, strict=True), key=lambda pair: pair[0])]
    return Table(variables, ordered, ordered=any(places))


def _solution(store: ox.Dataset, solution: Term, variables: tuple[str, ...]) -> Row:
    bound = {}
    for binding in values(store, solution, RS + "binding"):
        name = value(store, binding, RS + "variable")
        assert isinstance(name, ox.Literal)
        bound[name.value] = value(store, binding, RS + "value")
    return tuple(_cell(bound.get(name)) for name in variables)


def _tables_agree(expected: Table, found: Table, *, lax: bool) -> bool:
    if lax:
        most, least = Counter(expected.rows), Counter(set(expected.rows))
        have = Counter(found.rows)
        return least <= have <= most
    return (isomorphic_in_order if expected.ordered else isomorphic)(expected.rows, found.rows)


def _spellings_agree(expected: Spellings, found: Spellings) -> bool:
    def rows(table: Spellings) -> list[Row]:
        return [tuple(ox.BlankNode(cell[2:]) if cell[:2] == "_:" else cell for cell in row) for row in table.rows]

    return isomorphic(rows(expected), rows(found))


def _cell(term: Term | None) -> object:
    """Give a term, or of a number or boolean its datatype and value."""
    if not isinstance(term, ox.Literal):
        return term
    kind = term.datatype.value
    try:
        if kind in FLOATS:
            return kind, str(float(term.value))
        return (kind, Decimal(term.value)) if kind in DECIMALS else (kind, BOOLEANS[kind + term.value])
    except (ValueError, InvalidOperation, KeyError):
        return term


def _set(rows: Statements) -> Statements:
    return list(dict.fromkeys(rows))
