"""medkg passes the W3C's suites over HTTP, no evaluation test fewer than the engine's own server."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.w3c.manifest import cases
from tests.w3c.suites import EVALUATION, PROTOCOLS, Score, apart, exceptions, recorded, suite_of, unexpected

Scores = dict[str, Score]


@pytest.mark.slow
class TestMedkg:
    """The scores of medkg."""

    def test_no_test_fails_but_the_exceptions_and_each_of_them_does(self, ours: Scores) -> None:
        assert not unexpected(ours.values())

    @pytest.mark.parametrize("suite", EVALUATION)
    def test_not_one_evaluation_test_fewer_than_the_peer(self, ours: Scores, suite: str) -> None:
        assert ours[suite].passed >= recorded()[suite]

    @pytest.mark.parametrize("suite", PROTOCOLS)
    def test_the_suites_of_protocols_are_passed_whole(self, ours: Scores, suite: str) -> None:
        assert ours[suite].failures == {}


class TestPeer:
    """The scores of the engine's own server, which stand beside ours."""

    def test_the_recorded_figures_are_true(self, peers: Scores) -> None:
        assert {suite: score.passed for suite, score in peers.items()} == recorded()


@pytest.mark.usefixtures("suites")
def test_every_test_of_the_manifests_is_counted_once() -> None:
    every = cases()
    assert [name for name, count in Counter(case.name for case in every).items() if count > 1] == []
    counted = Counter(map(suite_of, every))
    assert counted.total() == len(every) == 1_107
    assert set(counted) == set(recorded()) | set(apart())


@pytest.mark.usefixtures("suites")
def test_every_exception_is_a_test_that_is_run() -> None:
    run = {case.name for case in cases() if suite_of(case) in recorded()}
    assert set(exceptions()) <= run
