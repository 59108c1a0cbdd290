"""Lines of N-Quads and N-Triples that the store keeps as they are written, told from others without parsing them.

Most lines of a large file are such. They are recorded as they stand while the engine, which reads the same bytes, says
whether they are right: a regular expression costs a fifth of making each statement in Python. What is recognised here
is therefore narrow where the engine would rewrite a term, and wide where it would refuse the line.
"""

from __future__ import annotations

import re
from collections import Counter

from pyoxigraph import NamedNode, RdfFormat

from medkg.store.line_files import LineFiles
from medkg.store.statements import KEPT

_IRI = rb"<[^>]*+>"
_TYPED = b"|".join(
    rb"(?:%b)\"\^\^<%b>" % (kept.pattern.encode(), re.escape(kind.encode())) for kind, kept in KEPT.items()
)
#: A backslash, and a language in capitals, are left to the parser.
_OBJECT = rb"(?:%b|\"[^\"\\]*+\"(?:@[a-z]++(?:-[a-z0-9]++)*+)?|\"(?:%b))" % (_IRI, _TYPED)
_TRIPLE = rb"^%b %b %b " % (_IRI, _IRI, _OBJECT)
_IN_GRAPH = re.compile(rb"%b(%b) \.\n" % (_TRIPLE, _IRI), re.MULTILINE)
_PERHAPS_IN_GRAPH = re.compile(rb"%b(?:(%b) )?\.\n" % (_TRIPLE, _IRI), re.MULTILINE)
_WITHOUT_GRAPH = re.compile(rb"%b()\.\n" % _TRIPLE, re.MULTILINE)


class Verbatim:
    """Splits blocks of lines of files into those kept as they stand and others."""

    def __init__(self, files: LineFiles) -> None:
        self._graph = str(files.graph).encode() if isinstance(files.graph, NamedNode) else None
        if files.format == RdfFormat.N_TRIPLES:
            self._line = _WITHOUT_GRAPH
        else:
            self._line = _IN_GRAPH if files.graph is None else _PERHAPS_IN_GRAPH

    def split(self, block: bytes) -> tuple[bytes, Counter[bytes], bytes]:
        """Give the lines of N-Quads that stay as they are, how many are in each graph, and the other lines.

        Lines without a graph are counted under nothing.
        """
        found = self._line.findall(block)
        others = b""
        if len(found) != block.count(b"\n") or not block.endswith(b"\n"):
            block, others = self._parted(block)
            found = self._line.findall(block)
        if self._graph is None:
            return block, Counter(found), others
        return block.replace(b" .\n", b" %b .\n" % self._graph), Counter({self._graph: len(found)}), others

    def _parted(self, block: bytes) -> tuple[bytes, bytes]:
        kept: list[bytes] = []
        others: list[bytes] = []
        for line in block.splitlines(keepends=True):
            (kept if self._line.fullmatch(line) else others).append(line)
        return b"".join(kept), b"".join(others)
