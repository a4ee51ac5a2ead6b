"""All effects of a run as claims: false discoveries among them, what is left of the largest, and their levels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from lineofsight.aggregation.features import Driver, Number
from lineofsight.analyses.evidence.assignment import Assignment
from lineofsight.analyses.evidence.estimate import Claim, make_claims
from lineofsight.model.confounding import Benchmark
from lineofsight.model.effects import Effect, EffectKey
from lineofsight.reasons import Reason
from lineofsight.stats.results import Estimate
from model import world
from model.world import KNOT, Chain, Rows, behaviour, design, estimate, find, perception, rows

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")

BUCKETS = 150
NULLS = tuple(f"null{number}" for number in range(6))


@pytest.fixture(autouse=True)
def many_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the least number of customers that a robust claim needs."""
    monkeypatch.setattr(world, "BUCKETS", BUCKETS)


def judged(
    result: Chain, *, adjusted: bool = True, rare: frozenset[str] = frozenset(), level: float = 0.95
) -> dict[EffectKey, Claim]:
    return make_claims(result.effects, [], rare, adjusted=adjusted, level=level)


# ---- nothing to be found --------------------------------------------------------------------------------


def empty_company(seed: int, slope: float = 0.0, n: int = 300) -> Rows:
    """Six drivers that do nothing, or the first of them something; the customer's mood and a control do."""
    rng = np.random.default_rng([77, seed])
    customer = np.arange(n) % BUCKETS
    z, mood = rng.normal(size=n), rng.normal(size=BUCKETS)[customer]
    drivers = {name: 10 + rng.normal(size=n) + 0.3 * z for name in NULLS}
    spend = slope * drivers["null0"] + 0.5 * z + 0.5 * mood + rng.normal(size=n)
    care = 0.3 * spend + rng.normal(size=n)
    return drivers | {"z": z, "spend": spend, "care": care, "covered": np.ones(n), "bucket": customer}


EMPTY = design(
    drivers=[Driver(name, True) for name in NULLS], outcomes=(behaviour("spend"), behaviour("care")),
    numbers=(Number("z"),), regions=(),
)  # fmt: skip


def test_of_empty_drivers_hardly_any_is_robust() -> None:
    """40 companies ask 480 empty questions: about one in twenty looks clear, and next to none is called robust."""
    clear = robust = with_any = 0
    for seed in range(40):
        result = estimate(empty_company(seed), EMPTY, 100, seed=seed)
        claims = judged(result)
        totals = [effect for effect in result.effects if effect.change == "better"]
        assert len(totals) == 12
        levels = [claims[effect.key].verdict.level for effect in totals]
        assert set(levels) <= {"adjusted", "robust"}
        clear += sum(clear_of_zero(effect) for effect in totals)
        robust += levels.count("robust")
        with_any += "robust" in levels
    assert 12 <= clear <= 48  # 24 are expected
    assert with_any <= 5  # 2 at most are expected, by the false discovery rate alone
    assert robust <= 5


def clear_of_zero(effect: Effect) -> bool:
    assert isinstance(effect.result, Estimate)
    low, high = effect.result.interval()
    return low > 0 or high < 0


def test_an_effect_among_empty_ones_is_found_and_robust() -> None:
    """Without this the rule above would be kept by calling nothing robust."""
    found = 0
    for seed in range(10):
        result = estimate(empty_company(seed, slope=0.5), EMPTY, 100, seed=seed)
        claims = judged(result)
        found += claims[find(result, "null0", "spend").key].verdict.level == "robust"
        others = [claims[find(result, name, "spend").key].verdict.level for name in NULLS[1:]]
        assert others.count("robust") <= 1
    assert found >= 9


# ---- one world ------------------------------------------------------------------------------------------


DATA = rows(3000, seed=11)
DATA["bucket"] = np.random.default_rng(0).permutation(1000)[np.cumsum(np.arange(3000) % 3 == 0) - 1] % BUCKETS
DRIVERS = (
    Driver("speed", False, best=5.0),
    Driver("wait", False, knots=(KNOT,), best=14.0),
    Driver("help", True, optional=True, best=5.6),
)


@pytest.fixture(scope="module")
def result() -> Chain:
    made = design(
        drivers=DRIVERS,
        outcomes=(perception("csat"), behaviour("stay"), behaviour("spend")),
        segments={"segment:region": ("n", "s")},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "BUCKETS", BUCKETS)
        return estimate({**DATA, "segment:region": DATA["region"]}, made, 200)


def test_q_values_are_benjamini_and_hochbergs_by_kind_of_path(result: Chain) -> None:
    """By statsmodels, over everyone and all segments; goals to the best quartile ask nothing new."""
    claims = judged(result)
    known = [e for e in result.effects if isinstance(e.result, Estimate) and e.change != "best"]
    assert claims.keys() == {effect.key for effect in known}
    assert any(effect.segment for effect in known) and any(effect.change == "point" for effect in known)
    for path in ("total", "direct", "via"):
        mine = [effect for effect in known if effect.path.startswith(path)]
        assert len(mine) > 10
        p = [claims[effect.key].p_value for effect in mine]
        q = [claims[effect.key].q_value for effect in mine]
        np.testing.assert_allclose(q, multipletests(p, method="fdr_bh")[1], rtol=1e-10)
        assert not np.allclose(q, p)


