"""Countries: what counts where, and which two share projects."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox

from medkg.analysis.report import Note, Report
from medkg.namespaces import MK, RDF
from tests.analysis.small_registry import SOURCE, judged, said, thing

A, B, C = "place/a", "place/b", "place/c"


def of_class(name: str, kind: str) -> ox.Quad:
    return ox.Quad(thing(name), ox.NamedNode(RDF + "type"), ox.NamedNode(MK + kind), SOURCE)


def small() -> Report:
    countries = [of_class(name, "Country") for name in (A, B, C)]
    codes = [ox.Quad(thing(A), ox.NamedNode(f"{MK}iso3Code"), ox.Literal("ITA"), SOURCE)]
    organisations = [of_class(f"actor/{name}", "Organisation") for name in "xyz"]
    where = [said("actor/x", "country", A), said("actor/y", "country", A)]
    cluster = [of_class("structure/s", "CollaborativeStructure"), said("structure/s", "country", B)]
    both = [of_class("structure/o", kind) for kind in ("CollaborativeStructure", "Organisation")]
    projects = [of_class("project/q", "Project"), *(said("project/q", "involvesCountry", one) for one in (A, B, C))]
    return judged("countries", [*countries, *codes, *organisations, *where, *cluster, *both, *projects])


def counts(report: Report) -> dict[str, tuple[object, ...]]:
    rows = report.table("countries").rows
    return {
        getattr(row.cells["country"], "value", "none").rpartition("/")[2]: tuple(
            row.cells[name] for name in ("organisations", "structures", "projects")
        )
        for row in rows
    }


def test_things_count_where_they_are_and_what_is_nowhere_is_counted_apart() -> None:
    # The project P of every small registry, the organisation z and the cluster organisation o have no country.
    assert counts(small()) == {"a": (2, 0, 1), "b": (0, 1, 1), "c": (0, 0, 1), "none": (2, 1, 1)}


def test_each_pair_of_countries_of_a_project_shares_it() -> None:
    rows = small().table("partnerships").rows
    assert Counter((str(row.cells["first"])[-2], str(row.cells["second"])[-2]) for row in rows) == Counter(
        [("a", "b"), ("a", "c"), ("b", "c")]
    )
    assert all(row.cells["which"] == (thing("project/q"),) for row in rows)


def test_each_row_names_the_statements_it_rests_on() -> None:
    row = small().table("countries").rows[0]
    assert {str(item.subject)[-2] for item in row.evidence} == {"x", "y", "q"}
    assert row.cells["code"] == ox.Literal("ITA")
    assert all(item.predicate.value in {f"{MK}country", f"{MK}involvesCountry"} for item in row.evidence)


def test_what_is_not_known_is_told() -> None:
    notes = {note.id: note.values for note in small().notes}
    assert notes["unknown"] == {"organisations": 2, "structures": 1, "projects": 1}
    assert notes["several"] == {"several": 1}


def test_without_any_country_too_little_is_known() -> None:
    report = judged("countries", [])
    assert not report.enough
    assert [row.cells["country"] for row in report.table("countries").rows] == [Note("no-country")]
    assert report.table("partnerships").rows == ()
