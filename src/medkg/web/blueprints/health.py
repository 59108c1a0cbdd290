"""Whether the server answers, and from which generation."""

from __future__ import annotations

from flask import Blueprint, Response

from medkg import __version__
from medkg.web.rendering import json_bytes
from medkg.web.services import generation

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """Answer that the store is open and which generation is served; 503 where it cannot be read."""
    view = generation()
    body = {"status": "ok", "generation": view.number, "quads": view.manifest.quads, "version": __version__}
    response = Response(json_bytes(body), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
