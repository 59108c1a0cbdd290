"""The one object views use: the store's reader, the named queries, the settings, and what a generation gives."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Protocol

from flask import current_app, g

from medkg.query.catalogue import NamedQuery, load_catalogue
from medkg.settings import Settings
from medkg.store.reader import Reader, Snapshot
from medkg.web.generation import GenerationView

EXTENSION = "medkg"


class StoreReader(Protocol):
    """Gives the generation served now."""

    def snapshot(self) -> Snapshot:
        """Give the open generation served now; it stays usable when another takes its place."""


class Services:
    """What views use. The view of a generation is made when the generation is first asked for, and replaced with it."""

    def __init__(self, settings: Settings, reader: StoreReader, queries: Mapping[str, NamedQuery]) -> None:
        self.settings = settings
        self.reader = reader
        self.queries = queries
        self._lock = threading.Lock()
        self._view: GenerationView | None = None

    def view(self) -> GenerationView:
        """Give the view of the generation served now.

        Raises:
            StoreError: nothing has been published, or the generation cannot be opened.
        """
        opened = self.reader.snapshot()
        view = self._view
        if view is not None and view.number == opened.generation:
            return view
        with self._lock:
            if self._view is None or self._view.number != opened.generation:
                self._view = GenerationView(opened, self.queries)
            return self._view


def open_services(settings: Settings) -> Services:
    """Give the services over the store that the settings name.

    Raises:
        StoreError: nothing has been published, or the generation cannot be opened.
        SourceError: a named query is broken.
    """
    return Services(settings, Reader(settings.home), load_catalogue(settings.queries))


def services() -> Services:
    """Give the services of the application that answers this request."""
    found: Services = current_app.extensions[EXTENSION]
    return found


def generation() -> GenerationView:
    """Give the generation this request is answered from: the same one until its end."""
    if "generation" not in g:
        g.generation = services().view()
    found: GenerationView = g.generation
    return found
