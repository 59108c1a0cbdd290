"""Meta-clusters that are kept: what is chosen, what is said of them, and the order of their states and steps."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis.milestones import STATES, Statements, current, entered, owner, reached, state
from medkg.analysis.saving import Chosen, choose, names, saved, structure
from medkg.errors import BadParameter, MedkgError
from medkg.namespaces import SKOS, XSD
from medkg.settings import LANGUAGES
from tests.analysis.small_registry import registry, said, thing
from tests.analysis.test_metaclusters import chain, cluster, member, on_stages, proposed, stages

QUADS = [*cluster("a", "it", "agri"), *cluster("b", "tn", "agri", projects=("p",)), *cluster("c", "tn", "agri")]
MEMBERS = [thing("structure/a"), thing("structure/b")]
STEPS = [thing(f"method/m-step-{number}") for number in (1, 2, 3)]


def day(text: str) -> ox.Literal:
    kind = {4: "gYear", 7: "gYearMonth", 10: "date"}[len(text)]
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


def chosen() -> Chosen:
    return choose(proposed(QUADS), chain("agri"), MEMBERS)


def kept(on: str = "2026-11-22") -> Statements:
    return saved(chosen(), {"en": "Meta-cluster"}, 7, day(on))


def values(held: Statements, subject: ox.NamedNode, predicate: str) -> set[object]:
    wanted = thing(predicate)
    return {one.object for one in held if one.subject == subject and one.predicate == wanted}


def test_members_and_countries_are_those_chosen_and_points_those_of_the_proposal() -> None:
    found = chosen()
    assert (found.members, found.countries) == (tuple(MEMBERS), (thing("place/it"), thing("place/tn")))
    row = proposed(QUADS).table("proposals").rows[0]
    assert found.points["score"] == row.cells["score"]
    assert found.points["reach"] == row.cells["reach"]


@pytest.mark.parametrize(
    ("on_chain", "members", "told"),
    [
        ("ict", [], "no meta-cluster is proposed for this value chain.*meta-cluster-proposals"),
        ("agri", [], "structure/b and .*structure/c are in one country.*each cluster in its own"),
        ("agri", ["structure/a"], "clusters of two countries or more"),
        (
            "agri",
            ["structure/a", "structure/x"],
            "structure/x: it is no cluster of the proposal.*There are: .*structure/c",
        ),
    ],
)
def test_what_makes_no_meta_cluster_is_refused(on_chain: str, members: list[str], told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        choose(proposed(QUADS), chain(on_chain), [thing(member) for member in members])


def test_the_same_members_have_the_same_name_whatever_their_order() -> None:
    other = choose(proposed(QUADS), chain("agri"), MEMBERS[::-1])
    assert other.slug == chosen().slug
    assert re.fullmatch(r"meta-cluster-agri-[0-9a-f]{8}", other.slug)
    assert choose(proposed(QUADS), chain("agri"), [MEMBERS[0], thing("structure/c")]).slug != other.slug


def test_what_is_kept_says_what_it_is_and_what_proposed_it() -> None:
    held, own = kept(), structure(chosen().slug)
    assert values(held, own, "mk:hasMemberCluster") == set(MEMBERS)
    assert values(held, own, "mk:sharesValueChain") == {chain("agri")}
    assert values(held, own, "mk:structureStatus") == {state("proposed")}
    (run,) = values(held, own, "prov:wasGeneratedBy")
    assert isinstance(run, ox.NamedNode)
    assert values(held, run, "mk:onGeneration") == {ox.Literal(7)}
    assert values(held, run, "mk:givenParameter") == {ox.Literal(f"chain={chain('agri').value}")}
    score = {str(chosen().points["score"])}
    assert {one.value for one in values(held, run, "mk:proposalScore")} == score  # type: ignore[attr-defined]
    assert not [one for one in held if "claim" in one.predicate.value.lower()]


def test_the_points_of_each_term_are_kept_and_none_of_what_could_not_be_judged() -> None:
    brought = [*QUADS, *member("a", "actor/u", "academia")]
    judged = [*brought, *stages("agri", "grow", "sell"), *on_stages("b", "grow")]
    for quads, steps in ((brought, None), (judged, "1.000")):
        kept_of = choose(proposed(quads), chain("agri"), MEMBERS)
        held = saved(kept_of, {"en": "Meta-cluster"}, 7, day("2026-11-22"))
        points = {
            one.predicate.value.rpartition("/")[2]: one.object.value  # type: ignore[union-attr]
            for one in held
            if one.predicate.value.endswith("Score")
        }
        assert points.pop("stepsScore", None) == steps
        assert points.pop("helixScore") == "0.500"
        assert points.keys() == {f"{name}Score" for name in ("reach", "science", "complementarity", "cooperation")} | {
            "proposalScore"
        }


def test_names_are_made_in_every_language_of_chain_and_countries() -> None:
    preferred = ox.NamedNode("https://w3id.org/medkg/graph/preferred")
    label = ox.NamedNode(SKOS + "prefLabel")
    told = [(chain("agri"), "agro", "fr"), (chain("agri"), "farming", "en"), (thing("place/it"), "Italy", "en")]
    quads = [ox.Quad(one, label, ox.Literal(name, language=language), preferred) for one, name, language in told]
    found = names(registry([*QUADS, *quads]), chosen())
    assert set(found) == set(LANGUAGES)
    assert found["fr"] == "Méta-cluster agro (Italy, id:place/tn)"
    assert "farming (Italy، id:place/tn)" in found["ar"]


def test_states_follow_one_another_and_each_keeps_its_date() -> None:
    pilot = entered(kept(), "pilot", day("2026-12"))
    established = entered(pilot, "established", day("2027"))
    assert [current(held) for held in (kept(), pilot, established)] == list(STATES)
    dates = sorted(one.object.value for one in established if one.predicate == thing("mk:reachedOn"))  # type: ignore[union-attr]
    assert dates == ["2026-11-22", "2026-12", "2027"]
    assert len([one for one in established if one.predicate == thing("mk:structureStatus")]) == 1


def test_the_same_once_more_changes_nothing() -> None:
    pilot = entered(kept(), "pilot", day("2026-12"))
    assert entered(pilot, "pilot", day("2026-12")) == pilot
    first = reached(pilot, STEPS[0], [], day("2027"))
    assert reached(first, STEPS[0], [], day("2027")) == first
    assert entered(first, "proposed", day("2026-11-22")) == first


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda held: entered(held, "established", day("2027")), "it is proposed.*proposed, pilot, established"),
        (lambda held: entered(held, "pilot", day("2026-10")), "2026-11-22 was reached before"),
        (lambda held: entered(held, "proposed", day("2026-11-23")), "it was reached on 2026-11-22"),
        (lambda held: reached(held, STEPS[0], [], day("2027")), "it is proposed. Only a pilot"),
        (
            lambda held: reached(entered(held, "pilot", day("2026-12")), STEPS[1], STEPS[:1], day("2027")),
            "a step before it was not reached",
        ),
    ],
)
def test_what_cannot_follow_is_refused(change: object, told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        change(kept())  # type: ignore[operator]


def test_a_less_precise_date_is_no_earlier_than_it_says() -> None:
    assert current(entered(kept("2026-11-22"), "pilot", day("2026"))) == "pilot"
    with pytest.raises(BadParameter, match="was reached before"):
        entered(kept("2026-11-22"), "pilot", day("2025"))


@settings(max_examples=40, deadline=None)
@given(wishes=st.lists(st.tuples(st.sampled_from([*STATES, "1", "2", "3"]), st.integers(2026, 2029)), max_size=12))
def test_whatever_is_asked_the_life_stays_in_order(wishes: list[tuple[str, int]]) -> None:
    held = kept("2026")
    for wish, year in wishes:
        try:
            if wish in STATES:
                held = entered(held, wish, day(str(year)))
            else:
                held = reached(held, STEPS[int(wish) - 1], STEPS[: int(wish) - 1], day(str(year)))
        except MedkgError:
            continue
    dates = {
        one.object: int(date.object.value)  # type: ignore[union-attr]
        for one in held
        if one.predicate in (thing("mk:reachedStatus"), thing("mk:reachedStep"))
        for date in held
        if date.subject == one.subject and date.predicate == thing("mk:reachedOn")
    }
    for line in ([state(name) for name in STATES], [state("pilot"), *STEPS]):
        told = [dates[item] for item in line if item in dates]
        assert told == sorted(told)
        assert [item in dates for item in line] == sorted((item in dates for item in line), reverse=True)
    assert owner(held) == structure(chosen().slug)


def test_a_saved_one_is_named_in_reports() -> None:
    own = structure(chosen().slug)
    quads = [ox.Quad(one.subject, one.predicate, one.object, thing("structure/graph")) for one in kept()]
    rows = list(registry([*quads, said("project/p", "creates", own)]).rows("names-of-things", thing=own.value))
    assert [row["name"].value for row in rows] == ["Meta-cluster"]
