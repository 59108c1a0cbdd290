"""The fork server of changes: what they need is imported, and shapes and checks are read, before any is asked for."""

from __future__ import annotations

import importlib
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from medkg.changes.child import live
from medkg.errors import MedkgError
from medkg.namespaces import Graphs
from medkg.store.generations import Generations
from medkg.workers.breeding import breed


class Preparation:
    """The plan of validation, read ahead where what is served has shapes. Holds nothing of the store open."""

    def __init__(self, home: Path, shapes: Path) -> None:
        self._generations = Generations(home)
        self._shapes = shapes
        self._plan: Any = None

    def __call__(self) -> bool:
        """Read the plan again where its files have changed; say whether there was anything to read."""
        before = self._plan
        with suppress(MedkgError, OSError):  # the change that needs it will tell what is wrong
            if Graphs.SHAPES in self._generations.manifest(self._generations.served()).graphs:
                narrow = importlib.import_module("medkg.validation.narrow")
                self._plan = narrow.read_plan(self._shapes)
        return self._plan is not before


def main(arguments: list[str]) -> None:
    """Run as ``python -m medkg.changes.nursery <descriptor> <home> <ontology>``."""
    descriptor, home, ontology = arguments
    breed(int(descriptor), live, Preparation(Path(home), Path(ontology) / "shapes"))


if __name__ == "__main__":
    main(sys.argv[1:])
