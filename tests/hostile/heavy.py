"""Queries and uploads that are short to send and endless to answer."""

from __future__ import annotations

import gzip
import zlib

import brotli
import zstandard

from tests.hostile.wire import BROKEN, Hostile, query, update, upload

MIB = 1024 * 1024
TRIPLES = " ".join(f"?s{number} ?p{number} ?o{number} ." for number in range(6))
DOUBLED = " ".join(f"BIND(CONCAT(?x{number}, ?x{number}) AS ?x{number + 1})" for number in range(40))
TURTLE = b'<http://example.org/a> <http://example.org/b> "' + b"a" * (64 * MIB)
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(10))
    + ']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://example.org/">'
    + "<rdf:Description><x:p>&a10;</x:p></rdf:Description></rdf:RDF>"
)
OUTER_ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "{}">]>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://example.org/">'
    "<rdf:Description><x:p>&a;</x:p></rdf:Description></rdf:RDF>"
)

QUERIES = [
    query("count of a Cartesian product", f"SELECT (COUNT(*) AS ?n) {{ {TRIPLES} }}", 503),
    query("rows of a Cartesian product", f"SELECT * {{ {TRIPLES} }}", 503, BROKEN),
    query("triples of a Cartesian product", f"CONSTRUCT {{ ?s0 ?p1 ?o2 }} {{ {TRIPLES} }}", 503, BROKEN),
    query("sorted Cartesian product", f"SELECT * {{ {TRIPLES} }} ORDER BY ?o5 ?s0", 503),
    query("distinct Cartesian product", f"SELECT DISTINCT * {{ {TRIPLES} }}", 503, BROKEN),
    query("grouped Cartesian product", f"SELECT ?s0 (COUNT(*) AS ?n) {{ {TRIPLES} }} GROUP BY ?s0 ?s1 ?s2", 503),
    query("joined text of a Cartesian product", f"SELECT (GROUP_CONCAT(?o0) AS ?x) {{ {TRIPLES} }}", 503),
    query("far OFFSET", f"SELECT * {{ {TRIPLES} }} OFFSET 9000000000000000000 LIMIT 1", 503),
    query("never true FILTER", f"ASK {{ {TRIPLES} FILTER(?o0 = <x:nothing> && ?o5 = <x:nowhere>) }}", 200, 503),
    query("never true EXISTS", f"ASK {{ {TRIPLES} FILTER NOT EXISTS {{ ?s0 ?any ?o5 }} FILTER(false) }}", 200, 503),
    query("paths from everywhere to everywhere", "SELECT (COUNT(*) AS ?n) { ?a (!<x:p>|^!<x:p>)* ?b . ?c ?d ?b }", 503),
    query("doubled text", f"SELECT (STRLEN(?x40) AS ?n) {{ BIND('aaaaaaaaaaaaaaaa' AS ?x0) {DOUBLED} }}", 503),
    query("replaced text", f"SELECT (REPLACE('{'a' * 5000}', 'a', '{'b' * 200_000}') AS ?x) {{}}", 200, 503),
    query(
        "catastrophic regex",
        f"ASK {{ ?s ?p ?o FILTER(REGEX('{'a' * 5000}!', '^(a+)+$')) FILTER(REGEX('{'a' * 5000}!', '^(a|aa)+$')) }}",
        200,
        503,
    ),
    query("regex of a million states", "ASK { FILTER(REGEX('a', '((a{100}){100}){100}')) }", 200, 400, 503),
    query(
        "ten thousand values twice",
        f"ASK {{ VALUES ?a {{ {'1 ' * 10_000} }} VALUES ?b {{ {'2 ' * 10_000} }} FILTER(?a = ?b) }}",
        200,
        503,
    ),
    query("SHA-512 of everything crossed", f"SELECT (MAX(SHA512(STR(?o0))) AS ?x) {{ {TRIPLES} }}", 503),
    query("random order of everything crossed", f"SELECT ?s0 {{ {TRIPLES} }} ORDER BY RAND() LIMIT 1", 503),
    query("MINUS of everything crossed", f"SELECT (COUNT(*) AS ?n) {{ {TRIPLES} MINUS {{ ?o0 ?p0 ?s5 }} }}", 503),
    query("description of everything", f"DESCRIBE * {{ {TRIPLES} }}", 503, BROKEN),
]
UPDATES = [
    update("update with an endless WHERE", f"INSERT {{ <x:a> <x:b> ?s0 }} WHERE {{ {TRIPLES} }}", 503),
    update("deletion with an endless WHERE", f"DELETE {{ ?s0 ?p1 ?o2 }} WHERE {{ {TRIPLES} }}", 503),
    update("update with doubled text", f"INSERT {{ <x:a> <x:b> ?x40 }} WHERE {{ BIND('aaaa' AS ?x0) {DOUBLED} }}", 503),
]
UPLOADS = [
    upload("gzip bomb", "text/turtle", gzip.compress(TURTLE), 400, 413, headers=["Content-Encoding: gzip"]),
    upload("zstd bomb", "text/turtle", zstandard.compress(TURTLE), 400, 413, 415, headers=["Content-Encoding: zstd"]),
    upload(
        "brotli bomb",
        "text/turtle",
        brotli.compress(TURTLE, quality=1),
        400,
        413,
        415,
        headers=["Content-Encoding: br"],
    ),
    upload("deflate bomb", "text/turtle", zlib.compress(TURTLE), 400, 413, 415, headers=["Content-Encoding: deflate"]),
    upload("gzip that is none", "text/turtle", b"<x:a> <x:b> 1 .", 400, headers=["Content-Encoding: gzip"]),
    upload(
        "gzip cut short",
        "text/turtle",
        gzip.compress(b"<x:a> <x:b> 1 ." * 999)[:-20],
        400,
        headers=["Content-Encoding: gzip"],
    ),
    upload(
        "gzip in gzip",
        "text/turtle",
        gzip.compress(gzip.compress(TURTLE)),
        400,
        413,
        415,
        headers=["Content-Encoding: gzip, gzip"],
    ),
    upload("entities of entities", "application/rdf+xml", ENTITIES, 400),
    upload("entity of a file", "application/rdf+xml", OUTER_ENTITY.format("file:///etc/passwd"), 400),
    upload("entity from the network", "application/rdf+xml", OUTER_ENTITY.format("http://127.0.0.1:ELSEWHERE/"), 400),
]
CASES: list[Hostile] = QUERIES + UPDATES + UPLOADS
