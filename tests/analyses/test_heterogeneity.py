"""Segments beside each other: planted differences and none, Simpson's paradox, intervals that cover, refusals."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2

from lineofsight.aggregation.features import Driver, Number
from lineofsight.analyses.effects.estimate import Effects, estimate_effects
from lineofsight.analyses.evidence.estimate import make_claims
from lineofsight.analyses.evidence.tables import robustness_rows
from lineofsight.analyses.leakage.suspicions import Suspicion
from lineofsight.analyses.segments.estimate import Segments
from lineofsight.analyses.segments.heterogeneity import (
    Heterogeneity,
    Member,
    heterogeneities,
    suspected_reversals,
)
from lineofsight.analyses.segments.tables import heterogeneity_rows, segment_rows
from lineofsight.engines.aggregate import AggregationPlan, aggregate_batches
from lineofsight.model.effects import Effect
from lineofsight.model.sample import Sample, draw_sample
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.pooling import Pooled
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.stats.wald import bootstrap_p_value
from lineofsight.words.reasons import clause
from model import world
from model.world import Chain, Rows, behaviour, design, estimate, find

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")

BUCKETS = 160
DRIVER = Driver("care", True)
NAMES = ("a", "b", "c", "d")


@pytest.fixture(autouse=True)
def many_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the least number of customers that a robust claim needs."""
    monkeypatch.setattr(world, "BUCKETS", BUCKETS)


def company(
    slopes: tuple[float, ...], levels: tuple[float, ...] = (), n: int = 4800, seed: int = 0, gap: float = 0.0
) -> Rows:
    """One driver whose slope is another in each segment, beside a driver that does nothing.

    `levels` is how high the driver is in each segment, and `gap` how much a unit of it changes the outcome there.
    """
    rng = np.random.default_rng(seed)
    customer = np.arange(n) % (n // 3)
    k = customer % len(slopes)
    high = np.array(levels or [10.0] * len(slopes))[k]
    care, other, z = high + rng.normal(size=n), 10 + rng.normal(size=n), rng.normal(size=n)
    spend = np.array(slopes)[k] * (care - high) + gap * high + z + rng.normal(size=n)
    return {
        "care": care, "other": other, "z": z, "spend": spend, "twice": 2 * spend, "covered": np.ones(n),
        "segment:kind": np.array(NAMES)[k].astype(object), "bucket": customer % BUCKETS,
    }  # fmt: skip


def asked(data: Rows, names: tuple[str, ...] = NAMES, replicates: int = 200) -> Chain:
    made = design(
        drivers=(DRIVER, Driver("other", True)), outcomes=(behaviour("spend"), behaviour("twice")),
        numbers=(Number("z"),), regions=(), segments={"segment:kind": names},
    )  # fmt: skip
    return estimate(data, made, replicates)


def about(result: Chain, cause: str = "care", outcome: str = "spend") -> Heterogeneity:
    (one,) = [h for h in heterogeneities(result.effects, 0.95) if (h.cause, h.outcome) == (cause, outcome)]
    return one


def of(found: Heterogeneity, name: str) -> Member:
    (one,) = [m for m in found.members if m.effect.segment == f"kind = {name}"]
    return one


DIFFERENT = company((1.0, 1.0, 1.0, 2.5))


@pytest.fixture(scope="module")
def differs() -> Chain:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "BUCKETS", BUCKETS)
        return asked(DIFFERENT)


def test_segments_that_differ(differs: Chain) -> None:
    found = about(differs)
    assert isinstance(found.pooled, Pooled)
    assert found.pooled.q_p_value < 1e-6 and found.pooled.i2 > 0.8
    assert found.pooled.tau2**0.5 == pytest.approx(0.75, rel=0.3)  # of 1, 1, 1 and 2.5
    apart = {name: of(found, name).difference for name in NAMES}
    assert apart["d"] is not None and apart["d"].interval()[0] > 0
    assert apart["d"].value == pytest.approx(1.5, abs=0.3)
    for name in "abc":
        assert apart[name] is not None and apart[name].value < 0  # each beside others with 'd' among them
    assert not found.reversed


def test_segments_that_do_not_differ() -> None:
    """Over 30 worlds with equal slopes Q keeps its level."""
    small = 0
    for seed in range(30):
        pooled = about(asked(company((1.0,) * 4, n=960, seed=seed), replicates=60)).pooled
        assert isinstance(pooled, Pooled)
        small += pooled.q_p_value < 0.05
    assert small <= 5  # 1.5 are expected


