"""The one object views use: the store's reader, the named queries, the settings, and what a generation gives."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Protocol

import structlog
from flask import current_app, g

from medkg.errors import MedkgError
from medkg.query.catalogue import NamedQuery, load_catalogue
from medkg.remote.reader import RemoteReader
from medkg.remote.relay import Relay
from medkg.settings import Settings
from medkg.store.base import State
from medkg.store.reader import Reader
from medkg.web.generation import GenerationView
from medkg.web.short_links import ShortLinks

EXTENSION = "medkg"


class StoreReader(Protocol):
    """Gives the generation served now."""

    @property
    def problem(self) -> MedkgError | None:
        """Why the generation published last is not the one that answers; None where it is.

        Unavailable, where another service is behind and does not answer at all.
        """

    def snapshot(self) -> State:
        """Give the open generation served now; it stays usable when another takes its place."""


class Services:
    """What views use. The view of a generation is prepared by one thread; the others answer from the one before."""

    def __init__(self, settings: Settings, reader: StoreReader, queries: Mapping[str, NamedQuery]) -> None:
        self.settings = settings
        self.reader = reader
        self.queries = queries
        # A reader of another service, or one made for a test, has no home of its own to keep anything in.
        self._home = settings.home if isinstance(reader, Reader) else None
        self.links = ShortLinks(settings.home)
        self._preparing = threading.Lock()
        self._view: GenerationView | None = None
        self._refused: State | None = None
        self._problem: Exception | None = None

    def view(self) -> GenerationView:
        """Give the view of the generation served now, or of the one before while its successor is being prepared.

        Raises:
            StoreError: nothing has been published, or the generation cannot be opened.
        """
        opened = self.reader.snapshot()
        view = self._view
        if view is not None and (opened is view.store or opened is self._refused):
            return view
        if view is not None and self._preparing.locked():
            return view
        with self._preparing:
            return self._changed_over()

    @property
    def problem(self) -> Exception | None:
        """Why the generation published last is not the one that answers; None where it is."""
        return self.reader.problem or self._problem

    def _changed_over(self) -> GenerationView:
        # Asked again: what was newest before the lock may be older by now than what another thread has put in place.
        opened = self.reader.snapshot()
        if self._view is not None and (opened is self._view.store or opened is self._refused):
            return self._view
        try:
            fresh = GenerationView(opened, self.queries, self._home)
            fresh.prepare()
        except Exception as error:  # whatever somebody's data do to us, the pages go on with those before
            if self._view is None:
                raise
            self._refused, self._problem = opened, error
            log = structlog.get_logger(__name__)
            log.error("change-over-failed", serving=self._view.number, refused=opened.generation, error=str(error))
            return self._view
        self._view, self._refused, self._problem = fresh, None, None
        return fresh


def open_services(settings: Settings) -> Services:
    """Give the services over the store that the settings name.

    Raises:
        StoreError: nothing has been published, or the generation cannot be opened.
        SourceError: a named query is broken.
    """
    return Services(settings, open_reader(settings), load_catalogue(settings.queries))


def open_reader(settings: Settings) -> StoreReader:
    """Give the reader of the home's generations, or of the service that the setting ``store`` names.

    Raises:
        StoreError: nothing has been published, or the generation cannot be opened.
        SettingsError, Unavailable: the other service's address cannot be used, or it does not answer.
    """
    return RemoteReader(settings.store) if settings.store else Reader(settings.home, settings.default_graph)


def other_answers(settings: Settings, reader: StoreReader) -> Relay | None:
    """Give what answers strangers' queries in the place of children, where another service is behind the registry."""
    return Relay(settings, reader.service) if isinstance(reader, RemoteReader) else None


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


def generation_in_use() -> GenerationView | None:
    """Give the generation this request was answered from, or None where it needed none or none could be had."""
    found: GenerationView | None = g.get("generation")
    return found
