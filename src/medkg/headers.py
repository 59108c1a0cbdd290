"""The YAML header that stands in the ``#+`` lines of a SPARQL file, and the query without its comment lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from medkg.errors import Place, PlacedError

HEADER_MARK = "#+"


def read_header(path: Path, text: str, error: type[PlacedError]) -> dict[str, Any]:
    """Give the header of a file.

    Raises:
        error: there is no header, or it is not YAML; names the line.
    """
    # Other lines stay as empty ones, so that YAML counts lines as the file does.
    lines = (line[len(HEADER_MARK) :] if line.startswith(HEADER_MARK) else "" for line in text.splitlines())
    try:
        header = yaml.safe_load("\n".join(lines))
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else None
        raise error("the header is not YAML", place=Place(str(path), line), value=problem.problem) from problem
    if not isinstance(header, dict):
        raise error("there is no header", place=Place(str(path), 1), remedy="Begin the file with #+ key: value lines.")
    return header


def without_comments(text: str) -> str:
    """Give a query without the lines that are only comments, the header's among them."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("#"))
