"""The house fits in the head: short functions, modules of one subject, one line that says what each is for."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "medkg"
LONGEST_FUNCTION = 40
LONGEST_MODULE = 400
SHARE_UNDER_25 = 0.95

PATHS = sorted(PACKAGE.rglob("*.py"))


def function_lengths(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    nodes = [node for node in ast.walk(tree) if isinstance(node, kinds)]
    return [(f"{path.name}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1) for node in nodes]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_says_what_it_is_for_and_stays_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "the module has no docstring"
    assert len(text.splitlines()) <= LONGEST_MODULE


def test_functions_are_short() -> None:
    lengths = [item for path in PATHS for item in function_lengths(path)]
    longest = max(lengths, key=lambda item: item[1])
    assert longest[1] <= LONGEST_FUNCTION, f"{longest[0]} has {longest[1]} lines"
    share = sum(1 for _, length in lengths if length <= 25) / len(lengths)
    assert share >= SHARE_UNDER_25
