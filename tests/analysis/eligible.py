"""The shapes and the countries of the shipped registry, put into a small one: what rules are read from."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from medkg.analysis.facts import Facts
from medkg.namespaces import MK, RDF, Graphs
from tests.analysis.consortia import FOLDER
from tests.analysis.small_registry import SOURCE, registry, said, thing

DATA = Path(__file__).parents[2] / "data"
OWNERS = tuple(sorted(path.stem for path in FOLDER.glob("*.ttl") if path.stem != "groups"))


def table(name: str) -> list[dict[str, str]]:
    """Give the rows of a curated table."""
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


PROGRAMME_OF = {row["call"]: row["programme"] for row in table("sources/priorities/calls.csv")}


@cache
def quads() -> tuple[ox.Quad, ...]:
    """Give the rules, programmes, calls and countries of the shipped registry."""
    found = [ox.Quad(thing("place/x"), ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{MK}Country"), SOURCE)]
    store = ox.Store()
    for path in sorted(FOLDER.glob("*.ttl")):
        store.load(path=str(path), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(Graphs.SHAPES))
    slugs = {}
    for row in table("places/countries.csv"):
        slugs[row["code"]] = row["slug"]
        found += [_flag(row["slug"], row["eu_member"] == "true")] if row["eu_member"] else []
    for row in table("sources/programmes/programmes.csv"):
        found += [_kind(row["programme"], "Programme")]
        codes = [code for code in row["countries"].split(";") if code]
        found += [said(f"programme/{row['programme']}", "eligibleCountry", f"place/{slugs[code]}") for code in codes]
    for call, programme in PROGRAMME_OF.items():
        found += [_kind(call, "Call"), said(f"programme/{call}", "callOf", f"programme/{programme}")]
    return (*found, *store)


def facts(*more: ox.Quad) -> Facts:
    """Give the facts of a registry that has these and some more."""
    return Facts(registry([*quads(), *more]))


def _kind(name: str, kind: str) -> ox.Quad:
    return ox.Quad(thing(f"programme/{name}"), ox.NamedNode(f"{RDF}type"), ox.NamedNode(MK + kind), SOURCE)


def _flag(place: str, value: bool) -> ox.Quad:
    return ox.Quad(thing(f"place/{place}"), ox.NamedNode(f"{MK}euMember"), ox.Literal(value), SOURCE)
