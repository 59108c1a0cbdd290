"""Short links to queries: each kept in a file of the home folder, named by its content. Keeping one runs nothing."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import re
import tempfile
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

from medkg.errors import BadParameter, Unavailable

FOLDER: Final = "links"
#: Bytes of one link, and links of one registry: together they cannot take more than 160 MiB.
LONGEST: Final = 16 * 1024
MOST: Final = 10_000
#: New links that a server process makes in a minute, so that nobody uses up all of them at once.
A_MINUTE: Final = 60
_KEY: Final = re.compile(r"[a-z2-7]{16}")


@dataclass(frozen=True, slots=True)
class KeptQuery:
    """A query as it was kept, with the arguments of the protocol that change its answer."""

    query: str
    arguments: tuple[tuple[str, str], ...] = ()


class ShortLinks:
    """The short links of one home. Links stay: they are in no generation, and nothing ends them but the operator."""

    def __init__(self, home: Path, most: int = MOST, a_minute: int = A_MINUTE) -> None:
        self._folder = home / FOLDER
        self._most = most
        self._a_minute = a_minute
        self._made: deque[float] = deque(maxlen=max(a_minute, 1))
        self._making = threading.Lock()

    def keep(self, query: str, arguments: Sequence[tuple[str, str]] = ()) -> str:
        """Give the key of a query; the same query has the same key, and takes no more room.

        Raises:
            BadParameter: there is no query, or it is longer than a link may be.
            Unavailable: all links are taken, too many are made, or the home cannot be written.
        """
        content = json.dumps({"query": query, "arguments": list(arguments)}, ensure_ascii=False).encode()
        if not query.strip():
            raise BadParameter("there is no query", subject="query", remedy="Send the query in the field query.")
        if len(content) > LONGEST:
            remedy = f"A short link holds up to {LONGEST // 1024} KiB. Save the query as a file and send that."
            raise BadParameter("the query is too long for a short link", subject="query", remedy=remedy)
        key = base64.b32encode(hashlib.blake2b(content, digest_size=10).digest()).decode().lower()
        with self._making:
            if not self._path(key).exists():
                self._make_room()
                self._write(self._path(key), content)
        return key

    def find(self, key: str) -> KeptQuery | None:
        """Give the query of a key, or None where none was kept under it."""
        if not _KEY.fullmatch(key):
            return None
        try:
            found = json.loads(self._path(key).read_bytes())
        except FileNotFoundError:
            return None
        return KeptQuery(found["query"], tuple((name, value) for name, value in found["arguments"]))

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _make_room(self) -> None:
        now = monotonic()
        if len(self._made) == self._a_minute and now - self._made[0] < 60:
            raise Unavailable("too many short links are made just now", remedy="Try again in a minute.")
        taken = sum(1 for _ in self._folder.iterdir()) if self._folder.is_dir() else 0
        if taken >= self._most:
            remedy = f"The operator may take old files out of the folder {FOLDER} of the home."
            raise Unavailable(f"all {self._most} short links are taken", remedy=remedy)
        self._made.append(now)

    def _write(self, path: Path, content: bytes) -> None:
        """Write a file that is there whole or not at all, also after a loss of power."""
        try:
            self._folder.mkdir(exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".new")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(path)
            except BaseException:
                with contextlib.suppress(FileNotFoundError):
                    Path(name).unlink()
                raise
        except OSError as error:
            remedy = "The home folder of this server cannot be written. Share the address of the query instead."
            raise Unavailable(f"the short link cannot be kept: {error.strerror}", remedy=remedy) from error
