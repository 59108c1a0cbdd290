"""What the ontology declares: the classes and axioms of the model, and the labels the founding Arabic page gives."""

from __future__ import annotations

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from medkg.namespaces import MK, compact
from medkg.ontology.files import is_term

CLASSES = set(
    """
Actor Organisation KnowledgeOrganisation HigherEducationInstitution TechnologyCentre Enterprise SME PublicAuthority
LocalPublicAuthority Municipality RegionalPublicAuthority NationalPublicAuthority BusinessSupportOrganisation
ChamberOfCommerce BusinessAssociation ClusterOrganisation CoworkingSpace CivilSocietyOrganisation FundingBody
AcademicActor BusinessActor GovernmentActor CivilSocietyActor
CollaborativeStructure Cluster CircularEconomyCluster SmartCityCluster CoworkingCluster ScienceBackedCluster MetaCluster
TransnationalMetaCluster InnovationNetwork IndustrialSymbiosisNetwork CoworkingCommunity InvestmentAlliance
PublicPrivatePartnership QuadrupleHelixStructure TransnationalStructure Membership
ValueChain ValueChainStage ResourceStream WasteStream SecondaryMaterial ResourceExchange
FundingInstrument Programme ProgrammePriority ThematicObjective Priority Call BudgetFigure
Project ProjectProposal Participation PartnerSearch Rationale Driver Challenge Objective GeneralObjective
SpecificObjective AudienceEngagement TargetGroup Benefit Activity Pilot Event Method MethodStep Result Output Outcome
Indicator IndicatorTarget
Policy Strategy ActionProgramme PublicTender CollaborationAgreement
Place Country Region City MacroRegion
SourceDocument Claim DataGap
Record IndicatorAchievement MemberCount NamePattern AnalysisRun Milestone
""".split()  # noqa: SIM905 - 92 names read better so
)

CHAINS = {
    "hasPartner": {"hasParticipation participant"},
    "hasMember": {"hasMembership member"},
    "reachesValueChain": {"hasMember worksOnValueChain"},
    "memberHelix": {"hasMember inHelix"},
    "memberCountry": {"hasMember country"},
    "involvesCountry": {"hasPartner country"},
    "partnerHelix": {"hasPartner inHelix"},
    "underThematicObjective": {"underPriority refines"},
    "underProgramme": {"underThematicObjective partOfProgramme", "underPriority partOfProgramme"},
    "supportedByInstrument": {"underProgramme financedBy"},
    "targets": {"engages audience"},
    "targetsHelix": {"targets groupHelix"},
}

FIELD_LABELS = {
    "startDate": "تاريخ البداية",
    "endDate": "تاريخ النهاية",
    "durationMonths": "مدة المشروع",
    "hasBudgetFigure": "المعلومات المالية",
    "engages": "من المستفيد؟",
    "hasIndicatorTarget": "الإنجازات المتوقعة",
    "Output": "المخرجات الفنية",
}


def term(name: str) -> URIRef:
    return URIRef(MK + name)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_class_of_the_model_is_declared(name: str, ontology: Graph) -> None:
    assert (term(name), RDF.type, OWL.Class) in ontology


def test_there_is_no_class_of_persons(ontology: Graph) -> None:
    declared = {compact(str(c)) for c in ontology.subjects(RDF.type, OWL.Class) if isinstance(c, URIRef)}
    assert not [name for name in declared if "person" in name.lower()]


def test_the_chains_are_those_of_the_model(ontology: Graph) -> None:
    found: dict[str, set[str]] = {}
    for inferred, chain in ontology.subject_objects(OWL.propertyChainAxiom):
        links = " ".join(str(link).removeprefix(MK) for link in Collection(ontology, chain))
        found.setdefault(str(inferred).removeprefix(MK), set()).add(links)
    assert found == CHAINS


def test_the_helix_classes_are_not_disjoint(ontology: Graph) -> None:
    spheres = {term(f"{sphere}Actor") for sphere in ("Academic", "Business", "Government", "CivilSociety")}
    for members in ontology.objects(None, OWL.members):
        assert not spheres & set(Collection(ontology, members))
    assert not [pair for pair in ontology.subject_objects(OWL.disjointWith) if spheres & set(pair)]


@pytest.mark.parametrize("name", FIELD_LABELS)
def test_the_field_labels_of_the_founding_arabic_page_are_used(name: str, ontology: Graph) -> None:
    names = {str(o) for p in (RDFS.label, SKOS.altLabel) for o in ontology.objects(term(name), p)}
    assert FIELD_LABELS[name] in names


def test_arabic_labels_are_in_arabic_script_and_the_others_are_not(ontology: Graph) -> None:
    def in_arabic(text: str) -> bool:
        return any("؀" <= sign <= "ۿ" for sign in text)

    labels = [o for s, o in ontology.subject_objects(RDFS.label) if isinstance(o, Literal) and is_term(str(s))]
    assert {str(label) for label in labels if in_arabic(label) != (label.language == "ar")} == set()


def test_single_valued_properties_are_marked(ontology: Graph) -> None:
    marked = set(ontology.subjects(term("singleValued"), Literal(True)))
    assert {term(name) for name in ("acronym", "startDate", "endDate", "projectStatus")} <= marked
    assert {term("amountExact"), term("euCofinancingRate"), term("hasPartner")}.isdisjoint(marked)


def test_each_coded_property_names_a_scheme_that_exists(ontology: Graph, vocabularies: Graph) -> None:
    named = set(ontology.objects(None, term("valueScheme")))
    assert len(named) > 15
    assert named - set(vocabularies.subjects(RDF.type, SKOS.ConceptScheme)) == set()


def test_concepts_in_axioms_exist(ontology: Graph, vocabularies: Graph) -> None:
    used = set(ontology.objects(None, OWL.hasValue))
    assert len(used) == 26
    assert used <= set(vocabularies.subjects(RDF.type, SKOS.Concept))
