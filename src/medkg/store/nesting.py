"""How deep triple terms may be nested. The engine reads each level in a call of its own, wherever it meets one."""

from __future__ import annotations

import re
from typing import Final

from medkg.errors import Place, SourceError

#: Nobody speaks of statements about statements beyond a few levels; some 10,000 end a process with the usual stack.
MOST_NESTED: Final = 32
_OPENS: Final = b"<<("
_TEXT: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"')
_SHOWN: Final = 80
_REMEDY: Final = "Give the inner statement a name (rdf:reifies) and speak of that."


def refuse_deep(lines: bytes) -> None:
    """Let lines of N-Quads or N-Triples pass whose terms anybody can read back.

    Costs one search for ``<<(`` where there are few of them.

    Raises:
        SourceError: a triple term is nested more than :data:`MOST_NESTED` deep.
    """
    if lines.count(_OPENS) <= MOST_NESTED:
        return
    for line in lines.split(b"\n"):
        # A triple term stands in the object's place only, so one line opens as many as are nested in each other.
        if line.count(_OPENS) > MOST_NESTED and _TEXT.sub(b"", line).count(_OPENS) > MOST_NESTED:
            shown = line[:_SHOWN].decode(errors="replace")
            message = f"a triple term is nested more than {MOST_NESTED} deep"
            raise SourceError(message, place=Place("a statement"), value=shown, remedy=_REMEDY)
