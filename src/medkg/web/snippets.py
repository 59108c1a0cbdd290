"""A query as a program asks it: for a shell, Python and R, from templates; the query stands in each as it is."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Final

from flask import current_app, request

from medkg.web.components import ProgramView
from medkg.web.services import services
from medkg.workers.guard import query_form

#: Name of the snippet → its template; the names are not translated.
_OF_QUERIES: Final[Mapping[str, str]] = {
    "curl": "snippets/query.sh",
    "Python": "snippets/query.py.txt",
    "R": "snippets/query.r",
}
_OF_CALLS: Final[Mapping[str, str]] = {
    "curl": "snippets/call.sh",
    "Python": "snippets/call.py.txt",
    "R": "snippets/call.r",
}


def snippets(query: str) -> tuple[ProgramView, ...]:
    """Give a query as programs; none for an empty one."""
    if not query.strip():
        return ()
    text, address = query.strip("\n"), f"{own_address()}/sparql"
    values = {
        "in_shell": shlex.quote(address),
        "address": json.dumps(address),
        "graph": query_form(text) in {"CONSTRUCT", "DESCRIBE"},
        "query": text,
        "word": heredoc_word(text),
        "python": python_literal(text),
        "r": r_literal(text),
    }
    return _written(_OF_QUERIES, values)


def call_snippets(address: str) -> tuple[ProgramView, ...]:
    """Give the programs that fetch a table in CSV from an address."""
    return _written(_OF_CALLS, {"in_shell": shlex.quote(address), "address": json.dumps(address)})


def _written(templates: Mapping[str, str], values: Mapping[str, object]) -> tuple[ProgramView, ...]:
    environment = current_app.jinja_env
    return tuple(
        ProgramView(name, environment.get_template(template).render(values)) for name, template in templates.items()
    )


def own_address() -> str:
    """Give how the server is reached from outside: as it is set, else as it was asked."""
    return (services().settings.public_url or request.host_url).rstrip("/")


def heredoc_word(text: str) -> str:
    """Give a word that ends a here document and is no line of the text."""
    word = "SPARQL"
    while word in text.split("\n"):
        word += "_"
    return word


def python_literal(text: str) -> str:
    """Give a Python literal: over several lines where nothing in the text needs escaping."""
    if '"""' in text or "\\" in text or "\r" in text or text.endswith('"'):
        return json.dumps(text, ensure_ascii=False)
    return f'"""{text}"""' if "\n" in text else json.dumps(text, ensure_ascii=False)


def r_literal(text: str) -> str:
    """Give a raw string of R (4.0 and later) with as many dashes as the text needs."""
    dashes = ""
    while f'){dashes}"' in text:
        dashes += "-"
    return f'r"{dashes}({text}){dashes}"'
