"""The openings of a query: every place where a statement that comes or goes can change its answer."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from pyparsing import ParseBaseException
from rdflib import BNode, URIRef, Variable
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, Path, SequencePath
from rdflib.plugins.sparql.algebra import translateGroupGraphPattern, translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from medkg.validation.conditions import conjuncts, iri
from medkg.validation.patterns import Condition, Domain, Either, Fact, Opening, Pattern, Slot, seen_from

#: Wrappers that change nothing of what must hold.
_TRANSPARENT: Final = frozenset({"Distinct", "Reduced", "OrderBy", "ToMultiSet", "SelectQuery", "AggregateJoin"})
#: Any statement matters.
_ANYTHING: Final = Pattern(None, None, None, None)


class NotUnderstood(Exception):  # noqa: N818 - no error: such a query is open to every statement
    """A query has a part that is not analysed."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """The openings of a query, and whether it judges each statement by itself.

    It does where each row comes from one statement and names its three terms. Then what a change brings is what the
    query finds in the statements that the change brings.
    """

    openings: tuple[Opening, ...]
    by_statement: bool


def analysed(text: str) -> Analysis:
    """Analyse a query; where a part of it is not understood, its one opening lets in everything."""
    try:
        query = _read(text)
        return Analysis(tuple(_openings(query, None, ())), _by_statement(query))
    except (NotUnderstood, ParseBaseException):
        return Analysis((Opening(_ANYTHING, ()),), by_statement=False)


def _by_statement(query: Any) -> bool:
    part, shown = query, {str(name) for name in query.PV}
    while part.name in {"SelectQuery", "Distinct", "Project", "Extend", "Filter", "Graph"}:
        if part.name in {"Filter", "Extend"} and any(_exists(part.expr)):
            return False
        part = part.p
    if part.name != "BGP" or len(part.triples) != 1:
        return False
    return all(isinstance(term, Variable) and str(term) in shown for term in part.triples[0])


def _read(text: str) -> Any:
    """Parse a query, without what the parser would log of escaped names."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        return translateQuery(parseQuery(text)).algebra
    finally:
        logger.setLevel(level)


def _openings(part: Any, graph: Slot, facts: tuple[Fact, ...]) -> Iterator[Opening]:
    match part.name:
        case "BGP":
            yield from _of_triples(part.triples, graph, facts)
        case "Join":
            yield from _openings(part.p1, graph, facts + _facts(part.p2, graph))
            yield from _openings(part.p2, graph, facts + _facts(part.p1, graph))
        case "LeftJoin" | "Minus":
            yield from _openings(part.p1, graph, facts)
            beside = facts + _facts(part.p1, graph)
            own = _conditions(part.expr) if part.name == "LeftJoin" else ()
            yield from _openings(part.p2, graph, beside + own)
            if part.name == "LeftJoin":
                yield from _within(part.expr, graph, beside)
        case "Union":
            yield from _openings(part.p1, graph, facts)
            yield from _openings(part.p2, graph, facts)
        case _:
            yield from _of_one(part, graph, facts)


def _of_one(part: Any, graph: Slot, facts: tuple[Fact, ...]) -> Iterator[Opening]:
    """Give the openings of a part that has one part below it, or none."""
    match part.name:
        case "Filter":
            own = facts + _conditions(part.expr)
            yield from _openings(part.p, graph, own)
            yield from _within(part.expr, graph, own + _facts(part.p, graph))
        case "Extend":
            yield from _openings(part.p, graph, facts)
            yield from _within(part.expr, graph, facts + _facts(part.p, graph))
        case "Graph":
            yield from _openings(part.p, _slot(part.term), facts)
        case "Project":
            yield from _openings(part.p, graph, seen_from(facts, _names(part.PV)))
        case "Group":
            _refuse_exists(part.expr)
            yield from _openings(part.p, graph, seen_from(facts, _keys(part)))
        case "values":
            return
        case name if name in _TRANSPARENT:
            _refuse_exists(part.get("A"))
            yield from _openings(part.p, graph, facts)
        case name:
            raise NotUnderstood(name)


def _of_triples(triples: Iterable[Any], graph: Slot, facts: tuple[Fact, ...]) -> Iterator[Opening]:
    found = list(triples)
    for number, (subject, predicate, object_) in enumerate(found):
        others = found[:number] + found[number + 1 :]
        beside = facts + tuple(_siblings(others, graph))
        if not isinstance(predicate, Path):
            yield Opening(Pattern(_slot(subject), _slot(predicate), _slot(object_), graph), beside)
            continue
        for step in _steps(predicate):
            yield Opening(Pattern(None, step, None, graph), beside)
        if _may_stay(predicate):
            yield Opening(Pattern(None, None, None, graph), beside, (_slot(subject), _slot(object_)))


