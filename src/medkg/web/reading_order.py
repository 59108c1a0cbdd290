"""In which order a page tells what it knows: its sections, and the properties each of them holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from medkg.namespaces import DCTERMS, MK, OWL, RDF, RDFS, SKOS
from medkg.web.lexical import whole_of
from medkg.web.statements import Statement, Thing

_FOAF: Final = "http://xmlns.com/foaf/0.1/"

#: Properties that give a thing its name.
NAMES: Final = (
    SKOS + "prefLabel",
    RDFS + "label",
    MK + "acronym",
    MK + "legalName",
    DCTERMS + "title",
    SKOS + "altLabel",
    SKOS + "hiddenLabel",
)


def _mk(names: str) -> tuple[str, ...]:
    return tuple(MK + name for name in names.split())


#: Section → its properties, both in reading order. What no section names comes under "more".
SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "summary": (
        RDF + "type",
        SKOS + "definition",
        DCTERMS + "description",
        DCTERMS + "abstract",
        SKOS + "notation",
        *_mk("projectStatus structureStatus searchStatus claimStatus sourceKind programmeKind organisationType"),
        *_mk("partnerOrganisationType organisationTypeText inHelix legalStatus legalForm clusterLabel"),
        *_mk("startDate endDate durationMonths periodStart periodEnd foundedOn"),
        *_mk(
            "hasTheme inSector concernsTheme concernsValueChain worksOnValueChain worksOnStage "
            "legacySector legacyValueChain"
        ),
        *_mk("scale"),
        _FOAF + "homepage",
    ),
    "names": NAMES,
    "programme": _mk(
        "underProgramme underPriority underThematicObjective underCall supportedByInstrument partOfProgramme refines "
        "callOf managedByBody financedBy levelName concernsPriority eligibleCountry eligibleFrom eligibleUntil"
    ),
    "partners": _mk(
        "hasPartnerSearch expiresOn contactOrganisation seeksOrganisationType requiresOrganisationType "
        "seeksLegalStatus seeksCountry requiresCountry eligibleAreaText seeksValueChain seeksCapability "
        "statedPartnerCount statedAssociatedPartnerCount statedCountryCount hasParticipation participationIn "
        "participant participantRole partnerOrder hasPartner partnerIn participatesIn partnerHelix statedCountry "
        "involvesCountry hasMembership membershipOf member hasMember memberOf hasMemberCluster memberCountry "
        "memberHelix membershipCondition country locatedIn coversArea"
    ),
    "money": _mk("hasBudgetFigure figureType amountText amountNominal amountExact amountMin amountMax currency")
    + _mk("funder euCofinancingRate euCofinancingRateMin euCofinancingRateMax"),
    "targets": _mk(
        "hasIndicator hasIndicatorTarget forIndicator comparator targetValue targetUnit hasIndicatorAchievement "
        "achievedValue achievedOn hasMemberCount countedKind countValue countedOn"
    ),
    "reasons": _mk("hasRationale addressesChallenge buildsOn effect"),
    "objectives": _mk("hasObjective facet meansOf contributesTo"),
    "audience": _mk("engages audience benefit targets groupHelix targetsHelix condition offers"),
    "activities": _mk(
        "hasActivity activityType ledByGroup involvesGroup appliesMethod hasStep stepOf stepNumber stepAction "
        "nextStep involvesOrganisationType"
    ),
    "results": _mk("hasResult outputType resultOf aboutResult realisedAs supports produces"),
    "structures": _mk(
        "plansStructure creates upgradesStructure usesStructure manages managedBy reachesValueChain "
        "sharesValueChain targetsValueChain hasStage followedBy exchangeProvider exchangeReceiver exchangedStream "
        "concernsStream becomes oneClusterPerCountry"
    ),
    "policies": _mk("influences policyCondition plansAgreement"),
    "related": (
        *_mk("relatedProject relatesProject relationReason relationScore hasSynergyWith"),
        SKOS + "broader",
        SKOS + "narrower",
        SKOS + "related",
        SKOS + "inScheme",
        SKOS + "topConceptOf",
        SKOS + "hasTopConcept",
        RDFS + "subClassOf",
        RDFS + "subPropertyOf",
        RDFS + "domain",
        RDFS + "range",
        OWL + "inverseOf",
        OWL + "sameAs",
        SKOS + "exactMatch",
        SKOS + "closeMatch",
        SKOS + "broadMatch",
        SKOS + "relatedMatch",
    ),
    "more": (),
}

#: The facts a reader looks for first.
AT_A_GLANCE: Final = _mk(
    "projectStatus structureStatus underProgramme underPriority startDate endDate periodStart periodEnd "
    "organisationType inHelix country involvesCountry hasTheme inSector"
)

#: What names a part that has no name of its own.
STAND_INS: Final = _mk("participant member forIndicator figureType gapField audience")

_PLACE: Final[Mapping[str, tuple[int, int]]] = {
    name: (number, rank) for number, names in enumerate(SECTIONS.values()) for rank, name in enumerate(names)
}
_KEYS: Final = tuple(SECTIONS)


def section_of(predicate: str) -> str:
    """Give the section a property is told in."""
    return _KEYS[_PLACE[predicate][0]] if predicate in _PLACE else _KEYS[-1]


def rank_of(predicate: str) -> tuple[int, int, str]:
    """Give the place of a property in the order of reading; the unnamed ones come last, by IRI."""
    section, rank = _PLACE.get(predicate, (len(_KEYS), 0))
    return section, rank, predicate


def in_stated_order(statements: Sequence[Statement], parts: Mapping[str, Thing]) -> list[Statement]:
    """Give statements so that parts their source numbers follow each other by number, kind by kind; others stay."""
    kinds: dict[tuple[str, ...], int] = {}
    numbered: list[tuple[int, int, int]] = []
    for place, item in enumerate(statements):
        part = parts.get(str(getattr(item.value, "value", "")))
        if part is not None and (number := _stated_number(part)) is not None:
            kind = kinds.setdefault(tuple(sorted(part.iris(RDF + "type"))), len(kinds))
            numbered.append((kind, number, place))
    ordered = list(statements)
    for place, (_, _, origin) in zip((item[2] for item in numbered), sorted(numbered), strict=True):
        ordered[place] = statements[origin]
    return ordered


def _stated_number(part: Thing) -> int | None:
    found = [value for value in part.values(MK + "order") if isinstance(value, ox.Literal)]
    return whole_of(found[0]) if found else None
