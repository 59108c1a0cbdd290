"""Every known way to make the engine call another server; all lead to a port nobody may connect to."""

from __future__ import annotations

from tests.hostile.wire import Hostile, got, query, update, upload

THERE = "http://127.0.0.1:ELSEWHERE/sparql"
JSON_LD = "application/ld+json"
QUERIES = [
    query("SERVICE", f"SELECT * {{ SERVICE <{THERE}> {{ ?s ?p ?o }} }}", 400),
    query("SERVICE SILENT", f"SELECT * {{ SERVICE SILENT <{THERE}> {{ ?s ?p ?o }} }}", 400),
    query("SERVICE in small letters", f"SELECT * {{ service <{THERE}> {{ ?s ?p ?o }} }}", 400),
    query("SERVICE in mixed letters", f"SELECT * {{ SeRvIcE<{THERE}>{{ ?s ?p ?o }} }}", 400),
    query("SERVICE with an escaped letter", f"SELECT * {{ SERVIC\\u0045 <{THERE}> {{ ?s ?p ?o }} }}", 400),
    query(
        "SERVICE all escaped",
        f"SELECT * {{ {''.join(f'{chr(92)}U{ord(c):08X}' for c in 'SERVICE')} <{THERE}> {{ ?s ?p ?o }} }}",
        400,
    ),
    query("SERVICE behind a comment", f"SELECT * {{ SERVICE # <nothing>\n <{THERE}> {{ ?s ?p ?o }} }}", 400),
    query("SERVICE behind an escaped line end", f"SELECT * {{ #\\u000ASERVICE <{THERE}> {{ ?s ?p ?o }} }}", 400),
    query("SERVICE by a variable", f"SELECT * {{ VALUES ?e {{ <{THERE}> }} SERVICE ?e {{ ?s ?p ?o }} }}", 400),
    query("SERVICE by a dollar variable", f"SELECT * {{ BIND(<{THERE}> AS ?e) SERVICE $e {{ ?s ?p ?o }} }}", 400),
    query(
        "SERVICE by a prefixed name",
        "PREFIX e: <http://127.0.0.1:ELSEWHERE/> SELECT * { SERVICE e:sparql { ?s ?p ?o } }",
        400,
    ),
    query(
        "SERVICE by a relative address",
        "BASE <http://127.0.0.1:ELSEWHERE/> SELECT * { SERVICE <sparql> { ?s ?p ?o } }",
        400,
    ),
    query("SERVICE in a sub-select", f"SELECT * {{ {{ SELECT * {{ SERVICE <{THERE}> {{ ?s ?p ?o }} }} }} }}", 400),
    query("SERVICE in NOT EXISTS", f"ASK {{ FILTER NOT EXISTS {{ SERVICE <{THERE}> {{ ?s ?p ?o }} }} }}", 400),
    query("SERVICE in an aggregate", f"SELECT (COUNT(EXISTS {{ SERVICE <{THERE}> {{ ?s ?p ?o }} }}) AS ?n) {{}}", 400),
    query("SERVICE in ORDER BY", f"SELECT * {{}} ORDER BY (EXISTS {{ SERVICE <{THERE}> {{}} }})", 400),
    query("SERVICE in HAVING", f"SELECT (1 AS ?x) {{}} HAVING (EXISTS {{ SERVICE <{THERE}> {{ ?s ?p ?o }} }})", 400),
    query("SERVICE in CONSTRUCT", f"CONSTRUCT WHERE {{ SERVICE <{THERE}> {{ ?s ?p ?o }} }}", 400),
    query("SERVICE in DESCRIBE", f"DESCRIBE ?s {{ SERVICE <{THERE}> {{ ?s ?p ?o }} }}", 400),
    query(
        "SERVICE in OPTIONAL in MINUS", f"ASK {{ MINUS {{ OPTIONAL {{ SERVICE <{THERE}> {{ ?s ?p ?o }} }} }} }}", 400
    ),
    query(
        "SERVICE behind a string that looks open", f"ASK {{ BIND('\\\\' AS ?x) SERVICE <{THERE}> {{ ?s ?p ?o }} }}", 400
    ),
    query("SERVICE behind an IRI with a hash", f"ASK {{ <x:#> ?p ?o . SERVICE <{THERE}> {{ ?s ?p ?o }} }}", 400),
    query("FROM a server", "SELECT * FROM <http://127.0.0.1:ELSEWHERE/> { ?s ?p ?o }", 200),
    query("FROM NAMED a server", "SELECT * FROM NAMED <http://127.0.0.1:ELSEWHERE/> { GRAPH ?g { ?s ?p ?o } }", 200),
    query("GRAPH of a server", f"SELECT * {{ GRAPH <{THERE}> {{ ?s ?p ?o }} }}", 200),
    query("LOAD as a query", f"LOAD <{THERE}>", 400),
    got("default-graph-uri of a file", "/sparql?query=ASK%7B%7D&default-graph-uri=file:///etc/passwd", 200),
]
UPDATES = [
    update("LOAD", f"LOAD <{THERE}>", 400),
    update("LOAD into a graph", f"LOAD <{THERE}> INTO GRAPH <http://example.org/g>", 400),
    update("LOAD with escaped letters", f"LO\\u0041D <{THERE}>", 400),
    update("LOAD behind another operation", f"INSERT DATA {{ <x:a> <x:b> <x:c> }} ; LOAD <{THERE}>", 400),
    update("LOAD behind a comment", f"# hello\nLOAD # there\n<{THERE}>", 400),
    update("LOAD of a file", "LOAD <file:///etc/passwd>", 400),
    update("SERVICE in an update", f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{THERE}> {{ ?s ?p ?o }} }}", 400),
    update(
        "SERVICE SILENT in DELETE", f"DELETE {{ ?s ?p ?o }} WHERE {{ SERVICE SILENT <{THERE}> {{ ?s ?p ?o }} }}", 400
    ),
]
UPLOADS = [
    upload("JSON-LD with a context elsewhere", JSON_LD, f'{{"@context": "{THERE}", "name": "x"}}', 400),
    upload(
        "JSON-LD with one of two contexts elsewhere", JSON_LD, f'{{"@context": [{{}}, "{THERE}"], "name": "x"}}', 400
    ),
    upload(
        "JSON-LD with an imported context", JSON_LD, f'{{"@context": {{"@version": 1.1, "@import": "{THERE}"}}}}', 400
    ),
    upload(
        "JSON-LD with a scoped context",
        JSON_LD,
        f'{{"@context": {{"p": {{"@id": "http://example.org/p", "@context": "{THERE}"}}}}, "p": {{"q": 1}}}}',
        400,
    ),
    upload("XML with an outer DTD", "application/rdf+xml", f'<!DOCTYPE r SYSTEM "{THERE}"><r/>', 400),
    upload(
        "Turtle that imports",
        "text/turtle",
        f"<> <http://www.w3.org/2002/07/owl#imports> <{THERE}> .",
        200,
        201,
        204,
        422,
    ),
]
CASES: list[Hostile] = QUERIES + UPDATES + UPLOADS
