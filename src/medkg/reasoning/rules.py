"""The inference of a build: data and ontology into a scratch store, the rules over it, the new statements back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from medkg.errors import OntologyError, Place
from medkg.namespaces import RULE, Graphs
from medkg.progress import silent
from medkg.reasoning.fixpoint import Derivation, run_to_fixpoint
from medkg.reasoning.preferred import choose_preferred
from medkg.reasoning.records import claim_quads, rule_quads
from medkg.reasoning.rulefile import Rule, load_rules

#: Graphs the rules read, besides those of the sources.
_READ = (Graphs.ONTOLOGY, Graphs.VOCAB, Graphs.CATALOG)
#: Graphs the inference owns: emptied first, so that a second run gives the same.
_OWNED = (Graphs.INFERRED, Graphs.INFERENCE_CLAIMS, Graphs.PREFERRED)


@dataclass(frozen=True, slots=True)
class Inference:
    """What the rules added: statements per rule id, rounds, and preferred values."""

    asserted: int
    inferred: int
    rounds: int
    by_rule: Mapping[str, int]
    preferred: int


def infer(store: ox.Store, rules_folder: Path, progress: Callable[[str], None] = silent) -> Inference:
    """Fill the graphs ``inferred``, ``inference-claims`` and ``preferred``, and describe the rules in ``catalog``.

    The rules see what the sources, the ontology, the vocabularies and the catalogue state: all of it in the default
    graph, and each statement in its own graph too. They see no claims, alignments or shapes. What a source already
    states is not written again. Running it twice gives the same as once.

    Raises:
        OntologyError: a rule file is broken, a rule fails, or the rules run away.
    """
    rules = load_rules(rules_folder)
    _empty(store, rules)
    store.extend(_expectations(rules_folder))
    scratch = scratch_of(store)
    asserted = sum(1 for _ in scratch.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    derivation = run_to_fixpoint(scratch, rules, progress)
    progress("writing what was inferred")
    _write(store, derivation, rules)
    progress("preferred values")
    preferred = choose_preferred(store, rules_folder / "preferred")
    return _summary(asserted, derivation, rules, preferred)


def scratch_of(store: ox.Store) -> ox.Store:
    """Give a store in memory with all that rules may read, in its default graph and in the graphs it came from."""
    scratch = ox.Store()
    for graph in _graphs_read(store):
        quads = list(store.quads_for_pattern(None, None, None, graph))
        scratch.extend(quads)
        scratch.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    return scratch


def _graphs_read(store: ox.Store) -> list[ox.NamedNode]:
    named = [graph for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)]
    sources = (Graphs.SOURCE, Graphs.EXTERNAL)
    return sorted((g for g in named if g.value in _READ or g.value.startswith(sources)), key=lambda g: g.value)


def _empty(store: ox.Store, rules: tuple[Rule, ...]) -> None:
    for graph in _OWNED:
        store.clear_graph(ox.NamedNode(graph))
    catalogue = ox.NamedNode(Graphs.CATALOG)
    for quad in list(store.quads_for_pattern(None, None, None, catalogue)):
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(RULE):
            store.remove(quad)


def _expectations(rules_folder: Path) -> list[ox.Quad]:
    """Give the data that stand beside the rules (``*.ttl``), for the graph ``catalog``."""
    graph = ox.NamedNode(Graphs.CATALOG)
    quads: list[ox.Quad] = []
    for path in sorted(rules_folder.glob("*.ttl")):
        try:
            parsed = list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
        except SyntaxError as error:
            raise OntologyError(f"not valid Turtle: {error}", place=Place(str(path), error.lineno)) from error
        quads += [ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed]
    return quads


def _write(store: ox.Store, derivation: Derivation, rules: tuple[Rule, ...]) -> None:
    graph = ox.NamedNode(Graphs.INFERRED)
    named = derivation.named()
    store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple, _ in named)
    store.bulk_extend(quad for triple, rule in named for quad in claim_quads(triple, rule))
    store.extend(quad for rule in rules for quad in rule_quads(rule))


def _summary(asserted: int, derivation: Derivation, rules: tuple[Rule, ...], preferred: int) -> Inference:
    named = derivation.named()
    counts = Counter(rule.id for _, rule in named)
    by_rule = MappingProxyType({rule.id: counts[rule.id] for rule in rules})
    return Inference(
        asserted=asserted, inferred=len(named), rounds=derivation.rounds, by_rule=by_rule, preferred=preferred
    )
