"""The search among made-up things: how long indexing, opening the file and answering distinct searches take."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from medkg.search.asking import Found, Search
from medkg.search.facets import facets
from medkg.search.index import TEXTS, SearchIndex, index_arrays
from medkg.search.matching import best_name, snippet_of
from medkg.search.storing import read, write
from medkg.search.things import Thing, in_order

Say = Callable[[str], None]
#: Hits of a page, and names that are suggested.
_PAGE: Final = 50
_SUGGESTED: Final = 8
_SYLLABLES: Final = tuple(first + second for first in "bdfgklmnprstvz" for second in "aeiou")
#: A copy of a thing has this chance to have a word of its own in its name.
_OWN_WORD: Final = 0.7


@dataclass(frozen=True, slots=True)
class Timed:
    """Distinct searches of one sort: in how many milliseconds of processor half, 95 of 100 and all were answered."""

    what: str
    searches: int
    p50_ms: float
    p95_ms: float
    most_ms: float
    slowest: str


@dataclass(frozen=True, slots=True)
class SearchMeasurement:
    """What was measured with so many things."""

    things: int
    index_seconds: float
    file_mib: float
    open_ms: float
    warm_ms: float
    peak_mib: float
    timed: tuple[Timed, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give the measurement for a program."""
        return asdict(self)


def measure_search(
    originals: Sequence[Thing], count: int, searches: int, seed: int, folder: Path, say: Say
) -> SearchMeasurement:
    """Measure the search among so many copies of things, each with another IRI and often another name."""
    chance = random.Random(seed)  # noqa: S311 - a choice, no secret
    say(f"making {count:,} things")
    things = in_order(_copies(originals, count, chance))
    asked = list(_texts(things, searches, chance))
    choices = [_choices(things, chance) for _ in asked]
    say("indexing them")
    start = time.process_time()
    path = folder / "bench.index"
    write(path, index_arrays(things))
    indexed = time.process_time() - start
    del things
    return _asked(path, indexed, count, asked, choices, say)


def _asked(
    path: Path, indexed: float, count: int, asked: Sequence[str], choices: Sequence[Mapping[str, Any]], say: Say
) -> SearchMeasurement:
    start = time.perf_counter()
    index = SearchIndex(read(path))
    opened = time.perf_counter() - start
    start = time.process_time()
    index.warm()
    first = time.process_time() - start
    say(f"asking {len(asked):,} searches of each sort")
    pairs = list(zip(asked, choices, strict=True))
    timed = (
        _timed("searches", [Search(text) for text in asked], lambda search: _page(index, search)),
        _timed("searches with filters", [Search(*pair) for pair in pairs], lambda search: _page(index, search)),
        _timed("filters alone", [Search("", one) for one in choices], lambda search: _page(index, search)),
        _timed("suggestions", _typed(asked), lambda search: _suggested(index, search)),
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = path.stat().st_size / 2**20
    return SearchMeasurement(count, indexed, size, opened * 1000, first * 1000, peak, timed)


def _timed(what: str, searches: Sequence[Search], ask: Callable[[Search], None]) -> Timed:
    times = []
    for search in searches:
        start = time.process_time()
        ask(search)
        times.append(((time.process_time() - start) * 1000, search))
    ordered = sorted(times, key=lambda item: item[0])
    half, most = ordered[len(ordered) // 2][0], ordered[len(ordered) * 95 // 100][0]
    longest, slowest = ordered[-1]
    return Timed(what, len(ordered), half, most, longest, f"{slowest.text} {dict(slowest.chosen)}")


def _page(index: SearchIndex, search: Search) -> None:
    """Do what a page needs of the index: hits with where they matched, and the counts of all facets."""
    found = Found(index, search)
    for number in found.numbers(0, _PAGE, "" if search.text else "name-en"):
        index.iri(number)
        if search.text and found.rank(number) == TEXTS:
            snippet_of(index.texts(number), search.text)
        elif search.text:
            best_name(index.names(number), search.text)
    for facet in facets():
        found.counts(facet.name)


def _suggested(index: SearchIndex, search: Search) -> None:
    for number in Found(index, search).numbers(0, _SUGGESTED):
        index.iri(number)
        best_name(index.names(number), search.text)


def _typed(asked: Sequence[str]) -> list[Search]:
    """Give the searches of people who type: each text up to some letter, none of them twice."""
    return [Search(text) for text in dict.fromkeys(text[: 2 + number % 9] for number, text in enumerate(asked))]


def _copies(originals: Sequence[Thing], count: int, chance: random.Random) -> Iterator[Thing]:
    for number in range(count):
        copy, original = divmod(number, len(originals))
        yield _copy(originals[original], copy, chance) if copy else originals[original]


def _copy(thing: Thing, number: int, chance: random.Random) -> Thing:
    own = _word(chance) if chance.random() < _OWN_WORD else str(number)
    names = [(f"{name} {own}", language) for name, language in thing.names]
    labels = {language: f"{name} {own}" for language, name in thing.labels.items()}
    values = {name: set(values) for name, values in thing.values.items()}
    return Thing(f"{thing.iri}-{number}", names, thing.texts, labels, values, thing.budget)


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4))).capitalize()


def _texts(things: Sequence[Thing], count: int, chance: random.Random) -> Iterator[str]:
    """Give distinct searches like those of people: names, some words of one, beginnings, slips, words of texts."""
    told: set[str] = set()
    while len(told) < count:
        thing = chance.choice(things)
        text = _text(thing, chance)[:60].strip()
        if text and text not in told:
            told.add(text)
            yield text


def _text(thing: Thing, chance: random.Random) -> str:
    name = chance.choice(thing.names)[0]
    words = name.split() or [name]
    one = chance.choice(words)
    sort = chance.random()
    if sort < 0.3:
        return name
    if sort < 0.55:
        return " ".join(chance.sample(words, min(2, len(words))))
    if sort < 0.75:
        return one[: chance.randint(3, 6)]
    if sort < 0.9:
        place = chance.randrange(len(one))
        return one[:place] + one[place + 1 :]
    return chance.choice(thing.texts)[0].split()[0] if thing.texts and thing.texts[0][0].split() else one


def _choices(things: Sequence[Thing], chance: random.Random) -> dict[str, list[str]]:
    """Give choices in one to three facets, as frequent ones as things have them."""
    found: dict[str, list[str]] = {}
    for _ in range(chance.randint(1, 3)):
        thing = chance.choice(things)
        name = chance.choice(sorted(thing.values))
        found[name] = [chance.choice(sorted(thing.values[name]))]
    return found


def search_table(found: Sequence[SearchMeasurement]) -> str:
    """Give the measurements as text for people."""
    lines: list[str] = []
    for item in found:
        lines.append(
            f"{item.things:,} things: indexed in {item.index_seconds:.0f} s of processor, {item.file_mib:,.0f} MiB; "
            f"opened in {item.open_ms:.0f} ms, ready after {item.warm_ms:.0f} ms; peak {item.peak_mib:,.0f} MiB"
        )
        lines += [
            f"  {one.searches:,} {one.what}: half within {one.p50_ms:.1f} ms, 95 of 100 within {one.p95_ms:.1f} ms, "
            f"all within {one.most_ms:.0f} ms ({one.slowest.strip()})"
            for one in item.timed
        ]
    return "\n".join(lines)
