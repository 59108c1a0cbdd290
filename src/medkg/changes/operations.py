"""The operations of a SPARQL Update, each with its parts: what can be evaluated by itself, and what cannot.

The engine has the last word on what a text means. What is read here decides only how the effect of an operation is
found; what it may change is decided on the effect. An operation that is not understood is left to the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from medkg.changes.templates import composed
from medkg.changes.tokens import Token, tokens

_PROLOGUE: Final = ("BASE", "PREFIX", "VERSION")
_MANAGING: Final = ("CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD")
_EVERY_GRAPH: Final = ("ALL", "NAMED")


@dataclass(frozen=True, slots=True)
class Block:
    """Triples of a template, and the name of their graph as it is written; empty where none is."""

    graph: str
    triples: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. ``prologue`` holds the declarations before it, ``text`` the operation alone."""

    prologue: str
    text: str


@dataclass(frozen=True, slots=True)
class Data(Operation):
    """INSERT DATA, or where ``deletes`` DELETE DATA; ``quads`` are the braces and what is in them."""

    deletes: bool = False
    quads: str = ""


@dataclass(frozen=True, slots=True)
class Managing(Operation):
    """CLEAR, DROP, CREATE, COPY, MOVE or ADD. ``graphs`` are as written; None where it is about every graph."""

    graphs: tuple[str, ...] | None = None
    default: bool = False


@dataclass(frozen=True, slots=True)
class Modify(Operation):
    """DELETE and INSERT with WHERE; ``head`` is all before USING and WHERE.

    A template has no blocks (None) where a graph is a variable, or blank nodes span several graphs: then each solution
    would have to be seen by itself.
    """

    head: str = ""
    with_graph: str = ""
    using: tuple[tuple[bool, str], ...] = ()
    where: str = ""
    deletes: tuple[Block, ...] | None = ()
    inserts: tuple[Block, ...] | None = ()


@dataclass(slots=True)
class _Parts:
    """The parts of DELETE and INSERT as they are met."""

    with_graph: str = ""
    templates: dict[str, list[Token]] = field(default_factory=dict)
    using: list[tuple[bool, str]] = field(default_factory=list)
    where: list[Token] = field(default_factory=list)


def operations(text: str) -> Iterator[Operation]:
    """Give the operations of a valid update in order."""
    prologue = ""
    for part in _parted(list(tokens(text))):
        rest = part
        while rest and rest[0].says(*_PROLOGUE):
            size = 3 if rest[0].says("PREFIX") else 2
            prologue += _slice(text, rest[:size]) + "\n"
            rest = rest[size:]
        if rest:
            yield _operation(prologue, text, rest)


def _parted(found: Sequence[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    for token in found:
        if token.kind == "end" and token.depth == 0:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _operation(prologue: str, text: str, part: list[Token]) -> Operation:
    whole = _slice(text, part)
    if part[0].says(*_MANAGING):
        return _managing(prologue, whole, part)
    if len(part) > 2 and part[0].says("INSERT", "DELETE") and part[1].says("DATA"):
        return Data(prologue, whole, part[0].says("DELETE"), _slice(text, part[2:]))
    if len(part) > 2 and part[0].says("DELETE") and part[1].says("WHERE"):
        blocks = _blocks(text, part[2:])
        braces = _slice(text, part[2:])
        head = composed("delete_head.ru", pattern=braces)
        return Modify(prologue, whole, head=head, where=braces, deletes=blocks)
    return _modify(prologue, text, part) or Operation(prologue, whole)


def _managing(prologue: str, whole: str, part: list[Token]) -> Operation:
    if not all(token.kind in ("word", "iri", "name") for token in part):
        return Operation(prologue, whole)
    if any(token.says(*_EVERY_GRAPH) for token in part):
        return Managing(prologue, whole, None)
    named = tuple(token.text for token in part if token.kind != "word")
    return Managing(prologue, whole, named, any(token.says("DEFAULT") for token in part))


def _modify(prologue: str, text: str, part: list[Token]) -> Operation | None:
    """Read ``WITH … DELETE {…} INSERT {…} USING … WHERE {…}``; None where it is something else."""
    parts = _Parts()
    rest = part
    while rest:
        if rest[0].says("WITH"):
            parts.with_graph, rest = rest[1].text, rest[2:]
        elif rest[0].says("USING"):
            named = rest[1].says("NAMED")
            parts.using.append((named, rest[1 + named].text))
            rest = rest[2 + named :]
        elif rest[0].says("DELETE", "INSERT", "WHERE"):
            braces = _braces(rest[1:])
            parts.templates[rest[0].text.upper()] = braces
            rest = rest[1 + len(braces) :]
        elif rest[0].kind == "open":
            parts.templates["WHERE"] = _braces(rest)
            rest = rest[len(parts.templates["WHERE"]) :]
        else:
            return None
    where = parts.templates.pop("WHERE", [])
    head = list(takewhile(lambda token: token.depth or not token.says("USING", "WHERE"), part))
    return Modify(
        prologue,
        _slice(text, part),
        head=_slice(text, head),
        with_graph=parts.with_graph,
        using=tuple(parts.using),
        where=_slice(text, where),
        deletes=_blocks(text, parts.templates.get("DELETE", [])),
        inserts=_blocks(text, parts.templates.get("INSERT", [])),
    )


def _braces(found: list[Token]) -> list[Token]:
    """Give the tokens from an opening brace to the closing one."""
    if not found or found[0].kind != "open":
        return []
    depth = found[0].depth
    inner = list(takewhile(lambda token: token.depth > depth, found[1:]))
    return found[: len(inner) + 2]


def _blocks(text: str, braces: list[Token]) -> tuple[Block, ...] | None:
    """Give the triples of a template by graph; None where they cannot be told apart."""
    loose: list[str] = []
    blocks: list[Block] = []
    run: list[Token] = []
    rest = braces[1:-1]
    while rest:
        if not rest[0].says("GRAPH"):
            run.append(rest[0])
            rest = rest[1:]
            continue
        inner = _braces(rest[2:])
        if rest[1].kind not in ("iri", "name") or not inner:
            return None
        loose.append(_slice(text, run))
        blocks.append(Block(rest[1].text, _slice(text, inner[1:-1])))
        run, rest = [], rest[2 + len(inner) :]
    loose.append(_slice(text, run))
    triples = " . ".join(filter(None, (part.strip(" \t\r\n.") for part in loose)))
    found = [block for block in (*blocks, Block("", triples)) if block.triples]
    scattered = len(found) > 1 and any(token.kind == "blank" for token in braces)
    return None if scattered else tuple(found)


def _slice(text: str, part: Sequence[Token]) -> str:
    return text[part[0].start : part[-1].stop] if part else ""
