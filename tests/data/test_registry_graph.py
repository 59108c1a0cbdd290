"""What the registry tables say once they are mapped: every cell arrives, nothing is made up or merged."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyoxigraph as ox
import pytest

from medkg.mapping.construct import map_tables
from medkg.namespaces import ID, MK, RDF, SCHEME, Graphs
from medkg.sources.catalogue import load_sources
from tests.data.registry_tables import DATA, table

REGISTERED: Final = ("project", "programme", "actor", "structure", "place")
#: table -> its columns of amounts
AMOUNTS: Final = {
    "programmes/programmes": ("total", "eu_contribution"),
    "priorities/priorities": ("budget",),
    "projects/projects": ("total", "eu_contribution"),
    "partners/partners": ("budget", "eu_contribution"),
    "indicators/project-funds": ("amount",),
}


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """Give the mapped tables of the shipped data, without inferences."""
    mapped = map_tables(load_sources(DATA, Path(DATA).parent / "ontology"))
    filled = ox.Store()
    filled.extend(mapped.quads())
    return filled


def node(text: str) -> ox.NamedNode:
    return ox.NamedNode(text)


def external(store: ox.Store, kind: str) -> set[str]:
    """Give the things of a class that graphs of external sources introduce."""
    found = store.quads_for_pattern(None, node(RDF + "type"), node(MK + kind), None)
    return {str(quad.subject) for quad in found if str(quad.graph_name).startswith("<" + Graphs.EXTERNAL)}


def values(store: ox.Store, subject: str, name: str) -> dict[str, set[str]]:
    """Give the values of a property: graph -> texts."""
    found: dict[str, set[str]] = {}
    for quad in store.quads_for_pattern(node(ID + subject), node(MK + name), None, None):
        if isinstance(quad.graph_name, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
            found.setdefault(quad.graph_name.value, set()).add(quad.object.value)
    return found


def amount_cells() -> set[tuple[str, ...]]:
    """Give what each amount cell is about: table, holder, kind of figure, source. Two rows may say the same."""
    holders = ("programme", "priority", "project", "organisation", "type")
    cells: set[tuple[str, ...]] = set()
    for name, columns in AMOUNTS.items():
        for row in table(name):
            whole = row["project"] if name == "projects/projects" else "/".join(row.get(key, "") for key in holders)
            cells |= {(name, whole, column, row["source"]) for column in columns if row[column]}
    return cells


def test_each_amount_cell_is_a_figure_of_its_source(store: ox.Store) -> None:
    figures = external(store, "BudgetFigure")
    assert len(figures) == len(amount_cells())
    for figure in figures:
        path = figure.strip("<>").removeprefix(ID)
        exact, spelt = values(store, path, "amountExact"), values(store, path, "amountText")
        assert bool(exact) != bool(spelt), path


def test_each_promise_is_a_target_and_each_result_an_achievement(store: ox.Store) -> None:
    rows = table("indicators/indicators")
    assert len(external(store, "IndicatorTarget")) == sum(bool(row["target"]) for row in rows)
    assert len(external(store, "IndicatorAchievement")) == sum(bool(row["achieved"]) for row in rows)
    assert {row["indicator"] for row in rows} == {
        subject.strip("<>").rpartition("/")[2] for subject in external(store, "Indicator")
    } - {row["subject"].rpartition("/")[2] for row in table("web-statements/web-triples")}


def test_each_count_of_members_is_a_node(store: ox.Store) -> None:
    counted = [row for row in table("clusters/clusters") if row["member_count"]]
    assert len(external(store, "MemberCount")) == len(counted)
    value = values(store, "figure/ossa-members-blacksea-horizon-ossa", "countedOn")
    assert value == {Graphs.EXTERNAL + "blacksea-horizon-ossa": {"2016"}}


def test_innomed_up_has_three_total_budgets_from_three_sources(store: ox.Store) -> None:
    totals = {}
    for graph, figures in values(store, "project/innomed-up", "hasBudgetFigure").items():
        for figure in figures:
            path = figure.removeprefix(ID)
            if SCHEME + "figure-type/total" in values(store, path, "figureType").get(graph, ()):
                totals[graph] = values(store, path, "amountNominal")[graph]
    assert sorted(value for found in totals.values() for value in found) == ["3100000", "3120000", "3199000"]
    assert len(totals) == 3


def test_vague_amounts_have_no_bounds(store: ox.Store) -> None:
    figures = values(store, "project/talia", "hasBudgetFigure")
    (figure,) = (path.removeprefix(ID) for found in figures.values() for path in found)
    assert values(store, figure, "amountNominal")
    assert values(store, figure, "amountMin") == values(store, figure, "amountMax") == {}
    assert {SCHEME + "comparator/approximately"} in values(store, figure, "comparator").values()


def test_every_participation_has_one_participant_and_at_most_one_role_a_source(store: ox.Store) -> None:
    for subject in external(store, "Participation"):
        path = subject.strip("<>").removeprefix(ID)
        participants = set().union(*values(store, path, "participant").values())
        assert len(participants) == 1, path
        assert all(len(roles) == 1 for roles in values(store, path, "participantRole").values()), path


def test_the_contact_of_an_idea_is_no_lead(store: ox.Store) -> None:
    assert values(store, "project/med-mci", "hasParticipation") == {}
    (contacts,) = values(store, "search/med-mci", "contactOrganisation").values()
    assert len(contacts) == 1


def test_the_project_without_name_got_its_acronym_from_other_pages(store: ox.Store) -> None:
    graphs = values(store, "project/smart-city-clusters", "acronym")
    assert set().union(*graphs.values()) == {"ESMARTCITY"}
    assert all(graph.startswith(Graphs.EXTERNAL) for graph in graphs)
    (alias,) = store.quads_for_pattern(node(ID + "project/esmartcity"), None, None, None)
    assert str(alias.object) == f"<{ID}project/smart-city-clusters>"
    assert str(alias.graph_name) == f"<{Graphs.CATALOG}>"


def test_a_thematic_objective_is_no_priority(store: ox.Store) -> None:
    assert external(store, "ThematicObjective") & external(store, "Priority") == set()
    assert len(external(store, "ThematicObjective")) > 20


def test_missions_have_no_parent(store: ox.Store) -> None:
    missions = [row["priority"] for row in table("priorities/priorities") if row["level"] == "mission"]
    assert len(missions) == 4
    broader = node("http://www.w3.org/2004/02/skos/core#broader")
    for mission in missions:
        assert not list(store.quads_for_pattern(node(f"{ID}programme/{mission}"), broader, None, None))


def test_every_subject_with_a_page_is_registered(store: ox.Store) -> None:
    known = {f"{row['type']}/{row['slug']}" for row in table("identity/entities")}
    aliases = {f"{row['type']}/{row['alias']}" for row in table("identity/aliases")}
    subjects = {quad.subject.value for quad in store if isinstance(quad.subject, ox.NamedNode)}
    paths = {iri.removeprefix(ID) for iri in subjects if iri.startswith(tuple(f"{ID}{kind}/" for kind in REGISTERED))}
    assert paths - known == aliases
    assert known - paths == set()
