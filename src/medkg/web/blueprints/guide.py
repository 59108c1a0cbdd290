"""Help, and the tour for newcomers."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect
from werkzeug.wrappers import Response as AnyResponse

from medkg.web.components import Crumb
from medkg.web.contexts import HelpPage, TourPage
from medkg.web.display import Shown
from medkg.web.guide import STEPS, pointers, subjects
from medkg.web.rendering import display, page
from medkg.web.services import generation
from medkg.web.statements import Status

blueprint = Blueprint("guide", __name__)


@blueprint.get("/help")
def explained() -> Response:
    """Answer what the words and marks of the pages mean."""
    crumbs = (Crumb(Shown("help.title")),)
    return page(HelpPage(crumbs, subjects(generation(), display()), tuple(Status)))


@blueprint.get("/tour")
def begin() -> AnyResponse:
    """Lead to the first screen of the tour."""
    return redirect("/tour/1", 303)


@blueprint.get("/tour/<int:number>")
def tour(number: int) -> Response:
    """Answer one screen of the tour, counted from 1."""
    if not 1 <= number <= len(STEPS):
        abort(404)
    step = STEPS[number - 1]
    following = f"/tour/{number + 1}" if number < len(STEPS) else ""
    previous = f"/tour/{number - 1}" if number > 1 else ""
    return page(TourPage(step, number, STEPS, pointers(step, generation(), display()), previous, following))
