"""A registry of two projects, small enough to be built many times."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from medkg.settings import Settings
from medkg.store.generations import Generations
from medkg.store.reader import open_generation

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCES = """\
key,kind,title,publisher,languages,address,file,sha256,bytes,note,used_for
000_ab,founding,A founding text,,en,,000_ab.txt,,,,
page-one,external,A page,A publisher,fr,https://example.org/one,,,,,
"""
METADATA = """\
[[tables]]
file = "small-projects.csv"
mapping = "projects.rq"
key = ["project", "source"]
[tables.columns]
project = { type = "id", kind = "project", required = true }
acronym = { type = "text", required = true }
state   = { type = "code", scheme = "project-status", required = true }
start   = { type = "date" }
end     = { type = "date" }
theme   = { type = "concept", schemes = ["theme"] }
lines   = { type = "lines" }
status  = { type = "status", required = true }
source  = { type = "source", required = true }
"""
PROJECTS = """\
project,acronym,state,start,end,theme,lines,status,source
alpha,ALPHA,ended,2019-09-01,2022-08-31,circular economy,L3,stated,000_ab
beta,BETA,ended,2020,2021-06,basket weaving,,external,page-one
"""
MAPPING = """\
PREFIX mk: <https://w3id.org/medkg/ontology/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX row: <https://w3id.org/medkg/row/>

CONSTRUCT {
  ?project a mk:Project ;
    mk:acronym ?acronym ;
    rdfs:label ?acronym ;
    mk:projectStatus ?state ;
    mk:statedIn ?source ;
    mk:startDate ?start ;
    mk:endDate ?end ;
    mk:hasTheme ?theme .
}
WHERE {
  ?row row:project ?project ; row:acronym ?acronym ; row:state ?state ; row:source ?source .
  OPTIONAL { ?row row:start ?start }
  OPTIONAL { ?row row:end ?end }
  OPTIONAL { ?row row:theme ?theme }
}
"""
CONCEPTS = "text,scheme,concept\ncircular economy,theme,circular-economy\n"
TABLE = "sources/small/small-projects.csv"


class Registry:
    """The data folder, and a home to build it in."""

    def __init__(self, root: Path) -> None:
        self.settings = Settings(home=root / "home", data=root / "data", ontology=REPOSITORY / "ontology")
        shutil.copytree(REPOSITORY / "data" / "catalog", self.settings.data / "catalog")
        for name, text in (
            ("sources.csv", SOURCES),
            ("mappings/concepts.csv", CONCEPTS),
            ("sources/small/metadata.toml", METADATA),
            (TABLE, PROJECTS),
            ("sources/small/projects.rq", MAPPING),
        ):
            path = self.settings.data / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    @property
    def generations(self) -> Generations:
        return Generations(self.settings.home)

    def change(self, name: str, old: str, new: str) -> None:
        path = self.settings.data / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def served(self) -> list[str]:
        """Give the statements served, as sorted N-Quads."""
        return sorted(map(str, open_generation(self.generations, self.generations.served()).quads()))

    def at(self, ontology: Path) -> Settings:
        """Give the settings with another ontology."""
        return replace(self.settings, ontology=ontology)
