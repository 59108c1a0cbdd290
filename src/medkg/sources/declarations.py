"""Which tables there are: every ``metadata.toml`` below a folder, and the tables of facts that none declares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from medkg.errors import SourceError
from medkg.sources.metadata import FILE_NAME, TableSpec, read_metadata
from medkg.sources.problems import Problems, at

#: The folder in which every table is one of facts; others hold working lists too.
FACTS: Final = "sources"


@dataclass(frozen=True, slots=True)
class Declarations:
    """The declared tables; not ``complete`` where a ``metadata.toml`` is broken, whose tables are then left out."""

    specs: tuple[TableSpec, ...]
    complete: bool


def read_declarations(data: Path, problems: Problems) -> Declarations:
    """Give the tables declared below ``data``; what is wrong goes to ``problems``.

    Raises:
        SourceError: there is no ``metadata.toml`` at all.
    """
    paths = sorted(data.rglob(FILE_NAME))
    if not paths:
        raise SourceError("there is no table", place=at(data), remedy=f"Each folder of tables has a {FILE_NAME}.")
    before = len(problems)
    specs: list[TableSpec] = []
    broken: set[Path] = set()
    for path in paths:
        known = len(problems)
        found = read_metadata(path, problems)
        if len(problems) > known:
            broken.add(path.parent.resolve())
        else:
            specs += found
    _check_declared(data / FACTS, specs, broken, problems)
    _check_names(specs, problems)
    return Declarations(tuple(specs), len(problems) == before)


def _check_declared(facts: Path, specs: Iterable[TableSpec], broken: set[Path], problems: Problems) -> None:
    """Refuse a table of facts that nobody declared: it would silently be left out."""
    declared = {spec.path for spec in specs}
    for path in sorted(table.resolve() for table in facts.rglob("*.csv")):
        if path in declared or path.parent in broken:
            continue
        if not (path.parent / FILE_NAME).is_file():
            broken.add(path.parent)
            remedy = f"Put a {FILE_NAME} there that declares them, or move them out."
            problems.add(SourceError("tables that nothing describes", place=at(path.parent), remedy=remedy))
            continue
        remedy = f"Declare it in the {FILE_NAME} beside it, or take it out of the folder."
        problems.add(SourceError("the table is not declared", place=at(path), remedy=remedy))


def _check_names(specs: Iterable[TableSpec], problems: Problems) -> None:
    seen: dict[str, Path] = {}
    for spec in specs:
        other = seen.setdefault(spec.path.name, spec.path)
        if other is not spec.path:
            message = f"another table has this file name: {at(other)}" if other != spec.path else "it is declared twice"
            remedy = "One file is one table, and its name, which is part of the IRIs of its records, is its own."
            problems.add(SourceError(message, place=at(spec.path), remedy=remedy))
