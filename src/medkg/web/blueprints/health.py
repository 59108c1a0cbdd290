"""For those who watch the server: whether it lives, whether it can answer, and from which generation."""

from __future__ import annotations

from flask import Blueprint, Response

from medkg import __version__
from medkg.errors import MedkgError
from medkg.web.rendering import json_bytes
from medkg.web.services import generation, services

blueprint = Blueprint("health", __name__)
UNAVAILABLE = "unavailable"


@blueprint.get("/health")
def health() -> Response:
    """Answer 200 as long as the process answers at all: starting it anew would not help where the status is not ok."""
    return _answer(_state(), 200)


@blueprint.get("/ready")
def ready() -> Response:
    """Answer 200 where a generation can be served, be it not the newest; 503 where none can."""
    state = _state()
    return _answer(state, 503 if state["status"] == UNAVAILABLE else 200)


def _state() -> dict[str, object]:
    """Give the status: ok; stale, where the generation published last could not be opened; unavailable."""
    try:
        view = generation()
    except MedkgError as error:
        return {"status": UNAVAILABLE, "cause": error.message, "version": __version__}
    problem = services().problem
    cause = {"cause": problem.message if isinstance(problem, MedkgError) else str(problem)} if problem else {}
    return {
        "status": "stale" if problem else "ok",
        **cause,
        "generation": view.number,
        "created": view.manifest.created,
        "quads": view.manifest.quads,
        "version": __version__,
    }


def _answer(state: dict[str, object], status: int) -> Response:
    response = Response(json_bytes(state), status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
