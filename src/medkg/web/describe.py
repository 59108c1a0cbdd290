"""Everything the store says about a thing and its parts, in a number of queries that does not grow with the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph as ox

from medkg.namespaces import SAVED, Graphs
from medkg.web.generation import GenerationView
from medkg.web.lexical import iri_of, text_of, whole_of
from medkg.web.links import is_iri, is_part
from medkg.web.statements import Origin, Statement, Status, Term, Thing

#: How deep parts are told inside a page: project, its participations, their figures, and one more.
DEPTH: Final = 3

_STATUS: Final = {"stated": Status.STATED, "derived": Status.DERIVED, "external": Status.EXTERNAL}
_Key = tuple[str, str, Term]


@dataclass(frozen=True, slots=True)
class Story:
    """A thing, the things told inside its page (nearest first), and what the sources do not say about it."""

    thing: Thing
    parts: Mapping[str, Thing]
    parents: Mapping[str, str]
    gaps: tuple[str, ...]

    def things(self) -> tuple[Thing, ...]:
        """Give the thing and all its parts."""
        return (self.thing, *self.parts.values())


def tell(view: GenerationView, iri: str) -> Story:
    """Give the story of one thing. A thing nothing is said about has no properties."""
    if not is_iri(iri):
        return Story(Thing(iri), {}, {}, ())
    thing = describe(view, [iri])[iri]
    gaps = tuple(row["gap"].value for row in view.rows("entity-gaps", entity=iri))
    parts: dict[str, Thing] = {}
    parents: dict[str, str] = dict.fromkeys(gaps, iri)
    frontier = [thing]
    for level in range(DEPTH):
        found = _parts_of(frontier, known={iri, *parts})
        parents = found | parents
        wanted = [*found, *(gaps if level == 0 else ())]
        if not wanted:
            break
        described = describe(view, wanted)
        parts |= described
        frontier = list(described.values())
    return Story(thing, parts, parents, gaps)


def describe(view: GenerationView, iris: Iterable[str]) -> dict[str, Thing]:
    """Give what is said about each of some things, with its origins: two queries."""
    wanted = list(dict.fromkeys(iris))
    origins = _claimed_origins(view.rows_for_many("entity-claims", "subject", wanted))
    graphs: dict[_Key, list[str]] = {}
    for row in view.rows_for_many("entity-statements", "subject", wanted):
        graphs.setdefault(_key(row), []).append(row["graph"].value)
    grouped: dict[str, dict[str, list[Statement]]] = {iri: {} for iri in wanted}
    for key, names in graphs.items():
        statement = _statement(key, origins.get(key, ()), names)
        grouped[statement.subject].setdefault(statement.predicate, []).append(statement)
    return {iri: Thing(iri, {name: _sorted(group) for name, group in found.items()}) for iri, found in grouped.items()}


def claims_of_source(view: GenerationView, source: str) -> list[Statement]:
    """Give every statement of one source in the order of its lines."""
    origins = _claimed_origins(view.rows("claims-of-source", source=source))
    statements = [Statement(*key, origins=tuple(found)) for key, found in origins.items()]
    return sorted(statements, key=lambda item: (_first_line(item), item.origins[0].row, item.subject, item.predicate))


def _first_line(statement: Statement) -> float:
    lines = statement.origins[0].lines
    return lines[0][0] if lines else float("inf")


def _key(row: ox.QuerySolution) -> _Key:
    return row["subject"].value, row["predicate"].value, row["object"]


def _claimed_origins(rows: Iterable[ox.QuerySolution]) -> dict[_Key, tuple[Origin, ...]]:
    found: dict[_Key, dict[str, Origin]] = {}
    for row in rows:
        if not isinstance(row["predicate"], ox.NamedNode):
            continue  # a claim about something that no statement can be
        claims = found.setdefault(_key(row), {})
        name = row["claim"].value
        claims[name] = _merged(claims.get(name), _origin(row))
    return {key: tuple(sorted(claims.values(), key=_origin_order)) for key, claims in found.items()}


def _origin(row: ox.QuerySolution) -> Origin:
    start, end = whole_of(row["start"]), whole_of(row["end"])
    lines = ((start, start if end is None else end),) if start is not None else ()
    rule = iri_of(row["rule"])
    status = Status.INFERRED if rule else _STATUS.get((iri_of(row["status"]) or "").rpartition("/")[2], Status.EXTERNAL)
    source = iri_of(row["source"]) if not rule else None
    return Origin(status, source=source, rule=rule, claim=row["claim"].value, lines=lines, row=text_of(row["row"]))


def _merged(known: Origin | None, more: Origin) -> Origin:
    """Join two rows of one claim: a claim with several lines comes as several rows, crossing starts with ends."""
    if known is None:
        return more
    fitting = {pair for pair in (*known.lines, *more.lines) if pair[0] <= pair[1]}
    by_start: dict[int, int] = {}
    for start, end in fitting:
        by_start[start] = min(end, by_start.get(start, end))
    return replace(known, lines=tuple(sorted(by_start.items())))


def _origin_order(origin: Origin) -> tuple[int, str, tuple[tuple[int, int], ...]]:
    return list(Status).index(origin.status), origin.source or origin.rule or "", origin.lines


def _statement(key: _Key, claimed: tuple[Origin, ...], graphs: list[str]) -> Statement:
    preferred = Graphs.PREFERRED in graphs
    origins = claimed or tuple(_origin_of_graph(name) for name in graphs if name != Graphs.PREFERRED)
    if not origins:
        origins = (Origin(Status.CHOSEN, graph=Graphs.PREFERRED),)
    return Statement(*key, origins=origins, preferred=preferred)


def _origin_of_graph(graph: str) -> Origin:
    if graph.startswith(Graphs.SOURCE):
        return Origin(Status.STATED, graph=graph)
    if graph in {Graphs.INFERRED, Graphs.INFERENCE_CLAIMS}:
        return Origin(Status.INFERRED, graph=graph)
    own = {Graphs.ONTOLOGY, Graphs.VOCAB, Graphs.ALIGNMENTS, Graphs.CATALOG, Graphs.CLAIMS}
    if graph.startswith(SAVED):
        return Origin(Status.SAVED, graph=graph)
    return Origin(Status.REGISTRY if graph in own else Status.EXTERNAL, graph=graph)


def _sorted(statements: list[Statement]) -> tuple[Statement, ...]:
    return tuple(sorted(statements, key=_statement_order))


def _statement_order(item: Statement) -> tuple[bool, tuple[object, ...], str]:
    return not item.preferred, _origin_order(item.origins[0]), str(item.value)


def _parts_of(things: Iterable[Thing], known: set[str]) -> dict[str, str]:
    """Give the parts that things name, each with the thing that names it first."""
    return {part: thing.iri for thing in things for part in _named_parts(thing) if part not in known}


def _named_parts(thing: Thing) -> Iterator[str]:
    for group in thing.properties.values():
        for statement in group:
            if isinstance(statement.value, ox.NamedNode) and is_part(statement.value.value):
                yield statement.value.value
