"""The generations of a home: which there are, which is served, going back, and removing old ones."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from medkg.errors import StoreError
from medkg.store.layout import Layout, file_errors, move_durably, remove, sync_folder, write_durably
from medkg.store.lock import writer_lock
from medkg.store.log import log
from medkg.store.manifest import Manifest, read_manifest


@dataclass(frozen=True, slots=True)
class Rollback:
    """One return to an earlier generation."""

    time: str
    source: int
    target: int


class Generations:
    """The generations under one home. Reading needs no lock; ``rollback`` takes the writer's."""

    def __init__(self, home: Path) -> None:
        self.layout = Layout(Path(home))

    def list(self) -> tuple[int, ...]:
        """Give the numbers of the generations kept, oldest first."""
        folder = self.layout.generations
        if not folder.is_dir():
            return ()
        return tuple(sorted(int(entry.name) for entry in folder.iterdir() if entry.name.isdecimal()))

    def current(self) -> int | None:
        """Give the number served; None where nothing was published yet.

        Raises:
            StoreError: the pointer cannot be read or holds no number.
        """
        try:
            text = self.layout.current.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"cannot be read: {error}", subject=str(self.layout.current)) from error
        if not text.isdecimal():
            remedy = "Write the number of a folder of generations/ into it."
            raise StoreError(f"holds no number but {text!r}", subject=str(self.layout.current), remedy=remedy)
        return int(text)

    def served(self) -> int:
        """Give the number served.

        Raises:
            StoreError: nothing was published yet.
        """
        number = self.current()
        if number is None:
            remedy = "Run medkg build, or load a file with medkg load."
            raise StoreError("nothing has been published here yet", subject=str(self.layout.home), remedy=remedy)
        return number

    def manifest(self, number: int) -> Manifest:
        """Give what a generation says about itself.

        Raises:
            StoreError: it is missing or its manifest is broken.
        """
        return read_manifest(self.layout, number)

    def rollbacks(self) -> tuple[Rollback, ...]:
        """Give the rollbacks, oldest first.

        A rollback is recorded before it is carried out. One that was not is seen by its source still being served:
        nothing else than another rollback leads back to a generation. It is left out.

        Raises:
            StoreError: the record cannot be read.
        """
        recorded = self._recorded()
        if recorded and recorded[-1].target != recorded[-1].source == self.current():
            return recorded[:-1]
        return recorded

    def rollback(self, number: int) -> Manifest:
        """Serve an earlier (or, after a rollback, a later) generation again, and record that.

        Raises:
            StoreBusy: another process is writing.
            StoreError: nothing is served, or the generation is missing or broken.
        """
        with writer_lock(self.layout):
            self.settle()
            before = self.served()
            if number not in self.list():
                remedy = f"Kept: {', '.join(map(str, self.list()))}."
                raise StoreError(f"generation {number} is not kept", subject=str(self.layout.home), remedy=remedy)
            manifest = self.manifest(number)
            self._record(Rollback(datetime.now(UTC).isoformat(timespec="seconds"), before, number))
            self.serve(number)
            return manifest

    def serve(self, number: int) -> None:
        """Point ``current`` at a generation. The caller holds the writer's lock.

        Raises:
            StoreError: the disk failed, and ``current`` is as it was.
        """
        try:
            with file_errors(self.layout.current):
                write_durably(self.layout.current, f"{number}\n".encode())
        except StoreError as error:
            if self.current() != number:
                raise
            # The rename was done: readers change over, whatever the disk says of making it last.
            log(__name__).warning("pointer-not-synced", generation=number, error=str(error))

    def prune(self, retention: int) -> tuple[StoreError, ...]:
        """Remove all but the one served and the newest ``retention`` others; give what could not be removed.

        The caller holds the writer's lock. Journals stay: they are small, and the only record of what the removed
        generations changed.
        """
        served = self.current()
        others = [number for number in self.list() if number != served]
        problems = []
        for number in others[: max(len(others) - retention, 0)]:
            try:
                with file_errors(self.layout.generation(number), "Remove the folder by hand."):
                    self._remove(number)
            except StoreError as error:
                problems.append(error)
        return tuple(problems)

    def next_number(self) -> int:
        """Give a number that no generation has, had, or left a journal under."""
        folder = self.layout.journal(0).parent
        journals = [int(name) for path in folder.glob("*.rdfp.zst") if (name := path.name.split(".")[0]).isdecimal()]
        return max([0, self.current() or 0, *self.list(), *journals]) + 1

    def put(self, made: Path, journal: Path, number: int) -> None:
        """Put a finished generation and its journal in place and serve it. The caller holds the lock.

        A crash before the pointer moves leaves ``pending``, by which :meth:`settle` finds what to remove. Once it has
        moved nothing is raised: a ``pending`` that stays does no harm.
        """
        write_durably(self.layout.pending, f"{number}\n".encode())
        move_durably(journal, self.layout.journal(number))
        move_durably(made, self.layout.generation(number))
        self.serve(number)
        try:
            self.layout.pending.unlink()
        except OSError as error:
            log(__name__).warning("pending-not-removed", generation=number, error=str(error))

    def settle(self) -> None:
        """Remove what a writer or a rollback that was killed left behind. The caller holds the lock."""
        with file_errors(self.layout.home):
            for folder in (self.layout.staging, self.layout.primary):
                remove(folder)
            self.layout.staging.mkdir()
            if self.layout.pending.exists():
                self._withdraw(self.layout.pending.read_text(encoding="ascii").strip())
                self.layout.pending.unlink()
        self._settle_record()

    def _settle_record(self) -> None:
        """Take out of the record a rollback that was not carried out. A damaged record hinders nobody else's work."""
        try:
            done = self.rollbacks()
            if done != self._recorded():
                self._write_record(done)
        except StoreError as error:
            log(__name__).warning("rollbacks-not-settled", error=str(error))

    def _withdraw(self, text: str) -> None:
        if text.isdecimal() and (number := int(text)) != self.current():
            self._remove(number)
            self.layout.journal(number).unlink(missing_ok=True)

    def _remove(self, number: int) -> None:
        # Renamed first: a folder that is being removed must not look like a generation.
        folder = self.layout.generation(number)
        if folder.exists():
            doomed = self.layout.staging / f"removed-{number}"
            folder.rename(doomed)
            sync_folder(self.layout.generations)
            shutil.rmtree(doomed)

    def _record(self, rollback: Rollback) -> None:
        self._write_record((*self.rollbacks(), rollback))

    def _recorded(self) -> tuple[Rollback, ...]:
        path = self.layout.rollbacks
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            return tuple(Rollback(**json.loads(line)) for line in lines)
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError) as error:
            remedy = "Mend the line, or move the file away: it is a record, and nothing else depends on it."
            raise StoreError(f"cannot be read: {error}", subject=str(path), remedy=remedy) from error

    def _write_record(self, rollbacks: Sequence[Rollback]) -> None:
        content = "".join(json.dumps(asdict(item)) + "\n" for item in rollbacks)
        with file_errors(self.layout.rollbacks):
            write_durably(self.layout.rollbacks, content.encode())
