"""Another SPARQL service behind the interface of a generation: the same queries, the same terms, the same errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyoxigraph as ox

from medkg.errors import BadQuery
from medkg.remote.answers import told_as_ours
from medkg.remote.call import Call
from medkg.remote.capabilities import losses_of
from medkg.remote.service import Parameters, Service
from medkg.remote.texts import form_of, with_prefixes, without_empty_rows
from medkg.store.base import Answer
from medkg.store.manifest import Manifest
from medkg.store.reader import names_dataset

#: Limits of the queries that pages ask; those of strangers have the limits of their role.
SECONDS: Final = 60.0
MOST_MIB: Final = 512
_DATASET: Final = frozenset({"default_graph", "named_graphs", "use_default_graph_as_union"})


class RemoteStore:
    """One state of another service, as far as it lets itself be told from the next: see docs/remote.md."""

    def __init__(self, service: Service, manifest: Manifest) -> None:
        self.service = service
        self.manifest = manifest

    @property
    def generation(self) -> int:
        """A fingerprint of the state: another number is another state, and none comes after another."""
        return self.manifest.generation

    @property
    def graphs(self) -> Mapping[str, int]:
        """Triples per named graph, without the service's own graphs."""
        return self.manifest.graphs

    @property
    def lost(self) -> Mapping[str, str]:
        """What this service cannot do, by name, with the reason."""
        return {loss.name: loss.reason for loss in losses_of(self.service.product)}

    def query(self, text: str, **options: Any) -> Answer:
        """Answer a query as :meth:`medkg.store.reader.Snapshot.query` does; options are those of the data set.

        The answer is read whole and checked before it is given.

        Raises:
            BadQuery: the text has no query form, or the service finds fault with it.
            LimitExceeded: it takes too long, is too large, or the service has cut it.
            Unavailable: the service cannot be reached or does not answer as it should.
        """
        form = form_of(text)
        if not form:
            raise BadQuery("it has none of SELECT, ASK, CONSTRUCT and DESCRIBE")
        chosen = bool(options.get("default_graph") or options.get("named_graphs")) or names_dataset(text)
        parameters = self.service.parameters(SECONDS, _graphs(options), chosen=chosen)
        with Call(self.service.address, SECONDS) as call, told_as_ours(call, SECONDS):
            self.service.send(call, with_prefixes(without_empty_rows(text)), form, parameters)
            if form in {"SELECT", "ASK"}:
                return _kept(self.service.table(call, form, SECONDS, MOST_MIB))
            return list(self.service.triples(call, SECONDS, MOST_MIB))


def _graphs(options: Mapping[str, Any]) -> Parameters:
    unknown = sorted(options.keys() - _DATASET - {"prefixes"})
    if unknown:
        raise TypeError(f"another service takes no option {unknown[0]}")
    return tuple(
        (parameter, graph.value)
        for option, parameter in (("default_graph", "default-graph-uri"), ("named_graphs", "named-graph-uri"))
        for graph in _listed(options.get(option))
    )


def _listed(graphs: Any) -> list[ox.NamedNode]:
    return list(graphs) if isinstance(graphs, list | tuple) else [graphs] if graphs else []


def _kept(found: ox.QuerySolutions | ox.QueryBoolean) -> ox.QuerySolutions | ox.QueryBoolean:
    """Read an answer to its end, so that no caller meets an error in the middle of its rows."""
    if isinstance(found, ox.QueryBoolean):
        return found
    whole = found.serialize(format=ox.QueryResultsFormat.JSON)
    return ox.parse_query_results(whole or b"", ox.QueryResultsFormat.JSON)
