"""The index of a generation as one file under the home, made once by whichever process needs it first."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import structlog

from medkg.query.asking import NamedQueries
from medkg.search.facets import queries_used
from medkg.search.index import SearchIndex, index_arrays
from medkg.search.lexicon import Array
from medkg.search.things import gathered
from medkg.store.generations import Generations

#: Changed with whatever changes what stands in the file.
FORMAT: Final = 2
_MAGIC: Final = b"medkg search index\n"
#: Arrays begin at multiples of this many bytes.
_STEP: Final = 64


class BrokenIndexError(ValueError):
    """A file that is no index, or not a whole one."""


def index_of(asked: NamedQueries, tag: str, home: Path | None) -> SearchIndex:
    """Give the index of a generation that has a tag: from its file, which is made where it is not there.

    Without a home, and where nothing can be written there, the index is made in memory.
    """
    if home is None:
        return SearchIndex(index_arrays(gathered(asked)))
    path = home / "search" / f"{tag}-{_recipe(asked)}.index"
    found = _kept(path)
    if found is not None:
        return SearchIndex(found)
    try:
        path.parent.mkdir(exist_ok=True)
        with _one_at_a_time(path.parent / "lock"):
            # Somebody else may have made it while we waited.
            return SearchIndex(_kept(path) or _made(asked, path, home))
    except OSError as error:
        structlog.get_logger(__name__).warning("search-index-in-memory", path=str(path), error=str(error))
        return SearchIndex(index_arrays(gathered(asked)))


def _kept(path: Path) -> dict[str, Array] | None:
    """Give what a file holds; None where there is none that can be read."""
    try:
        return read(path)
    except FileNotFoundError:
        return None
    except (BrokenIndexError, OSError) as error:
        structlog.get_logger(__name__).warning("search-index-unreadable", path=str(path), error=str(error))
        return None


def _made(asked: NamedQueries, path: Path, home: Path) -> dict[str, Array]:
    """Make an index and its file; where that cannot be written, the index is what was made."""
    arrays = index_arrays(gathered(asked))
    try:
        write(path, arrays)
        _remove_others(path, home)
        return read(path)
    except OSError as error:
        structlog.get_logger(__name__).warning("search-index-not-kept", path=str(path), error=str(error))
        return arrays


def write(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write an index as a file that appears under its name when it is whole."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(_MAGIC + _head(arrays))
            for array in arrays.values():
                file.write(b"\0" * (-file.tell() % _STEP))
                file.write(np.ascontiguousarray(array).data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read(path: Path) -> dict[str, Array]:
    """Give the arrays of an index, which the system reads when they are needed and processes share.

    Raises:
        FileNotFoundError: there is no such file.
        BrokenIndexError: it is none of ours, or not a whole one.
    """
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise BrokenIndexError("not an index")
        try:
            told = json.loads(file.readline())
        except ValueError as error:
            raise BrokenIndexError("its table of arrays cannot be read") from error
        place = file.tell()
    whole = np.memmap(path, dtype=np.uint8, mode="r")
    found: dict[str, Array] = {}
    for name, kind, size in told:
        place += -place % _STEP
        end = place + size * np.dtype(kind).itemsize
        if end > whole.size:
            raise BrokenIndexError(f"ends in the middle of {name}")
        found[name] = np.asarray(whole[place:end]).view(kind)
        place = end
    return found


def _head(arrays: Mapping[str, Array]) -> bytes:
    return json.dumps([(name, array.dtype.str, array.size) for name, array in arrays.items()]).encode() + b"\n"


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _remove_others(path: Path, home: Path) -> None:
    """Remove the indexes of generations that are no longer kept; what is open stays readable."""
    kept = {str(number) for number in Generations(home).list()}
    own = path.name.partition("-")[0]
    for other in path.parent.glob("*.index"):
        number = other.name.partition("-")[0]
        if other != path and (number == own or number not in kept):
            other.unlink(missing_ok=True)


def _recipe(asked: NamedQueries) -> str:
    """Give a short tag of what an index is made by: its format and the queries."""
    found = hashlib.blake2b(str(FORMAT).encode(), digest_size=4)
    for name in queries_used():
        found.update(asked.text(name).encode())
    return found.hexdigest()
