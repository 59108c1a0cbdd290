"""What the frames hold: a question on its way to a child; the head, the end or the failure on its way back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from struct import Struct
from typing import Final

from medkg.access.limits import Limits
from medkg.errors import BadQuery
from medkg.workers.answer import Head
from medkg.workers.asked import Asked
from medkg.workers.frames import END, FAILED, HEAD, OPEN, QUERY, READY, frame, pack_texts, unpack_texts
from medkg.workers.walls import Walls

MIB: Final = 1024 * 1024
#: Generation, MiB of memory, bytes of result, number of default graphs and of named graphs (-1: none are named).
_QUESTION: Final = Struct("!QIQii")
#: Processor seconds, rows (-1: not counted), whether the child should be replaced.
_END: Final = Struct("!dq?")
_FAILED: Final = Struct("!d?")
_GENERATION: Final = Struct("!Q")
#: Whether there is a namespace, a filter, and a way for calls.
_READY: Final = Struct("!???")
#: Characters of what is told of a failure; the engine may quote much of the query.
LONGEST_REASON: Final = 1_000


@dataclass(frozen=True, slots=True)
class Question:
    """What a child gets: the query, and the limits that it keeps itself."""

    asked: Asked
    memory_mib: int
    result_bytes: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a child gives no (more) answer: ``kind`` is a key of :mod:`medkg.workers.failures`."""

    kind: str
    message: str
    seconds: float
    retire: bool


def pack_question(asked: Asked, limits: Limits) -> bytes:
    """Give the frame of a question.

    Raises:
        BadQuery: the text cannot be sent since it is not Unicode.
    """
    default, named = asked.default_graphs, asked.named_graphs
    head = _QUESTION.pack(
        asked.generation,
        limits.memory_mib,
        limits.result_mib * MIB,
        -1 if default is None else len(default),
        -1 if named is None else len(named),
    )
    try:
        texts = pack_texts(asked.query, asked.format, asked.base or "", *(default or ()), *(named or ()))
    except UnicodeEncodeError as error:
        raise BadQuery(f"not valid Unicode: {error.reason}", remedy="Send the query as UTF-8.") from error
    return frame(QUERY, head + texts)


def unpack_question(content: bytes) -> Question:
    """Give the question of a frame."""
    generation, memory, result, defaults, named = _QUESTION.unpack_from(content)
    query, wanted, base, *graphs = unpack_texts(content, _QUESTION.size)
    split = max(defaults, 0)
    asked = Asked(
        query,
        generation,
        wanted,
        None if defaults < 0 else tuple(graphs[:split]),
        None if named < 0 else tuple(graphs[split:]),
        base or None,
    )
    return Question(asked, memory, result)


def pack_open(generation: int) -> bytes:
    """Give the frame that lets a child open a generation."""
    return frame(OPEN, _GENERATION.pack(generation))


def unpack_open(content: bytes) -> int:
    """Give the generation to open."""
    (generation,) = _GENERATION.unpack(content)
    return int(generation)


def pack_ready(walls: Walls) -> bytes:
    """Give the frame by which a child says that it has started."""
    return frame(READY, _READY.pack(walls.namespace, walls.filtered, walls.calls) + pack_texts(*walls.refused))


def unpack_ready(content: bytes) -> Walls:
    """Give the walls that a child told."""
    namespace, filtered, calls = _READY.unpack_from(content)
    return Walls(namespace, filtered, calls, tuple(unpack_texts(content, _READY.size)))


def pack_head(head: Head) -> bytes:
    """Give the frame of a head."""
    return frame(HEAD, pack_texts(head.form, head.format))


@lru_cache(maxsize=64)  # there are some twenty different ones
def unpack_head(content: bytes) -> Head:
    """Give the head of a frame."""
    return Head(*unpack_texts(content))


def pack_end(seconds: float, rows: int | None, retire: bool) -> bytes:
    """Give the frame of the end of a whole answer."""
    return frame(END, _END.pack(seconds, -1 if rows is None else rows, retire))


def unpack_end(content: bytes) -> tuple[float, int | None, bool]:
    """Give processor seconds, rows, and whether to replace the child."""
    seconds, rows, retire = _END.unpack(content)
    return seconds, None if rows < 0 else rows, retire


def pack_failure(failure: Failure) -> bytes:
    """Give the frame of a failure."""
    message = failure.message
    if len(message) > LONGEST_REASON:
        message = f"{message[:LONGEST_REASON]}…"
    # What the engine says of a text may quote half of a character.
    texts = (text.encode(errors="replace").decode() for text in (failure.kind, message))
    return frame(FAILED, _FAILED.pack(failure.seconds, failure.retire) + pack_texts(*texts))


def unpack_failure(content: bytes) -> Failure:
    """Give the failure of a frame."""
    seconds, retire = _FAILED.unpack_from(content)
    kind, message = unpack_texts(content, _FAILED.size)
    return Failure(kind, message, seconds, retire)
