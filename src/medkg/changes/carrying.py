"""Carrying out one change on a draft: what each kind of change does to the working copy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Quad

from medkg.changes.checking import check_syntax
from medkg.changes.effects import Effects, nameless
from medkg.changes.operations import Modify, Operation, operations
from medkg.changes.requests import ALL, DEFAULT, Delete, Post, Put, Update, Upload
from medkg.changes.requests import Change as Wish
from medkg.changes.tokens import resolved
from medkg.errors import BadQuery, Place, SourceError
from medkg.store.counts import Change
from medkg.store.draft import Draft
from medkg.store.intake import FORMATS, Digest, Incoming, read_quads
from medkg.store.patch import Graph
from medkg.store.sorting import sorted_unique
from medkg.store.statements import lines, stored_form
from medkg.workers.guard import refuse_forbidden_update

_CLASH: Final = "Name the data set in one place: in the text, or in the address."


def carry_out(draft: Draft, wish: Wish, *, union: bool, offline: bool = False) -> Change:
    """Change the working copy of a draft as it is wished, and give what that changes.

    ``offline`` says that this process has no network: then LOAD SILENT may fail, as it must.

    Raises:
        BadQuery: the wish is no SPARQL, asks for what is refused, or fails.
        SourceError: an upload cannot be read.
    """
    if isinstance(wish, Update):
        refuse_forbidden_update(wish.text, offline=offline)
        change = _update(draft, wish, union=union)
    else:
        change = _exchange(draft, wish, union=union)
    if union and change.added[DEFAULT]:
        raise nameless()
    return change


def _update(draft: Draft, update: Update, *, union: bool) -> Change:
    plain = Update(
        text=resolved(update.text),
        using_graphs=update.using_graphs,
        using_named_graphs=update.using_named_graphs,
        base=update.base,
    )
    effects = Effects(draft, plain, union=union)
    try:
        found = list(operations(plain.text))
        check_syntax(plain, found)
        for operation in found:
            _refuse_two_data_sets(update, operation)
            effects.carry_out(operation)
    except SyntaxError as error:
        raise BadQuery(f"not valid SPARQL: {error}", remedy="The position is line:column, from 1.") from error
    except (RuntimeError, ValueError) as error:
        raise BadQuery(str(error)) from error
    return effects.record()


def _refuse_two_data_sets(update: Update, operation: Operation) -> None:
    if update.using_graphs is None and update.using_named_graphs is None:
        return
    unread = type(operation) is Operation
    if unread or (isinstance(operation, Modify) and (operation.using or operation.with_graph)):
        raise BadQuery("USING or WITH stands in a request that names its data set beside the text", remedy=_CLASH)


def _exchange(draft: Draft, wish: Put | Post | Delete, *, union: bool) -> Change:
    uploads = () if isinstance(wish, Delete) else wish.uploads
    graph = None if wish.target == ALL and union else _graph(wish.target)
    parts = chain.from_iterable(_statements(upload, graph, whole=wish.target == ALL) for upload in uploads)
    if isinstance(wish, Post):
        return draft.add(parts)
    folder = draft.patch.parent
    new = sorted_unique(lines(map(stored_form(), parts)), folder)
    return draft.exchange(sorted_unique(lines(_held(draft, wish.target)), folder), new)


def _statements(upload: Upload, graph: Graph | None, *, whole: bool) -> Iterator[Quad]:
    """Give the statements of an upload; each in ``graph``, or for a whole data set in the graph it names."""
    try:
        for quad in read_quads(Incoming(str(upload.file), FORMATS[upload.format]), graph, upload.base, Digest()):
            if not whole and quad.graph_name != graph:
                raise SourceError("a statement names another graph", place=Place(""), value=str(quad.graph_name))
            yield quad
    except SourceError as error:
        place = Place(upload.name, error.place.line, error.place.column)
        raise SourceError(error.message, place=place, remedy=error.remedy) from error
    except ValueError as error:
        raise BadQuery(f"the base is no IRI: {error}") from error


def _held(draft: Draft, target: str) -> Iterator[Quad]:
    if draft.parent is None or (target == DEFAULT and draft.parent.manifest.mirrored):
        return iter(())
    if target == ALL:
        return draft.parent.quads()
    return draft.parent.engine.quads_for_pattern(None, None, None, _graph(target))


def _graph(target: str) -> NamedNode | DefaultGraph:
    if target in (ALL, DEFAULT):
        return DefaultGraph()
    try:
        return NamedNode(target)
    except ValueError as error:
        raise BadQuery(f"the graph is no absolute IRI: {error}", subject=target) from error
