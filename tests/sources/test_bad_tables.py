"""Tables that are not as their metadata say: each refusal names file, line, column, value and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.data_folder import Folder

TABLE = "sources/one/projects.csv"
METADATA = "sources/one/metadata.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",lead,", ",leed,", "line 2, column role: scheme role has no such concept: 'leed'. Did you mean 'lead'?"),
        (",GR,", ",GRC,", "line 2, column country: no such country: 'GRC'. Use the ISO 3166-1 alpha-2 code"),
        (
            ",2019-09-01,",
            ",2019-09-31,",
            "line 2, column start: not a date: '2019-09-31'. Write 2019, 2019-09 or 2019-09-01.",
        ),
        (",2019-09-01,", ",01/09/2019,", "line 2, column start: not a date: '01/09/2019'"),
        (",3.12 M,", ',"3,12 M",', "line 2, column budget: not an amount: '3,12 M'. Write 2369106.29"),
        (",L37-L46,", ",37,", "line 2, column lines: not a line of a source: '37'. Write L5"),
        (",L37-L46,", ",L46-L37,", "line 2, column lines: a range of lines that ends before it starts: 'L46-L37'"),
        (
            ",page-one",
            ",page-won",
            "line 3, column source: no such source in sources.csv: 'page-won'. Did you mean 'page-one'?",
        ),
        (",page-one", ",", "line 3, column source: the cell is blank, but the column needs a value"),
        ("med-mci,", ",", "line 3, column project: the cell is blank, but the column needs a value"),
        ("med-mci,", "Med MCI,", "line 3, column project: not a slug: 'Med MCI'. Use lower-case ASCII letters"),
        (
            'med-mci,,partner,TN,2019,>150,"L5, L7",page-one',
            "innomed-up,,,,,,,000_ab",
            "line 3, column project+source: the key stands in line 2 already",
        ),
        ("med-mci,,", "med-mci, x,", "line 3, column title: a space stands at the start or end of the cell: ' x'"),
        ("med-mci,,", "med-mci,a\x07b,", "line 3, column title: the cell holds a control character: 'a\\x07b'"),
        ("med-mci,,", "med-mci,e\u0301te\u0301,", "line 3, column title: the cell is not in Unicode normal form C"),
        (",partner,TN", ",TN", "line 3: the row has 7 cells, the header 8. Look for a missing comma"),
        ("med-mci,,", "\nmed-mci,,", "line 3: a blank line. Take it out."),
        ("med-mci,,", 'med-mci,"open,', "line 3: not CSV: "),
        (",role,", ",rolle,", "line 1: "),
        (",role,", ",title,", "line 1: two columns have one name: 'title'"),
    ],
)
def test_a_wrong_cell_or_row_is_named(folder: Folder, old: str, new: str, said: str) -> None:
    folder.change(TABLE, old, new)
    found = [str(problem).replace(folder.data.as_posix(), "data") for problem in folder.problems()]
    assert any(f"source: data/{TABLE}, {said}" in text for text in found), found


def test_a_missing_and_an_undeclared_column_are_both_named(folder: Folder) -> None:
    folder.change(TABLE, ",role,", ",rolle,")
    texts = [str(problem) for problem in folder.problems()]
    assert texts[0].endswith("projects.csv, line 1: the declared column is missing: 'role'. Did you mean 'rolle'?")
    assert texts[1].endswith("projects.csv, line 1: the column is not declared: 'rolle'. Did you mean 'role'?")


@pytest.mark.parametrize(
    ("declaration", "cell", "said"),
    [
        ('x = { type = "integer" }', "12.5", "not a value of xsd:integer: '12.5'"),
        ('x = { type = "decimal" }', '"1,5"', "not a value of xsd:decimal: '1,5'"),
        ('x = { type = "boolean" }', "yes", "not a value of xsd:boolean: 'yes'"),
        ('x = { type = "iri" }', "www.example.org", "not an absolute http IRI: 'www.example.org'"),
        ('x = { type = "term" }', "mq:Project", "an unknown prefix: 'mq:Project'. The prefixes are: mk,"),
        ('x = { type = "term" }', "mk:Projct", "the ontology has no such term: 'mk:Projct'. Did you mean 'Project'?"),
        (
            'x = { type = "term" }',
            "mks:role/led",
            "scheme role has no such concept: 'mks:role/led'. Did you mean 'lead'?",
        ),
        (
            'x = { type = "reference", to = "place" }',
            "grece",
            "no table introduces this place: 'grece'. Did you mean 'greece'?",
        ),
        (
            'x = { type = "reference", to = "place" }',
            "actor/greece",
            "a reference to a type that the column does not allow",
        ),
        (
            'x = { type = "code", scheme = "rol" }',
            "lead",
            "the ontology has no scheme 'rol': 'lead'. Did you mean 'role'?",
        ),
        ('x = { type = "status" }', "sated", "no such status: 'sated'. Did you mean 'stated'?"),
        ('x = { type = "derived" }', "y", "no such column: 'y'"),
        ('x = { type = "text", separator = ";" }', "a;;b", "the list has a blank item: 'a;;b'"),
        (
            'x = { type = "text", language_column = "language" }\nlanguage = { type = "text" }',
            "a,English",
            "'English' is not a language tag",
        ),
        (
            'x = { type = "object", kind_column = "kind" }\nkind = { type = "text" }',
            "2019-13,xsd:gYearMonth",
            "not a date: '2019-13'",
        ),
        (
            'x = { type = "object", kind_column = "kind" }\nkind = { type = "text" }',
            "2019,xsd:date",
            "not a value of xsd:date: '2019'",
        ),
        (
            'x = { type = "object", kind_column = "kind" }\nkind = { type = "text" }',
            "1,xsd:intger",
            "xsd:intger is not a datatype tables use",
        ),
    ],
)
def test_a_cell_that_is_not_of_its_type_is_named(folder: Folder, declaration: str, cell: str, said: str) -> None:
    folder.one_column(declaration, cell)
    assert f"data/sources/one/one.csv, line 2, column x: {said}" in folder.problem()


def test_a_slug_of_two_types_must_say_which(folder: Folder) -> None:
    folder.one_column('x = { type = "reference", to = "actor|project" }', "twin")
    for kind in ("actor", "project"):
        name = f"{kind}s-only"
        columns = f'[tables.columns]\nslug = {{ type = "id", kind = "{kind}" }}\n'
        folder.write(f"{name}/metadata.toml", f'[[tables]]\nfile = "{name}.csv"\nkey = ["slug"]\n{columns}')
        folder.write(f"{name}/{name}.csv", "slug\ntwin\n")
    assert "several types have this slug: actor, project: 'twin'. Write actor/twin." in folder.problem()


def test_a_wrong_encoding_names_the_byte_and_the_line(folder: Folder) -> None:
    path = folder.data / TABLE
    content = path.read_bytes().replace(b"med-mci,,", "med-mci,Pôle,".encode("latin-1"))
    path.write_bytes(content)
    position = content.index(b"\xf4")
    assert f"projects.csv, line 3: byte {position} is not UTF-8: '0xf4'. Save the file as UTF-8." in folder.problem()


def test_an_empty_and_a_missing_file_are_named(folder: Folder) -> None:
    folder.write(TABLE, "")
    assert folder.problem().startswith(f"source: data/{TABLE}: the file is empty")
    (folder.data / TABLE).unlink()
    assert folder.problem().startswith(f"source: data/{TABLE}: there is no such file")


def test_columns_separated_by_semicolons_are_recognised(folder: Folder) -> None:
    folder.write(TABLE, "project;title\na;b\n")
    assert "line 1: the columns are not separated by commas: 'project;title'" in folder.problem()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[tables]]", "[[tables]", "not a TOML file in UTF-8: "),
        ("[[tables]]", "[[table]]", "no such key: 'table'. Did you mean 'tables'?"),
        ("status =", "state =", "table 'projects.csv' has an unknown key: 'state'. Did you mean 'status'?"),
        ('"external"', '"extern"', "table 'projects.csv': no such status: 'extern'"),
        ('type = "date"', 'type = "dat"', "column start: no such column type: 'dat'. Did you mean 'date'?"),
        ('kind = "project"', 'kind = "projet"', "column project: no such type word: 'projet'. Did you mean 'project'?"),
        (', kind = "project"', "", "column project: type id needs the option kind"),
        (
            'scheme = "role"',
            'shceme = "role"',
            "column role: type code has no such option: 'shceme'. Did you mean 'scheme'?",
        ),
        ('["project", "source"]', '"project"', "table 'projects.csv': key is not a list: 'project'"),
        ("required = true }", 'required = "yes" }', "column project: required is not true or false: 'yes'"),
        ('type = "date"', 'type = "date", separator = ""', "column start: separator is blank"),
        ('"project", "source"]', '"projekt"]', "names in its key an undeclared column: 'projekt'"),
        ('{ type = "lines" }', '{ type = "source" }', "table 'projects.csv' has more than one column of type source"),
    ],
)
def test_wrong_metadata_are_named(folder: Folder, old: str, new: str, said: str) -> None:
    folder.change(METADATA, old, new)
    texts = [str(problem).replace(folder.data.as_posix(), "data") for problem in folder.problems()]
    assert any(text.startswith(f"source: data/{METADATA}") and said in text for text in texts), texts


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("sources.csv", "page-one", "000_ab", "line 3, column key: the key stands in an earlier row: '000_ab'"),
        (
            "sources.csv",
            ",external,",
            ",externl,",
            "line 3, column kind: no such kind of source: 'externl'. Did you mean 'external'?",
        ),
        ("sources.csv", "kind", "sort", "line 1: the column is missing: 'kind'"),
        (
            "mappings/concepts.csv",
            ",theme,",
            ",themes,",
            "line 2, column scheme: no such scheme: 'themes'. Did you mean 'theme'?",
        ),
        (
            "mappings/concepts.csv",
            "circular-economy,exact",
            "circular,exact",
            "line 2, column concept: scheme theme has no such concept: 'circular'",
        ),
        ("mappings/concepts.csv", ",exact", ",same", "line 2, column relation: no such relation: 'same'"),
        ("places/countries.csv", "TN,", "GR,", "line 3, column code: the code stands in an earlier row: 'GR'"),
    ],
)
def test_a_wrong_row_of_a_table_with_fixed_meaning_is_named(
    folder: Folder, name: str, old: str, new: str, said: str
) -> None:
    folder.change(name, old, new)
    assert f"source: data/{name}, {said}" in str(folder.problems()[0]).replace(folder.data.as_posix(), "data")


def test_two_tables_of_one_name_are_refused(folder: Folder) -> None:
    for name in ("metadata.toml", "projects.csv"):
        folder.write(f"sources/two/{name}", (folder.data / "sources/one" / name).read_bytes())
    assert "another table has this file name" in folder.problem()


def test_all_problems_are_reported_together(folder: Folder) -> None:
    folder.change(TABLE, ",lead,", ",leed,")
    folder.change(TABLE, ",2019-09-01,", ",soon,")
    folder.change(TABLE, ",page-one", ",page-two")
    assert [problem.place.column for problem in folder.problems()] == ["role", "start", "source"]


def test_one_mistake_in_many_rows_is_one_problem(folder: Folder) -> None:
    folder.one_column('x = { type = "code", scheme = "role" }', *["chief"] * 30)
    assert (
        "one.csv, line 2, column x: scheme role has no such concept: 'chief' (also in 29 lines: 3, 4, 5, …)"
        in folder.problem()
    )


def test_many_problems_are_counted_not_printed(folder: Folder) -> None:
    folder.one_column('x = { type = "integer" }', *(f"no-{number}" for number in range(80)))
    with pytest.raises(Exception, match="80 problems in the tables") as raised:
        folder.load()
    assert str(raised.value).count("\n") == 51
    assert str(raised.value).endswith("… and 30 more")


def test_a_table_declared_twice_is_refused(folder: Folder) -> None:
    path = folder.data / METADATA
    path.write_text(path.read_text(encoding="utf-8") * 2, encoding="utf-8")
    assert folder.problem().startswith(f"source: data/{TABLE}: it is declared twice")


def test_a_table_nobody_declared_is_refused(folder: Folder) -> None:
    folder.write("sources/one/forgotten.csv", "a,b\n1,2\n")
    assert folder.problem().startswith("source: data/sources/one/forgotten.csv: the table is not declared. Declare it")
