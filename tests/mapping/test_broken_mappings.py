"""Mappings that are broken or fail on a row: each refusal names the file and the line."""

# ruff: noqa: E501 - messages are compared whole

from __future__ import annotations

import re
from pathlib import Path

import pytest

from medkg.errors import MappingError
from medkg.mapping.construct import map_tables
from medkg.sources.catalogue import load_sources

METADATA = """\
[[tables]]
file = "rows.csv"
mapping = "mapping.rq"
key = ["project"]
status = "stated"
[tables.columns]
project = { type = "id", kind = "project", required = true }
acronym = { type = "text" }
source  = { type = "source", required = true }
"""
HEAD = "PREFIX mk: <https://w3id.org/medkg/ontology/>\nPREFIX row: <https://w3id.org/medkg/row/>\n"
PATTERN = "WHERE { ?row row:project ?project ; row:acronym ?acronym }"


def refusal(folder: Path, mapping: str | bytes) -> str:
    for name in ("vocab", "modules"):
        (folder / name).mkdir()
    (folder / "sources.csv").write_text("key,kind\n000_ab,founding\n", encoding="utf-8")
    (folder / "metadata.toml").write_text(METADATA, encoding="utf-8")
    (folder / "rows.csv").write_text("project,acronym,source\na,A,000_ab\nb,,000_ab\n", encoding="utf-8")
    (folder / "mapping.rq").write_bytes(mapping if isinstance(mapping, bytes) else mapping.encode())
    with pytest.raises(MappingError) as raised:
        map_tables(load_sources(folder, folder))
    return str(raised.value).replace(folder.as_posix(), "data")


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (f"{HEAD}CONSTRUCT {{ ?project mk:acronym }}\n{PATTERN}", r"data/mapping.rq, line 3, column 33: not SPARQL: expected one of"),
        (f"CONSTRUCT {{ ?project mk:acronym ?acronym }}\n{PATTERN}", r"data/mapping.rq, line 1, column \d+: not SPARQL: "),
        (f"{HEAD}SELECT * {PATTERN}", r"data/mapping.rq: the mapping is not a CONSTRUCT"),
        (HEAD.encode() + b"# \xe9\n", r"data/mapping.rq: byte \d+ is not UTF-8"),
        (f"{HEAD}CONSTRUCT {{ ?project mk:acronym ?a }}\nWHERE {{ ?row row:project ?project ; row:acronim ?a }}", r"data/mapping.rq, line 4: the mapping reads a column the table has not: 'acronim'. Did you mean 'acronym'\?"),
        (f"{HEAD}CONSTRUCT {{ ?project a mk:Project }}\nWHERE {{ ?row row:project ?project }} # row:acronym", r"data/mapping.rq: the mapping never reads the column: 'acronym'. Read it as row:…, or declare it as a note."),
        (f"{HEAD}CONSTRUCT {{ ?project mk:acronym ?acronym }}\n{PATTERN}", r"data/rows.csv, line 3: the row yields no statement. Look at what mapping.rq needs of a row."),
        (f"{HEAD}CONSTRUCT {{ ?project mk:x [ mk:acronym ?acronym ] }}\n{PATTERN}", r"data/rows.csv, line 2: data/mapping.rq constructs a blank node. Mint an IRI for it."),
        (f"{HEAD}CONSTRUCT {{ ?row mk:acronym ?acronym }}\n{PATTERN}", r"data/rows.csv, line 2: data/mapping.rq constructs https://w3id.org/medkg/row/this"),
        (f"{HEAD}CONSTRUCT {{ ?project mk:acronym ?acronym }}\n{PATTERN[:-2]} FILTER(mk:none(?acronym)) }}", r"data/mapping.rq: cannot be run: The custom function <https://w3id.org/medkg/ontology/none> is not supported. The functions besides"),
    ],
)  # fmt: skip
def test_the_refusal_names_the_place(tmp_path: Path, mapping: str | bytes, said: str) -> None:
    assert re.search(f"^mapping: {said}", refusal(tmp_path, mapping))


def test_a_missing_mapping_is_named_with_the_tables(tmp_path: Path) -> None:
    refusal(tmp_path, f"{HEAD}CONSTRUCT {{ ?project mk:acronym ?acronym }}\n{PATTERN}")
    (tmp_path / "mapping.rq").unlink()
    with pytest.raises(Exception, match=r"mapping.rq: there is no such mapping"):
        load_sources(tmp_path, tmp_path)
