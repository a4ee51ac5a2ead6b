"""Shares of an effect: where they have a meaning, and why not elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from lineofsight.analyses.paths.estimate import share_of, shares
from lineofsight.model.effects import Effect
from lineofsight.reasons import Reason
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.words.counts import fraction


def around(value: float, error: float, seed: int) -> Estimate:
    return Estimate(value, value + error * np.random.default_rng(seed).normal(size=400))


def share(via: Estimate, direct: Estimate) -> Estimate | NotEstimable:
    return share_of(via + direct, via, direct, 0.95)


def test_a_share_with_its_interval_is_that_of_fieller() -> None:
    """Against Fieller's interval of a ratio of two normal numbers with a correlation."""
    via, direct = around(2.0, 0.2, 1), around(1.0, 0.2, 2)
    found = share(via, direct)
    assert isinstance(found, Estimate) and found.value == pytest.approx(2 / 3)
    total = via + direct
    v = np.cov(via.replicates, total.replicates)
    z = 1.959964
    a, b, c = 3.0**2 - z**2 * v[1, 1], 2.0 * 3.0 - z**2 * v[0, 1], 2.0**2 - z**2 * v[0, 0]
    root = np.sqrt(b**2 - a * c)
    assert found.interval() == pytest.approx(((b - root) / a, (b + root) / a), abs=0.015)


def test_a_share_of_nothing_is_refused() -> None:
    assert share(around(0.1, 0.2, 1), around(0.1, 0.2, 2)) == NotEstimable(Reason.SHARE_NOT_TOLD)


def test_parts_that_are_clearly_opposed_have_no_share() -> None:
    assert share(around(2.0, 0.2, 1), around(-1.0, 0.2, 2)) == NotEstimable(Reason.OPPOSED)
    assert share(around(2.0, 0.2, 1), around(-2.0, 0.2, 2)) == NotEstimable(
        Reason.OPPOSED
    )  # before the total is looked at


def test_a_part_that_is_nothing_may_have_any_sign() -> None:
    found = share(around(2.0, 0.2, 1), around(-0.1, 0.2, 2))
    assert isinstance(found, Estimate) and 1.0 < found.value < 1.2 and found.interval()[0] < 1


def effect(path: str, result: Estimate | NotEstimable, given: tuple[str, ...] = ("csat",)) -> Effect:
    return Effect("wait", "spend", None, path, "better", result, 100, "respondents", given)


def test_a_path_without_estimate_refuses_the_share_with_its_reason() -> None:
    refused = NotEstimable(Reason.SAME_EVERYWHERE)
    (one,) = shares([effect("direct", around(1, 0.1, 1)), effect("via csat", refused)], 0.95)
    assert one.share == refused and one.total is None and one.through == ("csat",)


def test_paths_of_another_model_are_not_added() -> None:
    found = [effect("direct", around(1, 0.1, 1)), effect("via csat", around(3, 0.1, 2)), effect("via nps", around(9, 0.1, 3), ("nps",))]  # fmt: skip
    (one,) = shares(found, 0.95)
    assert one.through == ("csat",)
    assert isinstance(one.share, Estimate) and one.share.value == pytest.approx(0.75)
    assert shares([effect("via csat", around(3, 0.1, 2))], 0.95) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [(-0.2, "hardly any"), (0.04, "hardly any"), (0.31, "about a third"), (0.64, "about two thirds"),
     (0.62, "about three fifths"), (0.97, "nearly all"), (1.3, "nearly all")],
)  # fmt: skip
def test_fractions(value: float, words: str) -> None:
    assert fraction(value) == words
