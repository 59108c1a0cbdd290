"""What the shipped registry calls its things once it is built: codes are not names."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from medkg.namespaces import ID, RDFS, SKOS, Graphs
from medkg.store.layout import Layout

PREFERRED = ox.NamedNode(Graphs.PREFERRED)


def test_no_thing_is_named_by_its_code(shipped_home: Path) -> None:
    store = ox.Store.read_only(str(Layout(shipped_home).generation(1) / "store"))
    coded = list(store.quads_for_pattern(None, ox.NamedNode(SKOS + "notation"), None, None))
    assert len(coded) > 100
    named = ((ox.NamedNode(SKOS + "prefLabel"), quad) for quad in coded)
    assert [quad for name, quad in named if ox.Quad(quad.subject, name, quad.object, PREFERRED) in store] == []
    greece = ox.NamedNode(ID + "place/greece")
    label = ox.Quad(greece, ox.NamedNode(RDFS + "label"), ox.Literal("Greece", language="en"), PREFERRED)
    assert label in store