def test_q_is_cochrans(differs: Chain) -> None:
    found = about(differs)
    y, se = (
        np.array([getattr(find(differs, "care", "spend", segment=f"kind = {k}").result, name) for k in NAMES])
        for name in ("value", "standard_error")
    )
    w = 1 / se**2
    q = float((w * (y - (w @ y) / w.sum()) ** 2).sum())
    assert isinstance(found.pooled, Pooled)
    assert found.pooled.q == pytest.approx(q, rel=1e-9)
    assert found.pooled.q_p_value == pytest.approx(chi2.sf(q, 3), rel=1e-6)


def test_the_rest_is_the_others_by_their_precision(differs: Chain) -> None:
    found = about(differs)
    others = [find(differs, "care", "spend", segment=f"kind = {k}").result for k in "abc"]
    w = np.array([1 / other.standard_error**2 for other in others])
    rest = np.average([other.value for other in others], weights=w)
    drawn = np.average([other.replicates for other in others], axis=0, weights=w)
    mine, member = find(differs, "care", "spend", segment="kind = d").result, of(found, "d")
    assert member.rest == pytest.approx(rest, rel=1e-12)
    assert member.difference is not None
    assert member.difference.value == pytest.approx(mine.value - rest, rel=1e-12)
    np.testing.assert_allclose(member.difference.replicates, mine.replicates - drawn, rtol=1e-9, atol=1e-12)


def test_each_is_drawn_towards_the_mean_and_no_further(differs: Chain) -> None:
    for found in heterogeneities(differs.effects, 0.95):
        assert isinstance(found.pooled, Pooled)
        for member in found.members:
            own, (value, low, high) = member.effect.result.value, member.pooled
            assert min(own, found.pooled.mean) - 1e-12 <= value <= max(own, found.pooled.mean) + 1e-12
            assert low < value < high


def effect(segment: str | None, result: Estimate | NotEstimable, path: str = "total", **more: Any) -> Effect:
    what = {"cause": "care", "outcome": "spend", "change": "better", **more}
    return Effect(**what, segment=segment, path=path, result=result, n=100, population="everyone")


def test_the_difference_to_the_rest_has_an_interval_that_covers() -> None:
    """Of 400 sets of segments whose true effects are known; binomial error of the coverage 1.1 %."""
    rng = np.random.default_rng(3)
    truth, se = np.array([1.0, 0.2, -0.5, 3.0]), np.array([0.1, 0.3, 0.5, 1.0])
    w = 1 / se**2
    expected = np.array(
        [t - np.average(np.delete(truth, i), weights=np.delete(w, i)) for i, t in enumerate(truth)]
    )
    held = np.zeros(4)
    for _ in range(400):
        values = truth + se * rng.normal(size=4)
        effects = [effect(None, Estimate(0.0, rng.normal(size=200)))]
        effects += [
            effect(f"kind = {name}", Estimate(float(value), value + error * rng.normal(size=200)))
            for name, value, error in zip(NAMES, values, se, strict=True)
        ]
        (found,) = heterogeneities(effects, 0.95)
        for at, member in enumerate(found.members):
            assert member.difference is not None
            low, high = member.difference.interval()
            held[at] += low <= expected[at] <= high
    assert ((held / 400 > 0.91) & (held / 400 < 0.98)).all(), held


# ---- Simpson's paradox ----------------------------------------------------------------------------------


def test_simpsons_paradox_is_seen_and_costs_the_level() -> None:
    """Better care goes with more spending in each segment, but the segments that get most care spend least."""
    data = company((0.6, 0.6, 0.6, 0.6), levels=(8.0, 9.0, 10.0, 11.0), gap=-2.0)
    result = asked(data)
    everyone, found = find(result, "care", "spend"), about(result)
    assert isinstance(everyone.result, Estimate) and everyone.result.interval()[1] < 0
    for member in found.members:
        assert isinstance(member.effect.result, Estimate) and member.effect.result.interval()[0] > 0
    assert found.reversed

    def level(different: list[Heterogeneity]) -> tuple[str, tuple[Statement, ...]]:
        claims = make_claims(result.effects, different, frozenset(), adjusted=True, level=0.95)
        verdict = claims[everyone.key].verdict
        return verdict.level, verdict.not_higher

    assert level([])[0] == "robust"  # nothing else would keep it from that
    assert level([found])[0] == "adjusted"
    assert level([found])[1] == (Reason.REVERSED_WITHIN(name="kind"),)
    inside = make_claims(result.effects, [found], frozenset(), adjusted=True, level=0.95)
    against = inside[of(found, "a").effect.key].verdict.not_higher
    assert against == (Reason.FEW_CUSTOMERS(n=40, needed=100),)  # nothing is turned round in a segment


