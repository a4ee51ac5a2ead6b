"""What a comparison says of a claim: every rule by intervals that are given."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from lineofsight.analyses.comparisons.comparison import Comparison, Kind, judged, statements
from lineofsight.analyses.comparisons.estimate import claims_of
from lineofsight.model.effects import Effect
from lineofsight.reasons import Reason
from lineofsight.stats.results import Estimate, NotEstimable

REFUSED = NotEstimable(Reason.NO_EPISODE)


def spread(value: float, error: float, shift: int = 0) -> Estimate:
    """An estimate whose replicates are 200 normal quantiles with this standard error; shifted ones hang together less."""
    drawn = norm.ppf((np.arange(200) + 0.5) / 200)
    drawn = np.random.default_rng(shift).permutation(drawn / drawn.std(ddof=1))
    return Estimate(value, value + error * drawn)


def compared(
    kind: Kind, claimed: float, result: float, error: float = 0.1, cause: str = "wait"
) -> Comparison:
    return Comparison(cause, "spend", kind, spread(result, error, 1), spread(claimed, error, 2), 300, 90)


@pytest.mark.parametrize("side", [1.0, -1.0])
@pytest.mark.parametrize("kind", ["before", "next"])
@pytest.mark.parametrize(
    ("claimed", "result", "says"),
    [
        (1.0, 0.0, "for"),
        (1.0, 0.2, "for"),  # its upper end is below half of the claim
        (1.0, 0.4, "open"),
        (1.0, 0.9, "against"),  # clear, and nothing clear is left of the claim
        (1.0, 0.6, "open"),  # clear, but so is what is left
        (0.1, 0.1, "open"),  # a claim that is not clear itself
        (1.0, -0.9, "for"),  # the other side is none of the claim's
    ],
)
def test_a_placebo_speaks_against_a_claim_of_which_it_leaves_nothing_clear_and_for_it_below_half(
    kind: Kind, claimed: float, result: float, says: str, side: float
) -> None:
    assert compared(kind, side * claimed, side * result).says(0.95, 0.001) == says


@pytest.mark.parametrize("side", [1.0, -1.0])
@pytest.mark.parametrize(
    ("claimed", "result", "says"),
    [
        (1.0, 0.9, "for"),
        (1.0, 0.3, "for"),
        (1.0, 0.1, "against"),  # clearly less, and nothing clear
        (1.0, -0.5, "against"),
        (0.4, 0.15, "open"),  # neither clear nor clearly less
        (0.1, 0.9, "open"),  # a claim that is not clear itself
    ],
)
def test_the_same_customers_speak_for_a_claim_they_show_and_against_one_they_clearly_show_less_of(
    claimed: float, result: float, says: str, side: float
) -> None:
    assert compared("within", side * claimed, side * result).says(0.95, 0.001) == says


@pytest.mark.parametrize(("q", "says"), [(0.05, "against"), (0.0501, "open"), (float("nan"), "open")])
def test_what_speaks_against_a_claim_must_be_no_chance_find_among_all(q: float, says: str) -> None:
    assert compared("before", 1.0, 0.9).says(0.95, q) == says
    assert compared("within", 1.0, 0.1).says(0.95, q) == says
    assert compared("before", 1.0, 0.0).says(0.95, q) == "for"


def test_what_cannot_be_told_says_nothing_and_has_no_p_value() -> None:
    whole = spread(1.0, 0.1)
    for result, claimed in ((REFUSED, whole), (whole, REFUSED), (REFUSED, REFUSED)):
        for kind in ("before", "within"):
            found = Comparison("wait", "spend", kind, result, claimed, 300, 90)  # type: ignore[arg-type]  # of the two kinds
            assert found.says(0.95, 0.0) == "open"
            assert found.difference is None
            assert np.isnan(found.p_value) == (kind == "within" or isinstance(result, NotEstimable))


def test_a_placebo_is_tested_for_what_it_finds_and_the_same_customers_for_what_they_lack() -> None:
    placebo, within = compared("next", 1.0, 0.2), compared("within", 1.0, 0.2)
    assert placebo.p_value == pytest.approx(2 * norm.sf(2.0))
    assert within.difference is not None
    error = np.std(within.claimed.replicates - within.result.replicates, ddof=1)  # type: ignore[union-attr]  # both are estimates
    assert within.difference.value == pytest.approx(0.8)
    assert within.p_value == pytest.approx(2 * norm.sf(0.8 / error))


def test_placebos_and_the_same_customers_are_each_counted_among_their_own_kind() -> None:
    found = [
        compared("before", 1.0, 0.9, cause="a"),
        compared("within", 1.0, 0.1, cause="a"),
        compared("next", 1.0, 0.25, cause="b"),
        compared("within", 1.0, 0.95, cause="b"),
        compared("before", 1.0, 0.0, cause="c"),
    ]
    told = judged(found, 0.95)
    assert [each for each, _, _ in told] == found
    q = np.array([one for _, one, _ in told])
    for of in ([0, 2, 4], [1, 3]):
        p = [found[at].p_value for at in of]
        np.testing.assert_allclose(q[of], multipletests(p, method="fdr_bh")[1], rtol=1e-10)
    assert [says for _, _, says in told] == ["against", "against", "for", "for", "for"]
    assert statements(found, 0.95, "against") == {
        ("a", "spend"): (Reason.BEFORE_ALREADY(), Reason.NOT_WITHIN())
    }
    assert statements(found, 0.95, "for") == {
        ("b", "spend"): (Reason.NOT_NEXT(), Reason.WITHIN_TOO()),
        ("c", "spend"): (Reason.NOT_BEFORE(),),
    }
    assert statements([compared("next", 1.0, 0.9)], 0.95, "against") == {
        ("wait", "spend"): (Reason.NEXT_AS_MUCH(),)
    }
    assert judged([], 0.95) == []


def test_claims_are_totals_about_everyone_of_better_and_of_one_point() -> None:
    def effect(
        cause: str, value: float, *, segment: str | None = None, path: str = "total", change: str = "better"
    ) -> Effect:
        return Effect(cause, "spend", segment, path, change, spread(value, 0.1), 300, "everyone")  # type: ignore[arg-type]  # of the words for a change

    found = claims_of(
        [
            effect("wait", 1.0),
            effect("wait", 2.0, segment="region = n"),
            effect("wait", 3.0, path="direct"),
            effect("wait", 4.0, change="best"),
            effect("csat", 5.0, change="point"),
            effect("csat", 6.0, path="via csat", change="point"),
        ]
    )
    assert {pair: claim.value for pair, claim in found.items() if isinstance(claim, Estimate)} == {
        ("wait", "spend"): 1.0, ("csat", "spend"): 5.0,
    }  # fmt: skip
    assert len(found) == 2


@pytest.mark.parametrize("kind", ["before", "within"])
def test_comparisons_of_one_kind_alone_have_q_values_of_their_own(kind: Kind) -> None:
    found = [
        compared(kind, 1.0, value, cause=cause) for cause, value in (("a", 0.2), ("b", 0.3), ("c", 0.45))
    ]
    q = [one for _, one, _ in judged(found, 0.95)]
    p = [each.p_value for each in found]
    np.testing.assert_allclose(q, multipletests(p, method="fdr_bh")[1], rtol=1e-10)
    beside = [
        compared("within" if kind == "before" else "before", 1.0, 0.9, cause=f"x{at}") for at in range(5)
    ]
    mixed = [one for each, one, _ in judged([*beside, *found], 0.95) if each.kind == kind]
    np.testing.assert_allclose(mixed, q, rtol=1e-10)
