"""Everything a generation consists of has been synced to the disk before the pointer moves."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from medkg.store.patch import BULK
from tests.store.small_stores import check_whole, n_quads, quad

SYNC = re.compile(r"f(?:data)?sync\(\d+<([^>]*)>")
#: Calls of several threads at once are told in two lines, the result in the second.
MOVE = re.compile(r'(rename|link)\("([^"]+)", "([^"]+)"')


def synced_before_serving(trace: str, pointer: str) -> set[str]:
    """Give what was synced, by the names things had when ``pointer`` was replaced."""
    synced: set[str] = set()
    for line in trace.splitlines():
        if found := SYNC.search(line):
            synced.add(found[1])
        elif found := MOVE.search(line):
            kind, source, target = found.groups()
            if target == pointer:
                return synced
            moved = {path for path in synced if path == source or path.startswith(source + "/")}
            synced |= {target + path[len(source) :] for path in moved}
            synced -= moved if kind == "rename" else set()
    raise AssertionError("the pointer was not replaced")


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace tells what a process asks the system for")
@pytest.mark.parametrize("size", [10, BULK * 2], ids=["small", "bulk"])
def test_each_file_of_a_generation_is_synced_before_it_is_served(tmp_path: Path, size: int) -> None:
    home, told = tmp_path / "home", tmp_path / "trace"
    file = n_quads(tmp_path / "data.nq", map(quad, range(size)))
    traced = ["strace", "-f", "-y", "-e", "trace=fsync,fdatasync,link,rename", "-o", str(told)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MEDKG_")}
    command = [*traced, sys.executable, "-m", "medkg", "--home", str(home), "load", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if "PTRACE" in done.stderr:
        pytest.skip("nobody may trace processes here")
    assert done.returncode == 0, done.stderr
    generation = home / "generations" / str(check_whole(home))
    files = {str(path) for path in generation.rglob("*") if path.is_file()}
    folders = {str(home / "journal"), str(generation), str(generation / "store"), str(generation.parent)}
    journal = {str(home / "journal" / f"{generation.name}.rdfp.zst")}
    synced = synced_before_serving(told.read_text(), str(home / "current"))
    assert files | folders | journal <= synced, sorted((files | folders | journal) - synced)