def _within(expression: Any, graph: Slot, facts: tuple[Fact, ...]) -> Iterator[Opening]:
    for inner in _exists(expression):
        yield from _openings(inner, graph, facts)


def _facts(part: Any, graph: Slot) -> tuple[Fact, ...]:
    """Give what holds for each row of a part."""
    match part.name:
        case "BGP":
            return tuple(_siblings(part.triples, graph))
        case "Join":
            return _facts(part.p1, graph) + _facts(part.p2, graph)
        case "LeftJoin" | "Minus":
            return _facts(part.p1, graph)
        case "Union":
            return (Either((_facts(part.p1, graph), _facts(part.p2, graph))),)
        case "Filter":
            return _conditions(part.expr) + _facts(part.p, graph)
        case "Graph":
            return _facts(part.p, _slot(part.term))
        case "Project":
            return seen_from(_facts(part.p, graph), _names(part.PV))
        case "Group":
            # Without keys there is one row even of nothing.
            return seen_from(_facts(part.p, graph), _keys(part)) if _keys(part) else ()
        case "values":
            return tuple(_domains(part.res))
        case name if name in _TRANSPARENT or name == "Extend":
            return _facts(part.p, graph)
        case name:
            raise NotUnderstood(name)


def _conditions(expression: Any) -> tuple[Fact, ...]:
    return tuple(Condition(part, frozenset(_variables(part))) for part in conjuncts(expression))


def _siblings(triples: Iterable[Any], graph: Slot) -> Iterator[Fact]:
    for subject, predicate, object_ in triples:
        if not isinstance(predicate, Path):
            yield Pattern(_slot(subject), _slot(predicate), _slot(object_), graph)
        elif isinstance(predicate, SequencePath):
            if isinstance(predicate.args[0], URIRef):
                yield Pattern(_slot(subject), _slot(predicate.args[0]), None, graph)
            if isinstance(predicate.args[-1], URIRef):
                yield Pattern(None, _slot(predicate.args[-1]), _slot(object_), graph)


def _domains(rows: Any) -> Iterator[Fact]:
    for name in {name for row in rows for name in row}:
        terms = [row.get(name) for row in rows]
        if all(isinstance(term, URIRef) for term in terms):
            yield Domain(str(name), frozenset(map(iri, terms)))


def _exists(expression: Any) -> Iterator[Any]:
    """Give the patterns of all EXISTS and NOT EXISTS in an expression."""
    if isinstance(expression, list):
        for part in expression:
            yield from _exists(part)
    elif isinstance(expression, CompValue):
        if expression.name in {"Builtin_EXISTS", "Builtin_NOTEXISTS"}:
            inner = expression.graph
            yield translateGroupGraphPattern(inner) if inner.name == "GroupGraphPatternSub" else inner
        else:
            for key in expression:
                yield from () if key == "_vars" else _exists(expression[key])


def _refuse_exists(expression: Any) -> None:
    if any(_exists(expression)):
        raise NotUnderstood("EXISTS in an aggregate")


def _variables(expression: Any) -> Iterator[str]:
    if isinstance(expression, Variable):
        yield str(expression)
    elif isinstance(expression, list):
        for part in expression:
            yield from _variables(part)
    elif isinstance(expression, CompValue):
        for key in expression:
            yield from () if key in {"_vars", "graph"} else _variables(expression[key])


def _steps(path: Any) -> Iterator[Slot]:
    """Give the properties of a path; None for any."""
    if isinstance(path, URIRef):
        yield _slot(path)
    elif isinstance(path, AlternativePath | SequencePath):
        for part in path.args:
            yield from _steps(part)
    elif isinstance(path, InvPath):
        yield from _steps(path.arg)
    elif isinstance(path, MulPath):
        yield from _steps(path.path)
    elif isinstance(path, NegatedPath):
        yield None
    else:
        raise NotUnderstood(type(path).__name__)


def _may_stay(path: Any) -> bool:
    """Tell whether a path may end where it begins without a step."""
    if isinstance(path, MulPath):
        return bool(path.zero) or _may_stay(path.path)
    if isinstance(path, AlternativePath):
        return any(map(_may_stay, path.args))
    if isinstance(path, SequencePath):
        return all(map(_may_stay, path.args))
    return isinstance(path, InvPath) and _may_stay(path.arg)


def _names(variables: Iterable[Any]) -> Collection[str]:
    return {str(name) for name in variables}


def _keys(group: Any) -> Collection[str]:
    return {str(key) for key in group.expr or () if isinstance(key, Variable)}


def _slot(term: Any) -> Slot:
    if isinstance(term, Variable):
        return str(term)
    if isinstance(term, BNode):
        return f"_:{term}"
    return iri(term) if isinstance(term, URIRef) else None
