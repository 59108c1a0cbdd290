"""For those who watch the server: whether it lives, whether it can answer, from which generation, and its counts."""

from __future__ import annotations

from medkg import __version__
from medkg.endpoint.metrics import CONTENT_TYPE
from medkg.endpoint.problems import json_bytes
from medkg.endpoint.responses import Reply
from medkg.endpoint.service import Service
from medkg.errors import MedkgError, Unavailable

UNAVAILABLE = "unavailable"


def health(service: Service) -> Reply:
    """Answer 200 as long as the process answers at all: starting it anew would not help where the status is not ok."""
    return _reply(_state(service), 200)


def ready(service: Service) -> Reply:
    """Answer 200 where a generation can be served, be it not the newest; 503 where none can, or nobody is behind."""
    state = _state(service)
    return _reply(state, 503 if state["status"] == UNAVAILABLE else 200)


def metrics(service: Service) -> Reply:
    """Answer the counts of all server processes."""
    headers = [("Content-Type", CONTENT_TYPE), ("Cache-Control", "no-store")]
    return Reply(200, headers, service.metrics.render())


def _state(service: Service) -> dict[str, object]:
    """Give the status: ok; stale, where what was published last is not what answers; unavailable."""
    try:
        snapshot = service.served().snapshot
    except MedkgError as error:
        return {"status": UNAVAILABLE, "cause": error.message, "version": __version__, **_walls(service)}
    manifest, lost = snapshot.manifest, dict(snapshot.lost)
    problem = service.reader.problem or service.lent.trouble()
    cause = {"cause": problem.message if isinstance(problem, MedkgError) else str(problem)} if problem else {}
    lasting = UNAVAILABLE if isinstance(service.reader.problem, Unavailable) else "stale"
    return {
        "status": lasting if problem else "ok",
        **cause,
        "generation": manifest.generation,
        "created": manifest.created,
        "quads": manifest.quads,
        "version": __version__,
        **_walls(service),
        **({"lost": lost} if lost else {}),
    }


def _walls(service: Service) -> dict[str, object]:
    """Give which walls keep the children in, and why those that are missing are; nothing before a child has told."""
    walls = service.walls
    if walls is None:
        return {}
    return {"walls": {"namespace": walls.namespace, "seccomp": walls.filtered, "refused": walls.refused}}


def _reply(state: dict[str, object], status: int) -> Reply:
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
    if "generation" in state:
        headers.append(("X-Generation", str(state["generation"])))
    return Reply(status, headers, json_bytes(state))
