"""What the registry says itself is claimed of no source: names put together and editor's notes are derived."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest

from medkg.mapping.construct import map_tables
from medkg.mapping.provenance import Claim
from medkg.namespaces import MK, RDF, RDFS, SKOS
from medkg.sources.catalogue import load_sources
from tests.data.registry_tables import DATA, table

#: Forms of names that no source prints.
COMPOSED: Final = re.compile(
    r"does not (state|name)|leaves empty: | is not given$|gives no target| undisclosed$"
    r"|^(Builds on|Partner search of|Clusters of|Network of|Who benefits from) "
    r"|: [<>~=]*[0-9][0-9.,-]*( [Mk])? EUR$|^(Estimated total|Total) budget of |^EU contribution to |^Funding of "
    r"| in (INNOMED-UP|SMATH)$"
)
#: Classes of things that only join others or hold a number: no source gives them a name.
NAMELESS: Final = ("BudgetFigure", "DataGap", "Participation", "PartnerSearch")
#: What document 002 does print beside its wording, reported in an editor's note.
PRINTED_REMARK: Final = "Beside technology the document puts a word for know-how."


@pytest.fixture(scope="module")
def claims() -> list[Claim]:
    """Give the claims of the shipped tables."""
    return map_tables(load_sources(DATA, Path(DATA).parent / "ontology")).claims


def _of(claims: list[Claim], predicate: str) -> list[tuple[str, str, Claim]]:
    """Give subject, object and claim of a property."""
    found = (claim for claim in claims if claim.triple.predicate.value == predicate)
    return [(_value(claim.triple.subject), _value(claim.triple.object), claim) for claim in found]


def _value(term: object) -> str:
    return str(getattr(term, "value", term))


def test_no_composed_name_is_claimed_as_printed(claims: list[Claim]) -> None:
    labels = [(text, claim.status) for _, text, claim in _of(claims, RDFS + "label") if COMPOSED.search(text)]
    assert len(labels) > 200
    assert [text for text, status in labels if status != "derived"] == []


@pytest.mark.parametrize("kind", NAMELESS)
def test_no_source_names_what_only_joins_or_counts(claims: list[Claim], kind: str) -> None:
    things = {subject for subject, type_, _ in _of(claims, RDF + "type") if type_ == MK + kind}
    labels = [claim for subject, _, claim in _of(claims, RDFS + "label") if subject in things]
    assert labels
    assert [claim.triple for claim in labels if claim.status != "derived"] == []


def test_a_target_is_named_by_its_source_only_where_that_prints_the_indicator(claims: list[Claim]) -> None:
    targets = {subject for subject, kind, _ in _of(claims, RDF + "type") if kind == MK + "IndicatorTarget"}
    indicator = {subject: found for subject, found, _ in _of(claims, MK + "forIndicator")}
    names = defaultdict(set)
    for subject, text, _ in _of(claims, RDFS + "label"):
        names[subject].add(text)
    labels = [(subject, text, claim) for subject, text, claim in _of(claims, RDFS + "label") if subject in targets]
    printed = [(subject, text) for subject, text, claim in labels if claim.status != "derived"]
    assert len(labels) - len(printed) == 12
    assert all(text in names[indicator[subject]] for subject, text in printed)


def test_printed_names_stay_with_their_sources(claims: list[Claim]) -> None:
    statuses = {(text, claim.document.key): claim.status for _, text, claim in _of(claims, RDFS + "label")}
    for name in ("National Technical University of Athens", "Birzeit University", "Municipality of Tunis"):
        assert statuses[name, "002_345e746b155f8866"] == "stated"
    for row in table("partners/partners"):
        if row["name"] and not row["derived"]:
            assert statuses[row["name"], row["source"]] == "external", row["record"]


def test_editors_notes_are_the_registrys_own(claims: list[Claim]) -> None:
    notes = _of(claims, SKOS + "editorialNote")
    assert len(notes) == 7
    assert [text for _, text, claim in notes if claim.status != "derived"] == [PRINTED_REMARK]
