"""Texts nested so deeply, or so long in a row, that the engine's parser or planner runs out of stack or never ends.

A right answer is right, however deep the question: children have a large stack. Where it is too small the query is
refused as too deeply nested, and where the planner takes too long it is stopped.
"""

from __future__ import annotations

from tests.hostile.wire import BROKEN, Hostile, query, update, upload

DEEP = 10_000
#: As deep as a text of two mebibytes can be, within which every query must stay.
DEEPEST = 900_000
TTL = "text/turtle"


def nested(opening: str, inner: str, closing: str, depth: int = DEEP) -> str:
    """Give ``inner`` within so many pairs."""
    return opening * depth + inner + closing * depth


QUERIES = [
    query("nested groups", f"ASK {nested('{', '', '}')}", 200, 400, 503),
    query("nested OPTIONAL", f"ASK {{ {nested('OPTIONAL { ?a ?b ?c ', '', '}')} }}", 200, 400, 503),
    query("nested MINUS", f"ASK {{ ?s ?p ?o {nested('MINUS { ?s ?p ?o ', '', '}')} }}", 200, 400, 503),
    query("nested GRAPH", f"ASK {{ {nested('GRAPH ?g { ', '?s ?p ?o', '}')} }}", 200, 400, 503),
    query("nested UNION", f"ASK {{ {nested('{} UNION {', '', '}')} }}", 200, 400, 503),
    query("nested sub-selects", f"SELECT * {{ {nested('{ SELECT * { ', '?s ?p ?o', '} }')} }}", 200, 400, 503, BROKEN),
    query("nested FILTER EXISTS", f"ASK {{ {nested('FILTER EXISTS { ', '?s ?p ?o', '}')} }}", 200, 400, 503),
    query("nested parentheses", f"ASK {{ FILTER {nested('(', '1', ')')} }}", 200, 400, 503),
    query("nested NOT", f"ASK {{ FILTER({'!' * DEEP}true) }}", 200, 400, 503),
    query("nested minus signs", f"SELECT ({'- ' * DEEP}1 AS ?x) {{}}", 200, 400, 503),
    query("nested IF", f"SELECT ({nested('IF(true, ', '1', ', 2)')} AS ?x) {{}}", 200, 400, 503),
    query("nested COALESCE", f"SELECT ({nested('COALESCE(', '1', ')')} AS ?x) {{}}", 200, 400, 503),
    query("nested CONCAT", f"SELECT ({nested('CONCAT(', '1', ')')} AS ?x) {{}}", 200, 400, 503),
    query("nested IN", f"SELECT ({nested('1 IN (', '1', ')')} AS ?x) {{}}", 200, 400, 503),
    query("nested paths", f"ASK {{ ?s {nested('(', '<x:p>', ')')} ?o }}", 200, 400, 503),
    query("nested inverse paths", f"ASK {{ ?s {nested('^(', '<x:p>', ')')} ?o }}", 200, 400, 503),
    query("nested repeated paths", f"ASK {{ ?s {nested('(', '<x:p>', ')*')} ?o }}", 200, 400, 503),
    query("nested lists", f"ASK {{ ?s ?p {nested('(', '', ')')} }}", 200, 400, 503),
    query("nested blank nodes", f"ASK {{ ?s ?p {nested('[ ?p ', '1', ' ]')} }}", 200, 400, 503),
    query("nested triple terms", f"ASK {{ ?s ?p {nested('<<( ?a ?b ', '?c', ' )>>')} }}", 200, 400, 503),
    query("nested lists in a template", f"CONSTRUCT {{ <x:a> <x:b> {nested('(', '', ')')} }} {{}}", 200, 400, 503),
    query("UNION after UNION", f"ASK {{ {{}} {'UNION { ?s ?p ?o } ' * DEEP} }}", 200, 400, 503),
    query("addition after addition", f"SELECT (1{' + 1' * DEEP} AS ?x) {{}}", 200, 400, 503),
    query("OR after OR", f"ASK {{ FILTER(true{' || false' * DEEP}) }}", 200, 400, 503),
    query("path after path", f"ASK {{ ?s <x:p>{'/<x:p>' * DEEP} ?o }}", 200, 400, 503),
    query("choice after choice", f"ASK {{ ?s <x:p>{'|<x:p>' * DEEP} ?o }}", 200, 400, 503),
    query("groups at the bound of a text", f"ASK {nested('{', '', '}', DEEPEST)}", 200, 400, 503),
    query("parentheses at the bound of a text", f"ASK {{ FILTER {nested('(', '1', ')', DEEPEST)} }}", 200, 400, 503),
    query("lists at the bound of a text", f"ASK {{ ?s ?p {nested('(', '', ')', DEEPEST)} }}", 200, 400, 503),
    query("NOT at the bound of a text", f"ASK {{ FILTER({'!' * 2 * DEEPEST}true) }}", 200, 400, 503),
]
UPDATES = [
    update(
        "nested groups in an update",
        f"DELETE {{ ?s ?p ?o }} WHERE {nested('{', '?s ?p ?o', '}')}",
        200,
        201,
        204,
        400,
        503,
    ),
    update("nested lists in data", f"INSERT DATA {{ <x:a> <x:b> {nested('(', '', ')')} }}", 200, 201, 204, 400, 503),
    update(
        "nested sub-selects in an update",
        f"INSERT {{}} WHERE {{ {nested('{ SELECT * { ', '', '} }')} }}",
        200,
        201,
        204,
        400,
        503,
    ),
    update("operation after operation", "INSERT DATA { <x:a> <x:b> <x:c> } ;\n" * DEEP, 200, 201, 204, 400, 503),
]
UPLOADS = [
    upload("nested Turtle lists", TTL, f"<x:a> <x:b> {nested('(', '1', ')', 200_000)} .", 200, 201, 204, 400, 503),
    upload(
        "nested Turtle blank nodes",
        TTL,
        f"<x:a> <x:b> {nested('[ <x:p> ', '1', ' ]', 200_000)} .",
        200,
        201,
        204,
        400,
        503,
    ),
    upload(
        "nested Turtle triple terms",
        TTL,
        f"<x:a> <x:b> {nested('<<( <x:a> <x:b> ', '1', ' )>>', 100_000)} .",
        200,
        201,
        204,
        400,
        503,
    ),
    upload("nested JSON", "application/ld+json", nested("[", "", "]", 200_000), 200, 201, 204, 400, 503),
    upload(
        "nested JSON-LD nodes",
        "application/ld+json",
        nested('{"http://example.org/p":', "1", "}", 100_000),
        200,
        201,
        204,
        400,
        503,
    ),
    upload(
        "nested RDF/XML",
        "application/rdf+xml",
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://example.org/">'
        + nested("<rdf:Description><x:p>", "", "</x:p></rdf:Description>", 100_000)
        + "</rdf:RDF>",
        200,
        201,
        204,
        400,
        503,
    ),
]
CASES: list[Hostile] = QUERIES + UPDATES + UPLOADS
