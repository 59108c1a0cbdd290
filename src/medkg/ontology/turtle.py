"""Turtle in one stable form, so that a change of the ontology shows as exactly the lines that changed.

Statements are grouped by subject; subjects, predicates and objects have a fixed order; prefixes that are not used go. A
comment stays in front of the statement it precedes. Blank nodes are written inline, in the order of their content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from medkg.errors import OntologyError, Place
from medkg.ontology.comments import Extras, read_extras
from medkg.ontology.parsing import parse_turtle

LANGUAGES: Final = ("en", "fr", "es", "it", "ar")
SUBJECT_KINDS: Final = (
    (OWL.Ontology, SKOS.ConceptScheme),
    (OWL.Class, RDFS.Class),
    (OWL.ObjectProperty,),
    (OWL.DatatypeProperty,),
    (OWL.AnnotationProperty,),
)
FIRST_PREDICATES: Final = (
    RDF.type,
    DCTERMS.title,
    RDFS.label,
    SKOS.prefLabel,
    SKOS.altLabel,
    SKOS.definition,
    SKOS.example,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
)
PLAIN_NUMBERS: Final = {
    XSD.integer: re.compile(r"[+-]?\d+"),
    XSD.decimal: re.compile(r"[+-]?\d*\.\d+"),
    XSD.boolean: re.compile(r"true|false"),
}
LOCAL_NAME: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
RELATIVE: Final = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_.-]+)*")
INDENT: Final = "    "
LINE_LENGTH: Final = 90
ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def format_turtle(text: str, name: str) -> str:
    """Give a Turtle text in the stable form.

    Raises:
        OntologyError: the text is not Turtle, or holds a comment or a blank node that has no stable place.
    """
    return write_turtle(parse_turtle(text, name), name, read_extras(text, name))


def write_turtle(graph: Graph, name: str, extras: Extras | None = None) -> str:
    """Give a graph as Turtle in the stable form, with the prefixes bound to it as far as they are used."""
    return _Writer(graph, name, extras or Extras()).text()


class _Writer:
    """Writes one graph; holds its prefixes and which blank nodes were written."""

    def __init__(self, graph: Graph, name: str, extras: Extras) -> None:
        self.graph = graph
        self.name = name
        self.head = extras.head
        self.comments = dict(extras.before)
        self.base = extras.base
        self.base_used = False
        self.namespaces = sorted(((str(iri), prefix) for prefix, iri in graph.namespaces()), key=lambda n: -len(n[0]))
        self.used: set[str] = set()
        self.written: set[Node] = set()

    def text(self) -> str:
        """Give the whole file."""
        named = sorted((s for s in set(self.graph.subjects()) if isinstance(s, URIRef)), key=self._subject_key)
        blocks = [self._block(subject) for subject in named]
        blocks += sorted(self._inline(subject, 0) + " .\n" for subject in self._unreferenced())
        blocks += ["\n".join(self.comments.pop("")) + "\n"] if "" in self.comments else []
        self._refuse_left()
        return "\n".join([*self._opening(), *blocks])

    def _opening(self) -> list[str]:
        lines = [_directive("base", f"<{self.base}>")] if self.base_used else []
        prefixes = sorted((prefix, iri) for iri, prefix in self.namespaces if prefix in self.used)
        lines += [_directive("prefix", f"{prefix}: <{iri}>") for prefix, iri in prefixes]
        head = ["\n".join(self.head) + "\n"] if self.head else []
        return head + (["\n".join(lines) + "\n"] if lines else [])

    def _unreferenced(self) -> list[BNode]:
        used = {o for o in self.graph.objects() if isinstance(o, BNode)}
        return [s for s in set(self.graph.subjects()) if isinstance(s, BNode) and s not in used]

    def _refuse_left(self) -> None:
        place = Place(self.name)
        if {s for s in self.graph.subjects() if isinstance(s, BNode)} - self.written:
            raise OntologyError("a circle of blank nodes", place=place, remedy="Give one of them an IRI.")
        for subject, comments in self.comments.items():
            remedy = "Move it to the head of the file, or in front of a subject with an IRI."
            message = f"the comment in front of {subject!r} would lose its place"
            raise OntologyError(message, place=place, value=comments[0], remedy=remedy)

    def _subject_key(self, subject: URIRef) -> tuple[int, str]:
        types = set(self.graph.objects(subject, RDF.type))
        kinds = (number for number, kind in enumerate(SUBJECT_KINDS) if types.intersection(kind))
        return next(kinds, len(SUBJECT_KINDS)), str(subject)

    def _block(self, subject: URIRef) -> str:
        short = self._iri(subject)
        comments = self.comments.pop(short, []) + self.comments.pop(f"<{subject}>", [])
        return "".join(f"{line}\n" for line in comments) + f"{short} {self._statements(subject, 1)} .\n"

    def _statements(self, subject: Node, depth: int) -> str:
        self.written.add(subject)
        indent = "\n" + INDENT * depth
        predicates = sorted(set(self.graph.predicates(subject)), key=self._predicate_key)
        lines = [f"{self._predicate(p)} {self._objects(subject, p, depth)}" for p in predicates]
        return f" ;{indent}".join(lines)

    def _predicate_key(self, predicate: Node) -> tuple[int, str]:
        known = FIRST_PREDICATES.index(predicate) if predicate in FIRST_PREDICATES else len(FIRST_PREDICATES)
        return known, self._predicate(predicate)

    def _predicate(self, predicate: Node) -> str:
        return "a" if predicate == RDF.type else self._iri(predicate)

    def _objects(self, subject: Node, predicate: Node, depth: int) -> str:
        objects = list(self.graph.objects(subject, predicate))
        inner = depth + 1 if len(objects) > 1 else depth
        terms = sorted((self._object_key(term), self._term(term, inner)) for term in objects)
        return (" ,\n" + INDENT * inner).join(text for _, text in terms)

    def _object_key(self, term: Node) -> tuple[int, int]:
        if not isinstance(term, Literal):
            return (2 if isinstance(term, BNode) else 0), 0
        language = term.language
        return 1, (LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES)) if language else -1

    def _term(self, term: Node, depth: int) -> str:
        if isinstance(term, Literal):
            return self._literal(term)
        return self._inline(term, depth) if isinstance(term, BNode) else self._iri(term)

    def _iri(self, term: Node) -> str:
        iri = str(term)
        for namespace, prefix in self.namespaces:
            if iri.startswith(namespace) and LOCAL_NAME.fullmatch(iri, len(namespace)):
                self.used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        if self.base and iri.startswith(self.base) and RELATIVE.fullmatch(iri, len(self.base)):
            self.base_used = True
            return f"<{iri[len(self.base) :]}>"
        return f"<{iri}>"

    def _literal(self, term: Literal) -> str:
        plain = PLAIN_NUMBERS.get(term.datatype) if term.datatype else None
        if plain and plain.fullmatch(str(term)):
            return str(term)
        return _quoted(str(term)) + (f"@{term.language}" if term.language else self._datatype(term.datatype))

    def _datatype(self, datatype: URIRef | None) -> str:
        return "" if datatype in (None, XSD.string) else f"^^{self._iri(datatype)}"

    def _inline(self, node: BNode, depth: int) -> str:
        if node in self.written:
            message = "a blank node is used twice"
            raise OntologyError(message, place=Place(self.name), remedy="Give it an IRI.")
        if (node, RDF.rest, None) in self.graph:
            return self._list(node, depth)
        if (node, None, None) not in self.graph:
            return "[]"
        inner = "\n" + INDENT * (depth + 1)
        return f"[{inner}{self._statements(node, depth + 1)}\n{INDENT * depth}]"

    def _list(self, node: BNode, depth: int) -> str:
        items = [self._term(item, depth + 1) for item in self._items(node)]
        line = " ".join(items)
        if "\n" not in line and len(line) <= LINE_LENGTH:
            return f"( {line} )"
        inner = "\n" + INDENT * (depth + 1)
        return f"({inner}{inner.join(items)}\n{INDENT * depth})"

    def _items(self, node: Node | None) -> Iterable[Node]:
        while node is not None and node != RDF.nil:
            self.written.add(node)
            yield from self.graph.objects(node, RDF.first)
            node = self.graph.value(node, RDF.rest)


def _directive(name: str, value: str) -> str:
    return f"@{name} {value} ."


def _quoted(text: str) -> str:
    if "\n" not in text:
        return '"' + "".join(ESCAPES.get(sign, sign) for sign in text) + '"'
    kept = {sign: escape for sign, escape in ESCAPES.items() if sign not in '\n\t"'}
    body = "".join(kept.get(sign, sign) for sign in text).replace('"""', '""\\"')
    return '"""' + (body[:-1] + '\\"' if body.endswith('"') else body) + '"""'
