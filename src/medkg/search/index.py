"""The index of one generation: which things a text finds and how well, in arrays that several processes can share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from typing import Any, Final

import numpy as np

from medkg.search.columns import Column, Documents, column_arrays
from medkg.search.facets import facets
from medkg.search.folding import LONGEST_QUERY, LONGEST_WORD, fold, run_together, skeleton, without_vowels
from medkg.search.kinds import HELPER_KINDS
from medkg.search.lexicon import Array, Lexicon, LexiconDraft, packed
from medkg.search.things import Thing
from medkg.settings import LANGUAGES

#: How well a thing matches, the best first; :data:`NOT_FOUND` stands behind all of them.
EXACT, BEGINS, WORDS, JOINED, INSIDE, TYPO, BONES, TEXTS = range(8)
NOT_FOUND: Final = 255
#: Where words as they stand find fewer things than this, they are looked for inside words and with slips, too.
FEW: Final = 3
#: Words that are tried for one that is inside them or near to it.
_MOST_WORDS: Final = 50
_LEXICONS: Final = ("names", "words", "joined", "bones", "vowelless", "text-words")
_KEPT_QUERIES: Final = 32
_NO_NAME: Final = "qzxjqzxj"


class SearchIndex:
    """Things by number, in the order in which they are given where they match alike."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = arrays
        self._lexicons = {name: Lexicon(_part(arrays, name)) for name in _LEXICONS}
        self.columns = {facet.name: Column(_part(arrays, f"facet-{facet.name}"), len(self)) for facet in facets()}
        self.helpers = self.columns["kind"].having(HELPER_KINDS)
        self.ranks: Callable[[str], Array] = lru_cache(maxsize=_KEPT_QUERIES)(self._ranks)

    def __len__(self) -> int:
        return len(self._arrays["iris-at"]) - 1

    def warm(self) -> None:
        """Make now what the first searches would have to wait for."""
        self._lexicons["words"].near(_NO_NAME)
        self._lexicons["words"].holding(_NO_NAME, 1)
        for column in self.columns.values():
            column.counts(Documents(np.ones(len(self), dtype=bool)))

    def order(self, name: str) -> Array:
        """Give all things in an order: ``newest``, ``budget``, or ``name-`` with a language."""
        return self._arrays[f"order-{name}"]

    def iri(self, number: int) -> str:
        """Give the IRI of a thing."""
        return self._item("iris", number).decode()

    def names(self, number: int) -> list[tuple[str, str]]:
        """Give the names of a thing, each with its language."""
        return [(name, language) for name, language in json.loads(self._item("told-names", number))]

    def texts(self, number: int) -> list[tuple[str, str]]:
        """Give the texts of a thing, each with its language."""
        return [(text, language) for text, language in json.loads(self._item("told-texts", number))]

    def corrected(self, text: str) -> str:
        """Give a text with the nearest known word for each unknown one; an empty text where that changes nothing."""
        words = fold(text[:LONGEST_QUERY]).split()
        told = [self._known_word(word) for word in words]
        return " ".join(told) if told != words else ""

    def _known_word(self, word: str) -> str:
        names, texts = self._lexicons["words"], self._lexicons["text-words"]
        if names.completions(word) or texts.completions(word):
            return word
        near = names.near(word)
        return names.key(near[0]) if near else word

    def _item(self, name: str, number: int) -> bytes:
        at = self._arrays[f"{name}-at"]
        return self._arrays[name][at[number] : at[number + 1]].tobytes()

    def _ranks(self, text: str) -> Array:
        """Give for each thing how well it matches a text. The array is kept: it is not to be changed."""
        ranks = np.full(len(self), NOT_FOUND, dtype=np.uint8)
        key = fold(text[:LONGEST_QUERY])
        words = [word[:LONGEST_WORD] for word in dict.fromkeys(key.split())]
        if words:
            self._as_it_stands(key, words, ranks)
            self._by_consonants(text, key, ranks)
            if np.count_nonzero(ranks != NOT_FOUND) < FEW:
                self._nearly(words, ranks)
        ranks.flags.writeable = False
        return ranks

    def _as_it_stands(self, key: str, words: Sequence[str], ranks: Array) -> None:
        # The worst first: what is found in a better way, too, is ranked again.
        names, told, joined = (self._lexicons[name] for name in ("words", "text-words", "joined"))
        in_names = [self._mask(names.beginning(word)) for word in words]
        in_texts = [self._mask(told.beginning(word)) | mask for word, mask in zip(words, in_names, strict=True)]
        np.copyto(ranks, np.uint8(TEXTS), where=_all(in_texts))
        tight = key.replace(" ", "")[:LONGEST_WORD]
        ranks[joined.beginning(tight)] = JOINED
        if len(words) > 1:
            ranks[names.beginning(tight)] = JOINED
        np.copyto(ranks, np.uint8(WORDS), where=_all(in_names))
        ranks[self._lexicons["names"].beginning(key)] = BEGINS
        ranks[self._lexicons["names"].exactly(key)] = EXACT

    def _by_consonants(self, text: str, key: str, ranks: Array) -> None:
        """Find names across scripts: where one of the two sides leaves the vowels out, its consonants are compared."""
        bones = skeleton(key).split()
        abjad = without_vowels(text)
        if bones and (abjad or not np.any(ranks != NOT_FOUND)):
            lexicon = self._lexicons["bones" if abjad else "vowelless"]
            masks = [self._mask(lexicon.beginning(bone)) for bone in bones]
            self._improve(ranks, _all(masks), BONES)

    def _nearly(self, words: Sequence[str], ranks: Array) -> None:
        """Find names with the words inside other words, or with a slip in them where nothing begins like them."""
        lexicon = self._lexicons["words"]
        near = [
            self._mask(lexicon.beginning(word)) if lexicon.completions(word) else self._slipped(word) for word in words
        ]
        self._improve(ranks, _all(near), TYPO)
        if np.count_nonzero(ranks != NOT_FOUND) >= FEW:
            return
        inside = [self._mask(lexicon.of_keys(lexicon.holding(word, _MOST_WORDS))) for word in words]
        self._improve(ranks, _all(inside), INSIDE)

    def _slipped(self, word: str) -> Array:
        lexicon = self._lexicons["words"]
        return self._mask(lexicon.of_keys(lexicon.near(word)[:_MOST_WORDS]))

    def _mask(self, numbers: Array) -> Array:
        found = np.zeros(len(self), dtype=bool)
        found[numbers] = True
        return found

    @staticmethod
    def _improve(ranks: Array, which: Array, rank: int) -> None:
        np.copyto(ranks, np.uint8(rank), where=which & (ranks > rank))


