"""Validation of a change by what it can reach, with the verdict that a validation of the whole would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from rdflib import Graph

from medkg.namespaces import DEFAULT_GRAPH
from medkg.validation.algebra import Analysis, analysed
from medkg.validation.checks import FOLDER, Check, load_checks, run_check
from medkg.validation.gate import require_nothing_new
from medkg.validation.neighbourhood import Neighbourhood
from medkg.validation.origin import Origins
from medkg.validation.patterns import Opening
from medkg.validation.report import ORDER, Finding, Report
from medkg.validation.shape_terms import Node, ShapeTerms, read_shape_terms
from medkg.validation.shapes import UNSEEN, load_shapes, shacl_findings
from medkg.validation.view import identified, rdflib_view

#: Statements of a change that are looked at one by one; beyond, all checks and shapes are run over everything.
MOST: Final = 50_000


@dataclass(frozen=True, slots=True)
class Plan:
    """The shapes and checks of a folder, and what each looks at."""

    shapes: Graph
    terms: ShapeTerms
    checks: tuple[tuple[Check, Analysis], ...]


def read_plan(folder: Path) -> Plan:
    """Read shapes and checks, and find out what they look at; kept until a file of them changes.

    Raises:
        OntologyError: a shape or check file is missing or broken.
    """
    files = sorted([*folder.glob("*.ttl"), *(folder / FOLDER).glob("*.rq")])
    return _plan(folder, sha256(b"\0".join(path.read_bytes() for path in files)).digest())


@lru_cache(maxsize=2)
def _plan(folder: Path, _: bytes) -> Plan:
    shapes = load_shapes(folder)
    checks = tuple((check, analysed(check.text)) for check in load_checks(folder / FOLDER))
    return Plan(shapes, read_shape_terms(folder), checks)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found where the change reaches, before and after; where nothing can differ nothing was looked for."""

    before: Report
    after: Report

    def require_nothing_new(self, store: ox.Store) -> None:
        """Refuse violations that were not there before.

        Raises:
            ValidationError: there are some; each names the rows of its thing in the store.
        """
        origins = Origins(store)
        told = Report.of(replace(item, origins=origins.of(item.focus, item.path)) for item in self.after.findings)
        require_nothing_new(lambda: self.before, told)

    def counts(self, known: Mapping[str, int]) -> dict[str, int]:
        """Give the counts of the whole after the change, from those before; none where those are not known."""
        if not known:
            return {}
        counted = Counter(known)
        counted.update(self.after.counts)
        counted.subtract(self.before.counts)
        return {severity.value: counted[severity.value] for severity in ORDER}


class ChangeValidation:
    """Shapes and checks over what some added and deleted statements can reach, in a store before and after.

    ``mirrored`` says of both whether the default graph mirrors all others (:mod:`medkg.store.mirror`).
    """

    def __init__(
        self,
        plan: Plan,
        old: ox.Store,
        new: ox.Store,
        quads: Collection[ox.Quad],
        mirrored: tuple[bool, bool] = (False, False),
    ) -> None:
        self._plan = plan
        self._mirrored = mirrored
        self._unseen = UNSEEN | ({DEFAULT_GRAPH} if any(mirrored) else set())
        self._old, self._new = old, new
        self._whole = len(quads) > MOST
        self._quads = quads

    def verdict(self, known: Mapping[str, int]) -> Verdict:
        """Give what is found; ``known`` are the counts of the whole before the change.

        Raises:
            OntologyError: the shapes are not valid SHACL, or a check cannot be run.
        """
        pairs = list(chain([self._by_shapes()], self._by_checks(known)))
        before, after = ([finding for pair in pairs for finding in pair[side]] for side in (0, 1))
        return Verdict(Report.of(before), Report.of(after))

    def _by_shapes(self) -> tuple[list[Finding], list[Finding]]:
        terms = self._plan.terms
        both = Neighbourhood(terms, self._unseen, self._old, self._new)
        if self._whole or not terms.near or both.moves_classes(self._quads):
            old, new = (rdflib_view(store, leave_out=self._unseen) for store in (self._old, self._new))
            return list(shacl_findings(old, self._plan.shapes)), list(shacl_findings(new, self._plan.shapes))
        nodes = both.focus_nodes(self._quads)
        return self._at(nodes, self._old), self._at(nodes, self._new)

    def _at(self, nodes: set[Node], store: ox.Store) -> list[Finding]:
        if not nodes:
            return []
        near = rdflib_view(Neighbourhood(self._plan.terms, self._unseen, store).around(nodes))
        return list(shacl_findings(near, self._plan.shapes, {identified(node) for node in nodes}))

    def _by_checks(self, known: Mapping[str, int]) -> Iterator[tuple[list[Finding], list[Finding]]]:
        let_in = self._let_in()
        for check, analysis in self._plan.checks:
            reached = let_in.get(check.id, [])
            if not (reached or self._whole):
                continue
            (old, new), (old_is, new_is) = (self._old, self._new), self._mirrored
            if analysis.by_statement and not self._whole:
                (old, new), old_is, new_is = (_alone(store, reached) for store in (old, new)), False, False
            after = list(run_check(new, check, mirrored=new_is))
            was_any = bool(after) or known.get(check.severity, 0) > 0
            yield (list(run_check(old, check, mirrored=old_is)) if was_any else []), after

    def _let_in(self) -> dict[str, list[ox.Quad]]:
        """Give, for each check that they can matter to, the statements that do; one is enough for most."""
        reached: dict[str, list[ox.Quad]] = {}
        if self._whole:
            return reached
        by_predicate, anywhere = _indexed(self._plan.checks)
        engines = (self._old, self._new)
        for quad in self._quads:
            for name, every, opening in (*by_predicate.get(quad.predicate, ()), *anywhere):
                if (every or name not in reached) and opening.lets_in(quad, engines):
                    reached.setdefault(name, []).append(quad)
        return reached


Indexed = tuple[str, bool, Opening]


def _indexed(checks: Iterable[tuple[Check, Analysis]]) -> tuple[dict[ox.NamedNode, list[Indexed]], list[Indexed]]:
    """Sort openings by the one property that they let in; the second part lets in any."""
    by_predicate: dict[ox.NamedNode, list[Indexed]] = {}
    anywhere: list[Indexed] = []
    for check, analysis in checks:
        for opening in analysis.openings:
            predicate = opening.pattern.predicate
            fitting = by_predicate.setdefault(predicate, []) if isinstance(predicate, ox.NamedNode) else anywhere
            fitting.append((check.id, analysis.by_statement, opening))
    return by_predicate, anywhere


def _alone(store: ox.Store, quads: Iterable[ox.Quad]) -> ox.Store:
    """Give the statements of some quads as the store has them, in whatever graphs."""
    alone = ox.Store()
    for quad in quads:
        alone.extend(store.quads_for_pattern(quad.subject, quad.predicate, quad.object))
    return alone