@pytest.mark.parametrize(
    ("everyone", "segments", "expected"),
    [
        (1.0, (-1.0, -1.1), True),
        (-1.0, (1.0, 1.1), True),
        (1.0, (1.0, 0.9), False),
        (0.1, (-1.0, -1.1), False),  # not clear for everyone
        (1.0, (-0.1, -0.15), False),  # nor in the segments
        (1.0, (-2.0, 1.0), False),  # one segment alone
    ],
)
def test_reversed_is_both_clear_and_opposite(
    everyone: float, segments: tuple[float, ...], expected: bool
) -> None:
    drawn = 0.2 * np.random.default_rng(0).normal(size=500)
    drawn -= drawn.mean()
    effects = [effect(None, Estimate(everyone, everyone + drawn))]
    effects += [
        effect(f"kind = {name}", Estimate(value, value + np.roll(drawn, at + 1)))
        for at, (name, value) in enumerate(zip(NAMES, segments, strict=False))
    ]
    assert [found.reversed for found in heterogeneities(effects, 0.95)] == [expected]


# ---- refusals -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def one_is_small() -> Chain:
    keep = (DIFFERENT["segment:kind"] != "b") | (DIFFERENT["bucket"] < 40)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "BUCKETS", BUCKETS)
        return asked({name: values[keep] for name, values in DIFFERENT.items()})


def test_a_segment_with_too_few_customers_stays_refused(one_is_small: Chain) -> None:
    found = about(one_is_small)
    small = of(found, "b")
    assert isinstance(small.effect.result, NotEstimable) and clause(small.effect.result.reason).startswith(
        "too few: 10 "
    )
    assert np.isnan(small.pooled).all()
    assert small.rest is None and small.difference is None
    assert isinstance(found.pooled, Pooled) and found.pooled.k == 3
    for name in "acd":  # and the others are compared without it
        assert np.isfinite(of(found, name).pooled).all()
    acd = [find(one_is_small, "care", "spend", segment=f"kind = {k}").result for k in "cd"]
    w = [1 / each.standard_error**2 for each in acd]
    assert of(found, "a").rest == pytest.approx(np.average([e.value for e in acd], weights=w), rel=1e-12)


def test_one_segment_has_nothing_to_be_compared_with() -> None:
    data = without_others(DIFFERENT)
    found = about(asked(data, names=("a",)))
    assert isinstance(found.pooled, NotEstimable) and found.pooled.reason.code == Reason.NOTHING_TO_POOL
    (only,) = found.members
    assert isinstance(only.effect.result, Estimate)
    assert np.isnan(only.pooled).all()
    assert only.rest is None and only.difference is None
    assert not found.reversed


def without_others(data: Rows) -> Rows:
    keep = data["segment:kind"] == "a"
    return {name: values[keep] for name, values in data.items()}


def test_attributes_are_compared_apart_and_totals_of_better_only() -> None:
    def estimated(value: float) -> Estimate:
        return Estimate(value, value + 0.1 * np.random.default_rng(1).normal(size=50))

    effects = [effect(None, estimated(0.0))]
    effects += [effect(f"kind = {name}", estimated(1.0)) for name in "ab"]
    effects += [effect(f"where = {name} = far", estimated(2.0)) for name in "xy"]
    effects += [
        effect("kind = c", estimated(9.0), path="direct"),
        effect("kind = c", estimated(9.0), change="best"),
    ]
    kind, where = heterogeneities(effects, 0.95)
    assert [member.effect.segment for member in kind.members] == ["kind = a", "kind = b"]
    assert [member.effect.segment for member in where.members] == ["where = x = far", "where = y = far"]
    assert isinstance(kind.pooled, Pooled) and kind.pooled.mean == pytest.approx(1.0)
    assert isinstance(where.pooled, Pooled) and where.pooled.mean == pytest.approx(2.0)


# ---- tables ---------------------------------------------------------------------------------------------


