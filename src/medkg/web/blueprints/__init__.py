"""The blueprints: each answers one family of addresses."""

from __future__ import annotations

from flask import Flask

from medkg.web.blueprints import (
    analyses,
    browse,
    entity,
    guide,
    home,
    ontology,
    parts,
    pictures,
    queries,
    rules,
    scripts,
    search,
    site_files,
    sparql,
)


def register(app: Flask) -> None:
    """Give an application all blueprints; the catch-all addresses of entities come last."""
    early = (home, browse, search, analyses, pictures, rules, queries, sparql)
    for module in (*early, guide, ontology, parts, scripts, site_files, entity):
        app.register_blueprint(module.blueprint)
