"""Which sentences are told as found: by hand, and false ones among many simulated runs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from lineofsight.analyses.findings.discoveries import EFFECTS, Discoveries, Question, chosen


def effect(cause: str, outcome: str) -> Question:
    return Question("effect", cause, outcome)


def shape(cause: str, outcome: str) -> Question:
    return Question("shape", cause, outcome)


def test_causes_are_chosen_first_and_then_the_outcomes_of_each() -> None:
    """Causes by 0.008 · 3/2 and 0.01 · 3/2, the third by 0.04: two of three, so that outcomes need 2/3 of the rate."""
    p = {
        effect("a", "felt"): 0.004, effect("a", "stay"): 0.5,
        effect("b", "felt"): 0.005, effect("b", "stay"): 0.025,
        effect("c", "felt"): 0.02, effect("c", "stay"): 0.9,
    }  # fmt: skip
    assert chosen(p, 0.03) == {effect("a", "felt"), effect("b", "felt")}
    assert chosen(p, 0.0376) == {effect("a", "felt"), effect("b", "felt"), effect("b", "stay")}
    assert chosen(p, 0.0149) == frozenset() and chosen({}, 0.03) == frozenset()
    # all three: none is left that would take from the rate
    assert chosen(p, 0.0401) == {
        effect("a", "felt"),
        effect("b", "felt"),
        effect("b", "stay"),
        effect("c", "felt"),
    }


def test_effects_have_four_fifths_of_a_familys_weight() -> None:
    """Two effects and eight shapes: a p-value of an effect counts 0.25 times, one of a shape 4 times in ten."""
    family = [effect("a", "felt"), effect("a", "stay"), *(shape("a", f"o{at}") for at in range(8))]
    p = dict.fromkeys(family, 1.0)
    limit = 0.03 * EFFECTS / 2  # alone, an effect must reach the rate's share of one of two
    assert chosen(p | {family[0]: 0.999 * limit}, 0.03) == {family[0]}
    assert chosen(p | {family[0]: 1.001 * limit}, 0.03) == frozenset()
    limit = 0.03 * (1 - EFFECTS) / 8
    assert chosen(p | {family[3]: 0.999 * limit}, 0.03) == {family[3]}
    assert chosen(p | {family[3]: 1.001 * limit}, 0.03) == frozenset()


def test_families_of_one_kind_are_weighed_alike() -> None:
    p = {shape("a", "felt"): 0.01, shape("a", "stay"): 0.9, shape("b", "felt"): 0.9}
    assert chosen(p, 0.0401) == {shape("a", "felt")} and chosen(p, 0.0399) == frozenset()


@pytest.mark.parametrize(("matter", "most"), [(0, 0.07), (3, 0.055), (10, 0.055)])
def test_few_of_the_chosen_causes_do_nothing(matter: int, most: float) -> None:
    """Thirty causes on three outcomes, with as many shapes: the share of the chosen that do nothing, over 600 runs."""
    rng = np.random.default_rng(7)
    shares = []
    for _ in range(600):
        z = 0.6 * rng.normal(size=(30, 1)) + 0.8 * rng.normal(size=(30, 6))  # outcomes go together
        z[:matter, :3] += 4.0
        p = 2 * ndtr(-np.abs(z))
        asked = {
            (effect if at < 3 else shape)(f"c{cause}", f"o{at % 3}"): float(p[cause, at])
            for cause in range(30)
            for at in range(6)
        }
        causes = {int(question.cause[1:]) for question in chosen(asked)}
        shares.append(sum(cause >= matter for cause in causes) / max(1, len(causes)))
    assert np.mean(shares) <= most


def test_a_row_is_found_where_it_is_clear_and_chosen() -> None:
    found = Discoveries(
        frozenset({effect("a", "felt"), Question("feeling", "a", "stay", "felt")}), {"effect": 2}
    )
    row = {"cause": "a", "outcome": "felt", "low": 0.1, "high": 0.2}
    assert found.has(row) and not found.has(row | {"low": -0.1}) and not found.has(row | {"outcome": "stay"})
    assert found.holds("feeling", "a", "stay", "felt") and not found.holds("feeling", "a", "stay", "other")
