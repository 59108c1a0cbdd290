"""The page of a source: what it says, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from medkg.namespaces import Graphs
from medkg.web.components import OriginView, Pager, SourceLine, SourceStatement
from medkg.web.compose import lines_text
from medkg.web.contexts import EntityPage, SourcePage
from medkg.web.describe import Story, claims_of_source
from medkg.web.display import Display
from medkg.web.generation import GenerationView
from medkg.web.links import kind_of, page_path
from medkg.web.paging import Paging
from medkg.web.statements import Statement

#: A source is read at length: its pages hold more than a list does.
_LINES_FACTOR = 3


def source_page(view: GenerationView, display: Display, entity: EntityPage, number: int, size: int) -> SourcePage:
    """Give one page of what a source says, in the order of its lines."""
    paging = Paging(number, size * _LINES_FACTOR, page_path(entity.iri) or "/", {})
    shown, pager = paging.slice(claims_of_source(view, entity.iri))
    return SourcePage(entity, _lines(display, shown), pager)


def founding_documents(view: GenerationView, story: Story) -> tuple[str, ...]:
    """Give the founding documents of a project."""
    if kind_of(story.thing.iri) != "project":
        return ()
    sources = {origin.source for item in story.thing.statements() for origin in item.origins if origin.source}
    return tuple(sorted(item for item in sources if Graphs.SOURCE + item.rpartition("/")[2] in view.graph_sizes))


def remainder(
    view: GenerationView, display: Display, story: Story, paging: Paging
) -> tuple[tuple[SourceLine, ...], Pager]:
    """Give what the founding documents of a project say beyond what its pages tell: about partners, groups, places."""
    told = {item.anchor for thing in story.things() for item in thing.statements()}
    founding = founding_documents(view, story)
    rest = [item for source in founding for item in claims_of_source(view, source) if item.anchor not in told]
    shown, pager = paging.slice(rest)
    return _lines(display, shown), pager


def _lines(display: Display, statements: Sequence[Statement]) -> tuple[SourceLine, ...]:
    grouped = groupby(statements, key=lambda item: lines_text(item.origins[0].lines))
    return tuple(SourceLine(text, tuple(_statement(display, item) for item in found)) for text, found in grouped)


def _statement(display: Display, item: Statement) -> SourceStatement:
    origin = item.origins[0]
    claim = (page_path(origin.claim) if origin.claim else "") or ""
    return SourceStatement(
        anchor=item.anchor,
        row=origin.row,
        subject=display.thing(item.subject),
        property=display.thing(item.predicate),
        value=display.value(item.predicate, item.value),
        origin=OriginView(origin.status, claim=claim),
    )
