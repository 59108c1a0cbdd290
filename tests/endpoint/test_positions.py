"""Where the engine stops reading a query is read from its message in one way, and told in the problem document."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from medkg.endpoint.problems import document, of_error
from medkg.errors import BadQuery
from medkg.syntax import position_of, syntax_problem


@pytest.mark.parametrize(
    ("query", "position"),
    [("ASK {\n <s> <p> }", (2, 10)), ("SELEKT", (1, 7)), ("ASK {}\n\n)", (3, 2))],
)
def test_the_place_that_the_engine_names_reaches_the_document(query: str, position: tuple[int, int]) -> None:
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(query)
    assert position_of(str(caught.value)) == position
    found = syntax_problem(caught.value)
    assert (found.line, found.column) == position
    told = document(of_error(BadQuery(f"not valid SPARQL: {caught.value}")), "/sparql")
    assert (told["line"], told["column"]) == position


@pytest.mark.parametrize("message", ["look at 3:14", "terror at 3:14", "an error at noon", ""])
def test_other_figures_are_no_place(message: str) -> None:
    assert position_of(message) is None
    assert "line" not in document(of_error(BadQuery(message)), "/sparql")