def _all(masks: Sequence[Array]) -> Array:
    """Give where all masks are true; there is one at least."""
    return reduce(np.logical_and, masks)


def index_arrays(things: Sequence[Thing]) -> dict[str, Array]:
    """Give the arrays of an index over things, which stand in the order in which they are numbered."""
    drafts = {name: LexiconDraft() for name in _LEXICONS}
    for number, thing in enumerate(things):
        _note(drafts, number, thing)
    found = _named({name: draft.arrays() for name, draft in drafts.items()})
    for facet in facets():
        found |= _named({f"facet-{facet.name}": column_arrays([thing.values.get(facet.name, ()) for thing in things])})
    for name, keys in _orders(things):
        found |= {f"order-{name}": _ordered(keys)}
    found |= packed([thing.iri.encode() for thing in things], "iris")
    found |= packed([_json(thing.names) for thing in things], "told-names")
    return found | packed([_json(thing.texts) for thing in things], "told-texts")


def _orders(things: Sequence[Thing]) -> Iterator[tuple[str, list[Any]]]:
    """Give by what things are put in each of the other orders; what is not known comes last."""
    for language in LANGUAGES:
        yield f"name-{language}", [thing.shown(language).casefold() for thing in things]
    yield "newest", [-thing.latest for thing in things]
    yield "budget", [(thing.budget is None, -(thing.budget or 0)) for thing in things]


def _ordered(keys: Sequence[Any]) -> Array:
    """Give the numbers of things in the order of keys, as they are numbered among equals."""
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.uint32)


def _note(drafts: Mapping[str, LexiconDraft], number: int, thing: Thing) -> None:
    """Note by what a thing is found."""
    keys = {fold(name): without_vowels(name) for name, _ in thing.names}
    split = [key.split() for key in keys]
    drafts["names"].add(number, sorted({key[:LONGEST_QUERY] for key in keys if key}))
    drafts["words"].add(number, sorted({word[:LONGEST_WORD] for words in split for word in words}))
    drafts["joined"].add(number, sorted({word for words in split for word in run_together(words)}))
    drafts["bones"].add(number, sorted({bone[:LONGEST_WORD] for key in keys for bone in skeleton(key).split()}))
    abjad = {bone[:LONGEST_WORD] for key, vowelless in keys.items() if vowelless for bone in skeleton(key).split()}
    drafts["vowelless"].add(number, sorted(abjad))
    texts = {word[:LONGEST_WORD] for text, _ in thing.texts for word in fold(text).split()}
    drafts["text-words"].add(number, sorted(texts))


def _json(texts: Sequence[tuple[str, str]]) -> bytes:
    return json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _named(parts: Mapping[str, Mapping[str, Array]]) -> dict[str, Array]:
    return {f"{name}.{key}": array for name, arrays in parts.items() for key, array in arrays.items()}


def _part(arrays: Mapping[str, Array], name: str) -> dict[str, Array]:
    start = f"{name}."
    return {key.removeprefix(start): array for key, array in arrays.items() if key.startswith(start)}
