"""The measurements of the analyses as a table, one column for each size of registry and their growth beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medkg.bench.analyses import AnalysesMeasurement
from medkg.bench.judging import Judged

_HEADINGS = ("analysis", "asked", "rows", "MiB")


def analyses_table(found: AnalysesMeasurement) -> str:
    """Give what ``medkg bench analyses`` measured; growth is the time on the largest by that on the smallest."""
    lines = [[*_HEADINGS, *(f"{size.quads:,}" for size in found.sizes), *(["growth"] if len(found.sizes) > 1 else [])]]
    by_case: dict[tuple[str, str], list[Judged]] = {}
    for size in found.sizes:
        for one in size.judged:
            by_case.setdefault((one.analysis, one.what), []).append(one)
    lines += [_line(key, judged, len(found.sizes)) for key, judged in by_case.items()]
    return "\n".join(("seconds of processor", *_aligned(lines), _verdict(found)))


def _line(key: tuple[str, str], judged: Sequence[Judged], sizes: int) -> list[str]:
    largest = judged[-1]
    line = [*key, f"{largest.rows:,}", f"{largest.peak_mib:,.0f}", *map(_seconds, judged)]
    if sizes > 1:
        first = judged[0].seconds
        line.append("" if largest.failed or not first else f"{largest.seconds / first:.1f}")
    return line


def _seconds(one: Judged) -> str:
    return one.failed or f"{one.seconds:.3f}{' (slow)' if one.slow else ''}"


def _aligned(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    columns = max(map(len, lines))
    widths = [max(len(line[place]) for line in lines if place < len(line)) for place in range(columns)]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=False)).rstrip()


def _verdict(found: AnalysesMeasurement) -> str:
    measured = sum(len(size.judged) for size in found.sizes)
    return f"{measured} measurements, {len(found.slow)} of them slower than wanted or without an answer"
