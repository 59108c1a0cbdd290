"""Headers of named queries: what is read, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from medkg.errors import SourceError
from medkg.query.catalogue import load_catalogue, read_query

HEADER = """#+ summary: Names of a thing
#+ title: {en: Names, fr: Noms, es: Nombres, it: Nomi, ar: الأسماء}
#+ answers: CQ-26
#+ parameters: {thing: {type: iri, required: true, example: "id:project/innomed-up"}}
"""
BODY = """SELECT ?name WHERE {
  VALUES ?thing { <https://w3id.org/medkg/id/project/innomed-up> }
  ?thing <http://www.w3.org/2000/01/rdf-schema#label> ?name
}
"""


def write(folder: Path, text: str, name: str = "names.rq") -> Path:
    path = folder / "entity" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_query_file_is_read_with_its_header(tmp_path: Path) -> None:
    query = read_query(write(tmp_path, HEADER + BODY))
    assert (query.id, query.family, query.form, query.answers) == ("names", "entity", "SELECT", ("CQ-26",))
    assert query.title["ar"] == "الأسماء"
    assert query.parameters["thing"].required


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("#+ summary: Names of a thing\n", "", "summary"),
        (", it: Nomi", "", "title in it"),
        ("#+ answers:", "#+ answer:", "'answer'"),
        ("type: iri", "type: url", "needs a type"),
        ("required: true", "needed: true", "'needed'"),
        ("{en: Names", "{en: Names: x", "line 2"),
        ("VALUES ?thing {", "VALUES ?other {", "one VALUES row, found 0"),
    ],
)
def test_a_wrong_header_is_refused_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = write(tmp_path, (HEADER + BODY).replace(old, new))
    with pytest.raises(SourceError) as caught:
        read_query(path)
    assert told in str(caught.value)
    assert "names.rq" in str(caught.value)


def test_a_file_without_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no header"):
        read_query(write(tmp_path, BODY))


def test_two_queries_with_one_id_are_refused(tmp_path: Path) -> None:
    write(tmp_path, HEADER + BODY)
    other = tmp_path / "list" / "names.rq"
    other.parent.mkdir()
    other.write_text(HEADER + BODY, encoding="utf-8")
    with pytest.raises(SourceError, match="another query has this id"):
        load_catalogue(tmp_path)
