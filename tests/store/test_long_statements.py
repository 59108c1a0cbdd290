"""A statement longer than the engine reads is an error that names the file, in whatever format it comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from medkg.errors import SourceError
from medkg.store.patch import BULK
from medkg.store.writer import Writer
from tests.store.small_stores import check_whole, n_quads, quad

#: Bytes of one statement that the engine's reader holds.
LONGEST = 16 * 1024 * 1024


@pytest.mark.parametrize(("name", "before"), [("long.nq", 0), ("long.nq", BULK + 1), ("long.trig", 0)])
def test_a_statement_that_is_too_long_is_told(tmp_path: Path, name: str, before: int) -> None:
    file = n_quads(tmp_path / name, map(quad, range(before)))
    with file.open("a") as end:
        line = f'<x:a> <x:b> "{"x" * LONGEST}"'
        end.write(f"{line} <x:g> .\n" if name.endswith("nq") else f"<x:g> {{ {line} }}\n")
    good = n_quads(tmp_path / "good.nq", map(quad, range(before + 1)))
    with Writer(tmp_path / "home") as writer:
        with pytest.raises(SourceError, match=f"{name}.*too long to be read.*{LONGEST}"):
            writer.load([file])
        assert writer.load([good]).quads == before + 1
    assert check_whole(tmp_path / "home") == 1