def test_p_values_are_of_the_bootstraps_standard_error(result: Chain) -> None:
    claims = judged(result)
    for effect in result.effects:
        if effect.key in claims:
            z = effect.result.value / np.std(effect.result.replicates, ddof=1)  # type: ignore[union-attr]  # an estimate, or the test fails
            assert claims[effect.key].p_value == pytest.approx(2 * norm.sf(abs(z)), rel=1e-9)


def test_only_totals_of_operations_are_shrunk(result: Chain) -> None:
    claims = judged(result)
    for effect in result.effects:
        claim = claims.get(effect.key)
        if claim is None:
            continue
        operation = effect.cause in {driver.name for driver in DRIVERS}
        assert (claim.shrunk is not None) == (operation and effect.path == "total"), effect
        if claim.shrunk is not None:
            value, low, high = claim.shrunk
            raw = effect.result.value  # type: ignore[union-attr]  # an estimate, or the test fails
            assert 0 <= value / raw <= 1
            assert low < value < high


def test_shrinking_is_within_an_outcome_and_segment(result: Chain) -> None:
    """Another outcome's effects, in other units, have no part in it; two drivers are too few for it."""
    before = judged(result)
    alone = [e for e in result.effects if e.outcome == "spend" and e.segment is None]
    after = make_claims(alone, [], frozenset(), adjusted=True, level=0.95)
    two = [e for e in alone if e.cause != "help"]
    too_few = make_claims(two, [], frozenset(), adjusted=True, level=0.95)
    for name in ("speed", "wait"):
        key = find(result, name, "spend").key
        assert after[key].shrunk == pytest.approx(before[key].shrunk)
        assert too_few[key].shrunk is None


def test_the_largest_of_empty_estimates_is_pulled_in() -> None:
    """Over 40 empty companies the largest of six has been large by chance: most of it goes."""
    raw, kept = [], []
    for seed in range(40):
        result = estimate(empty_company(seed), EMPTY, 60, seed=seed)
        top = max((find(result, name, "spend") for name in NULLS), key=lambda e: abs(e.result.value))  # type: ignore[union-attr]  # an estimate, or the test fails
        shrunk = judged(result)[top.key].shrunk
        assert shrunk is not None
        raw.append(abs(top.result.value))  # type: ignore[union-attr]  # an estimate, or the test fails
        kept.append(abs(shrunk[0]))
    assert np.sum(kept) < 0.6 * np.sum(raw)


# ---- what reaches the verdict ---------------------------------------------------------------------------


def test_parts_of_an_effect_are_never_robust(result: Chain) -> None:
    claims = judged(result)
    parts = [effect for effect in result.effects if effect.path != "total" and effect.key in claims]
    assert parts
    for effect in parts:
        verdict = claims[effect.key].verdict
        assert verdict.level == "adjusted"
        assert Reason.NOT_TOTAL() in verdict.not_higher


def test_without_controls_all_are_only_associated(result: Chain) -> None:
    assert {claim.verdict.level for claim in judged(result, adjusted=False).values()} == {"associated"}


def test_a_rare_outcome_is_not_robust(result: Chain) -> None:
    plain, rare = judged(result), judged(result, rare=frozenset({"csat"}))
    key = find(result, "speed", "csat").key
    assert plain[key].verdict.level == "robust"
    assert rare[key].verdict.level == "adjusted"
    assert rare[key].verdict.not_higher == (Reason.RARE_OUTCOME(),)
    other = find(result, "speed", "spend").key
    assert rare[other].verdict == plain[other].verdict


def changed(result: Chain, **benchmark: float | None) -> Claim:
    """The claim on speed and csat with another benchmark."""
    effect = find(result, "speed", "csat")
    assert effect.robustness is not None and effect.robustness.benchmark is not None
    made: Benchmark | None = replace(effect.robustness.benchmark, **benchmark) if benchmark else None  # type: ignore[arg-type]  # the fields asked for
    again = replace(effect, robustness=replace(effect.robustness, benchmark=made))
    effects = [again if other is effect else other for other in result.effects]
    return make_claims(effects, [], frozenset(), adjusted=True, level=0.95)[effect.key]


