"""The files of the bundle, packed as the browser likes them; the build has packed them."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request, send_from_directory

from medkg.endpoint.negotiation import best_coding
from medkg.web.bundle import FOLDER

blueprint = Blueprint("scripts", __name__)

_ENDINGS: Final = {"br": ".br", "gzip": ".gz"}


@blueprint.get("/static/bundle/<name>.js")
def script(name: str) -> Response:
    """Answer a script. Its name changes with its content, so that it may be kept."""
    coding = best_coding(request.headers.get("Accept-Encoding", ""), tuple(_ENDINGS))
    response = send_from_directory(FOLDER, f"{name}.js{_ENDINGS.get(coding, '')}", mimetype="text/javascript")
    response.headers["Vary"] = "Accept-Encoding"
    if coding:
        response.headers["Content-Encoding"] = coding
    return response
