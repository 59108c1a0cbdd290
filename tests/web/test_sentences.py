"""What a thing is, in one sentence: each kind in each language, grammatical whatever is known and whatever is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from medkg.namespaces import DCTERMS, ID, MK, RDF, SCHEME, SKOS
from medkg.settings import LANGUAGES
from medkg.web.describe import Story
from medkg.web.display import Display
from medkg.web.incoming import Tallies
from medkg.web.labels import Labels
from medkg.web.sentences import NOUNS, TOLD_KINDS, Known, noun_of, sentence_of
from medkg.web.statements import Origin, Statement, Status, Thing
from medkg.web.wording import LONGEST_PLAIN, plain

Value = ox.NamedNode | ox.Literal
NAMES = [
    (f"{ID}programme/p", "ENI CBC Med 2014-2020", "en"),
    (f"{ID}place/spain", "Spain", "en"),
    (f"{ID}place/spain", "Espagne", "fr"),
    (f"{ID}place/spain", "España", "es"),
    (f"{ID}place/spain", "Spagna", "it"),
    (f"{ID}place/spain", "إسبانيا", "ar"),
    (f"{SCHEME}value-chain/textile", "textile", "en"),
    (f"{SCHEME}value-chain/olive", "olive oil", "en"),
]


def thing(iri: str, **said: Value | list[Value]) -> Thing:
    """Give a thing of which this is said; a name with an underscore in front is one of another vocabulary."""
    outside = {"_type": RDF + "type", "_publisher": DCTERMS + "publisher", "_definition": SKOS + "definition"}
    properties: dict[str, tuple[Statement, ...]] = {}
    for name, values in said.items():
        predicate = outside.get(name, MK + name)
        several = values if isinstance(values, list) else [values]
        properties[predicate] = tuple(Statement(iri, predicate, value, (Origin(Status.STATED),)) for value in several)
    return Thing(iri, properties)


def story(about: Thing) -> Story:
    return Story(about, {}, {}, ())


def said(known: Known, language: str, *names: tuple[str, str, str]) -> str:
    return sentence_of(known, Display(Labels([*NAMES, *names]), language)).text


def node(text: str) -> ox.NamedNode:
    return ox.NamedNode(ID + text)


def one(kind: str, counts: Mapping[tuple[str, str], int] | None = None, **more: object) -> Known:
    """Give what is known of one thing of a kind: as much as a sentence about it can tell."""
    facts: dict[str, dict[str, Value | list[Value]]] = {
        "project": {"_type": ox.NamedNode(MK + "Project"), "underProgramme": node("programme/p")},
        "programme": {"periodStart": ox.Literal(2014), "periodEnd": ox.Literal(2020)},
        "actor": {"country": node("place/spain"), "partnerIn": [node("project/a"), node("project/b")]},
        "structure": {
            "_type": ox.NamedNode(MK + "Cluster"),
            "country": node("place/spain"),
            "foundedOn": ox.Literal("2010-05", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#gYearMonth")),
            "structureStatus": ox.NamedNode(SCHEME + "structure-status/planned"),
            "hasMember": [node("actor/a")],
            "participatesIn": [node("project/a")],
            "worksOnValueChain": [ox.NamedNode(SCHEME + "value-chain/textile")],
        },
        "place": {"_type": ox.NamedNode(MK + "Region"), "country": node("place/spain")},
        "source": {"_publisher": ox.Literal("Interact")},
    }
    prefix = SCHEME + "value-chain" if kind == "valuechain" else SCHEME + kind
    iri = f"{prefix}/x" if kind in {"valuechain", "theme", "sector"} else f"{ID}{kind}/x"
    return Known(story(thing(iri, **facts.get(kind, {}))), Tallies(counts or {}), **more)  # type: ignore[arg-type]


PROJECT = one("project", partners=7, countries=6)
PROGRAMME = one("programme", {(MK + "underProgramme", "project"): 38})
PLACE = one(
    "place", {(MK + "country", "actor"): 1, (MK + "country", "structure"): 2, (MK + "coversArea", "project"): 3}
)
CHAIN = one("valuechain", {(MK + "worksOnValueChain", "structure"): 11, (MK + "targetsValueChain", "project"): 1})
THEME = one("theme", {(MK + "hasTheme", "project"): 100})
SECTOR = one("sector", {(MK + "inSector", "structure"): 5, (MK + "inSector", "project"): 5})
INDICATOR = one("indicator", {(MK + "forIndicator", "target"): 2})
EXPECTED: dict[str, tuple[Known, tuple[str, str, str, str, str]]] = {
    "project": (
        PROJECT,
        (
            "X is a project of ENI CBC Med 2014-2020 with 7 partners in 6 countries.",
            "X est un projet du programme ENI CBC Med 2014-2020 avec 7 partenaires dans 6 pays.",
            "X es un proyecto del programa ENI CBC Med 2014-2020 con 7 socios en 6 países.",
            "X è un progetto del programma ENI CBC Med 2014-2020 con 7 partner in 6 Paesi.",
            "X مشروع ضمن برنامج ENI CBC Med 2014-2020 مع 7 شركاء في 6 بلدان.",
        ),
    ),
    "programme": (
        PROGRAMME,
        (
            "X is a funding programme (2014–2020) with 38 projects in this registry.",
            "X est un programme de financement (2014–2020) avec 38 projets dans ce registre.",
            "X es un programa de financiación (2014–2020) con 38 proyectos en este registro.",
            "X è un programma di finanziamento (2014–2020) con 38 progetti in questo registro.",
            "X برنامج تمويل (2014–2020) مع 38 مشروعًا في هذا السجل.",
        ),
    ),
    "actor": (
        one("actor"),
        (
            "X is an organisation (Spain) taking part in 2 projects.",
            "X est une organisation (Espagne) qui participe à 2 projets.",
            "X es una organización (España) que participa en 2 proyectos.",
            "X è un’organizzazione (Spagna) che partecipa a 2 progetti.",
            "X منظمة (إسبانيا) بمشاركة في مشروعين.",
        ),
    ),
    "structure": (
        one("structure"),
        (
            "X is a cluster (planned, Spain, since 2010) taking part in one project; known members: 1; "
            "value chain: textile.",
            "X est un cluster (à l’état de projet, Espagne, depuis 2010) qui participe à un projet ; membres connus : 1"
            " ; chaîne de valeur : textile.",
            "X es un clúster (en proyecto, España, desde 2010) que participa en un proyecto; miembros conocidos: 1; "
            "cadena de valor: textile.",
            "X è un cluster (in progetto, Spagna, dal 2010) che partecipa a un progetto; membri noti: 1; "
            "catena del valore: textile.",
            "X عنقود (قيد التخطيط، إسبانيا، منذ 2010) بمشاركة في مشروع واحد؛ الأعضاء المعروفون: 1؛ "
            "سلسلة القيمة: textile.",
        ),
    ),
    "place": (
        PLACE,
        (
            "X is a region (Spain) with one organisation, 2 clusters and networks, and 3 projects in this registry.",
            "X est une région (Espagne) avec une organisation, 2 clusters et réseaux et 3 projets dans ce registre.",
            "X es una región (España) con una organización, 2 clústeres y redes y 3 proyectos en este registro.",
            "X è una regione (Spagna) con un’organizzazione, 2 cluster e reti e 3 progetti in questo registro.",
            "X إقليم (إسبانيا) مع منظمة واحدة وتجمعين أو شبكتين و3 مشاريع في هذا السجل.",
        ),
    ),
    "valuechain": (
        CHAIN,
        (
            "X is a value chain with 11 clusters and networks and one project in this registry.",
            "X est une chaîne de valeur avec 11 clusters et réseaux et un projet dans ce registre.",
            "X es una cadena de valor con 11 clústeres y redes y un proyecto en este registro.",
            "X è una catena del valore con 11 cluster e reti e un progetto in questo registro.",
            "X سلسلة قيمة مع 11 تجمعًا وشبكة ومشروع واحد في هذا السجل.",
        ),
    ),
    "theme": (
        THEME,
        (
            "X is a theme with 100 projects in this registry.",
            "X est un thème avec 100 projets dans ce registre.",
            "X es un tema con 100 proyectos en este registro.",
            "X è un tema con 100 progetti in questo registro.",
            "X موضوع مع 100 مشروع في هذا السجل.",
        ),
    ),
    "sector": (
        SECTOR,
        (
            "X is a sector with 5 clusters and networks and 5 projects in this registry.",
            "X est un secteur avec 5 clusters et réseaux et 5 projets dans ce registre.",
            "X es un sector con 5 clústeres y redes y 5 proyectos en este registro.",
            "X è un settore con 5 cluster e reti e 5 progetti in questo registro.",
            "X قطاع مع 5 تجمعات وشبكات و5 مشاريع في هذا السجل.",
        ),
    ),
    "source": (
        one("source", statements=1),
        (
            "X is a source published by Interact with one statement in this registry.",
            "X est une source publiée par Interact avec un énoncé dans ce registre.",
            "X es una fuente publicada por Interact con un enunciado en este registro.",
            "X è una fonte pubblicata da Interact con un’asserzione in questo registro.",
            "X مصدر نشره Interact مع عبارة واحدة في هذا السجل.",
        ),
    ),
    "indicator": (
        INDICATOR,
        (
            "X is an indicator with 2 stated values in this registry.",
            "X est un indicateur avec 2 valeurs indiquées dans ce registre.",
            "X es un indicador con 2 valores indicados en este registro.",
            "X è un indicatore con 2 valori dichiarati in questo registro.",
            "X مؤشر مع قيمتين مذكورتين في هذا السجل.",
        ),
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", EXPECTED)
def test_each_kind_has_its_sentence_in_each_language(kind: str, language: str) -> None:
    known, sentences = EXPECTED[kind]
    sentence = dict(zip(("en", "fr", "es", "it", "ar"), sentences, strict=True))[language]
    assert said(known, language, (known.story.thing.iri, "X", language)) == sentence


def test_every_kind_with_a_sentence_is_tried() -> None:
    assert set(EXPECTED) == set(TOLD_KINDS)


def classes() -> Iterator[tuple[str, str]]:
    for kind, names in NOUNS.items():
        yield from ((kind, name) for name in names)


@pytest.mark.parametrize(("kind", "name"), list(classes()))
def test_the_most_telling_class_gives_the_noun(kind: str, name: str) -> None:
    also = [ox.NamedNode(MK + other) for other in ("Actor", "Project", name)]
    assert noun_of(thing(f"{ID}{kind}/x", _type=list(also))) == name.lower()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TOLD_KINDS)
def test_what_is_not_known_is_left_out(kind: str, language: str) -> None:
    iri = one(kind).story.thing.iri
    sentence = said(Known(story(Thing(iri)), Tallies({})), language, (iri, "X", language))
    assert sentence.startswith("X ")
    assert sentence.endswith(".")
    for sign in ("  ", "()", "%", "0", ";", " ."):
        assert sign not in sentence


@pytest.mark.parametrize(
    ("partners", "stated", "words"),
    [
        (1, None, "with one known partner"),
        (2, None, "with 2 partners"),
        (2, 9, "with 2 known partners"),
        (9, 9, "with 9 partners"),
        (1200, None, "with 1,200 partners"),
    ],
)
def test_partners_are_called_known_where_there_may_be_more(partners: int, stated: int | None, words: str) -> None:
    about = thing(f"{ID}project/x", **({"statedPartnerCount": ox.Literal(stated)} if stated else {}))
    assert f"{words}." in said(Known(story(about), Tallies({}), partners=partners), "en")


@pytest.mark.parametrize("count", range(0, 120))
def test_arabic_partners_agree_with_their_number(count: int) -> None:
    sentence = said(Known(story(thing(f"{ID}project/x")), Tallies({}), partners=count), "ar")
    last = count % 100
    wanted = "شركاء" if 3 <= last <= 10 else "شريكًا" if 11 <= last <= 99 else "شريك"
    assert count in {0, 1, 2} or f" {wanted}." in sentence


def test_many_value_chains_are_counted() -> None:
    chains: list[Value] = [ox.NamedNode(f"{SCHEME}value-chain/{number}") for number in range(7)]
    known = Known(story(thing(f"{ID}structure/x", worksOnValueChain=chains)), Tallies({}))
    assert said(known, "en").endswith("; value chains: 7.")


def test_a_definition_is_the_sentence_of_a_term_in_its_language() -> None:
    texts: list[Value] = [ox.Literal("Somebody who acts.", language="en"), ox.Literal("Qui agit.", language="fr")]
    known = Known(story(thing(MK + "Actor", _definition=texts)), Tallies({}))
    assert said(known, "fr") == "Qui agit."
    assert said(known, "es") == "Somebody who acts."
    piece = sentence_of(known, Display(Labels([]), "es")).pieces[0]
    assert getattr(piece, "language", None) == "en"


def test_what_has_no_words_of_its_own_goes_by_its_kind() -> None:
    assert said(Known(story(Thing(f"{ID}figure/x")), Tallies({})), "fr", (f"{ID}figure/x", "X", "fr")).startswith(
        "X : "
    )


@given(name=st.text(min_size=1, max_size=400), language=st.sampled_from(LANGUAGES), kind=st.sampled_from(TOLD_KINDS))
@hypothesis_settings(max_examples=60, deadline=None)
def test_any_name_stands_whole_and_apart_in_the_sentence(name: str, language: str, kind: str) -> None:
    known = one(kind, partners=3)
    sentence = sentence_of(known, Display(Labels([(known.story.thing.iri, name, "en")]), language))
    names = [piece for piece in sentence.pieces if not isinstance(piece, str)]
    assert name in {piece.text for piece in names}
    assert all("\x00" not in piece for piece in sentence.pieces if isinstance(piece, str))


@given(text=st.text(max_size=2_000))
@hypothesis_settings(max_examples=100, deadline=None)
def test_plain_text_is_one_short_line_that_turns_nothing(text: str) -> None:
    line = plain(text + "\u202eab\u2066\x00\n")
    assert len(line) <= LONGEST_PLAIN
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\n\r\t")
    assert plain(line) == line


def test_long_plain_text_says_that_it_goes_on() -> None:
    assert plain("x" * 10_000) == "x" * (LONGEST_PLAIN - 1) + "…"
