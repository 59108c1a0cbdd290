"""Files that programs ask for at fixed addresses: the icon of the site, and what crawlers may read."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

blueprint = Blueprint("site_files", __name__)


@blueprint.get("/favicon.ico")
def icon() -> Response:
    """Answer the icon of the site, under the address browsers try by themselves."""
    return current_app.send_static_file("mark.svg")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Answer what crawlers may read: everything but answers that are computed for each question."""
    return current_app.send_static_file("robots.txt")
