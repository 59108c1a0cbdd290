"""What a FILTER says of one statement by itself: yes, no, or not to be told from that statement alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pyoxigraph as ox
from rdflib import Literal, URIRef, Variable

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph
Bindings = Mapping[str, Term]
#: A text that STR gave; terms stay terms.
Value = Term | str


def excluded(condition: Any, bindings: Bindings) -> bool:
    """Tell whether a condition is false whatever the variables are that ``bindings`` leave open."""
    return _truth(condition, bindings) is False


def iri(term: URIRef) -> ox.NamedNode:
    """Give an IRI as the engine has it; rdflib leaves the backslashes of an escaped name in it."""
    return ox.NamedNode(term.replace("\\", ""))


def conjuncts(expression: Any) -> list[Any]:
    """Give the conditions that must all hold where an expression holds."""
    if getattr(expression, "name", "") == "ConditionalAndExpression":
        parts = [expression.expr, *expression.other]
        return [found for part in parts for found in conjuncts(part)]
    return [expression]


def _truth(expression: Any, bindings: Bindings) -> bool | None:
    decide = _DECIDED.get(getattr(expression, "name", ""))
    return None if decide is None else decide(expression, bindings)


def _either(expression: Any, bindings: Bindings) -> bool | None:
    truths = [_truth(part, bindings) for part in (expression.expr, *expression.other)]
    return True if True in truths else None if None in truths else False


def _both(expression: Any, bindings: Bindings) -> bool | None:
    truths = [_truth(part, bindings) for part in (expression.expr, *expression.other)]
    return False if False in truths else None if None in truths else True


def _negated(expression: Any, bindings: Bindings) -> bool | None:
    truth = _truth(expression.expr, bindings)
    return None if truth is None else not truth


def _relation(expression: Any, bindings: Bindings) -> bool | None:
    """Decide equality of IRIs; other terms may be equal though they are not the same."""
    left = _value(expression.expr, bindings)
    if not isinstance(left, ox.NamedNode) or expression.op not in {"=", "!=", "IN", "NOT IN"}:
        return None
    listed = expression.other if isinstance(expression.other, list) else [expression.other]
    others = [_value(other, bindings) for other in listed]
    if left in others:
        same = True
    elif all(isinstance(other, ox.NamedNode) for other in others):
        same = False
    else:
        return None
    return same if expression.op in {"=", "IN"} else not same


def _of_texts(compare: Callable[[str, str], bool]) -> Callable[[Any, Bindings], bool | None]:
    def decide(expression: Any, bindings: Bindings) -> bool | None:
        texts = [_text(_value(part, bindings)) for part in (expression.arg1, expression.arg2)]
        return None if texts[0] is None or texts[1] is None else compare(texts[0], texts[1])

    return decide


def _of_kind(kind: type[Term]) -> Callable[[Any, Bindings], bool | None]:
    def decide(expression: Any, bindings: Bindings) -> bool | None:
        value = _value(expression.arg, bindings)
        return None if value is None or isinstance(value, str) else isinstance(value, kind)

    return decide


def _value(expression: Any, bindings: Bindings) -> Value | None:
    if isinstance(expression, Variable):
        return bindings.get(str(expression))
    if isinstance(expression, URIRef):
        return iri(expression)
    if isinstance(expression, Literal):
        return str(expression)
    if getattr(expression, "name", "") == "Builtin_STR":
        value = _value(expression.arg, bindings)
        return value.value if isinstance(value, ox.NamedNode | ox.Literal) else None
    return None


def _text(value: Value | None) -> str | None:
    """Give a simple text; functions of texts fail on everything but literals."""
    return value if isinstance(value, str) else None


_DECIDED: Final[Mapping[str, Callable[[Any, Bindings], bool | None]]] = {
    "ConditionalOrExpression": _either,
    "ConditionalAndExpression": _both,
    "UnaryNot": _negated,
    "RelationalExpression": _relation,
    "Builtin_STRSTARTS": _of_texts(str.startswith),
    "Builtin_CONTAINS": _of_texts(lambda text, part: part in text),
    "Builtin_isIRI": _of_kind(ox.NamedNode),
    "Builtin_isLITERAL": _of_kind(ox.Literal),
    "Builtin_isBLANK": _of_kind(ox.BlankNode),
}