def test_a_benchmark_must_leave_the_whole_interval_on_its_side(result: Chain) -> None:
    whole = find(result, "speed", "csat").result
    assert isinstance(whole, Estimate)
    low, high = whole.interval()
    assert low > 0
    value = whole.value

    def level(bias: float, r2_cause: float = 0.05, r2_outcome: float = 0.05) -> str:
        moved = {"bias": bias, "left": value - bias, "r2_cause": r2_cause, "r2_outcome": r2_outcome}
        return changed(result, **moved).verdict.level

    assert level(low * 0.99) == "robust"
    assert level(low * 1.01) == "adjusted"
    assert level(low * 3 + 2 * (high - low)) == "adjusted"  # turned round is not outlived
    assert level(float("inf")) == "adjusted"
    # the same bias from what is almost the cause itself leaves an interval that is much wider
    assert level(0.01 * low, r2_cause=0.9999, r2_outcome=0.0) == "adjusted"
    assert changed(result).verdict.not_higher == (Reason.NO_BENCHMARK(),)


def test_the_level_of_intervals_is_the_runs(result: Chain) -> None:
    """What is clear at 80 % need not be at 99.9 %."""
    wide, narrow = judged(result, level=0.999), judged(result, level=0.8)
    includes = Reason.INTERVAL_INCLUDES_ZERO()
    totals = [e.key for e in result.effects if e.path == "total" and e.key in wide]
    unclear = [sum(includes in claims[key].verdict.not_higher for key in totals) for claims in (wide, narrow)]
    assert unclear[0] > unclear[1]


# ---- p-values that are given ----------------------------------------------------------------------------


def with_p(cause: str, outcome: str, p: float, path: str = "total", segment: str | None = None) -> Effect:
    """An effect that is clear of zero by its interval and has this p-value by its standard error."""
    near = norm.ppf((np.arange(200) + 0.5) / 200)
    far = 1.0 / norm.isf(p / 2)
    drawn = 1 + 0.3 * near
    drawn[0], drawn[-1] = drawn[0] - 1, drawn[-1] + 1
    drawn = 1 + (drawn - 1) * far / drawn.std(ddof=1)
    return Effect(cause, outcome, segment, path, "better", Estimate(1.0, drawn), 500, "everyone")


def judged_of(*effects: Effect) -> dict[tuple[str, str, str], Claim]:
    found = make_claims(effects, [], frozenset(), adjusted=True, level=0.9)
    return {(cause, outcome, path): claim for (cause, outcome, _, path, _), claim in found.items()}


def test_a_claim_is_counted_among_all_totals_of_its_cause_and_no_others() -> None:
    """Holm (1979): the least of two at 0.03 counts as 0.06, however many other causes and paths are surely found."""
    others = [with_p(f"other{at}", "spend", 1e-9) for at in range(20)]
    paths = [with_p("wait", "spend", 0.03, path) for path in ("direct", "via csat")]
    found = judged_of(with_p("wait", "spend", 0.03), with_p("wait", "stay", 0.04), *paths, *others)
    claim = found["wait", "spend", "total"]
    assert claim.p_value == pytest.approx(0.03, rel=1e-6) and claim.q_value < 0.05
    (told,) = [each for each in claim.verdict.not_higher if each.code == Reason.CHANCE_FIND_OF_CAUSE]
    assert told.p == pytest.approx(0.06, rel=1e-6)
    alone = judged_of(with_p("wait", "spend", 0.03), *paths, *others)["wait", "spend", "total"]
    assert not [each for each in alone.verdict.not_higher if each.code == Reason.CHANCE_FIND_OF_CAUSE]
    for path in ("direct", "via csat"):
        mine = found["wait", "spend", path].verdict.not_higher
        assert not [each for each in mine if each.code == Reason.CHANCE_FIND_OF_CAUSE]


def test_what_speaks_for_a_claim_is_about_everyone_and_what_speaks_against_it_about_segments_too() -> None:
    whole, part = with_p("wait", "spend", 1e-9), with_p("wait", "spend", 1e-9, segment="region = n")
    pair = ("wait", "spend")
    lots = Assignment("random", "a test", 0.5, "z", 3)
    found = make_claims(
        [whole, part, with_p("wait", "stay", 1e-9), with_p("wait", "spend", 1e-9, "direct")], [], frozenset(),
        adjusted=True, level=0.9, against={pair: (Reason.SAME_MOOD(),)}, support={pair: (Reason.NOT_NEXT(),)},
        assigned={"wait": lots},
    )  # fmt: skip
    for effect in (whole, part):
        assert Reason.SAME_MOOD() in found[effect.key].verdict.not_higher[0].inner
    clean = make_claims(
        [whole, part, with_p("wait", "spend", 1e-9, "direct")], [], frozenset(),
        adjusted=True, level=0.9, support={pair: (Reason.NOT_NEXT(),)}, assigned={"wait": lots},
    )  # fmt: skip
    assert [claim.verdict.level for claim in clean.values()] == ["experimental", "experimental", "adjusted"]
    assert [Reason.NOT_NEXT() in claim.verdict.because for claim in clean.values()] == [True, False, False]
    other = make_claims([whole], [], frozenset(), adjusted=True, level=0.9, assigned={"speed": lots})
    assert other[whole.key].verdict.level == "adjusted"
