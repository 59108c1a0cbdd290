"""The colours of pictures: each kind of mark has inks, which a page takes from its style sheet and a file has itself.

A colour is never the only sign: what it tells is also said by a shape, a dash or a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

#: Ink → its colour on a light and on a dark ground. The names are those of the variables in the style sheet.
INKS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "paper": ("#fbfaf7", "#11191d"),
        "card": ("#ffffff", "#182328"),
        "ink": ("#1d2a30", "#e6ecee"),
        "soft": ("#55656d", "#a3b2b9"),
        "line": ("#dcdfdc", "#2d3b42"),
        "sea": ("#0d5c75", "#79c4dc"),
        "sea-soft": ("#e3eff2", "#173440"),
        "clay": ("#a84f1f", "#efa878"),
        "clay-soft": ("#f8ebe1", "#3a2618"),
        "leaf": ("#2f6b4f", "#8bd1ae"),
        "leaf-soft": ("#e5f1ea", "#17332a"),
        "plum": ("#67498f", "#c3a9ea"),
        "plum-soft": ("#efe9f6", "#2c2340"),
    }
)
#: Kind → SVG attribute → ink, ``none``, or a plain value.
KINDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "ground": {"fill": "card"},
        "text": {"fill": "ink"},
        "quiet": {"fill": "soft"},
        "halo": {
            "fill": "ink",
            "stroke": "card",
            "stroke-width": "2.5",
            "stroke-opacity": "0.8",
            "stroke-linejoin": "round",
            "paint-order": "stroke",
        },
        "strong": {"fill": "ink", "font-weight": "650"},
        "inside": {"fill": "card", "font-weight": "650"},
        "axis": {"stroke": "line"},
        "track": {"fill": "sea-soft"},
        "academia": {"fill": "sea"},
        "business": {"fill": "clay"},
        "government": {"fill": "plum"},
        "civil-society": {"fill": "leaf"},
        "several": {"fill": "ink"},
        "unknown": {"fill": "card", "stroke": "soft", "stroke-width": "1.5", "stroke-dasharray": "4 3"},
        "certain": {"fill": "sea"},
        "possible": {"fill": "sea-soft", "stroke": "sea", "stroke-width": "1", "stroke-dasharray": "3 2"},
        "open": {"stroke": "sea", "stroke-dasharray": "2 4"},
        "land": {"fill": "line", "stroke": "card", "stroke-width": "0.6"},
        "known": {"fill": "sea-soft", "stroke": "soft", "stroke-width": "0.7"},
        "amount": {"fill": "sea", "fill-opacity": "0.88", "stroke": "card", "stroke-width": "1"},
        "tie": {"stroke": "clay", "stroke-opacity": "0.5", "fill": "none"},
        "link": {"stroke": "soft", "stroke-opacity": "0.35", "fill": "none"},
        "target": {"stroke": "ink"},
    }
)
#: An ink → what stands in the attribute.
Colours = Callable[[str], str]


def on_page(ink: str) -> str:
    """Give an ink as the page's style sheet has it, light or dark as the reader likes."""
    return f"var(--{ink}, {INKS[ink][0]})"


def light(ink: str) -> str:
    """Give an ink for a file with a light ground."""
    return INKS[ink][0]


def dark(ink: str) -> str:
    """Give an ink for a file with a dark ground."""
    return INKS[ink][1]


def attributes(kind: str, colours: Colours) -> dict[str, str]:
    """Give the SVG attributes of a kind of mark."""
    return {name: colours(value) if value in INKS else value for name, value in KINDS[kind].items()}
