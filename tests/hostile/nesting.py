"""Texts nested so deeply, or so long in a row, that the engine's parser or planner runs out of stack."""

from __future__ import annotations

from tests.hostile.wire import Hostile, query, update, upload

DEEP = 10_000
TTL = "text/turtle"


def nested(opening: str, inner: str, closing: str, depth: int = DEEP) -> str:
    """Give ``inner`` within so many pairs."""
    return opening * depth + inner + closing * depth


QUERIES = [
    query("nested groups", f"ASK {nested('{', '', '}')}", 400),
    query("nested OPTIONAL", f"ASK {{ {nested('OPTIONAL { ?a ?b ?c ', '', '}')} }}", 400),
    query("nested MINUS", f"ASK {{ ?s ?p ?o {nested('MINUS { ?s ?p ?o ', '', '}')} }}", 400),
    query("nested GRAPH", f"ASK {{ {nested('GRAPH ?g { ', '?s ?p ?o', '}')} }}", 400),
    query("nested UNION", f"ASK {{ {nested('{} UNION {', '', '}')} }}", 400),
    query("nested sub-selects", f"SELECT * {{ {nested('{ SELECT * { ', '?s ?p ?o', '} }')} }}", 400),
    query("nested FILTER EXISTS", f"ASK {{ {nested('FILTER EXISTS { ', '?s ?p ?o', '}')} }}", 400),
    query("nested parentheses", f"ASK {{ FILTER {nested('(', '1', ')')} }}", 400),
    query("nested NOT", f"ASK {{ FILTER({'!' * DEEP}true) }}", 400),
    query("nested minus signs", f"SELECT ({'- ' * DEEP}1 AS ?x) {{}}", 400),
    query("nested IF", f"SELECT ({nested('IF(true, ', '1', ', 2)')} AS ?x) {{}}", 400),
    query("nested COALESCE", f"SELECT ({nested('COALESCE(', '1', ')')} AS ?x) {{}}", 400),
    query("nested CONCAT", f"SELECT ({nested('CONCAT(', '1', ')')} AS ?x) {{}}", 400),
    query("nested IN", f"SELECT ({nested('1 IN (', '1', ')')} AS ?x) {{}}", 400),
    query("nested paths", f"ASK {{ ?s {nested('(', '<x:p>', ')')} ?o }}", 400),
    query("nested inverse paths", f"ASK {{ ?s {nested('^(', '<x:p>', ')')} ?o }}", 400),
    query("nested repeated paths", f"ASK {{ ?s {nested('(', '<x:p>', ')*')} ?o }}", 400),
    query("nested lists", f"ASK {{ ?s ?p {nested('(', '', ')')} }}", 400),
    query("nested blank nodes", f"ASK {{ ?s ?p {nested('[ ?p ', '1', ' ]')} }}", 400),
    query("nested triple terms", f"ASK {{ ?s ?p {nested('<<( ?a ?b ', '?c', ' )>>')} }}", 400),
    query("nested lists in a template", f"CONSTRUCT {{ <x:a> <x:b> {nested('(', '', ')')} }} {{}}", 400),
    query("UNION after UNION", f"ASK {{ {{}} {'UNION { ?s ?p ?o } ' * DEEP} }}", 400),
    query("addition after addition", f"SELECT (1{' + 1' * DEEP} AS ?x) {{}}", 400),
    query("OR after OR", f"ASK {{ FILTER(true{' || false' * DEEP}) }}", 400),
    query("path after path", f"ASK {{ ?s <x:p>{'/<x:p>' * DEEP} ?o }}", 400),
    query("choice after choice", f"ASK {{ ?s <x:p>{'|<x:p>' * DEEP} ?o }}", 400),
]
UPDATES = [
    update("nested groups in an update", f"DELETE {{ ?s ?p ?o }} WHERE {nested('{', '?s ?p ?o', '}')}", 400),
    update("nested lists in data", f"INSERT DATA {{ <x:a> <x:b> {nested('(', '', ')')} }}", 400),
    update("nested sub-selects in an update", f"INSERT {{}} WHERE {{ {nested('{ SELECT * { ', '', '} }')} }}", 400),
    update("operation after operation", "INSERT DATA { <x:a> <x:b> <x:c> } ;\n" * DEEP, 200, 204, 400),
]
UPLOADS = [
    upload("nested Turtle lists", TTL, f"<x:a> <x:b> {nested('(', '1', ')', 200_000)} .", 400),
    upload("nested Turtle blank nodes", TTL, f"<x:a> <x:b> {nested('[ <x:p> ', '1', ' ]', 200_000)} .", 400),
    upload("nested Turtle triple terms", TTL, f"<x:a> <x:b> {nested('<<( <x:a> <x:b> ', '1', ' )>>', 100_000)} .", 400),
    upload("nested JSON", "application/ld+json", nested("[", "", "]", 200_000), 400),
    upload("nested JSON-LD nodes", "application/ld+json", nested('{"http://example.org/p":', "1", "}", 100_000), 400),
    upload(
        "nested RDF/XML",
        "application/rdf+xml",
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://example.org/">'
        + nested("<rdf:Description><x:p>", "", "</x:p></rdf:Description>", 100_000)
        + "</rdf:RDF>",
        400,
    ),
]
CASES: list[Hostile] = QUERIES + UPDATES + UPLOADS
