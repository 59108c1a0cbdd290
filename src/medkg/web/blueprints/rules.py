"""The rules of programmes and calls as Turtle, under the IRIs of their shapes."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, current_app, redirect
from werkzeug.wrappers import Response as BaseResponse

from medkg.web.rendering import data
from medkg.web.services import EXTENSION

blueprint = Blueprint("rules", __name__)
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: The kinds of rules stand together in one file.
_KINDS: Final = {"group": "groups"}


@blueprint.get("/shape/eligibility/<owner>.ttl")
def rules_file(owner: str) -> Response:
    """Answer the shapes of a programme or call, or the kinds of rules."""
    body = _file(owner).read_bytes()
    return data(body, "ttl", tag=sha256(body).hexdigest()[:16])


@blueprint.get("/shape/eligibility/<owner>")
@blueprint.get("/shape/eligibility/<owner>/<rule>")
def rules(owner: str, rule: str = "") -> BaseResponse:
    """Lead from the IRI of a programme's shape, a rule or a kind to the file that says what it is."""
    return redirect(f"/shape/eligibility/{_file(_KINDS.get(owner, owner)).name}", 303)


def _file(owner: str) -> Path:
    folder: Path = current_app.extensions[EXTENSION].settings.ontology
    file = folder / "shapes" / "eligibility" / f"{owner}.ttl"
    if not _SLUG.fullmatch(owner) or not file.is_file():
        abort(404)
    return file
