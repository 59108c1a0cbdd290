"""Text that machines read is kept in its own language: no SPARQL, SHACL or OWL in Python strings."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "medkg"
FOREIGN = re.compile(
    r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE|INSERT|DELETE)\b[^\n]*(\bWHERE\b|[?{])|"
    r"\bPREFIX\s+\w*:\s*<|@prefix\b|\bsh:(NodeShape|property)\b|\bowl:Class\b",
)


def docstrings(tree: ast.AST) -> set[int]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found


def foreign_strings(text: str) -> list[int]:
    tree = ast.parse(text)
    documentation = docstrings(tree)
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
        if FOREIGN.search(node.value)
    ]


def test_the_check_sees_what_it_should() -> None:
    assert foreign_strings('QUERY = "SELECT ?s WHERE { ?s ?p ?o }"') == [1]
    assert foreign_strings('"""SELECT ?s WHERE { } in a docstring is fine"""') == []


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_query_or_shape_in_a_python_string(path: Path) -> None:
    assert foreign_strings(path.read_text(encoding="utf-8")) == []
