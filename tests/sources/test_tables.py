"""Tables that are as their metadata say: what each type of column gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from medkg.sources.cells import integer
from medkg.sources.rows import ROW_ORDER
from tests.sources.data_folder import Folder

ID = "https://w3id.org/medkg/id/"
SCHEME = "https://w3id.org/medkg/scheme/"
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def values(folder: Folder) -> list[list[str]]:
    """Give for each row what column x gives, as "suffix term"."""
    rows = folder.table("one.csv").rows
    return [[f"{suffix} {term}".strip() for suffix, term in row.values.get("x", [])] for row in rows]


@pytest.mark.parametrize(
    ("declaration", "cell", "given"),
    [
        ('x = { type = "text" }', "plain", ['"plain"']),
        ('x = { type = "text", language = "fr" }', "été", ['"été"@fr']),
        ('x = { type = "text", separator = ";" }', "a; b;c", ['"a"', '"b"', '"c"']),
        ('x = { type = "text", language_column = "language" }\nlanguage = { type = "text" }', "تونس,ar", ['"تونس"@ar']),
        ('x = { type = "text", language_column = "language" }\nlanguage = { type = "text" }', "x,", ['"x"']),
        ('x = { type = "id", kind = "actor" }', "ntua", [f"<{ID}actor/ntua>"]),
        ('x = { type = "reference", to = "place" }', "greece", [f"<{ID}place/greece>"]),
        ('x = { type = "reference", to = "place|actor" }', "place/greece", [f"<{ID}place/greece>"]),
        ('x = { type = "country" }', "TN", [f"<{ID}place/tunisia>"]),
        ('x = { type = "code", scheme = "role" }', "lead", [f"<{SCHEME}role/lead>"]),
        ('x = { type = "term" }', "mk:Project", ["<https://w3id.org/medkg/ontology/Project>"]),
        ('x = { type = "term" }', "id:project/a", [f"<{ID}project/a>"]),
        ('x = { type = "term" }', "mks:role/lead", [f"<{SCHEME}role/lead>"]),
        ('x = { type = "iri" }', "https://example.org/a?b=c", ["<https://example.org/a?b=c>"]),
        ('x = { type = "date" }', "2019", [f'"2019"^^<{XSD}gYear>']),
        ('x = { type = "date" }', "2019-09", [f'"2019-09"^^<{XSD}gYearMonth>']),
        ('x = { type = "date" }', "2019-09-01", [f'"2019-09-01"^^<{XSD}date>']),
        ('x = { type = "integer" }', "-12", [f'"-12"^^<{XSD}integer>']),
        ('x = { type = "decimal" }', "89.74", [f'"89.74"^^<{XSD}decimal>']),
        ('x = { type = "boolean" }', "true", [f'"true"^^<{XSD}boolean>']),
        (
            'x = { type = "object", kind_column = "kind" }\nkind = { type = "text" }',
            "mk:Project,term",
            ["<https://w3id.org/medkg/ontology/Project>"],
        ),
        ('x = { type = "object", kind_column = "kind" }\nkind = { type = "text" }', "mot,fr", ['"mot"@fr']),
        (
            'x = { type = "object", kind_column = "kind" }\nkind = { type = "text" }',
            "7,xsd:integer",
            [f'"7"^^<{XSD}integer>'],
        ),
        (
            'x = { type = "object", kind_column = "kind" }\nkind = { type = "text" }',
            "mk:Project,string",
            ['"mk:Project"'],
        ),
        ('x = { type = "text" }', "", []),
    ],
)
def test_a_cell_gives_the_terms_of_its_type(folder: Folder, declaration: str, cell: str, given: list[str]) -> None:
    folder.one_column(declaration, cell)
    assert values(folder) == [given]


def test_an_amount_gives_its_text_bounds_and_comparator(folder: Folder) -> None:
    folder.one_column('x = { type = "amount" }', "3.12 M", ">150", "1.1-1.5 M", "7")
    decimal = f"^^<{XSD}decimal>"
    comparator = f"-comparator <{SCHEME}comparator/"
    assert values(folder) == [
        [
            '"3.12 M"',
            f'-nominal "3120000"{decimal}',
            f'-min "3115000"{decimal}',
            f'-max "3125000"{decimal}',
            f"{comparator}exactly>",
        ],
        ['">150"', f'-min "150"{decimal}', f"{comparator}more-than>"],
        ['"1.1-1.5 M"', f'-min "1100000"{decimal}', f'-max "1500000"{decimal}'],
        ['"7"', f'-exact "7"{decimal}', f"{comparator}exactly>"],
    ]


def test_free_text_gives_its_concepts_and_lists_what_has_none(folder: Folder) -> None:
    folder.one_column(
        'x = { type = "concept", schemes = ["theme"], separator = ";" }', "circular economy; wood", "hubs", "reuse"
    )
    economy = f"<{SCHEME}theme/circular-economy>"
    assert values(folder) == [
        [economy, '-text "circular economy"', '-text "wood"'],
        ['-text "hubs"'],
        ['-text "reuse"'],
    ]
    unmatched = [(item.text, item.place.line) for item in folder.load().unmatched]
    assert unmatched == [("wood", 2), ("reuse", 4)], "hubs is settled: it stands for nothing; reuse is merely related"


def test_a_row_knows_its_source_status_lines_and_record(folder: Folder) -> None:
    first, second = folder.table("projects.csv").rows
    assert first.document is not None
    assert first.document.graph == "https://w3id.org/medkg/graph/source/000_ab"
    assert first.document.iri == f"{ID}source/000_ab"
    assert (first.status, first.lines, first.line, first.record.line) == ("external", (37, 46), 2, 2)
    assert first.record.iri == f"{ID}record/projects/innomed-up-000-ab"
    assert second.document is not None
    assert second.document.graph == "https://w3id.org/medkg/graph/external/page-one"
    assert second.lines == (5, 7)


def test_a_cell_with_a_line_end_shifts_the_lines_and_not_the_rows(folder: Folder) -> None:
    folder.change("sources/one/projects.csv", "INNOMED-UP, a project", "INNOMED-UP,\na project")
    second = folder.table("projects.csv").rows[1]
    assert (second.line, second.record.line) == (4, 4)
    assert second.values[ROW_ORDER] == [("", integer(2))]


def test_a_byte_order_mark_and_carriage_returns_do_no_harm(folder: Folder) -> None:
    plain = [row.values for row in folder.table("projects.csv").rows]
    path = folder.data / "sources/one/projects.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert [row.values for row in folder.table("projects.csv").rows] == plain


JOINED = """\
[[tables]]
file = "statements.csv"
key = ["id"]
status = "stated"
[tables.columns]
id     = { type = "text", required = true }
source = { type = "source", required = true }
lines  = { type = "lines" }
words  = { type = "text" }
note   = { type = "note" }
[[tables]]
file = "triples.csv"
key = ["statement", "subject"]
[tables.columns]
statement = { type = "join", table = "statements.csv", key = "id", required = true }
subject   = { type = "term", required = true }
words     = { type = "text" }
reading   = { type = "note" }
"""


def test_a_joining_row_sees_the_other_rows_cells_and_shares_its_record(folder: Folder) -> None:
    folder.replace_tables(JOINED)
    folder.write("sources/one/statements.csv", "id,source,lines,words,note\ns1,000_ab,L3,theirs,why\n")
    folder.write(
        "sources/one/triples.csv", "statement,subject,words,reading\ns1,id:project/a,,how\ns1,id:project/b,own,\n"
    )
    first, second = folder.table("triples.csv").rows
    assert first.record == second.record
    assert (first.record.identifier, first.record.table, first.lines, first.status) == (
        "s1",
        "data/sources/one/statements.csv",
        (3, 3),
        "stated",
    )
    assert [str(term) for _, term in first.values["words"]] == ['"theirs"']
    assert [str(term) for _, term in second.values["words"]] == ['"own"']
    assert first.notes == ("why", "how")


def test_a_row_that_nothing_joins_is_refused(folder: Folder) -> None:
    folder.replace_tables(JOINED)
    folder.write("sources/one/statements.csv", "id,source,lines,words,note\ns1,000_ab,,,\ns2,000_ab,,,\n")
    folder.write("sources/one/triples.csv", "statement,subject,words,reading\ns1,id:project/a,,\n")
    assert "statements.csv, line 3: no row joins this one: 's2'" in folder.problem()


def test_a_row_that_joins_nothing_is_refused(folder: Folder) -> None:
    folder.replace_tables(JOINED)
    folder.write("sources/one/statements.csv", "id,source,lines,words,note\nst-01,000_ab,,,\n")
    rows = "statement,subject,words,reading\nst-01,id:project/a,,\nst-02,id:project/a,,\n"
    folder.write("sources/one/triples.csv", rows)
    assert folder.problem().endswith(
        "triples.csv, line 3, column statement: statements.csv has no such row: 'st-02'. Did you mean 'st-01'?"
    )


def test_a_record_names_file_and_line_wherever_the_data_folder_lies(folder: Folder) -> None:
    folder.change("sources/one/projects.csv", "INNOMED-UP, a project", "INNOMED-UP,\na project")
    folder.data = folder.data.rename(folder.data.with_name("copy"))
    rows = folder.table("projects.csv").rows
    assert [str(row.record) for row in rows] == [
        "data/sources/one/projects.csv, line 2",
        "data/sources/one/projects.csv, line 4",
    ]
