"""Turtle in one stable form, so that a change of the ontology shows as exactly the lines that changed.

Statements are grouped by subject; subjects, predicates and objects have a fixed order; prefixes that are not used go. A
comment stays in front of the statement it precedes. Blank nodes are written inline, in the order of their content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.exceptions import ParserError
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS, XSD
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from medkg.errors import OntologyError, Place

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
ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
TOKEN: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"""' + r"|'''(?:[^'\\]|\\.|'{1,2}(?!'))*'''"
    r'|"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*'" + r"|<[^<>\s]*>|(?P<comment>\#[^\n]*)|(?P<end>\.)(?=\s|\#|\Z)"
    r"|[^\s<\"'\#.]+(?:\.[^\s<\"'\#.]+)*|\.|\s+",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments of a file: those that open it, and those in front of a statement, by the statement's subject."""

    head: tuple[str, ...]
    before: dict[str, tuple[str, ...]]


def parse_turtle(text: str, name: str) -> Graph:
    """Give the triples of a Turtle text; ``name`` is what an error calls it. Only the text's own prefixes are bound.

    Raises:
        OntologyError: the text is not Turtle; names the line.
    """
    graph = Graph(bind_namespaces="none")
    try:
        graph.parse(data=text, format="turtle", publicID=f"file:///{name}")
    except BadSyntax as error:
        place = Place(name, error.lines + 1)
        raise OntologyError(f"not valid Turtle ({error._why})", place=place, remedy="Correct the file.") from error
    except (ParserError, ValueError) as error:
        raise OntologyError(f"not valid Turtle ({error})", place=Place(name), remedy="Correct the file.") from error
    return graph


def format_turtle(text: str, name: str) -> str:
    """Give the text in the stable form.

    Raises:
        OntologyError: the text is not Turtle, holds a comment inside a statement, or a blank node that has no stable place.
    """
    return write_turtle(parse_turtle(text, name), name, read_comments(text, name))


def write_turtle(graph: Graph, name: str, comments: Comments | None = None) -> str:
    """Give a graph as Turtle in the stable form, with the prefixes bound to it as far as they are used."""
    return _Writer(graph, name, comments or Comments((), {})).text()


def read_comments(text: str, name: str) -> Comments:
    """Give the comments of a Turtle text.

    Raises:
        OntologyError: a comment stands inside a statement, where the stable form has no place for it.
    """
    head, before, waiting = [], {}, []
    subject = ""
    for token in TOKEN.finditer(text):
        word = token.group()
        if token["comment"]:
            if subject:
                line = text.count("\n", 0, token.start()) + 1
                remedy = "Put it on a line of its own in front of the statement, or make it an rdfs:comment."
                raise OntologyError("a comment inside a statement", place=Place(name, line), value=word, remedy=remedy)
            waiting.append(word.rstrip())
        elif token["end"]:
            subject = ""
        elif not word.isspace() and not subject:
            subject = word
            if word in ("@prefix", "@base", "PREFIX", "BASE"):
                head += waiting
            elif waiting:
                before[word] = before.get(word, ()) + tuple(waiting)
            waiting = []
    return Comments(tuple(head), before if not waiting else before | {"": tuple(waiting)})


class _Writer:
    """Writes one graph; holds its prefixes and which blank nodes were written."""

    def __init__(self, graph: Graph, name: str, comments: Comments) -> None:
        self.graph = graph
        self.name = name
        self.comments = comments
        self.namespaces = sorted(((str(iri), prefix) for prefix, iri in graph.namespaces()), key=lambda item: -len(item[0]))
        self.used: set[str] = set()
        self.written: set[Node] = set()

    def text(self) -> str:
        named = sorted((s for s in set(self.graph.subjects()) if isinstance(s, URIRef)), key=self._subject_key)
        blocks = [self._block(subject) for subject in named]
        blocks += sorted(self._inline(subject, 0) + " .\n" for subject in self._unreferenced())
        self._refuse_unwritten()
        prefixes = sorted((prefix, iri) for iri, prefix in self.namespaces if prefix in self.used)
        opening = [*self.comments.head, *([""] if self.comments.head else [])]
        opening += [f"@prefix {prefix}: <{iri}> ." for prefix, iri in prefixes]
        closing = [*self.comments.before.get("", ())]
        return "\n".join(["\n".join(opening) + "\n" if opening else "", *blocks, *(f"{line}\n" for line in closing)]).lstrip("\n")

    def _unreferenced(self) -> list[BNode]:
        used = {o for o in self.graph.objects() if isinstance(o, BNode)}
        return [s for s in set(self.graph.subjects()) if isinstance(s, BNode) and s not in used]

    def _refuse_unwritten(self) -> None:
        left = {s for s in self.graph.subjects() if isinstance(s, BNode)} - self.written
        if left:
            raise OntologyError("a circle of blank nodes", place=Place(self.name), remedy="Give one of them an IRI.")

    def _subject_key(self, subject: URIRef) -> tuple[int, str]:
        types = set(self.graph.objects(subject, RDF.type))
        kinds = (number for number, kind in enumerate(SUBJECT_KINDS) if types.intersection(kind))
        return next(kinds, len(SUBJECT_KINDS)), str(subject)

    def _block(self, subject: URIRef) -> str:
        short = self._iri(subject)
        comments = self.comments.before.get(short) or self.comments.before.get(f"<{subject}>") or ()
        return "".join(f"{line}\n" for line in comments) + f"{short} {self._statements(subject, 1)} .\n"

    def _statements(self, subject: Node, depth: int) -> str:
        self.written.add(subject)
        indent = "\n" + "    " * depth
        predicates = sorted(set(self.graph.predicates(subject)), key=self._predicate_key)
        lines = [f"{self._predicate(p)} {self._objects(subject, p, depth)}" for p in predicates]
        return f" ;{indent}".join(lines)

    def _predicate_key(self, predicate: Node) -> tuple[int, str]:
        known = FIRST_PREDICATES.index(predicate) if predicate in FIRST_PREDICATES else len(FIRST_PREDICATES)
        return known, self._predicate(predicate)

    def _predicate(self, predicate: Node) -> str:
        return "a" if predicate == RDF.type else self._iri(predicate)

    def _objects(self, subject: Node, predicate: Node, depth: int) -> str:
        terms = [(self._object_key(o), self._term(o, depth + 1)) for o in self.graph.objects(subject, predicate)]
        return (" ,\n" + "    " * (depth + 1)).join(text for _, text in sorted(terms))

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
            return f"( {' '.join(self._term(item, depth) for item in self._items(node))} )"
        indent = "\n" + "    " * depth
        return f"[{indent}    {self._statements(node, depth + 1)}{indent}]" if (node, None, None) in self.graph else "[]"

    def _items(self, node: Node | None) -> Iterable[Node]:
        while node is not None and node != RDF.nil:
            self.written.add(node)
            yield from self.graph.objects(node, RDF.first)
            node = self.graph.value(node, RDF.rest)


def _quoted(text: str) -> str:
    if "\n" not in text:
        return '"' + "".join(ESCAPES.get(sign, sign) for sign in text) + '"'
    kept = {sign: escape for sign, escape in ESCAPES.items() if sign not in '\n\t"'}
    body = "".join(kept.get(sign, sign) for sign in text).replace('"""', '""\\"')
    return '"""' + (body[:-1] + '\\"' if body.endswith('"') else body) + '"""'
