"""/update: SPARQL 1.1 Update by its protocol, in a form or as the body itself, for those who bear a token."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Final

from medkg.access.caller import Caller
from medkg.changes.requests import Change, Done, Update
from medkg.endpoint.budgeting import Purse
from medkg.endpoint.description import own_address
from medkg.endpoint.fields import Fields
from medkg.endpoint.problems import json_bytes, refusal
from medkg.endpoint.questions import QUERY_TYPE, UPDATE_TYPE
from medkg.endpoint.requests import FORM_TYPE, LONGEST_TEXT, MIB, Call, Disconnected, while_connected
from medkg.endpoint.responses import Reply
from medkg.endpoint.service import Service
from medkg.errors import (
    AccessRefused,
    BadQuery,
    LimitExceeded,
    MedkgError,
    SourceError,
    StoreBusy,
    ValidationError,
)

METHODS: Final = "POST, OPTIONS"
#: Error class → how the metrics call the outcome.
_OUTCOMES: Final[Mapping[type[Exception], str]] = {
    Disconnected: "gone",
    ValidationError: "invalid",
    BadQuery: "bad-request",
    SourceError: "bad-request",
    AccessRefused: "refused",
    LimitExceeded: "limit",
    StoreBusy: "busy",
}


async def update(service: Service, call: Call) -> Reply:
    """Carry out an update and say which generation holds it.

    Raises:
        MedkgError, Refused: why nothing was changed.
    """
    caller = service.writer(call)
    limits = service.limits(caller)
    with service.spool.counted(caller, limits) if _may_be_long(call) else nullcontext():
        text, fields = await _read(call, limits.upload_mib * MIB)
        using, named = fields.all("using-graph-uri"), fields.all("using-named-graph-uri")
        given = bool(using or named)
        change = Update(
            text=text,
            using_graphs=using if given else None,
            using_named_graphs=named if given else None,
            base=f"{own_address(service, call)}/update",
        )
        done = await apply(service, call, caller, change)
    return Reply(200, headers_of(done), json_bytes(counts_of(done)))


def _may_be_long(call: Call) -> bool:
    """Say whether an update may be longer than most: it is held in memory until it is its turn."""
    length = call.header(b"content-length")
    return not length.isdecimal() or int(length) > LONGEST_TEXT or bool(call.header(b"content-encoding"))


async def apply(service: Service, call: Call, caller: Caller, change: Change) -> Done:
    """Carry out a change. Where the client goes away it is ended, unless it is being published by then.

    Raises:
        Refused: another service is behind the registry, which is not written to.
        Disconnected: the client went away.
        MedkgError: why nothing was changed.
    """
    if service.settings.store:
        raise refusal(501, "another SPARQL service is behind this one, which only reads", "Write to that one.")
    limits = service.limits(caller)
    purse = Purse(service, caller, limits)
    try:
        done = await while_connected(call, service.changes.apply(change, caller, limits, purse.spend))
    except (MedkgError, Disconnected) as error:
        service.metrics.write(_outcome(error))
        raise
    service.metrics.write("done" if done.changed else "unchanged")
    return done


def _outcome(error: MedkgError | Disconnected) -> str:
    return next((name for kind, name in _OUTCOMES.items() if isinstance(error, kind)), "failed")


def headers_of(done: Done) -> list[tuple[str, str]]:
    """Give the headers of the answer to a change."""
    generation = [("X-Generation", str(done.generation)), ("Cache-Control", "no-store")]
    return [*generation, ("Content-Type", "application/json")]


def counts_of(done: Done) -> dict[str, int]:
    """Give what is told of a change."""
    return {"generation": done.generation, "added": done.added, "deleted": done.deleted}


async def _read(call: Call, limit: int) -> tuple[str, Fields]:
    if call.media_type == UPDATE_TYPE:
        fields = Fields([("update", await call.text(limit))]) + call.fields
    elif call.media_type == FORM_TYPE:
        fields = await call.form(limit) + call.fields
    else:
        remedy = f"Send {FORM_TYPE} or {UPDATE_TYPE}; queries ({QUERY_TYPE}) go to /sparql."
        raise refusal(415, "the body is neither a form nor an update", remedy)
    text = fields.one("update")
    if text is None or "query" in fields:
        raise BadQuery("the form has no field update", remedy="Send update=… in the form, or the update as the body.")
    return text, fields
