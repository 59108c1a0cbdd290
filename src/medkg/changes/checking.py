"""Whether the engine can read an update, told without evaluating anything of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyoxigraph import Store as Engine

from medkg.changes.operations import Operation
from medkg.changes.requests import Update
from medkg.changes.templates import composed
from medkg.namespaces import PREFIXES


def check_syntax(update: Update, found: Sequence[Operation]) -> None:
    """Refuse what the engine cannot read.

    The engine takes declarations only before the first operation. Where others come later, as SPARQL allows, each
    operation is read by itself.

    Raises:
        SyntaxError: it cannot; the position is that in the text, or in the operation.
    """
    if not found or any(operation.prologue != found[0].prologue for operation in found):
        for operation in found:
            _read(operation.prologue, operation.text, update)
        if not found:
            _update(update.text, update)
        return
    try:
        _read(found[0].prologue, update.text[update.text.index(found[0].text) :], update)
    except SyntaxError:
        # Once more as it stands, for the position.
        _update(update.text, update)
        raise


def _read(prologue: str, text: str, update: Update) -> None:
    try:
        # The first operation fails, so that nothing behind it is evaluated; but all is parsed before.
        _update(composed("parse_only.ru", prologue=prologue, text=text), update)
    except (RuntimeError, OSError):
        return


def _update(text: str, update: Update) -> None:
    options: dict[str, Any] = {"base_iri": update.base, "prefixes": dict(PREFIXES)}
    Engine().update(text, **options)
