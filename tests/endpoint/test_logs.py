"""What the server process keeps out of its log."""

from __future__ import annotations

import logging

import pytest

from medkg.endpoint.exchange import BrokenOff
from medkg.endpoint.logs import Expected

FRAMES = 'Application callable raised an exception\nTraceback (most recent call last):\n  File "x.py", line 1, in run\n'


@pytest.mark.parametrize(
    ("last", "written"),
    [
        ("BrokenOff: an answer of /sparql was broken off\n", False),
        ("medkg.endpoint.exchange.BrokenOff: an answer of /sparql was broken off\n", False),
        ("RuntimeError: BrokenOff: is only told of\n", True),
        ("ValueError: something else\n", True),
    ],
)
def test_only_the_traceback_of_a_broken_answer_is_left_out(last: str, written: bool) -> None:
    record = logging.LogRecord("_granian.utils", logging.ERROR, "", 0, FRAMES + last, (), None)
    assert Expected(BrokenOff).filter(record) is written
