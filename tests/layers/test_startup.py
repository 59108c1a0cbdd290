"""``medkg --help`` answers at once: it imports neither the store, nor the web, nor anything heavy."""

from __future__ import annotations

import json
import resource
import subprocess
import sys

HEAVY = {"pyoxigraph", "rdflib", "flask", "pyshacl", "owlready2", "rich", "yaml", "babel", "granian", "structlog"}
#: CPU seconds of the whole process, interpreter included; measured 0.07 on the development machine.
LIMIT = 0.40


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, json; import medkg.cli; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    loaded = set(json.loads(subprocess.check_output([sys.executable, "-c", code])))
    assert not loaded & HEAVY


def test_help_is_cheap() -> None:
    def child_seconds() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    costs = []
    for _ in range(3):
        before = child_seconds()
        subprocess.run([sys.executable, "-m", "medkg", "--help"], check=True, capture_output=True)
        costs.append(child_seconds() - before)
    assert min(costs) < LIMIT
