"""Which suites there are, what of them is not claimed, and a run of all of them against one server."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.w3c.description import check_description
from tests.w3c.evaluation import Failure, Loaded, check
from tests.w3c.exchanges import check_protocol, check_store
from tests.w3c.manifest import Case, Data, cases
from tests.w3c.servers import Server

FOLDER = Path(__file__).parent
ENTAILMENT, FEDERATION = "entailment", "federation"
#: Suites that are counted apart and not run: medkg claims neither.
APART = {
    ENTAILMENT: "medkg states what its rules infer as data; a query is answered under simple entailment",
    FEDERATION: "SERVICE is refused unless the operator allows its address; tests/outgoing tries it with real services",
}
EVALUATION = ("query evaluation 1.0", "query evaluation 1.1", "update evaluation 1.1", "result formats 1.1")
PROTOCOLS = ("protocol 1.1", "graph store protocol 1.1", "service description 1.1")
KINDS = {
    "QueryEvaluationTest": "query evaluation",
    "UpdateEvaluationTest": "update evaluation",
    "PositiveSyntaxTest": "query syntax",
    "NegativeSyntaxTest": "query syntax",
    "PositiveUpdateSyntaxTest": "update syntax",
    "NegativeUpdateSyntaxTest": "update syntax",
    "ProtocolTest": "protocol",
    "GraphStoreProtocolTest": "graph store protocol",
    "ServiceDescriptionTest": "service description",
}
GROUPS = {
    "sparql11/entailment": ENTAILMENT,
    "sparql11/service": FEDERATION,
    "sparql11/syntax-fed": FEDERATION,
    "sparql11/csv-tsv-res": "result formats 1.1",
    "sparql11/json-res": "result formats 1.1",
}


@dataclass(frozen=True, slots=True)
class Score:
    """How a server did in one suite; ``failures`` says what was wrong, test by test."""

    suite: str
    total: int
    failures: Mapping[str, Failure]

    @property
    def passed(self) -> int:
        """Give the number of tests that passed."""
        return self.total - len(self.failures)


def suite_of(case: Case) -> str:
    """Give the suite a test is counted in."""
    version = "1.0" if case.group.startswith("sparql10") else "1.1"
    return GROUPS.get(case.group) or f"{KINDS[case.kind]} {version}"


def run(server: Server, *, together: bool = True) -> list[Score]:
    """Run every claimed test and give the scores in the order of the manifests."""
    every = [case for case in cases() if suite_of(case) not in APART]
    loaded = Loaded(server, every, together=together)
    failures = {case.name: failure for case in sorted(every, key=_order) if (failure := _check(case, loaded))}
    return [_score(suite, every, failures) for suite in dict.fromkeys(map(suite_of, every))]


def apart() -> Counter[str]:
    """Give how many tests each suite holds that is not claimed."""
    return Counter(suite for case in cases() if (suite := suite_of(case)) in APART)


def exceptions(path: Path = FOLDER / "exceptions.toml") -> dict[str, str]:
    """Give the tests that medkg is known to fail, with the reason of each."""
    return {
        test: group["reason"]
        for group in tomllib.loads(path.read_text("utf-8"))["exception"]
        for test in group["tests"]
    }


def recorded(path: Path = FOLDER / "peer.toml") -> dict[str, int]:
    """Give how many tests of each suite the peer passed when it was last recorded."""
    return dict(tomllib.loads(path.read_text("utf-8"))["passed"])


def unexpected(scores: Iterable[Score]) -> list[str]:
    """Give a line for each failure that is no exception and each exception that is no failure."""
    known = exceptions()
    failed = {name: failure for score in scores for name, failure in score.failures.items()}
    lines = [f"{name} failed: {failure}" for name, failure in failed.items() if name not in known]
    return lines + [f"{name} passed, so it is no exception: {known[name]}" for name in known if name not in failed]


def _order(case: Case) -> tuple[bool, bool, Data]:
    """Put tests on the same data together, and those that leave the server in a state of their own last."""
    return "Protocol" in case.kind, "Update" in case.kind, case.data


def _check(case: Case, loaded: Loaded) -> Failure:
    suites = {"ProtocolTest": check_protocol, "GraphStoreProtocolTest": check_store}
    if case.kind == "ServiceDescriptionTest":
        return check_description(case, loaded.server)
    if case.kind in suites:
        loaded.forget()
        return suites[case.kind](case, loaded.server)
    return check(case, loaded)


def _score(suite: str, every: list[Case], failures: Mapping[str, Failure]) -> Score:
    names = [case.name for case in every if suite_of(case) == suite]
    return Score(suite, len(names), {name: failures[name] for name in names if name in failures})