def results(chain: Chain, factor: float) -> Any:
    """As much of a run's results as these tables need; the second outcome is told in a unit of its own."""
    info = {
        "spend": SimpleNamespace(unit="EUR", factor=1.0),
        "twice": SimpleNamespace(unit="cents", factor=factor),
    }
    drivers = [Driver(name, True) for name in {effect.cause for effect in chain.effects}]
    operations = {driver.name: SimpleNamespace(better="higher", unit="") for driver in drivers}
    project = SimpleNamespace(estimation=SimpleNamespace(change=0.1), operations=operations, currency="EUR")
    sample = SimpleNamespace(design=SimpleNamespace(basis=SimpleNamespace(drivers=drivers)))
    found = _Found(info=info, level=0.9, project=project, profile=SimpleNamespace(extent={}), sample=sample)
    found.of = {
        Effects: SimpleNamespace(effects=chain.effects),
        Segments: Segments(heterogeneities(chain.effects, 0.9), chain.differences),
    }
    return found


class _Found(SimpleNamespace):
    def __getitem__(self, kind: type) -> Any:
        return self.of[kind]


def test_rows_of_tables_have_the_outcomes_unit(one_is_small: Chain) -> None:
    """`twice` is twice `spend`: told with the factor 50, each number in its unit is 100 times as large."""
    made = results(one_is_small, 50.0)
    same = {
        heterogeneity_rows: ("p_value", "i2", "cochran_q", "segments", "reversed", "reason"),
        segment_rows: ("n", "p_value", "reason"),
        robustness_rows: ("partial_r2", "robustness_value", "robustness_value_interval", "benchmark"),
    }
    scaled = {
        heterogeneity_rows: ("mean", "low", "high", "spread"),
        segment_rows: ("estimate", "low", "high", "pooled", "pooled_low", "pooled_high", "rest",
                       "difference", "difference_low", "difference_high"),
        robustness_rows: ("estimate", "left", "left_low", "left_high"),
    }  # fmt: skip
    for make in same:
        table = make(made)
        assert {row["unit"] for row in table} == {"EUR", "cents"}
        by = {name: [row for row in table if row["outcome"] == name] for name in ("spend", "twice")}
        assert len(by["spend"]) == len(by["twice"]) > 0
        for one, two in zip(by["spend"], by["twice"], strict=True):
            for name in same[make]:
                assert one[name] == (
                    pytest.approx(two[name], rel=1e-6) if isinstance(two[name], float) else two[name]
                )
            for name in scaled[make]:
                assert (one[name] is None) == (two[name] is None)
                if one[name] is not None:
                    assert two[name] == pytest.approx(100 * one[name], rel=1e-6, abs=1e-9)


def test_rows_of_segments(one_is_small: Chain) -> None:
    rows = [
        r
        for r in segment_rows(results(one_is_small, 1.0))
        if (r["driver"], r["outcome"]) == ("care", "spend")
    ]
    by = {row["segment"]: row for row in rows}
    assert [*by] == [f"kind = {name}" for name in NAMES]
    small = by["kind = b"]
    assert (small["reason"].code, small["reason"].n) == (Reason.TOO_FEW, 10)
    for name in ("estimate", "low", "pooled", "pooled_low", "rest", "difference", "p_value", "q_value"):
        assert small[name] is None
    found, mine = about(one_is_small), by["kind = d"]
    apart = of(found, "d").difference
    assert apart is not None
    assert (mine["difference_low"], mine["difference_high"]) == pytest.approx(apart.interval(0.9))
    assert mine["difference"] == pytest.approx(mine["estimate"] - mine["rest"])
    assert mine["p_value"] == pytest.approx(float(bootstrap_p_value(apart.value, apart.replicates)))
    assert mine["q_value"] >= mine["p_value"]


def test_rows_of_heterogeneity_are_counted_as_one_family(one_is_small: Chain) -> None:
    rows = heterogeneity_rows(results(one_is_small, 1.0))
    assert {row["segments"] for row in rows} == {3}  # those with an estimate
    p = np.array([row["p_value"] for row in rows])
    order = np.argsort(p)
    raw = p[order] * len(p) / np.arange(1, len(p) + 1)
    stepped = np.minimum.accumulate(raw[::-1])[::-1]
    assert [rows[at]["q_value"] for at in order] == pytest.approx(np.minimum(stepped, 1.0), rel=1e-9)


