"""The effect of SPARQL Update operations on a working copy, and what is known of where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, QueryTriples
from pyoxigraph import Store as Engine

from medkg.changes.operations import Block, Data, Managing, Modify, Operation
from medkg.changes.requests import Update
from medkg.changes.templates import composed
from medkg.errors import BadQuery
from medkg.keywords import never_the_same
from medkg.namespaces import PREFIXES
from medkg.store.counts import Change
from medkg.store.draft import Draft
from medkg.store.patch import Graph
from medkg.store.statements import stored_form

#: Statements held in memory to know the effect; with more, old and new are compared as they lie on the disk.
MOST_HELD: Final = 500_000
_NAMED: Final = "Give each statement a named graph: this registry shows the union of its graphs as the default graph."


def nameless() -> BadQuery:
    """Give the refusal of a statement without a graph, by a registry that has none for it."""
    return BadQuery("a statement names no graph", remedy=_NAMED)


class Effects:
    """Carries out operations one by one, and records their joint effect.

    INSERT DATA, DELETE DATA and most DELETE/INSERT WHERE are evaluated to the statements they are about, whatever the
    size of the store. After others the graphs they may touch are gone through, old beside new.
    """

    def __init__(self, draft: Draft, update: Update, *, union: bool) -> None:
        self._draft = draft
        self._update = update
        self._union = union
        self._stored = stored_form()
        self._added: set[Quad] = set()
        self._deleted: set[Quad] = set()
        self._held = True
        #: Graphs to be gone through in the end; None for all.
        self._touched: set[Graph] | None = set()
        #: Whether the mirror of the named graphs may no longer be as they are.
        self._blurred = False

    def carry_out(self, operation: Operation) -> None:
        """Carry out one operation.

        Raises:
            SyntaxError, RuntimeError: the engine refuses it.
        """
        if isinstance(operation, Data):
            self._data(operation)
        elif isinstance(operation, Modify) and operation.deletes is not None and operation.inserts is not None:
            self._modify(operation, operation.deletes, operation.inserts)
        else:
            self._leave(operation)

    def record(self) -> Change:
        """Write the patch of the whole effect, and count it."""
        if self._held:
            return self._draft.record(self._added, self._deleted)
        if self._touched is not None:
            return self._draft.compare(self._touched)
        before = self._draft.parent.engine.named_graphs() if self._draft.parent else ()
        return self._draft.compare({DefaultGraph(), *before, *self._engine.named_graphs()})

    @property
    def _engine(self) -> Engine:
        return self._draft.primary.engine()

    def _data(self, operation: Data) -> None:
        """Let an empty store read the statements; it alone needs to understand them."""
        scratch = Engine()
        text = composed("statements.ru", prologue=operation.prologue, quads=operation.quads)
        scratch.update(text, **self._options())
        quads = list(scratch)
        self._apply(*((quads, []) if operation.deletes else ([], quads)))

    def _modify(self, operation: Modify, deletes: Sequence[Block], inserts: Sequence[Block]) -> None:
        if len(deletes) + len(inserts) > 1 and never_the_same(operation.where):
            # Each template would be given solutions of its own; the engine gives all of them the same.
            self._leave(operation)
            return
        deleted = [quad for block in deletes for quad in self._instances(operation, block)]
        inserted = [quad for block in inserts for quad in self._instances(operation, block)]
        self._apply(deleted, inserted)

    def _instances(self, operation: Modify, block: Block) -> list[Quad]:
        """Give the statements of a template for all solutions."""
        asked = composed("instances.rq", prologue=operation.prologue, triples=block.triples, where=operation.where)
        answer = self._engine.query(asked, **self._options(), **self._seen_by_where(operation))
        if not isinstance(answer, QueryTriples):
            raise BadQuery("the operation cannot be evaluated")
        name = block.graph or operation.with_graph
        graph: Graph = self._named(operation, name) if name else DefaultGraph()
        return [self._stored(Quad(one.subject, one.predicate, one.object, graph)) for one in answer]

    def _seen_by_where(self, operation: Modify) -> dict[str, Any]:
        """Give the engine's options for what WHERE sees."""
        if named := self._named_data_set(operation):
            return {"default_graph": named[0], "named_graphs": named[1]}
        if operation.with_graph:
            return {"default_graph": [self._named(operation, operation.with_graph)]}
        if not self._union:
            return {}
        if not self._draft.mirror.held:
            return {"use_default_graph_as_union": True}
        return {"default_graph": list(self._engine.named_graphs())} if self._blurred else {}

    def _named_data_set(self, operation: Modify) -> tuple[list[NamedNode], list[NamedNode]] | None:
        """Give the default and the named graphs as the operation names them, or the request beside its text."""
        if operation.using:
            found = [(named, self._named(operation, name)) for named, name in operation.using]
            return [graph for named, graph in found if not named], [graph for named, graph in found if named]
        default, named = self._update.using_graphs, self._update.using_named_graphs
        if default is None and named is None:
            return None
        return [NamedNode(iri) for iri in default or ()], [NamedNode(iri) for iri in named or ()]

    def _named(self, operation: Operation, name: str) -> NamedNode:
        """Give the IRI that a name in an operation stands for."""
        answer = Engine().query(composed("graph_name.rq", prologue=operation.prologue, name=name), **self._options())
        found = next(answer)["graph"] if isinstance(answer, QuerySolutions) else None
        if not isinstance(found, NamedNode):
            raise BadQuery(f"{name} names no graph")
        return found

    def _apply(self, deleted: Iterable[Quad], inserted: Iterable[Quad]) -> None:
        """Change the working copy, and note what that really changes: first all deletions, then all additions."""
        engine, mirror = self._engine, self._draft.mirror
        inserted = list(dict.fromkeys(inserted))
        if self._union and any(isinstance(quad.graph_name, DefaultGraph) for quad in inserted):
            raise nameless()
        gone = [quad for quad in dict.fromkeys(deleted) if quad in engine and not self._is_mirrored(quad)]
        for quad in gone:
            engine.remove(quad)
            self._note(quad, self._added, self._deleted)
        new = [quad for quad in inserted if quad not in engine]
        engine.extend(new)
        for quad in new:
            self._note(quad, self._deleted, self._added)
        if mirror.held:
            mirror.remove(gone)
            mirror.add(new)

    def _is_mirrored(self, quad: Quad) -> bool:
        return bool(self._draft.mirror.held) and isinstance(quad.graph_name, DefaultGraph)

    def _note(self, quad: Quad, undone: set[Quad], done: set[Quad]) -> None:
        if self._touched is not None:
            self._touched.add(quad.graph_name)
        if not self._held:
            return
        if quad in undone:
            undone.remove(quad)
        else:
            done.add(quad)
        if len(done) > MOST_HELD:
            self._let_go()

    def _let_go(self) -> None:
        self._held = False
        self._added.clear()
        self._deleted.clear()

    def _leave(self, operation: Operation) -> None:
        """Leave an operation to the engine, and remember which graphs it may have touched."""
        self._let_go()
        self._blurred = True
        if isinstance(operation, Managing) and operation.graphs is not None:
            if self._union and operation.graphs and operation.default:
                raise nameless()
            graphs = {self._named(operation, name) for name in operation.graphs}
            self._touch(graphs | ({DefaultGraph()} if operation.default else set()))
        else:
            self._touched = None
        whole = f"{operation.prologue}\n{operation.text}"
        text = self._with_data_set(operation) if isinstance(operation, Modify) else whole
        self._engine.update(text, **self._options())

    def _touch(self, graphs: Iterable[Graph]) -> None:
        if self._touched is not None:
            self._touched.update(graphs)

    def _with_data_set(self, operation: Modify) -> str:
        """Give the text of an operation, its data set in words: as named, or the union where that is the rule."""
        default, named = self._named_data_set(operation) or self._union_graphs(operation)
        clauses = [composed("using.ru", graph=str(graph)) for graph in default]
        clauses += [composed("using_named.ru", graph=str(graph)) for graph in named]
        return composed(
            "modify.ru",
            prologue=operation.prologue,
            head=operation.head,
            data_set="".join(clauses),
            where=operation.where,
        )

    def _union_graphs(self, operation: Modify) -> tuple[list[NamedNode], list[NamedNode]]:
        """Give the graphs of the union, where WHERE sees that; nothing where the engine's own rule holds."""
        if not self._union or operation.with_graph:
            return [], []
        graphs = [graph for graph in self._engine.named_graphs() if isinstance(graph, NamedNode)]
        return graphs, graphs

    def _options(self) -> dict[str, Any]:
        return {"base_iri": self._update.base, "prefixes": dict(PREFIXES)}
