"""What the pages lend the protocols, and how a request is handed over to them. The pages are any WSGI application."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_from_bytes

from medkg.endpoint.asgi import Application, Message, Receive, Scope, Send
from medkg.endpoint.languages import Languages
from medkg.endpoint.problems import Problem

#: Where in the ASGI scope (in WSGI: of ``environ["asgi.scope"]``) a page finds what it is to show.
NOTE: Final = "medkg.note"
_ABOUT_BODY: Final = frozenset({b"content-length", b"content-type", b"content-encoding", b"transfer-encoding"})
#: Whatever an address may hold; bytes beyond ASCII, which WSGI cannot carry there, are percent-encoded.
_ASCII: Final = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a SELECT or ASK that a page is to show, as JSON; ``whole`` says that nothing of it is missing.

    ``tag`` is the entity tag of the page, as long as the page is made from the generation ``generation`` (its tag);
    empty where it must not be kept. ``arguments`` are those of the request, ``seconds`` what the answer took.
    """

    query: str
    body: bytes
    whole: bool
    arguments: Sequence[tuple[str, str]]
    generation: str
    tag: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request to /sparql has no answer; with its query, empty where none was read, and its arguments."""

    problem: Problem
    query: str
    arguments: Sequence[tuple[str, str]]


Note = Result | Failure


def _title(slug: str, language: str) -> str:
    return slug.replace("-", " ").capitalize()


def _english(told: Sequence[str], argument: str, accept_language: str) -> Languages:
    return Languages(("en",))


@dataclass(frozen=True, slots=True)
class Lent:
    """What the protocols cannot know without the pages.

    ``title`` gives the title of a problem by its name and a language, ``languages`` those of a request by the ones
    its path names, the argument ``lang`` and the header Accept-Language, ``trouble`` why the pages cannot show the
    generation published last, None where they can, and ``code`` a short tag of what pages are made with.
    """

    title: Callable[[str, str], str] = _title
    languages: Callable[[Sequence[str], str, str], Languages] = _english
    trouble: Callable[[], Exception | None] = lambda: None
    code: str = ""


def note_in(environ: Mapping[str, Any]) -> Note | None:
    """Give what a WSGI request is to show, or None where the pages answer it by themselves."""
    scope = environ.get("asgi.scope")
    found = scope.get(NOTE) if scope else None
    return found if isinstance(found, Result | Failure) else None


async def hand_over(pages: Application, scope: Scope, receive: Receive, send: Send) -> None:
    """Let the pages answer a request as it came."""
    await pages(_readable(scope), receive, send)


async def hand_note(pages: Application, scope: Scope, send: Send, note: Note | None) -> None:
    """Let the pages show a note, or answer a request by GET whose body has been read."""
    headers = [item for item in scope["headers"] if item[0] not in _ABOUT_BODY]
    method = "HEAD" if scope["method"] == "HEAD" else "GET"
    await pages(_readable({**scope, "method": method, "headers": headers, NOTE: note}), _no_body, send)


async def _no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _readable(scope: Scope) -> Scope:
    query: bytes = scope["query_string"]
    return scope if query.isascii() else {**scope, "query_string": quote_from_bytes(query, safe=_ASCII).encode()}
