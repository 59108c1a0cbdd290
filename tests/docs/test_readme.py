"""What README.md tells people to run does run, and the files it points to are there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.store.reader import Reader

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sparql\n(.*?)```", README, re.DOTALL)
COMMANDS = re.findall(r"^ {4}\.venv/bin/medkg (.+)$", README, re.MULTILINE)


def test_there_is_something_to_try() -> None:
    assert QUERIES
    assert len(COMMANDS) >= 3


@pytest.mark.parametrize("text", QUERIES)
def test_a_query_of_the_readme_answers(shipped_home: Path, text: str) -> None:
    rows = Reader(shipped_home).query(text)
    assert isinstance(rows, ox.QuerySolutions)
    assert len(list(rows)) >= 3, "INNOMED-UP has three totals from three sources"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_ends_well(shipped_home: Path, tmp_path: Path, command: str) -> None:
    words = [sys.executable, "-m", "medkg", "--home", str(shipped_home), *shlex.split(command)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_a_link_of_the_readme_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists(), f"README.md points to {target}"


@pytest.mark.parametrize("target", re.findall(r"^ {4}make (\w+)", README, re.MULTILINE))
def test_a_make_target_of_the_readme_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
