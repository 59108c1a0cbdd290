"""Terms nested so deep that reading them would end a process are never published, whatever way they come."""

from __future__ import annotations

from pathlib import Path

import pytest

from medkg.changes.requests import Put, Update, Upload
from medkg.errors import SourceError
from medkg.settings import Settings
from medkg.store.generations import Generations
from medkg.store.nesting import MOST_NESTED, refuse_deep
from medkg.store.patch import BULK
from medkg.store.writer import Writer
from tests.changes.conftest import apply_to, own
from tests.store.small_stores import check_whole, n_quads, quad

__all__ = ["own"]  # a fixture


def nested(levels: int) -> str:
    """Give a line of N-Quads about a triple term that is nested so many levels deep."""
    return "<x:a> <x:b> " + "<<( <x:a> <x:b> " * levels + '"<<("' + " )>>" * levels + " <x:g> .\n"


def test_what_is_nested_as_deep_as_anybody_needs_is_kept(own: Settings, tmp_path: Path) -> None:
    file = tmp_path / "deep.nq"
    file.write_text(nested(MOST_NESTED))
    with Writer(own.home) as writer:
        assert writer.load([file]).added == 1
    assert check_whole(own.home) == 2


@pytest.mark.parametrize("before", [0, BULK + 1])
def test_a_file_with_a_term_nested_too_deep_is_refused(tmp_path: Path, before: int) -> None:
    file = n_quads(tmp_path / "deep.nq", map(quad, range(before)))
    with file.open("a") as end:
        end.write(nested(MOST_NESTED + 1))
    good = n_quads(tmp_path / "good.nq", map(quad, range(before + 1)))
    with Writer(tmp_path) as writer:
        with pytest.raises(SourceError, match=f"nested more than {MOST_NESTED} deep.*<x:a> <x:b>.*rdf:reifies"):
            writer.load([file])
        assert writer.load([good]).quads == before + 1
    assert check_whole(tmp_path) == 1


def test_an_upload_nested_a_hundred_thousand_deep_is_refused(own: Settings, tmp_path: Path) -> None:
    file = tmp_path / "body"
    levels = 100_000
    file.write_text("<x:a> <x:b> " + "<<( <x:a> <x:b> " * levels + "1" + " )>>" * levels + " .")
    with pytest.raises(SourceError, match="nested more than"):
        apply_to(own, Put(target="x:g", uploads=(Upload(file=file, format="ttl", base="x:base"),)))
    assert Generations(own.home).list() == (1,)


def test_updates_cannot_nest_deeper_step_by_step(own: Settings) -> None:
    apply_to(own, Update(text=f"INSERT DATA {{ {nested(MOST_NESTED).replace('<x:g> ', '')} }}", base="x:base"))
    deeper = "INSERT { ?s ?p ?deeper } WHERE { ?s ?p ?o BIND(TRIPLE(?s, ?p, ?o) AS ?deeper) }"
    with pytest.raises(SourceError, match="nested more than"):
        apply_to(own, Update(text=deeper, base="x:base"))
    # The same where the engine carries it out and the effect is found afterwards.
    random = deeper.replace("INSERT", "DELETE { ?s ?p ?n } INSERT").replace("BIND", "BIND(RAND() AS ?n) BIND")
    with pytest.raises(SourceError, match="nested more than"):
        apply_to(own, Update(text=random, base="x:base"))
    assert check_whole(own.home) == 2


def test_letters_within_texts_are_no_nesting() -> None:
    refuse_deep(('<x:a> <x:b> "' + r"\"<<(" * 100 + '" .\n').encode())
    refuse_deep(b"".join(nested(MOST_NESTED).encode() for _ in range(50)))
