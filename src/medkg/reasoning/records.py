"""The record of an inference: a claim for each inferred statement, a description of each rule."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from medkg.namespaces import DCTERMS, MK, OWL, PROV, RDF, RDFS, SCHEME, Graphs
from medkg.reasoning.rulefile import Rule
from medkg.terms import claim_iri

_TYPE = ox.NamedNode(RDF + "type")
_CLAIM_TYPES = (ox.NamedNode(MK + "Claim"), ox.NamedNode(RDF + "Statement"))
_RULE_TYPES = (ox.NamedNode(MK + "Rule"), ox.NamedNode(PROV + "Activity"))
_SUBJECT, _PREDICATE, _OBJECT = (ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
_STATUS, _DERIVED = ox.NamedNode(MK + "claimStatus"), ox.NamedNode(SCHEME + "claim-status/derived")
_GENERATED_BY = ox.NamedNode(PROV + "wasGeneratedBy")
_CLAIMS, _CATALOG = ox.NamedNode(Graphs.INFERENCE_CLAIMS), ox.NamedNode(Graphs.CATALOG)


def claim_quads(triple: ox.Triple, rule: Rule) -> Iterator[ox.Quad]:
    """Give the claim of one inferred statement: what it says, that it is derived, and the rule that gave it."""
    subject, predicate, obj = str(triple.subject), str(triple.predicate), str(triple.object)
    claim = ox.NamedNode(claim_iri(subject, predicate, obj, f"<{rule.iri}>"))
    for kind in _CLAIM_TYPES:
        yield ox.Quad(claim, _TYPE, kind, _CLAIMS)
    yield ox.Quad(claim, _SUBJECT, triple.subject, _CLAIMS)
    yield ox.Quad(claim, _PREDICATE, triple.predicate, _CLAIMS)
    yield ox.Quad(claim, _OBJECT, triple.object, _CLAIMS)
    yield ox.Quad(claim, _STATUS, _DERIVED, _CLAIMS)
    yield ox.Quad(claim, _GENERATED_BY, ox.NamedNode(rule.iri), _CLAIMS)


def rule_quads(rule: Rule) -> Iterator[ox.Quad]:
    """Give the description of a rule for readers: names, reason, version and file."""
    subject = ox.NamedNode(rule.iri)
    for kind in _RULE_TYPES:
        yield ox.Quad(subject, _TYPE, kind, _CATALOG)
    for language, title in rule.title.items():
        yield ox.Quad(subject, ox.NamedNode(RDFS + "label"), ox.Literal(title, language=language), _CATALOG)
    yield ox.Quad(subject, ox.NamedNode(DCTERMS + "description"), ox.Literal(rule.because, language="en"), _CATALOG)
    yield ox.Quad(subject, ox.NamedNode(OWL + "versionInfo"), ox.Literal(rule.version), _CATALOG)
    yield ox.Quad(subject, ox.NamedNode(MK + "ruleFile"), ox.Literal(rule.file), _CATALOG)
