"""Partner searches: the state on a day, never guessed, and everything a search can say."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis.moments import days_of
from medkg.analysis.partner_search import EXPIRED, OPEN, Search, state
from medkg.analysis.report import Amount, Note, Report
from medkg.analysis.running import analyse
from medkg.errors import BadParameter
from medkg.namespaces import BASE, DCTERMS, SH, XSD
from medkg.query.asking import NamedQueries
from medkg.store.reader import Reader
from tests.analysis.small_money import figure
from tests.analysis.small_registry import NAMED, SOURCE, judged, said, thing
from tests.analysis.small_searches import PROJECT, SEARCH, chosen, concept, date, kind, search

UNKNOWN = Note("state-unknown")


def listed(quads: list[ox.Quad], on: str = "2026-03-15") -> Report:
    return judged("partner-searches", quads, on=on)


def state_of(quads: list[ox.Quad], on: str = "2026-03-15") -> object:
    (row,) = listed(quads, on).table("searches").rows
    return row.cells["state"]


@pytest.mark.parametrize(
    ("status", "expires", "found"),
    [
        ("open", "", OPEN),
        ("open", "2026-03-15", OPEN),
        ("open", "2026-03-14", EXPIRED),
        ("open", "2026-04", OPEN),
        ("open", "2026-03", UNKNOWN),
        ("open", "2026-02", EXPIRED),
        ("open", "2027", OPEN),
        ("open", "2026", UNKNOWN),
        ("open", "2025", EXPIRED),
        ("", "", UNKNOWN),
        ("", "2026-04-01", UNKNOWN),
        ("", "2026-03-01", EXPIRED),
        ("filled", "", state("filled")),
        ("filled", "2026-03-01", state("filled")),
        ("closed", "2027", state("closed")),
        ("expired", "2027", EXPIRED),
    ],
)
def test_the_state_is_told_only_where_no_doubt_is_left(status: str, expires: str, found: object) -> None:
    assert state_of(search(status, expires)) == found


@pytest.mark.parametrize(
    "wrong",
    [
        ox.Literal("soon"),
        ox.Literal("2026-13", datatype=ox.NamedNode(XSD + "gYearMonth")),
        ox.Literal("2026-02-30", datatype=ox.NamedNode(XSD + "date")),
        ox.Literal("-0044", datatype=ox.NamedNode(XSD + "gYear")),
        ox.Literal("2026-04-01"),
    ],
)
def test_an_expiry_that_is_no_date_leaves_the_state_unknown(wrong: ox.Literal) -> None:
    assert state_of([*search("open"), chosen(SEARCH, "expiresOn", wrong)]) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "name", "first", "last"),
    [
        ("2024-02Z", "gYearMonth", "2024-02-01", "2024-02-29"),
        ("2023+01:00", "gYear", "2023-01-01", "2023-12-31"),
        ("2024-05-06Z", "date", "2024-05-06", "2024-05-06"),
    ],
)
def test_a_time_zone_does_not_matter(text: str, name: str, first: str, last: str) -> None:
    day = datetime.date.fromisoformat
    assert days_of(ox.Literal(text, datatype=ox.NamedNode(XSD + name))) == (day(first), day(last))


@settings(max_examples=60, deadline=None)
@given(
    status=st.sampled_from(["", "open"]),
    end=st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 1, 1)),
    parts=st.integers(1, 3),
    days=st.lists(st.dates(datetime.date(2019, 1, 1), datetime.date(2031, 1, 1)), min_size=2, max_size=6),
)
def test_a_search_never_opens_again(status: str, end: datetime.date, parts: int, days: list[datetime.date]) -> None:
    one = Search(thing(SEARCH))
    ends = date("-".join(end.isoformat().split("-")[:parts]))
    one.said[thing("mk:expiresOn")][ends] = ox.Triple(one.iri, thing("mk:expiresOn"), ends)
    if status:
        one.said[thing("mk:searchStatus")][OPEN] = ox.Triple(one.iri, thing("mk:searchStatus"), OPEN)
    order = [OPEN, None, EXPIRED]
    steps = [order.index(one.state(day)) for day in sorted(days)]
    assert steps == sorted(steps)
    assert all((one.state(day) == OPEN) <= (status == "open" and day <= end) for day in days)
    assert all((one.state(day) == EXPIRED) <= (day > end) for day in days)


def full() -> list[ox.Quad]:
    """Give a search that says everything a search can say."""
    value = {
        "requiresOrganisationType": kind("university"),
        "seeksOrganisationType": kind("company"),
        "seeksLegalStatus": concept("legal-status", "public"),
        "seeksCountry": thing("place/it"),
        "requiresCountry": thing("place/tn"),
        "seeksValueChain": concept("value-chain", "agri-food"),
        "seeksCapability": concept("theme", "circular-economy"),
        "contactOrganisation": thing("actor/c"),
    }
    texts = {
        "offers": ox.Literal("a test field", language="en"),
        "eligibleAreaText": ox.Literal("Sicily", language="en"),
    }
    return [
        *search("open", "2026-06"),
        *(said(SEARCH, name, one) for name, one in value.items()),
        *(ox.Quad(thing(SEARCH), thing(f"mk:{name}"), text, SOURCE) for name, text in texts.items()),
        said(PROJECT, "underProgramme", "programme/e"),
        said(PROJECT, "underPriority", "programme/e-1"),
        said(PROJECT, "underCall", "programme/e-call"),
        *figure(SEARCH, "partner-budget", low="100000", high="150000"),
        *figure(PROJECT, "estimated-total", exact="900000"),
    ]


def test_all_that_a_search_says_is_shown_with_its_statements() -> None:
    found = listed(full())
    (one,) = found.table("searches").rows
    assert {name: one.cells[name] for name in ("search", "project", "state", "expires")} == {
        "search": thing(SEARCH),
        "project": thing(PROJECT),
        "state": OPEN,
        "expires": date("2026-06"),
    }
    assert one.cells["programme"] == (thing("programme/e"),)
    assert one.cells["priority"] == (thing("programme/e-1"),)
    assert one.cells["call"] == (thing("programme/e-call"),)
    assert one.cells["contact"] == (thing("actor/c"),)
    (wanted,) = found.table("wanted").rows
    assert dict(wanted.cells) == {
        "search": thing(SEARCH),
        "types": (kind("company"), kind("university")),
        "required-types": (kind("university"),),
        "legal": (concept("legal-status", "public"),),
        "countries": (thing("place/it"), thing("place/tn")),
        "required-countries": (thing("place/tn"),),
        "area": ox.Literal("Sicily", language="en"),
        "chains": (concept("value-chain", "agri-food"),),
        "capabilities": (concept("theme", "circular-economy"),),
        "offers": ox.Literal("a test field", language="en"),
    }
    stated = {quad.triple for quad in full()}
    assert set(one.evidence) <= stated
    assert len(one.evidence) == 16
    amounts = [(row.cells["of"], row.cells["amount"]) for row in found.table("budgets").rows]
    assert amounts == [
        (thing(SEARCH), Amount(Decimal(100000), Decimal(150000), None, "EUR")),
        (thing(PROJECT), Amount(Decimal(900000), Decimal(900000), Decimal(900000), "EUR")),
    ]
    assert [note.id for note in found.notes] == ["as-of"]


def test_the_open_ones_stand_first_and_what_is_not_known_is_counted() -> None:
    quads = [
        *search("filled", name="search/a", of="project/a"),
        *search("", name="search/b", of="project/b"),
        *search("open", name="search/d", of="project/d"),
        *search("open", "2020", name="search/c", of="project/c"),
    ]
    found = listed(quads)
    assert [row.cells["search"] for row in found.table("searches").rows] == [
        thing(f"search/{name}") for name in ("d", "b", "a", "c")
    ]
    assert found.notes == (
        Note("as-of", {"on": ox.Literal("2026-03-15")}),
        Note("unknown", {"unknown": 1}),
        Note("no-expiry", {"searches": 1}),
        Note("no-offers"),
    )
    assert listed(list(reversed(quads))) == found


def closing(call: str, day: str) -> list[ox.Quad]:
    """Give a call a rule by which proposals are handed in until a day."""
    graph, subject = ox.NamedNode(f"{BASE}graph/shapes"), ox.NamedNode(f"{DCTERMS}subject")
    shape, rule = thing("mk:shape"), thing("mk:rule")
    path = ox.NamedNode(f"{DCTERMS}dateSubmitted")
    return [
        ox.Quad(shape, subject, thing(call), graph),
        ox.Quad(shape, ox.NamedNode(f"{SH}property"), rule, graph),
        ox.Quad(rule, ox.NamedNode(f"{SH}path"), path, graph),
        ox.Quad(rule, ox.NamedNode(f"{SH}maxInclusive"), date(day), graph),
    ]


@pytest.mark.parametrize(("on", "late"), [("2026-03-15", False), ("2026-03-16", True)])
def test_a_call_that_has_closed_is_said_so_and_does_not_change_the_state(on: str, late: bool) -> None:
    call = thing("programme/e-call")
    quads = [*search("open", "2027"), said(PROJECT, "underCall", call), *closing("programme/e-call", "2026-03-15")]
    found = listed(quads, on)
    (row,) = found.table("searches").rows
    assert (row.cells["state"], row.cells["closes"]) == (OPEN, date("2026-03-15"))
    told = Note("call-closed", {"call": call, "closes": date("2026-03-15")})
    assert (told in found.notes) == late
    matched = judged("partner-match", quads, on=on, search=f"id:{SEARCH}")
    assert (told in matched.notes) == late


def test_several_texts_stand_in_one_line() -> None:
    offers = [
        ox.Quad(thing(SEARCH), thing("mk:offers"), ox.Literal(text, language=language), SOURCE)
        for text, language in (("un champ", "fr"), ("a field", "en"))
    ]
    (row,) = listed([*search("open"), *offers]).table("wanted").rows
    assert row.cells["offers"] == ox.Literal("a field · un champ")


def test_no_search_is_not_enough() -> None:
    assert listed([]) == judged("partner-searches", [])
    assert (listed([]).enough, listed([]).notes) == (False, (Note("none"),))


def test_the_day_is_today_where_none_is_given() -> None:
    today = datetime.datetime.now(datetime.UTC).date()
    found = judged("partner-searches", search("open"))
    days = {ox.Literal((today + datetime.timedelta(days=step)).isoformat()) for step in (0, 1)}
    assert found.notes[0].values["on"] in days


@pytest.mark.parametrize("wrong", ["soon", "2026-13-01", "2026"])
def test_what_is_no_day_is_refused(wrong: str) -> None:
    with pytest.raises(BadParameter, match="is not of type date"):
        listed([], wrong)


def test_the_post_of_med_mci_is_as_its_source_has_it(shipped_home: Path) -> None:
    found = analyse(NamedQueries(Reader(shipped_home), NAMED), "partner-searches", {"on": "2026-03-15"})
    (one,) = [row for row in found.table("searches").rows if row.cells["search"] == thing("search/med-mci")]
    assert one.cells["state"] == OPEN
    assert one.cells["programme"] == (thing("programme/eni-cbc-med-2014-2020"),)
    assert one.cells["priority"] == (thing("programme/eni-cbc-med-2014-2020-a-2-1"),)
    assert (one.cells["expires"], one.cells["call"]) == (None, ())
    (wanted,) = found.table("wanted").rows
    # Lines 9 and 10 of the source: five kinds, public or private, all eligible countries, 1.1 to 1.5 million euro.
    sought = ("business-cluster", "business-support-entity", "chamber-of-commerce", "company", "university")
    assert wanted.cells["types"] == tuple(map(kind, sought))
    assert wanted.cells["required-types"] == ()
    assert wanted.cells["legal"] == tuple(concept("legal-status", name) for name in ("private", "public"))
    assert wanted.cells["area"] == ox.Literal("all eligible countries", language="en")
    assert wanted.cells["offers"] is None
    (budget,) = found.table("budgets").rows
    assert budget.cells["amount"] == Amount(Decimal(1100000), Decimal(1500000), None, "EUR")
