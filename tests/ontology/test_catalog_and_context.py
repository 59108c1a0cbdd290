"""The files around the ontology agree with it: the catalog of IRIs and the JSON-LD context."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, XSD

from medkg.namespaces import MK
from medkg.ontology.context import context_text
from medkg.ontology.files import is_term, read_turtle

NAMESPACE = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}"


def catalogue(folder: Path) -> dict[str, str]:
    root = ElementTree.parse(folder / "catalog-v001.xml").getroot()  # noqa: S314 - our own file
    return {entry.attrib["name"]: entry.attrib["uri"] for entry in root.iter(f"{NAMESPACE}uri")}


def test_the_catalog_finds_each_ontology_and_version_in_its_file(folder: Path) -> None:
    files = [folder / "medkg.ttl", *folder.glob("modules/*.ttl"), folder / "axioms.ttl", folder / "alignments.ttl"]
    expected = {}
    for path in [*files, folder / "checks" / "pinned.ttl"]:
        graph = read_turtle(path)
        (declared,) = graph.subjects(RDF.type, OWL.Ontology)
        for iri in (declared, graph.value(declared, OWL.versionIRI)):
            expected[str(iri)] = str(path.relative_to(folder))
    assert catalogue(folder) == expected


def test_every_import_is_in_the_catalog(folder: Path, ontology: Graph) -> None:
    imported = {str(iri) for iri in ontology.objects(None, OWL.imports)}
    assert imported
    assert imported <= set(catalogue(folder))


def test_the_context_is_made_from_the_ontology(folder: Path, ontology: Graph) -> None:
    shipped = (folder / "context.jsonld").read_text(encoding="utf-8")
    assert shipped == context_text(ontology), "run: medkg ontology format"


def test_the_context_names_each_class_and_property(folder: Path, ontology: Graph) -> None:
    names = json.loads((folder / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    terms = {str(s) for kind in kinds for s in ontology.subjects(RDF.type, kind) if is_term(str(s))}
    assert {iri.removeprefix(MK) for iri in terms} <= set(names)


def test_json_written_with_the_context_is_read_as_meant(folder: Path) -> None:
    context = json.loads((folder / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    entity = "https://w3id.org/medkg/id/project/innomed-up"
    document = {
        "@context": context,
        "id": entity,
        "type": "Project",
        "acronym": "INNOMED-UP",
        "title": {"@value": "Titre", "@language": "fr"},
        "durationMonths": 36,
        "hasBudgetFigure": {"id": "https://w3id.org/medkg/id/figure/a", "amountMin": "3115000.0"},
        "underProgramme": "https://w3id.org/medkg/id/programme/eni",
    }
    triples = [quad.triple for quad in ox.parse(json.dumps(document), format=ox.RdfFormat.JSON_LD)]
    graph = Graph().parse(data="".join(f"{triple} .\n" for triple in triples), format="nt")
    project, figure = URIRef(entity), URIRef("https://w3id.org/medkg/id/figure/a")
    assert set(graph) == {
        (project, RDF.type, URIRef(MK + "Project")),
        (project, URIRef(MK + "acronym"), Literal("INNOMED-UP")),
        (project, DCTERMS.title, Literal("Titre", lang="fr")),
        (project, URIRef(MK + "durationMonths"), Literal(36)),
        (project, URIRef(MK + "hasBudgetFigure"), figure),
        (figure, URIRef(MK + "amountMin"), Literal("3115000.0", datatype=XSD.decimal)),
        (project, URIRef(MK + "underProgramme"), URIRef("https://w3id.org/medkg/id/programme/eni")),
    }
