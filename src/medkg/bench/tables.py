"""Measurements as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from medkg.bench.endpoint import EndpointMeasurement
from medkg.bench.soak import Soak

_PEER = "oxigraph"


def endpoint_table(found: EndpointMeasurement) -> str:
    """Give what ``medkg bench endpoint`` measured, one line a figure, ratios beside it."""
    plan = found.plan
    lines = [f"{plan.quads:,} quads, {plan.workers} server processes, load by {found.generator}"]
    return "\n".join([*lines, *_rates(found), *_streams(found), *_disturbed(found), *_kills(found), *_skipped(found)])


def _rates(found: EndpointMeasurement) -> Iterator[str]:
    for item in found.rates:
        peer = found.rate(_PEER, item.what, item.connections)
        beside = f" ({item.rate / peer:.2f} of {_PEER})" if peer and item.server != _PEER else ""
        failed = f", {item.failed:,} FAILED" if item.failed else ""
        again = ", some questions more than once" if item.repeated and item.what == "distinct" else ""
        yield (
            f"{item.what}, {item.connections} connections, {item.server}: {item.rate:,.0f} a second{beside}; "
            f"p50 {item.p50_ms:.2f} ms, p99 {item.p99_ms:.2f} ms{failed}{again}"
        )


def _streams(found: EndpointMeasurement) -> Iterator[str]:
    times = {(item.server, item.format): item.seconds for item in found.streams}
    for item in found.streams:
        peer = times.get((_PEER, item.format))
        beside = f" ({peer / item.seconds:.2f} of the speed of {_PEER})" if peer and item.server != _PEER else ""
        yield (
            f"{item.rows:,} rows as {item.format}, {item.server}: {item.seconds:.2f} s{beside}, {item.mib:,.0f} MiB; "
            f"web processes {item.web_before_mib:,.0f} MiB, at most {item.web_most_mib:,.0f} MiB; "
            f"all processes {item.all_before_mib:,.0f} MiB, at most {item.all_most_mib:,.0f} MiB"
        )


def _disturbed(found: EndpointMeasurement) -> Iterator[str]:
    for item in found.disturbed:
        failed = f", {item.failed:,} FAILED" if item.failed else ""
        yield (
            f"{item.question} beside four endless queries, {item.server}: p99 {item.quiet_p99_ms:.2f} ms alone, "
            f"{item.disturbed_p99_ms:.2f} ms beside them ({item.ratio:.1f} times){failed}"
        )


def _kills(found: EndpointMeasurement) -> Iterator[str]:
    if found.kills:
        item = found.kills
        yield (
            f"{item.killed:,} queries stopped at {item.limit_seconds:g} s: {item.late_median * 1000:.0f} ms late at "
            f"the median, {item.late_most * 1000:.0f} ms at most; web processes {item.before.web_mib:,.0f} MiB before, "
            f"{item.after.web_mib:,.0f} MiB after; all {item.before.all_mib:,.0f} and {item.after.all_mib:,.0f} MiB; "
            f"open files {item.before.web_files} and {item.after.web_files}"
        )


def _skipped(found: EndpointMeasurement) -> Iterator[str]:
    for reason in found.skipped:
        yield f"NOT MEASURED: {reason}"


def soak_table(found: Soak) -> str:
    """Give what ``medkg bench soak`` found: visits, errors, and the server at the beginning, a third and the end."""
    lines = [f"{found.minutes:g} minutes, {found.done.total():,} visits, {found.wrong.total():,} wrong"]
    lines += [f"{name}: {number:,}" for name, number in sorted(found.done.items())]
    lines += [f"WRONG {number:,} times: {what}" for what, number in found.wrong.most_common()]
    samples = found.samples
    for item in (samples[0], samples[len(samples) // 3], samples[-1]):
        lines.append(
            f"after {item.second:,.0f} s: web processes {item.web_mib:,.0f} MiB, {item.web_files} open files; all "
            f"{item.processes} processes {item.all_mib:,.0f} MiB; generation {item.generation}, {item.generations} "
            f"kept, {item.disk_mib:,.0f} MiB on disk"
        )
    return "\n".join(lines)
