"""The working copy that a writer changes: remade from the generation served, thrown away when in doubt."""

from __future__ import annotations

import gc
from pathlib import Path

from pyoxigraph import Store as Engine

from medkg.errors import StoreBusy
from medkg.store.layout import file_errors, remove


class Primary:
    """A working copy of a checkpoint. Making one takes milliseconds at any size: its files are hard links."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._engine: Engine | None = None
        #: What the working copy is made from; None for an empty one.
        self.parent: Engine | None = None

    def engine(self) -> Engine:
        """Give the working copy, made from ``parent`` if it is not open.

        Raises:
            StoreBusy: another process has opened the folder, against the rules.
            StoreError: the folder cannot be written.
        """
        if self._engine is None:
            with file_errors(self._folder):
                remove(self._folder)
                if self.parent is not None:
                    self.parent.backup(str(self._folder))
                self._engine = self._open()
        return self._engine

    def discard(self) -> None:
        """Close the working copy and forget what was changed in it."""
        self._engine = None
        # The engine closes with its last reference; one may hang in the frames of an error that was just raised.
        gc.collect()

    def _open(self) -> Engine:
        try:
            return Engine(str(self._folder))
        except OSError as error:
            if "lock" not in str(error).lower():
                raise
            raise StoreBusy("another process has opened it", subject=str(self._folder)) from error
