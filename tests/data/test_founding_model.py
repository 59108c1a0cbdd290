"""What the founding documents mean: the counts, figures and readings that the competency questions rest on."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pytest

from medkg.sources.vocabulary import load_vocabulary
from tests.data.founding_tables import DOCUMENTS, ONTOLOGY, objects, said_by, triples, value

PROJECTS = {
    "000": "id:project/coworkmed",
    "001": "id:project/med-mci",
    "002": "id:project/innomed-up",
    "003": "id:project/cluster4green",
    "004": "id:project/smart-city-clusters",
}
PARTNERS = [
    ("national-technical-university-of-athens", "greece", "attiki", "NTUA"),
    ("environmental-planning-engineering-and-management", "greece", "attiki", "EPEM"),
    ("municipality-of-prato", "italy", "toscana", "MoP"),
    ("center-for-economic-and-social-research-for-the-south-of-italy", "italy", "sicilia", "CRESM"),
    ("municipality-of-tunis", "tunisia", "tunis-governorate", None),
    ("birzeit-university", "palestine", None, "BZU"),
    ("future-pioneers-for-empowering-communities", "jordan", "amman-governorate", "FPEC"),
]
FIGURES = {
    "innomed-up-total-002-345e746b155f8866": ("total", "3120000", "3115000", "3125000", "3.12 million"),
    "innomed-up-eu-contribution-002-345e746b155f8866": (
        "eu-contribution",
        "2800000",
        "2750000",
        "2850000",
        "2.8 million",
    ),
    "innomed-up-other-funding-002-345e746b155f8866": ("other-funding", "320000", "265000", "375000", None),
    "cluster4green-total-003-397d1635e8fc1cea": ("total", "900000", "850000", "950000", "0.9 million"),
    "cluster4green-eu-contribution-003-397d1635e8fc1cea": (
        "eu-contribution",
        "800000",
        "750000",
        "850000",
        "0.8 million",
    ),
    "med-mci-estimated-total-001-c8205de2c6c7776e": ("estimated-total", None, "1100000", "1500000", None),
}
TARGETS = {
    "innomed-up-case-study-clusters": ("6", "exactly", "cluster"),
    "med-mci-meta-clusters": ("1", "exactly", "meta-cluster"),
    "cluster4green-investment-strategies": ("2", "exactly", "strategy"),
    "cluster4green-network": ("1", "exactly", "network"),
    "cluster4green-network-participants": ("150", "more-than", "participant"),
    "cluster4green-clustering-programme": ("1", "exactly", "programme"),
    "cluster4green-circular-economy-programme": ("1", "exactly", "programme"),
    "cluster4green-training": ("1", "exactly", "training"),
    "cluster4green-msmes-trained": ("60", "more-than", "msme"),
    "cluster4green-msmes-assisted": ("20", "exactly", "msme"),
    "cluster4green-investment-event": ("1", "exactly", "event"),
    "cluster4green-investment-alliance": ("1", "exactly", "alliance"),
}
GAPS = {
    ("000", "absent"): 6,
    ("000", "not-named"): 3,
    ("001", "absent"): 4,
    ("001", "undisclosed"): 1,
    ("002", "absent"): 2,
    ("002", "not-named"): 1,
    ("003", "absent"): 4,
    ("003", "label-without-value"): 6,
    ("003", "not-named"): 1,
    ("004", "absent"): 6,
    ("004", "not-named"): 1,
}


def _last(iris: list[str]) -> list[str]:
    return [iri.rpartition("/")[2] for iri in iris]


def _one(document: str, subject: str, predicate: str) -> str | None:
    found = objects(document, subject, predicate)
    assert len(found) <= 1
    return found[0] if found else None


def test_each_document_introduces_its_project() -> None:
    kinds = {document: _one(document, project, "rdf:type") for document, project in PROJECTS.items()}
    assert kinds.pop("001") == "mk:ProjectProposal"
    assert set(kinds.values()) == {"mk:Project"}
    assert [document[:3] for document in DOCUMENTS] == list(PROJECTS)


def test_terms_are_those_of_the_ontology() -> None:
    known = load_vocabulary(ONTOLOGY).terms
    used = {row["predicate"] for row in triples()} | {row["object"] for row in triples() if row["kind"] == "term"}
    own = {name.removeprefix("mk:") for name in used if name.startswith("mk:")}
    assert not sorted(own - known)


def test_nine_drivers_of_coworkmed_in_the_order_of_the_page() -> None:
    drivers = [iri for iri in objects("000", PROJECTS["000"], "mk:hasRationale") if iri.startswith("mks:driver/")]
    assert _last(drivers) == [
        *("economic-crisis", "new-business-models", "evolution-of-career-paths", "telecommuting"),
        *("well-being-at-work", "digitalisation", "individual-entrepreneurship", "open-culture"),
        "rural-urban-interrelations",
    ]


def test_challenges_of_innomed_up_and_cluster4green() -> None:
    challenges = {row["subject"] for row in said_by("002", object="mk:Challenge")}
    challenges |= {row["subject"] for row in said_by("003", object="mk:Challenge")}
    assert challenges == {
        "id:rationale/innomed-up-urban-waste",
        "id:rationale/cluster4green-lagging-circular-economy",
        "id:rationale/cluster4green-jobs",
    }
    effect = value("003", "id:rationale/cluster4green-lagging-circular-economy", "mk:effect")
    assert "wealth and jobs" in effect


def test_audiences_of_coworkmed() -> None:
    engagements = objects("000", PROJECTS["000"], "mk:engages")
    assert [len(objects("000", name, "mk:audience")) for name in engagements] == [6, 4, 4, 14]
    assert [len(objects("000", name, "mk:benefit")) for name in engagements] == [1, 1, 1, 1]
    assert [len(objects("000", name, "mk:condition")) for name in engagements] == [0, 0, 2, 0]


def test_each_audience_has_a_group_and_a_benefit() -> None:
    for document, project in PROJECTS.items():
        for engagement in objects(document, project, "mk:engages"):
            assert objects(document, engagement, "mk:audience"), engagement
            assert objects(document, engagement, "mk:benefit"), engagement


def test_steps_of_the_meta_cluster_method() -> None:
    steps = objects("001", "id:method/meta-cluster", "mk:hasStep")
    assert [value("001", step, "mk:stepNumber") for step in steps] == ["1", "2"]
    assert _last(objects("001", steps[0], "mk:involvesOrganisationType")) == [
        "university",
        "technology-centre",
        "knowledge-entity",
    ]
    assert objects("001", steps[0], "mk:nextStep") == [steps[1]]


def test_partner_search_of_med_mci() -> None:
    (search,) = objects("001", PROJECTS["001"], "mk:hasPartnerSearch")
    assert len(objects("001", search, "mk:seeksOrganisationType")) == 5
    assert _last(objects("001", search, "mk:seeksLegalStatus")) == ["public", "private"]
    assert _last(objects("001", search, "mk:searchStatus")) == ["open"]
    assert value("001", search, "mk:eligibleAreaText") == "all eligible countries"


def test_the_contact_organisation_is_no_partner() -> None:
    (contact,) = objects("001", "id:search/med-mci", "mk:contactOrganisation")
    assert not said_by("001", predicate="mk:hasParticipation")
    assert not said_by("001", predicate="mk:participantRole")
    assert {row["kind"] for row in said_by("001", subject=contact, predicate="mk:legalName")} == {"es"}


def test_only_document_002_names_its_programme() -> None:
    assert {row["statement"][1:4] for row in triples() if row["predicate"] == "mk:underProgramme"} == {"002"}
    assert not [row for row in triples() if row["predicate"] == "mk:partOfProgramme"]
    assert value("001", PROJECTS["001"], "mk:underPriority") == "id:programme/eni-cbc-med-2014-2020-a-2-1"
    assert value("003", PROJECTS["003"], "mk:underPriority") == "id:programme/eni-cbc-med-2014-2020-a-1-2"


def test_objectives_of_innomed_up() -> None:
    objectives = list(dict.fromkeys(objects("002", PROJECTS["002"], "mk:hasObjective")))
    kinds = Counter(value("002", objective, "rdf:type") for objective in objectives)
    assert kinds == {"mk:GeneralObjective": 1, "mk:SpecificObjective": 3}
    assert [_one("002", objective, "mk:order") for objective in objectives] == [None, "1", "2", "3"]
    assert [len(objects("002", objective, "mk:facet")) for objective in objectives] == [6, 9, 0, 6]


def test_seven_partners_of_innomed_up_in_order() -> None:
    participations = objects("002", PROJECTS["002"], "mk:hasParticipation")
    found = []
    for order, participation in enumerate(participations, start=1):
        assert set(objects("002", participation, "mk:partnerOrder")) == {str(order)}
        partner = value("002", participation, "mk:participant")
        region, acronym = _one("002", partner, "mk:locatedIn"), _one("002", partner, "mk:acronym")
        country = value("002", partner, "mk:country").rpartition("/")[2]
        found.append((partner.rpartition("/")[2], country, region and region.rpartition("/")[2], acronym))
    assert found == PARTNERS


def test_no_document_gives_a_partner_the_lead() -> None:
    assert not [row for row in triples() if row["predicate"] == "mk:participantRole"]


@pytest.mark.parametrize("slug", FIGURES)
def test_figures_keep_the_precision_of_their_page(slug: str) -> None:
    figure = f"id:figure/{slug}"
    document = re.search(r"-(00\d)-[0-9a-f]{16}$", slug)
    assert document
    parts = ("figureType", "amountNominal", "amountMin", "amountMax", "amountText")
    kind, *amounts = [_one(document[1], figure, f"mk:{part}") for part in parts]
    assert (kind and kind.rpartition("/")[2], *amounts) == FIGURES[slug]
    assert not said_by(document[1], predicate="mk:amountExact")
    assert objects(document[1], figure, "mk:currency") == ["mks:currency/eur"]
    low, high = Decimal(amounts[1] or "NaN"), Decimal(amounts[2] or "NaN")
    nominal = Decimal(amounts[0]) if amounts[0] else (low + high) / 2
    assert low < nominal < high


def test_every_figure_is_expected() -> None:
    assert {row["subject"] for row in triples() if row["object"] == "mk:BudgetFigure"} == {
        f"id:figure/{x}" for x in FIGURES
    }


def test_the_currency_of_document_003_is_derived() -> None:
    assert {row["derived"] for row in said_by("003", predicate="mk:currency")} == {"object"}
    assert {row["derived"] for row in said_by("001", predicate="mk:currency")} == {""}


def test_twelve_targets() -> None:
    found = {}
    for row in triples():
        if row["predicate"] == "mk:hasIndicatorTarget":
            parts = [
                value(row["statement"][1:4], row["object"], f"mk:{p}")
                for p in ("targetValue", "comparator", "targetUnit")
            ]
            found[row["object"].removeprefix("id:target/")] = (parts[0], *_last(parts[1:]))
    assert found == TARGETS
    assert len(found) == 12


def test_countries_of_cluster4green_have_arabic_names() -> None:
    countries = objects("003", PROJECTS["003"], "mk:statedCountry")
    assert _last(countries) == ["italy", "france", "spain", "egypt", "tunisia", "lebanon", "jordan"]
    names = {iri: said_by("003", subject=iri, predicate="rdfs:label") for iri in countries}
    assert all([row["kind"] for row in rows] == ["ar"] for rows in names.values())
    assert value("003", "id:place/jordan", "rdfs:label") == "الأردن"


def test_fifteen_field_labels_in_arabic() -> None:
    numbers = range(34, 49)
    rows = [row for row in said_by("003", predicate="rdfs:label", kind="ar") if int(row["statement"][5:]) in numbers]
    assert len(rows) == len({row["subject"] for row in rows}) == 15
    kinds = Counter(row["subject"].split("/")[0] for row in rows)
    assert kinds == {"mks:page-section": 10, "mks:figure-type": 3, "mk:startDate": 1, "mk:endDate": 1}


def test_gaps_by_document_and_kind() -> None:
    gaps = [row for row in triples() if row["predicate"] == "mk:gapKind"]
    found = Counter((row["statement"][1:4], row["object"].rpartition("/")[2]) for row in gaps)
    assert found == GAPS
    for row in gaps:
        document = row["statement"][1:4]
        assert objects(document, row["subject"], "mk:gapField")
        assert objects(document, row["subject"], "mk:gapAbout")


def test_four_spheres_of_the_smart_city_community() -> None:
    groups = objects("004", "id:engagement/smart-city-clusters-community", "mk:audience")
    spheres = [value("004", group, "mk:groupHelix") for group in groups]
    assert _last(spheres) == ["business", "academia", "government", "civil-society"]


def test_policies_that_documents_want_to_influence() -> None:
    influenced = {row["object"] for row in triples() if row["predicate"] == "mk:influences"}
    assert influenced == {
        "id:policy/innomed-up-socially-inclusive-policies",
        "id:policy/innomed-up-gender-equality-policies",
        "id:policy/smart-city-clusters-territorial-policies",
    }
    (tender,) = objects("004", "id:policy/smart-city-clusters-territorial-policies", "mk:appliesTo")
    assert objects("004", tender, "mk:concernsTheme") == ["mks:theme/smart-city"]


def test_material_flows_of_innomed_up() -> None:
    flows = {row["subject"]: row["object"] for row in said_by("002", predicate="mk:becomes")}
    assert flows == {
        "mks:resource-stream/waste": "id:stream/innomed-up-production-input",
        "mks:resource-stream/recycled-material": "id:result/innomed-up-upcycled-products",
        "mks:resource-stream/upcycled-material": "id:result/innomed-up-upcycled-products",
    }


def test_strategies_and_programmes_that_come_out() -> None:
    kinds = ("mks:output-type/strategy", "mks:output-type/action-programme")
    outputs = {row["subject"] for row in triples() if row["predicate"] == "mk:outputType" and row["object"] in kinds}
    assert outputs == {
        "id:result/innomed-up-strategy",
        "id:result/cluster4green-circular-economy-programme",
        "id:result/cluster4green-clustering-programme",
        "id:result/cluster4green-investment-strategies",
    }
    made = {row["object"] for row in triples() if row["predicate"] == "mk:realisedAs" and row["subject"] in outputs}
    assert len(made) == 4
    assert all(
        value(row["statement"][1:4], row["object"], "rdf:type") in ("mk:Strategy", "mk:ActionProgramme")
        for row in triples()
        if row["object"] in made and row["predicate"] == "mk:realisedAs"
    )
    programme = value("003", "id:result/cluster4green-circular-economy-programme", "mk:realisedAs")
    assert _last(objects("003", programme, "mk:supports")) == [
        "green-entrepreneurs",
        "local-authorities-green-business",
    ]


def test_structures_are_planned_used_or_upgraded() -> None:
    ways = ("mk:plansStructure", "mk:usesStructure", "mk:upgradesStructure")
    found = Counter((row["statement"][1:4], row["predicate"]) for row in triples() if row["predicate"] in ways)
    assert found == {
        ("000", "mk:usesStructure"): 3,
        ("000", "mk:plansStructure"): 1,
        ("001", "mk:plansStructure"): 1,
        ("002", "mk:plansStructure"): 2,
        ("003", "mk:plansStructure"): 3,
        ("004", "mk:upgradesStructure"): 1,
    }
    planned = {row["object"] for row in triples() if row["predicate"] == "mk:plansStructure"}
    statuses = {(row["subject"], row["object"]) for row in triples() if row["predicate"] == "mk:structureStatus"}
    assert {(structure, "mks:structure-status/planned") for structure in planned} <= statuses


def test_activities_have_a_type() -> None:
    for document, project in PROJECTS.items():
        for activity in objects(document, project, "mk:hasActivity"):
            kinds = objects(document, activity, "rdf:type")
            assert set(kinds) <= {"mk:Activity", "mk:Pilot", "mk:Event"}
    untyped = {
        activity
        for document, project in PROJECTS.items()
        for activity in objects(document, project, "mk:hasActivity")
        if not objects(document, activity, "mk:activityType")
    }
    assert untyped == {"id:activity/cluster4green-business-models"}, "the page gives this one no type"


def test_dates_of_innomed_up() -> None:
    dates = [value("002", PROJECTS["002"], f"mk:{name}") for name in ("startDate", "endDate", "durationMonths")]
    assert dates == ["2019-09-01", "2022-08-31", "36"]
    assert not [
        row for row in triples() if row["predicate"] == "mk:startDate" and not row["statement"].startswith("s002")
    ]
