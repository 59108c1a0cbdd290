"""Runs a function in a forked child and gives what it returned: walls hold for the rest of a process's life."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def in_child(work: Callable[[], Result]) -> Result:
    """Give what ``work`` gives in a child; what it raises is raised here."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "wb") as out:
            out.write(_outcome(work))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        told = answer.read()
    status = os.waitpid(child, 0)[1]
    assert status == 0, f"the child ended with {status}"
    succeeded, value = pickle.loads(told)  # noqa: S301 - from our own child
    if not succeeded:
        raise value
    result: Result = value
    return result


def _outcome(work: Callable[[], Result]) -> bytes:
    try:
        return pickle.dumps((True, work()))
    except BaseException as error:  # whatever it is, the parent raises it
        return pickle.dumps((False, error))
