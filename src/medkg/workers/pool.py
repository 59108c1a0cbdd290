"""The children of one server process: who gets one, who waits, and what becomes of a child that breaks a limit."""

from __future__ import annotations

from medkg.settings import Settings
from medkg.workers.answer import Answer, Head, Outcome
from medkg.workers.asked import Asked, QueryLimits

__all__ = ["Answer", "Head", "Outcome", "Pool"]


class Pool:
    """The children of one server process. All methods but :meth:`run` belong to the loop that started it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def start(self) -> None:
        """Start the fork server and the first children; returns when one of them is ready."""
        raise NotImplementedError

    async def close(self) -> None:
        """End all children and the fork server; answers that still run fail."""
        raise NotImplementedError

    async def answer(self, asked: Asked, limits: QueryLimits, caller: str = "") -> Answer:
        """Give the answer to a query as soon as its head is known.

        ``caller`` is whose ``limits.concurrent`` and ``limits.queue`` count: a token's id, a client's address.

        Raises:
            BadQuery: it is not valid SPARQL, is nested too deeply, or calls a function nobody knows.
            LimitExceeded: it broke a limit, or there are too many before it.
            Unavailable: the generation cannot be opened, or the child failed.
        """
        raise NotImplementedError

    def run(self, asked: Asked, limits: QueryLimits, *, most_bytes: int, caller: str = "") -> tuple[Head, bytes]:
        """Give head and bytes of an answer to another thread than the loop's, which waits for it.

        Raises:
            LimitExceeded: also where the answer has more than ``most_bytes``.
            BadQuery, Unavailable: as :meth:`answer`.
        """
        raise NotImplementedError
