"""/store: the SPARQL 1.1 Graph Store HTTP Protocol, with graphs named in the query string or by the address itself."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

import pyoxigraph as ox

from medkg.access.roles import Action
from medkg.changes.requests import ALL, DEFAULT, Change, Delete, Done, Post, Put
from medkg.endpoint.budgeting import Purse
from medkg.endpoint.compression import coding_for
from medkg.endpoint.description import own_address
from medkg.endpoint.dumping import DATASETS, Dump
from medkg.endpoint.negotiation import accept_of, chosen
from medkg.endpoint.problems import json_bytes, refusal
from medkg.endpoint.requests import LONGEST_TEXT, Call, while_connected
from medkg.endpoint.responses import Reply, Stream
from medkg.endpoint.service import Served, Service
from medkg.endpoint.tags import caching_headers, entity_tag, names_tag
from medkg.endpoint.updating import apply, counts_of, headers_of
from medkg.endpoint.uploads import MULTIPART, QUADS, receive_uploads
from medkg.errors import BadQuery
from medkg.query.formats import GRAPHS, Format
from medkg.store.reader import Snapshot

METHODS: Final = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
_HOLD_BACK: Final = 64 * 1024
_PREFIX: Final = b"/store/"
_FIELDS: Final = frozenset({"default", "graph", "format"})


async def store(service: Service, call: Call) -> Reply | Stream:
    """Give, replace, extend or delete a graph or all of them.

    Raises:
        MedkgError, Refused, NotAcceptable: why not.
    """
    target = target_of(service, call)
    if call.reads:
        return await _read(service, call, target)
    return await _write(service, call, target)


def target_of(service: Service, call: Call) -> str:
    """Give the graph a request is about: its IRI, ``DEFAULT``, or ``ALL`` where it names none.

    Raises:
        Refused: it names two, or something that is no absolute IRI.
    """
    fields = call.fields
    _require_known(call)
    raw: bytes = call.scope.get("raw_path") or call.path.encode()
    direct = raw.partition(b"?")[0].removeprefix(_PREFIX) if raw.startswith(_PREFIX) else b""
    named = fields.one("graph")
    if (named is not None) + ("default" in fields) + bool(direct) > 1:
        raise refusal(400, "the request names more than one graph", "Use one of ?default, ?graph=<IRI> or the path.")
    if "default" in fields:
        return DEFAULT
    if direct:
        named = f"{own_address(service, call)}/store/{direct.decode('ascii', 'replace')}"
    if named is None:
        return ALL
    return _absolute(named)


def _require_known(call: Call) -> None:
    """Refuse an address that is a little wrong: what it names would be taken for the whole data set.

    Raises:
        Refused: 400 for an unknown or repeated field, 404 for a path that is none of ours as it was written.
    """
    known = _FIELDS if call.reads else _FIELDS - {"format"}
    if wrong := next((name for name, _ in call.fields.pairs if name not in known), None):
        remedy = f"The fields are: {', '.join(sorted(known))}."
        raise refusal(400, f"{wrong[:40]!r} is no field of this address", remedy)
    raw: bytes = call.scope.get("raw_path") or call.path.encode()
    bare = raw.partition(b"?")[0]
    if bare not in {b"/store", b"/store/"} and not bare.startswith(_PREFIX):
        raise refusal(404, "the address is written in an unusual way", "Write /store and its slash as they are.")


def _absolute(iri: str) -> str:
    try:
        return ox.NamedNode(iri).value
    except ValueError as error:
        raise refusal(400, f"the graph has no absolute IRI: {error}", "Write ?graph=<IRI>, percent-encoded.") from error


async def _read(service: Service, call: Call, target: str) -> Reply | Stream:
    served = service.served()
    wanted = _format(call, target)
    if target not in {ALL, DEFAULT} and not _exists(served, target):
        raise refusal(404, f"there is no graph <{target}>", "GET /sparql describes the service and names its graphs.")
    coding = coding_for(call.header(b"accept-encoding"))
    name = f"{wanted.name}-{coding}" if coding else wanted.name
    tag = entity_tag(served.tag, name, target.encode())
    headers = caching_headers(served.number, tag)
    if names_tag(call.header(b"if-none-match"), tag):
        return Reply(304, headers)
    headers.append(("Content-Type", wanted.content_type))
    if call.method == "HEAD":
        return Reply(200, headers, sized=False)
    pieces, more = _dumped(service, call, served, target, wanted)
    first, ended = await while_connected(call, _beginning(pieces))
    if ended:
        return Reply(200, headers + more, first)
    return Stream(headers + more, first, pieces, coding)


def _dumped(
    service: Service, call: Call, served: Served, target: str, wanted: Format[ox.RdfFormat]
) -> tuple[AsyncGenerator[bytes, None], list[tuple[str, str]]]:
    """Give the bytes of a graph as they come, and the headers that say what is left to spend."""
    snapshot = served.snapshot
    if not isinstance(snapshot, Snapshot):
        raise refusal(501, "another SPARQL service is behind this one", "Read its graphs by CONSTRUCT at /sparql.")
    caller = service.caller(call)
    limits = service.limits(caller)
    purse = Purse(service, caller, limits)
    graph = None if target in {ALL, DEFAULT} else target
    return _paid(Dump(snapshot, graph, wanted, limits, target == ALL), purse), purse.headers()


async def _beginning(pieces: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    """Give the first bytes, held back so that most errors come before the status, and whether they are all."""
    held = bytearray()
    async for piece in pieces:
        held += piece
        if len(held) >= _HOLD_BACK:
            return bytes(held), False
    return bytes(held), True


async def _paid(dump: Dump, purse: Purse) -> AsyncGenerator[bytes, None]:
    try:
        async for piece in dump.pieces():
            yield piece
    except (BadQuery, ValueError) as error:
        raise refusal(406, f"the graph cannot be written in this format: {error}", "Ask for text/turtle.") from error
    finally:
        purse.spend(dump.seconds)


def _format(call: Call, target: str) -> Format[ox.RdfFormat]:
    formats = DATASETS if target == ALL else GRAPHS
    offered = {name: (item.media_type, *item.also) for name, item in formats.items()}
    return formats[chosen(accept_of(call.header(b"accept")), call.fields.one("format") or None, offered)]


def _exists(served: Served, graph: str) -> bool:
    return graph in served.snapshot.graphs


async def _write(service: Service, call: Call, target: str) -> Reply:
    caller = service.writer(call)
    if call.method == "DELETE":
        await call.small_body(LONGEST_TEXT)  # nobody sends one; but only then a client that leaves is noticed
        done = await apply(service, call, caller, Delete(target=target))
        if not done.existed and target not in {ALL, DEFAULT}:
            raise refusal(404, f"there is no graph <{target}>")
        return _changed(done)
    if call.method == "POST" and target == ALL and call.media_type not in QUADS:
        new = f"{own_address(service, call)}/store/{secrets.token_hex(8)}"
        return _changed(await _uploaded(service, call, new), new)
    return _changed(await _uploaded(service, call, target))


async def _uploaded(service: Service, call: Call, target: str) -> Done:
    """Take the files in and put them where they belong; who may not do that is told before anything is read."""
    caller = service.writer(call)
    graph = None if target in {ALL, DEFAULT} else target
    action = Action.WHOLE if target == ALL else Action.CHANGE if call.method == "PUT" else Action.ADD
    caller.require(action, graph)
    if target == ALL and call.media_type == MULTIPART:
        raise refusal(415, "a form brings no data set", "Send application/trig or application/n-quads.")
    limits = service.limits(caller)
    with service.spool.folder(caller, limits) as folder:
        base = f"{own_address(service, call)}/store" if graph is None else graph
        uploads = await receive_uploads(call, folder, base, limits)
        make = Put if call.method == "PUT" else Post
        change: Change = make(target=target, uploads=uploads)
        return await apply(service, call, caller, change)


def _changed(done: Done, new: str = "") -> Reply:
    """Answer a change: 201 where the graph is there for the first time, else 200, each with what was changed."""
    headers = headers_of(done)
    if new:
        headers.append(("Location", new))
    return Reply(201 if done.created or new else 200, headers, json_bytes(counts_of(done)))
