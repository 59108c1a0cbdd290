"""Answers kept ready for the wire, as long as their generation is served, up to a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from medkg.endpoint.asgi import Headers

#: The largest answer that is kept.
LARGEST: Final = 1024 * 1024
#: What an entry takes besides its body, about: headers, keys, the places in two tables.
_OVERHEAD: Final = 2048
#: Requests known by their very bytes; their texts are short, so this bounds the memory, too.
_MOST_REQUESTS: Final = 20_000
_LONGEST_REQUEST: Final = 2048


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer of status 200 as it is sent."""

    headers: Headers
    body: bytes
    form: str


class AnswerCache:
    """The answers used last. One event loop uses it: nothing is locked.

    An answer has a key of what was asked (query, data set, format, coding), and any number of requests, known by
    their bytes, that mean it.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._generation: object = None
        self._answers: OrderedDict[Hashable, Kept] = OrderedDict()
        self._requests: dict[Hashable, Hashable] = {}
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._answers)

    def serve(self, generation: object) -> None:
        """Forget everything where another generation is served than before."""
        if generation is not self._generation:
            self._generation = generation
            self._answers.clear()
            self._requests.clear()
            self.bytes = 0

    def by_request(self, request: Hashable) -> Kept | None:
        """Give the answer to a request known by its bytes."""
        key = self._requests.get(request)
        return None if key is None else self.get(key)

    def get(self, key: Hashable) -> Kept | None:
        """Give the answer to what was asked, and remember that it was used."""
        found = self._answers.get(key)
        if found is not None:
            self._answers.move_to_end(key)
        return found

    def put(self, key: Hashable, kept: Kept, generation: object) -> None:
        """Keep an answer, in the place of those not used for longest; not one of a generation that is gone."""
        size = len(kept.body) + _OVERHEAD
        if generation is not self._generation or len(kept.body) > LARGEST or size > self._most:
            return
        before = self._answers.pop(key, None)
        self.bytes += size - (len(before.body) + _OVERHEAD if before else 0)
        self._answers[key] = kept
        while self.bytes > self._most:
            _, oldest = self._answers.popitem(last=False)
            self.bytes -= len(oldest.body) + _OVERHEAD

    def know(self, request: tuple[bytes, ...], key: Hashable) -> None:
        """Know a request by its bytes from now on."""
        if key not in self._answers or sum(map(len, request)) > _LONGEST_REQUEST:
            return
        if len(self._requests) >= _MOST_REQUESTS:
            self._requests.clear()
        self._requests[request] = key
