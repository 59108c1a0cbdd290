"""What visitors of a soak do. Each visit says what was wrong, with an empty text where nothing was."""

from __future__ import annotations

import json
import signal
import time
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from random import Random
from urllib.parse import quote

from medkg.bench.processes import Served
from medkg.bench.questions import JSON, TSV, question, target
from medkg.bench.registry import BASE, PARTNERS, STATEMENTS_OF_A_PROJECT

_MOST_ROWS = 10_000
_MOST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with chances of their own, before a server over so many statements."""

    served: Served
    secret: str
    quads: int
    chance: Random

    def ask(
        self, method: str, path: str, body: bytes | None = None, *, token: bool = False, **headers: str
    ) -> tuple[int, bytes]:
        """Send one request; status 0 where the connection broke, with what happened as the body."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {self.secret}"
        with closing(HTTPConnection("127.0.0.1", self.served.port, timeout=_MOST_SECONDS)) as connection:
            try:
                connection.request(method, path, body=body, headers=sent)
                answer = connection.getresponse()
                return answer.status, answer.read()
            except (OSError, HTTPException) as error:
                return 0, type(error).__name__.encode()


def read_point(visitor: Visitor) -> str:
    """Ask for what is said of one organisation; it has four statements."""
    number = visitor.chance.randrange(1, visitor.quads // STATEMENTS_OF_A_PROJECT)
    entity = f"organisation/{number}-{visitor.chance.randrange(PARTNERS)}"
    asked = target(visitor.served.path, question("statements", ENTITY=entity))
    status, body = visitor.ask("GET", asked, Accept=JSON)
    if status != 200:
        return _told(status, body)
    rows = len(json.loads(body)["results"]["bindings"])
    return "" if rows == 4 else f"{rows} rows"


def read_rows(visitor: Visitor) -> str:
    """Take some thousand rows."""
    # A LIMIT of its own each time, so that no cache has the answer.
    most = min(_MOST_ROWS, visitor.quads)
    rows = visitor.chance.randrange(most // 2, most)
    status, body = visitor.ask("GET", target(visitor.served.path, question("rows", ROWS=str(rows))), Accept=TSV)
    if status != 200:
        return _told(status, body)
    found = body.count(b"\n") - 1
    return "" if found == rows else f"{found} rows of {rows}"


def read_whole(visitor: Visitor) -> str:
    """Look at what :func:`exchange` changes: it must be whole at every moment."""
    asked = target(visitor.served.path, question("whole"))
    status, body = visitor.ask("GET", asked, Accept=JSON)
    if status != 200:
        return _told(status, body)
    (row,) = json.loads(body)["results"]["bindings"]
    rows, values = row["rows"]["value"], row["values"]["value"]
    return "" if (rows, values) == ("10", "1") else f"{rows} rows of {values} values"


def exchange(visitor: Visitor) -> str:
    """Put other statements in the place of some."""
    text = question("exchange", "ru", NUMBER=str(visitor.chance.randrange(10**9)))
    status, body = visitor.ask("POST", "/update", text.encode(), token=True, Content_Type="application/sparql-update")
    return "" if status in {200, 204} else _told(status, body)


def replace_graph(visitor: Visitor) -> str:
    """Upload a graph, read it back, and now and then delete it."""
    path = "/store?graph=" + quote(f"{BASE}soak/uploaded", safe="")
    number = visitor.chance.randrange(10, 500)
    lines = "".join(f"<{BASE}soak/{n}> <{BASE}soak/holds> {visitor.chance.randrange(10**6)} .\n" for n in range(number))
    status, body = visitor.ask("PUT", path, lines.encode(), token=True, Content_Type="text/turtle")
    if status not in {200, 201, 204}:
        return _told(status, body)
    status, body = visitor.ask("GET", path, Accept="application/n-triples")
    if status != 200 or body.count(b"\n") != number:
        return f"{_told(status, body)} with {body.count(10)} lines of {number}"
    if visitor.chance.random() < 0.2:
        status, body = visitor.ask("DELETE", path, token=True)
        return "" if status in {200, 204} else _told(status, body)
    return ""


def stop(visitor: Visitor) -> str:
    """Ask what never ends, and be stopped."""
    status, body = visitor.ask("GET", target(visitor.served.path, question("endless")))
    return "" if status == 503 and b'"seconds"' in body else _told(status, body)


def leave(visitor: Visitor) -> str:
    """Ask what never ends, and go away."""
    with closing(HTTPConnection("127.0.0.1", visitor.served.port, timeout=_MOST_SECONDS)) as connection:
        try:
            connection.request("GET", target(visitor.served.path, question("endless")))
        except OSError as error:
            return type(error).__name__
        time.sleep(visitor.chance.random() / 2)
    return ""


def reload(visitor: Visitor) -> str:
    """Let the server begin anew with its processes, as an operator does."""
    visitor.served.process.send_signal(signal.SIGHUP)
    return ""


def _told(status: int, body: bytes) -> str:
    return f"status {status}: {body[:160].decode(errors='replace')}" if status else f"connection: {body.decode()}"