def test_rows_of_robustness_say_what_is_left(differs: Chain) -> None:
    rows = robustness_rows(results(differs, 1.0))
    assert {row["segment"] for row in rows} == {None, *(f"kind = {name}" for name in NAMES)}
    for row in rows:
        whole = find(differs, row["cause"], row["outcome"], segment=row["segment"])
        assert row["change"] == "10 % better"
        assert row["estimate"] == pytest.approx(whole.result.value)
        assert abs(row["left"]) <= abs(row["estimate"]) or row["left"] * row["estimate"] < 0
        assert row["left_low"] < row["left"] < row["left_high"]
        low, high = whole.result.interval(0.9)
        assert row["left_high"] - row["left_low"] >= (high - low) * (1 - 1e-9)
        assert row["robustness_value_interval"] <= row["robustness_value"]


# ---- what becomes of a reversal -------------------------------------------------------------------------


def reversed_within(attribute: str, *, turned: bool, cause: str = "care") -> Heterogeneity:
    refused = NotEstimable(Reason.NOTHING_TO_POOL, n=0, total=2)
    members = tuple(
        Member(effect(f"{attribute} = {name}", refused), (0.0, 0.0, 0.0), None, None) for name in "ab"
    )
    return Heterogeneity(cause, "spend", attribute, refused, members, turned)


def test_a_reversal_is_withheld_with_all_episodes_of_its_segments_but_where_the_project_insists() -> None:
    found = [
        reversed_within("kind", turned=False, cause="other"),
        reversed_within("kind", turned=True),
        reversed_within("where", turned=True, cause="other"),
    ]
    insisted = {("other", "spend"): "known before", ("care", "twice"): "something else"}
    assert [*suspected_reversals(found, insisted)] == [
        Suspicion("simpson", "care", "spend", Reason.REVERSED_WITHIN(name="kind"), n=200, withheld=True),
        Suspicion(
            "simpson", "other", "spend", Reason.REVERSED_WITHIN(name="where"), n=200, insisted="known before"
        ),
    ]


def test_nothing_is_reversed_where_everyone_or_the_segments_have_no_effect() -> None:
    drawn = 0.1 * np.random.default_rng(0).normal(size=200)
    ones = [
        effect(f"kind = {name}", Estimate(-1.0, -1.0 + np.roll(drawn, at))) for at, name in enumerate("ab")
    ]
    whole = effect(None, Estimate(1.0, 1.0 + np.roll(drawn, 3)))
    refused = NotEstimable(Reason.NO_EPISODE)
    found = {
        "as planted": [whole, *ones],
        "nobody asked of everyone": ones,
        "no effect on everyone": [effect(None, refused), *ones],
        "one segment": [whole, ones[0]],
        "no effect in the segments": [whole, *(effect(each.segment, refused) for each in ones)],
    }
    told = {name: heterogeneities(effects, 0.95)[0].reversed for name, effects in found.items()}
    assert told["as planted"] is True
    assert [name for name, one in told.items() if one is not False] == ["as planted"]


def test_each_segment_is_announced_before_its_effects_are_estimated(differs: Chain) -> None:
    said: list[str] = []
    sample = Sample(differs.design, differs.controls, differs.everyone, differs.segments, 0.95, {})
    found = estimate_effects(sample, {}, said.append)
    assert said == [f"estimating effects where kind = {name}" for name in NAMES]
    assert [each.key for each in found.effects] == [each.key for each in differs.effects]


def test_segments_are_resampled_as_everyone_is_but_where_that_is_not_wanted(differs: Chain) -> None:
    made = design(
        drivers=(DRIVER,), outcomes=(behaviour("spend"),), numbers=(Number("z"),), regions=(),
        segments={"segment:kind": NAMES},
    )  # fmt: skip
    plan = AggregationPlan(made.basis, made.categories, made.segments, "bucket", BUCKETS, {}, [])
    cells = aggregate_batches(world.table(DIFFERENT).to_batches(), plan).cells
    for in_segments in (True, False):
        sample = draw_sample(made, cells, 7, np.random.default_rng(1), in_segments=in_segments)
        assert [len(view.weights) for view in sample.views] == [8, *[8 if in_segments else 1] * 4]
        np.testing.assert_array_equal(sample.everyone.weights[0], 1.0)
        assert sample.everyone.weights[1:].sum(axis=1).tolist() == [BUCKETS] * 7
    usual = draw_sample(made, cells, 7, np.random.default_rng(1))
    for view in usual.segments:
        np.testing.assert_array_equal(view.weights, usual.everyone.weights)
    assert (usual.level, usual.shape, usual.shape_view) == (0.95, None, None)
