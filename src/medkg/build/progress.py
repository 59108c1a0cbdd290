"""Telling how far a build is, and measuring its steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Where a build is: the step, what it works on, and how much of it is done (``total`` 0 where nobody knows)."""

    step: str
    detail: str = ""
    done: int = 0
    total: int = 0


Progress = Callable[[Event], None]


class Clock:
    """Names the step in work, passes its progress on, and keeps the seconds of each step."""

    def __init__(self, progress: Progress) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress
        self._step = ""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a step."""
        self._step = name
        self._progress(Event(name))
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = time.perf_counter() - started

    def report(self, detail: str, done: int = 0, total: int = 0) -> None:
        """Pass on how far the step in work is."""
        self._progress(Event(self._step, detail, done, total))
