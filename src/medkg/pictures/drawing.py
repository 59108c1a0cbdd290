"""The pictures by their ids, and the one way to draw them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from medkg.analysis.report import Report
from medkg.pictures import countries, helix, indicators, money, network
from medkg.pictures.definition import Definition
from medkg.pictures.lettering import cleaned
from medkg.pictures.scene import Scene
from medkg.pictures.wording import Wording

Draw = Callable[[Report, Wording, Mapping[str, str]], Scene]
#: Id → what draws. Each has a definition of the same id.
DRAWERS: Final[Mapping[str, Draw]] = MappingProxyType(
    {
        "countries": countries.draw,
        "helix": helix.draw,
        "indicators": indicators.draw,
        "money": money.draw,
        "network": network.draw,
        "partnerships": countries.draw_partnerships,
    }
)


def draw(
    definition: Definition, report: Report, wording: Wording, options: Mapping[str, str], about: str = ""
) -> Scene:
    """Give the picture of a report; ``options`` are the choices by their names, ``about`` names what it is about."""
    scene = DRAWERS[definition.id](report, wording, options)
    return replace(scene, title=f"{scene.title}: {cleaned(about)}") if about else scene
