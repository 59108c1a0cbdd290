"""Data flow one way: a module imports only from its own layer or from layers before it, and there is no cycle."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "medkg"

#: The layers, from left to right; docs/architecture.md explains them. Modules of one row may use one another.
LAYERS = [
    {"errors", "namespaces"},
    {"settings", "terms", "headers", "keywords", "syntax", "progress"},
    {"sources"},
    {"mapping"},
    {"ontology"},
    {"reasoning"},
    {"validation"},
    {"store"},
    {"build"},
    {"query"},
    {"search"},
    {"analysis"},
    {"pictures"},
    {"exports"},
    {"access"},
    {"outgoing"},
    {"workers"},
    {"changes"},
    {"endpoint"},
    {"bench"},
    {"remote"},
    {"web"},
    {"cli"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def modules() -> dict[str, Path]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = path
    return found


def imported_by(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            pytest.fail(f"{path}: relative import; write the whole name")
    known = modules()
    return {name for name in names if name in known and name != "medkg"}


def layer_of(module: str) -> str:
    return module.split(".")[1]


@pytest.mark.parametrize("module", sorted(name for name in modules() if "." in name and name != "medkg.__main__"))
def test_a_module_imports_only_to_its_left(module: str) -> None:
    own = RANK[layer_of(module)]
    wrong = [name for name in imported_by(modules()[module]) if RANK[layer_of(name)] > own]
    assert not wrong, f"{module} imports {wrong}, which stand to its right"


def test_there_is_no_import_cycle() -> None:
    graph = {name: {target for target in imported_by(path) if target != name} for name, path in modules().items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"import cycle: {' -> '.join(error.args[1])}")
