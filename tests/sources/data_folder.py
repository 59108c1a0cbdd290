"""A small data folder on disk that a test can break in one place."""

from __future__ import annotations

from pathlib import Path

import pytest

from medkg.errors import SourceError
from medkg.sources.catalogue import SourceCatalogue, Table, load_sources
from medkg.sources.problems import SourceErrors

VOCABULARY = """\
@prefix mks: <https://w3id.org/medkg/scheme/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/medkg/scheme/role/lead> a skos:Concept ; skos:inScheme mks:role .
<https://w3id.org/medkg/scheme/role/partner> a skos:Concept ; skos:inScheme mks:role .
<https://w3id.org/medkg/scheme/theme/circular-economy> a skos:Concept ; skos:inScheme mks:theme .
<https://w3id.org/medkg/scheme/sector/textile> a skos:Concept ; skos:inScheme mks:sector .
"""
MODULE = """\
@prefix mk: <https://w3id.org/medkg/ontology/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
mk:Project a owl:Class .
mk:acronym a owl:DatatypeProperty .
"""
SOURCES = "key,kind,title\n000_ab,founding,Founding text\npage-one,external,A page\n"
COUNTRIES = "code,slug\nGR,greece\nTN,tunisia\n"
CONCEPTS = """\
text,scheme,concept,relation
Circular  Economy,theme,circular-economy,exact
hubs,,,
reuse,theme,circular-economy,related
"""
METADATA = """\
[[tables]]
file = "projects.csv"
key = ["project", "source"]
status = "external"
[tables.columns]
project = { type = "id", kind = "project", required = true }
title   = { type = "text", language = "en" }
role    = { type = "code", scheme = "role" }
country = { type = "country" }
start   = { type = "date" }
budget  = { type = "amount" }
lines   = { type = "lines" }
source  = { type = "source", required = true }
"""
PROJECTS = """\
project,title,role,country,start,budget,lines,source
innomed-up,"INNOMED-UP, a project",lead,GR,2019-09-01,3.12 M,L37-L46,000_ab
med-mci,,partner,TN,2019,>150,"L5, L7",page-one
"""


class Folder:
    """The data folder and the ontology it is read with."""

    def __init__(self, root: Path) -> None:
        self.data = root / "data"
        self.ontology = root / "ontology"
        self.write("../ontology/vocab/all.ttl", VOCABULARY)
        self.write("../ontology/modules/all.ttl", MODULE)
        self.write("sources.csv", SOURCES)
        self.write("places/countries.csv", COUNTRIES)
        self.write("mappings/concepts.csv", CONCEPTS)
        self.write("sources/one/metadata.toml", METADATA)
        self.write("sources/one/projects.csv", PROJECTS)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def change(self, name: str, old: str, new: str) -> None:
        path = self.data / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def replace_tables(self, metadata: str) -> None:
        """Declare other tables in place of the one; the test writes them."""
        (self.data / "sources/one/projects.csv").unlink()
        self.write("sources/one/metadata.toml", metadata)

    def one_column(self, declaration: str, *cells: str) -> None:
        """Make the one table a column ``x`` of this declaration with these cells, one a row."""
        head = 'file = "one.csv"\nkey = ["n"]\nstatus = "stated"\n[tables.columns]\nn = { type = "integer" }\n'
        self.replace_tables(f'[[tables]]\n{head}source = {{ type = "source" }}\n{declaration}\n')
        names = ["x", *(name for name in ("kind", "language") if f"\n{name} =" in f"\n{declaration}")]
        rows = [f"{number},000_ab,{cell}" for number, cell in enumerate(cells, start=1)]
        self.write("sources/one/one.csv", "\n".join([f"n,source,{','.join(names)}", *rows]) + "\n")

    def load(self) -> SourceCatalogue:
        return load_sources(self.data, self.ontology)

    def table(self, name: str) -> Table:
        return next(table for table in self.load().tables if table.spec.path.name == name)

    def problems(self) -> list[SourceError]:
        with pytest.raises(SourceError) as raised:
            self.load()
        error = raised.value
        return list(error.problems) if isinstance(error, SourceErrors) else [error]

    def problem(self) -> str:
        (problem,) = self.problems()
        return str(problem).replace(self.data.as_posix(), "data")
