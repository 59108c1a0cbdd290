"""Queries that are no SPARQL, parameters that cannot be read, and requests that are hardly HTTP."""

from __future__ import annotations

from tests.hostile.wire import CLOSED, Hostile, bare, got, posted, query, update, upload

MIB = 1024 * 1024
ASK = "/sparql?query=ASK%7B%7D"
FORM = "application/x-www-form-urlencoded"
SPARQL = "application/sparql-query"
LONG = "a" * (9 * MIB)
SMUGGLED = b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


def post(headers: str, body: bytes = b"") -> bytes:
    """Give a query with these headers, which need not fit its body."""
    head = f"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: {SPARQL}\r\nConnection: close\r\n{headers}\r\n\r\n"
    return head.encode() + body


TEXTS = [
    query("empty query", "", 400),
    query("blank query", " \t\r\n", 400),
    query("nonsense", "this is no SPARQL", 400),
    query("unclosed brace", "ASK {", 400),
    query("unclosed string", "ASK { ?s ?p 'open }", 400),
    query("unclosed IRI", "ASK { <http://example.org ?p ?o }", 400),
    query("IRI with a space", "ASK { <http://example.org/a b> ?p ?o }", 400),
    query("unknown prefix", "ASK { nobody:knows ?p ?o }", 400),
    query("two queries", "ASK {} ASK {}", 400),
    query("an update as a query", "DROP ALL", 400),
    query("a hidden update as a query", "\\u0044ROP ALL", 400),
    query("unknown function", "SELECT (<http://example.org/f>(1) AS ?x) {}", 400),
    query("aggregate of an aggregate", "SELECT (SUM(COUNT(?s)) AS ?x) { ?s ?p ?o }", 200, 400),
    query("variable bound twice", "SELECT * { BIND(1 AS ?x) BIND(2 AS ?x) }", 400),
    query("lone surrogate by escape", "ASK { ?s ?p '\\uD800' }", 400),
    query("code point beyond the last", "ASK { ?s ?p '\\UFFFFFFFF' }", 400),
    query("NUL in the body", b"ASK { ?s ?p '\0' }", 400),
    query("NUL by escape", "ASK { ?s ?p '\\u0000' }", 200, 400),
    query("no UTF-8 in the body", b"ASK { ?s ?p '\xff\xfe' }", 400),
    query("UTF-8 of a surrogate", b"ASK { ?s ?p '\xed\xa0\x80' }", 400),
    query("overlong UTF-8", b"ASK { ?s ?p '\xc0\xaf' }", 400),
    query("UTF-16", "ASK {}".encode("utf-16"), 400),
    query("ten megabytes of comment", f"# {LONG}\nASK {{}}", 413),
    query("ten megabytes of string", f"ASK {{ ?s ?p '{LONG}' }}", 413),
    query("ten megabytes of nothing", b"\0" * 10 * MIB, 413),
    query("name of a megabyte", f"ASK {{ ?{'a' * MIB} ?p ?o }}", 200, 400),
    query(
        "a hundred thousand variables",
        f"SELECT * {{ {' '.join(f'?v{n} ?p ?o .' for n in range(60_000))} }} LIMIT 1",
        200,
        400,
        503,
    ),
    query("number of a megabyte", f"SELECT ({'9' * MIB} AS ?x) {{}}", 200, 400),
    query("LIMIT below nothing", "SELECT * { ?s ?p ?o } LIMIT -1", 400),
    query("LIMIT beyond numbers", f"SELECT * {{ ?s ?p ?o }} LIMIT {'9' * 40}", 400),
    update("empty update", "", 200, 204, 400),
    update("nonsense as an update", "this is no SPARQL", 400),
    update("a query as an update", "ASK {}", 400),
    update("blank node in DELETE", "DELETE DATA { _:a <x:b> <x:c> }", 400),
    update("variable in INSERT DATA", "INSERT DATA { ?s ?p ?o }", 400),
    update("NUL in an update", b"INSERT DATA { <x:a> <x:b> '\0' }", 400),
    update("control characters in data", "INSERT DATA { <x:a> <x:b> '\\u0001\\u0008' }", 200, 204, 400, 422),
]
PARAMETERS = [
    got("no such parameter value", "/sparql?query=", 400),
    got("broken percent-encoding", "/sparql?query=ASK%7B%7D%", 400),
    got("percent-encoding of nothing", "/sparql?query=%zz", 400),
    got("half a percent-encoding", "/sparql?query=ASK%7B%7D%4", 400),
    got("percent-encoded NUL", "/sparql?query=ASK%7B%7D%00", 400),
    got("percent-encoded no UTF-8", "/sparql?query=%ff%fe", 400),
    got("query twice", ASK + "&query=ASK%7B%7D", 400),
    got("format twice", ASK + "&format=json&format=csv", 400),
    got("unknown format", ASK + "&format=exe", 400, 406),
    got("format of a path", ASK + "&format=../../etc/passwd", 400, 406),
    got("format of a million letters", ASK + "&format=" + "a" * 60_000, 400, 406, 414, 431),
    got("default graph that is no IRI", ASK + "&default-graph-uri=no%20iri", 400),
    got("default graph that is relative", ASK + "&default-graph-uri=../x", 200, 400),
    got("named graph with a brace", ASK + "&named-graph-uri=http://example.org/%7D", 400),
    got("ten thousand default graphs", ASK + "&default-graph-uri=x:a" * 10_000, 400, 414, 431),
    got("ten thousand unknown parameters", ASK + "&a=1" * 10_000, 400),
    got("query of a hundred kilobytes", "/sparql?query=ASK%7B%7D%23" + "a" * 100_000, 200, 414, 431),
    got("address of a megabyte", "/" + "a" * MIB, 404, 414, 431, CLOSED),
    got("line end in a parameter", ASK + "&format=json%0d%0aX-Injected:%20yes", 400, 406),
    got("line end in a path", "/sparql%0d%0aX-Injected:%20yes", 404),
    got("update by GET", "/update?update=CLEAR%20ALL", 400, 401, 405),
    posted("update twice", "/update", FORM, "update=CLEAR+ALL&update=CLEAR+ALL", 400),
    posted("update among queries", "/sparql", FORM, "update=CLEAR+ALL", 400, token=False),
    posted("form with broken encoding", "/sparql", FORM, "query=%e9%", 400, token=False),
    posted("form of ten megabytes", "/sparql", FORM, "query=" + LONG, 413, token=False),
    posted("form of a hundred thousand fields", "/sparql", FORM, "a=1&" * 100_000, 400, token=False),
]
METHODS = [
    got("DELETE of the endpoint", ASK, 405, method="DELETE"),
    got("PUT to the endpoint", ASK, 405, method="PUT"),
    got("PATCH of the store", "/store?default", 405, method="PATCH"),
    got("TRACE", ASK, 405, 501, method="TRACE"),
    got("CONNECT", "registry.example:443", 400, 404, 405, 501, CLOSED, method="CONNECT"),
    got("a method nobody knows", ASK, 400, 405, 501, method="FROBNICATE"),
    got("GET of updates", "/update", 401, 405),
    got("POST of health", "/health", 405, method="POST"),
    got("DELETE of a page", "/", 405, method="DELETE"),
    posted("query as plain text", "/sparql", "text/plain", "ASK {}", 415, token=False),
    posted("query without a type", "/sparql", "", "ASK {}", 415, token=False),
    posted("query as several parts", "/sparql", "multipart/form-data; boundary=x", "--x--", 415, token=False),
    posted("query in UTF-16", "/sparql", SPARQL + "; charset=utf-16", "ASK {}".encode("utf-16"), 415, token=False),
    posted("query in no character set", "/sparql", SPARQL + "; charset=klingon", "ASK {}", 415, token=False),
    posted(
        "query in an unknown coding", "/sparql", SPARQL, "ASK {}", 415, token=False, headers=["Content-Encoding: sdch"]
    ),
    posted("XML as a query", "/sparql", "application/xml", "<ASK/>", 415, token=False),
    upload("upload as an image", "image/png", b"\x89PNG\r\n", 415),
    upload("upload without a type", "", b"<x:a> <x:b> 1 .", 415),
]
UPLOADS = [
    upload("Turtle that ends early", "text/turtle", "<x:a> <x:b> ", 400),
    upload("Turtle with a bad IRI", "text/turtle", "<x:a b> <x:b> 1 .", 400),
    upload("Turtle with NUL", "text/turtle", b"<x:a> <x:b> '\0' .", 200, 201, 204, 400, 422),
    upload("Turtle that is no UTF-8", "text/turtle", b"<x:a> <x:b> '\xff' .", 400),
    upload("N-Triples with a literal as subject", "application/n-triples", '"a" <x:b> "c" .', 400),
    upload("N-Quads into one graph", "application/n-quads", "<x:a> <x:b> <x:c> <x:g> .", 200, 201, 204, 400),
    upload("JSON-LD that is no JSON", "application/ld+json", "{", 400),
    upload("JSON-LD that is a number", "application/ld+json", "1", 200, 201, 204, 400),
    upload("RDF/XML that is no XML", "application/rdf+xml", "<rdf:RDF", 400),
    upload("RDF/XML with a doctype", "application/rdf+xml", "<!DOCTYPE a><a/>", 400),
    upload("several parts without an end", "multipart/form-data; boundary=x", "--x\r\n", 400, 415),
    upload("several parts without a boundary", "multipart/form-data", "--x--", 400, 415),
    got("graph that is no IRI", "/store?graph=no%20iri", 400),
    got("graph twice", "/store?graph=x:a&graph=x:b", 400),
    got("graph and default", "/store?graph=x:a&default", 400),
    got("graph of a file", "/store?graph=file:///etc/passwd", 400, 404),
]
STRANGERS = [
    posted("update without a token", "/update", "application/sparql-update", "CLEAR ALL", 401, token=False),
    posted(
        "upload without a token", "/store?default", "text/turtle", "<x:a> <x:b> 1 .", 401, token=False, method="PUT"
    ),
    got("deletion without a token", "/store?default", 401, method="DELETE"),
    got("token of nobody", ASK, 401, headers=["Authorization: Bearer medkg_0123456789_" + "A" * 43]),
    got("token that is none", ASK, 401, headers=["Authorization: Bearer \x80\xff"]),
    got("token of a megabyte", ASK, 401, 431, CLOSED, headers=["Authorization: Bearer " + "A" * MIB]),
    # Meant for a proxy; here it is as good as nothing.
    got("password", ASK, 200, headers=["Authorization: Basic YWRtaW46YWRtaW4="]),
    got("token in the address", "/update?access_token=admin", 401, 405),
]
HEADERS = [
    got("nothing acceptable", ASK, 406, headers=["Accept: image/png"]),
    got("everything excluded", ASK, 406, headers=["Accept: */*;q=0"]),
    got("Accept that is none", ASK, 200, 400, 406, headers=["Accept: ;;;,,,q=1;;/"]),
    got("bad quality", ASK, 200, 400, 406, headers=["Accept: application/sparql-results+json;q=banana"]),
    got(
        "ten thousand wishes",
        ASK,
        200,
        400,
        406,
        431,
        headers=["Accept: " + ",".join(f"a/b{n};q=0.{n % 9}" for n in range(10_000))],
    ),
    got("a thousand lines of wishes", ASK, 200, 400, 406, 431, headers=[f"Accept: a/b{n}" for n in range(1_000)]),
    got("five thousand headers", ASK, 200, 400, 431, CLOSED, headers=[f"X-{n}: a" for n in range(5_000)]),
    got("header of a megabyte", ASK, 200, 400, 431, CLOSED, headers=["X-Long: " + "a" * MIB]),
    got("a thousand ranges", ASK, 200, 206, 416, headers=["Range: bytes=" + ",".join(f"{n}-" for n in range(1_000))]),
    got("range backwards", ASK, 200, 416, headers=["Range: bytes=9-1"]),
    got("a thousand tags", ASK, 200, headers=["If-None-Match: " + ",".join(f'"{n}"' for n in range(1_000))]),
    got("tag that is none", ASK, 200, headers=['If-None-Match: "unclosed']),
    got("coding nobody knows", ASK, 200, 406, headers=["Accept-Encoding: identity;q=0, sdch"]),
    got(
        "a thousand languages",
        "/",
        200,
        303,
        headers=["Accept-Language: " + ",".join(f"x{n};q=0.5" for n in range(1_000))],
    ),
    got("host of another", ASK, 200, 400, headers=["Host: evil.example"]),
    got("expectation nobody meets", ASK, 200, 417, headers=["Expect: the-unexpected"]),
    got("forwarded for a script", ASK, 200, headers=["X-Forwarded-For: <script>alert(1)</script>"]),
    got("cookie of a megabyte", "/", 200, 303, 400, 431, CLOSED, headers=["Cookie: lang=" + "a" * 300_000]),
]
PATHS = [
    got("path upwards", "/../../../../etc/passwd", 400, 404),
    got("path upwards, encoded", "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd", 400, 404),
    got("path upwards, slashes encoded", "/static/..%2f..%2f..%2fetc%2fpasswd", 400, 404),
    got("path upwards, twice encoded", "/static/%252e%252e%252f%252e%252e%252fetc/passwd", 400, 404),
    got("path upwards, backslashes", "/static/..\\..\\..\\etc\\passwd", 400, 404),
    got("path upwards, encoded backslashes", "/static/..%5c..%5cetc%5cpasswd", 400, 404),
    got("path upwards from a page", "/project/../../etc/passwd", 400, 404),
    got("path of the server", "//etc/passwd", 400, 404),
    got("path with NUL", "/static/site.css%00.png", 400, 404),
    got("path with overlong dots", "/static/%c0%ae%c0%ae/etc/passwd", 400, 404),
    got("path to the settings", "/registry.toml", 404),
    got("path to the tokens", "/access/tokens.json", 404),
    got("direct graph upwards", "/store/../../etc/passwd", 400, 401, 404),
    got("suffix upwards", "/project/innomed-up.../../../etc/passwd", 400, 404),
    got("address of another server", "http://evil.example/nothing", 400, 404),
]
WIRE = [
    bare("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, CLOSED),
    bare("no version", b"GET /sparql\r\n\r\n", 400, 505, CLOSED),
    bare("version of tomorrow", b"GET /health HTTP/9.9\r\nHost: a\r\n\r\n", 400, 505, CLOSED),
    bare("space in the target", b"GET /health and more HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 400, CLOSED),
    bare("NUL in a header", b"GET /health HTTP/1.1\r\nHost: a\r\nX: a\0b\r\nConnection: close\r\n\r\n", 400, CLOSED),
    bare("header without a name", b"GET /health HTTP/1.1\r\nHost: a\r\n: b\r\nConnection: close\r\n\r\n", 400, CLOSED),
    bare(
        "header without a colon", b"GET /health HTTP/1.1\r\nHost: a\r\nbroken\r\nConnection: close\r\n\r\n", 400, CLOSED
    ),
    bare(
        "folded header", b"GET /health HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\nConnection: close\r\n\r\n", 200, 400, CLOSED
    ),
    bare("space before the colon", b"GET /health HTTP/1.1\r\nHost : a\r\nConnection: close\r\n\r\n", 400, CLOSED),
    bare("no host", b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n", 200, 400),
    bare("only line feeds", b"GET /health HTTP/1.1\nHost: a\nConnection: close\n\n", 200, 400, CLOSED),
    bare("length below nothing", post("Content-Length: -1"), 400, CLOSED),
    bare("length in words", post("Content-Length: ten"), 400, CLOSED),
    bare("length beyond numbers", post(f"Content-Length: {'9' * 40}"), 400, CLOSED),
    bare("two lengths", post("Content-Length: 6\r\nContent-Length: 5", b"ASK {}"), 400, CLOSED),
    bare("length of terabytes", post("Content-Length: 9999999999999", b"ASK {}"), 413),
    bare("bad chunk", post("Transfer-Encoding: chunked", b"xyz\r\nASK {}\r\n0\r\n\r\n"), 400, CLOSED),
    bare("unknown transfer coding", post("Transfer-Encoding: sdch", b"ASK {}"), 400, 501, CLOSED),
    bare("smuggled request", post("Content-Length: 6\r\nTransfer-Encoding: chunked", SMUGGLED), 400, CLOSED),
    bare("HTTP/2 without asking", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, 505, CLOSED),
    bare("HTTP/1.0", b"GET /health HTTP/1.0\r\n\r\n", 200),
]
CASES: list[Hostile] = TEXTS + PARAMETERS + METHODS + UPLOADS + STRANGERS + HEADERS + PATHS + WIRE
