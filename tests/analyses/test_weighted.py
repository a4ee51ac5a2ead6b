"""Weights and what they change, beside statsmodels; on planted worlds whose answers are not those of everyone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from analyses.answering import weigh
from lineofsight.aggregation.features import Driver, Number
from lineofsight.analyses.nonresponse import response_model as answering_module
from lineofsight.analyses.nonresponse.estimate import WeightedView, Weights
from lineofsight.engines.aggregate import AggregationPlan, aggregate_batches
from lineofsight.model.design import Design
from lineofsight.model.population import EVERY_LEVEL, View
from lineofsight.reasons import Reason
from lineofsight.stats.bootstrap import bootstrap_weights
from lineofsight.stats.logistic import Logistic
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.stats.weighting import Tally
from model import world
from model.world import BUCKETS, Chain, Rows, behaviour, chain_of, coded, columns, design, perception, table

OUTCOMES = (perception("csat"), perception("nps", "nps"), behaviour("stay"), behaviour("spend"))


def rows(n: int = 6000, seed: int = 0) -> Rows:
    """The small world, where those whose episode was slow, and those of one region, answer more rarely."""
    rng = np.random.default_rng(seed + 100)
    data = world.rows(n, seed)
    full = world.rows(n, seed)
    linear = 0.6 - 0.12 * data["speed"] + 0.5 * data["z"] - 0.8 * (data["region"] == "w")
    linear += np.where(np.isnan(data["help"]), 0.0, 0.3 * (data["help"] - 5) + 0.4)
    silent = rng.random(n) > 1 / (1 + np.exp(-linear))
    data["csat"] = np.where(silent, np.nan, full["csat"])
    data["nps"] = np.where(silent, np.nan, full["nps"])
    data["covered"] = ((rng.random(n) < 0.9) | ~np.isnan(data["csat"])).astype(float)
    return data


def estimated(data: Rows, made: Design, replicates: int = 60) -> tuple[Chain, list[Weights]]:
    batches = table({**data, "bucket": data["bucket"]}).sort_by("bucket").to_batches(max_chunksize=1500)
    plan = AggregationPlan(made.basis, made.categories, made.segments, "bucket", BUCKETS, {}, [])
    cells = aggregate_batches(batches, plan).cells
    names = [info.source for info in made.outcomes if info.kind == "perception"]
    weights = weigh(batches, made, cells, names)
    return chain_of(made, cells, replicates, seed=1, weights=weights), weights


DATA, DESIGN = rows(), design(outcomes=OUTCOMES)
RESULT, WEIGHTS = estimated(DATA, DESIGN)


def outside(data: Rows, source: str) -> tuple[np.ndarray, np.ndarray, sm.GLM]:
    """Weights by statsmodels: the model, its probabilities, 1/p where answered."""
    x = sm.add_constant(np.column_stack([*columns(data, DESIGN).values()]))
    asked = data["covered"] == 1
    answered = ~np.isnan(data[source])
    model = sm.GLM(answered[asked].astype(float), x[asked], family=sm.families.Binomial()).fit(tol=1e-13)
    p = np.maximum(model.predict(x), answered[asked].mean() / 10)
    return np.where(answered, 1 / p, 0.0), answered, model


@pytest.mark.parametrize("source", ["csat", "nps"])
def test_model_and_weights_are_those_of_statsmodels(source: str) -> None:
    """Two perceptions of which one is answered more rarely have a model each."""
    (one,) = [w for w in WEIGHTS if source in w.model.perceptions]
    weight, answered, model = outside(DATA, source)
    fitted, tally = one.model.fitted, one.tally(source)
    assert isinstance(fitted, Logistic) and one.model.perceptions == (source,)
    assert (one.model.asked, one.model.answered) == (
        int((DATA["covered"] == 1).sum()),
        answered.sum(),
    )
    assert fitted.pseudo_r_squared == pytest.approx(1 - model.llf / model.llnull, rel=1e-8)
    assert tally.total == pytest.approx(weight.sum(), rel=1e-8)
    assert tally.effective_sample_size == pytest.approx(weight.sum() ** 2 / (weight**2).sum(), rel=1e-8)
    assert tally.largest_weight == pytest.approx(weight.max() / weight[answered].mean(), rel=1e-8)


@pytest.mark.parametrize("source", ["csat", "nps"])
def test_weighted_means_are_by_hand(source: str) -> None:
    weight, answered, _ = outside(DATA, source)
    assert RESULT.weighted is not None
    found = RESULT.weighted.mean(source, source)
    assert isinstance(found, Estimate)
    expected = np.average(coded(DATA, source)[answered], weights=weight[answered])
    assert found.value == pytest.approx(expected, rel=1e-8)
    assert abs(found.value - RESULT.everyone.population((source,)).mean(source).value) > 0.01


def test_weighted_effects_are_weighted_least_squares_and_replicates_those_of_everything_else() -> None:
    """A→C with the perception's own weights; C→B with those of the perception that is answered most rarely."""
    driver = DESIGN.basis.drivers[0]
    step = world.mean_change(DATA, driver, "better")["speed"]
    x = columns(DATA, DESIGN)
    weight, answered, _ = outside(DATA, "csat")
    matrix = sm.add_constant(np.column_stack([*x.values()]))
    onto = sm.WLS(DATA["csat"][answered], matrix[answered], weights=weight[answered]).fit()
    (effect,) = [e for e in RESULT.weighted_effects if (e.cause, e.outcome, e.change) == ("speed", "csat", "better")]  # fmt: skip
    assert isinstance(effect.result, Estimate) and effect.n == answered.sum()
    slope = dict(zip(x, onto.params[1:], strict=True))["speed"]
    assert effect.result.value == pytest.approx(step * slope, rel=1e-7)

    rarest, _, _ = outside(DATA, "nps")
    keep = (rarest > 0) & ~np.isnan(DATA["stay"]) & ~np.isnan(DATA["csat"])
    both = np.column_stack([matrix, DATA["csat"], coded(DATA, "nps")])
    behind = sm.WLS(DATA["stay"][keep], both[keep], weights=rarest[keep]).fit()
    (path,) = [e for e in RESULT.weighted_effects if (e.cause, e.outcome) == ("csat", "stay")]
    assert isinstance(path.result, Estimate) and path.n == keep.sum()
    assert path.result.value == pytest.approx(behind.params[-2], rel=1e-7)

    drawn = bootstrap_weights(BUCKETS, 60, np.random.default_rng(1))[7]
    again = weight[answered] * drawn[DATA["bucket"][answered]]
    onto = sm.WLS(DATA["csat"][answered], matrix[answered], weights=again).fit()
    moved = np.average(-0.1 * DATA["speed"], weights=drawn[DATA["bucket"]])
    assert effect.result.replicates[7] == pytest.approx(
        onto.params[1:][list(x).index("speed")] * moved, rel=1e-7
    )


def test_the_silent_are_those_asked_who_did_not_answer_all() -> None:
    silent = (DATA["covered"] == 1) & (np.isnan(DATA["csat"]) | np.isnan(DATA["nps"]))
    silent &= ~np.isnan(DATA["spend"])
    x = columns(DATA, DESIGN)
    fitted = sm.OLS(DATA["spend"][silent], sm.add_constant(np.column_stack([*x.values()]))[silent]).fit()
    driver = DESIGN.basis.drivers[1]
    expected = world.by_hand(DATA, driver, "better", dict(zip(x, fitted.params[1:], strict=True)))
    (effect,) = [e for e in RESULT.silent_effects if (e.cause, e.outcome) == ("wait", "spend")]
    assert isinstance(effect.result, Estimate) and effect.n == silent.sum()
    assert effect.result.value == pytest.approx(expected, rel=1e-7)


def test_a_fit_that_begins_with_a_sample_ends_where_all_would(monkeypatch: pytest.MonkeyPatch) -> None:
    data = rows(40_000, 3)
    _, whole = estimated(data, DESIGN, 0)
    monkeypatch.setattr(answering_module, "SAMPLE", 8_000)
    _, begun = estimated(data, DESIGN, 0)
    for one, other in zip(whole, begun, strict=True):
        assert isinstance(one.model.fitted, Logistic) and isinstance(other.model.fitted, Logistic)
        # One step of all: within a small part of the coefficients' own errors.
        errors = np.sqrt(np.diag(np.linalg.inv(one.model.fitted.sums.information)))
        gap = one.model.fitted.coefficients - other.model.fitted.coefficients
        assert 0 < np.abs(gap / errors).max() < 0.3


def test_perceptions_answered_together_share_a_model() -> None:
    data = {**DATA, "nps": np.where(np.isnan(DATA["csat"]), np.nan, 7.0)}
    data["nps"][np.flatnonzero(~np.isnan(data["csat"]))[:5]] = np.nan
    _, weights = estimated(data, DESIGN, 0)
    assert [w.model.perceptions for w in weights] == [("csat", "nps")]
    assert weights[0].tally("csat").n == weights[0].tally("nps").n + 5


def test_where_everybody_answered_nothing_is_computed() -> None:
    data = {**DATA, "csat": np.nan_to_num(DATA["csat"], nan=3.0), "nps": np.nan_to_num(DATA["nps"], nan=5.0)}
    result, weights = estimated(data, DESIGN, 0)
    assert weights == [] and result.weighted is None
    assert result.weighted_effects == result.silent_effects == []


def test_a_level_in_which_nobody_answered_is_left_out_and_named() -> None:
    data = {name: values.copy() for name, values in DATA.items()}
    for name in ("csat", "nps"):
        data[name][data["region"] == "w"] = np.nan
    _, (one, _) = estimated(data, DESIGN, 0)
    assert one.model.separated == ("region=w",)
    assert isinstance(one.model.fitted, Logistic)


def test_what_cannot_be_weighted_says_why() -> None:
    exactly = {
        **DATA,
        **{name: np.where(DATA["speed"] + DATA["z"] > 9, np.nan, 3.0) for name in ("csat", "nps")},
    }
    few = {
        **DATA,
        **{name: np.where(np.arange(6000) < 19, np.nan, np.arange(6000) % 5) for name in ("csat", "nps")},
    }
    for data, reason in (
        (exactly, Reason.ANSWERS_TOLD_EXACTLY()),
        (few, Reason.FEW_SILENT(n=19, columns=1, needed=20)),
    ):
        data = {**data, "covered": np.ones(6000)}
        result, (weights,) = estimated(data, DESIGN, 0)
        assert weights.weighed is None and weights.reason == reason
        assert result.weighted is not None
        assert result.weighted.mean("csat", "csat") == NotEstimable(weights.reason)


WORLDS, SIZE = 60, 2000
PLANTED = design((Driver("wait", False, best=2.0),), (perception("felt"),), (Number("z"),), regions=())


def planted(seed: int, n: int = SIZE) -> tuple[Rows, np.ndarray]:
    """Who waits long answers more, and minds it more where `z` is high: means and effects of answers are off."""
    rng = np.random.default_rng([9, seed])
    customer = np.sort(rng.integers(0, n // 2, n))
    z = rng.normal(size=n // 2)[customer]
    wait = np.maximum(rng.normal(5, 1.5, n) + 0.4 * z, 0)
    felt = (
        8 - 0.5 * wait - 0.3 * z * (wait - 5) + rng.normal(size=n // 2)[customer] * 0.4 + rng.normal(size=n)
    )
    answered = rng.random(n) < 1 / (1 + np.exp(-(-1.0 + 0.25 * (wait - 5) + 0.5 * z)))
    data = {"wait": wait, "z": z, "felt": np.where(answered, felt, np.nan), "covered": np.ones(n)}
    return {**data, "bucket": (customer * 7919) % BUCKETS}, felt


def test_weights_bring_back_the_mean_and_the_effect_of_everyone() -> None:
    """Over many small worlds: weighted estimates are not biased and their intervals hold; unweighted ones are."""
    big, all_felt = planted(10_000, 400_000)
    truth = {"mean": all_felt.mean()}
    everyone = np.column_stack([np.ones(len(all_felt)), big["z"], big["wait"]])
    truth["effect"] = np.linalg.lstsq(everyone, all_felt, rcond=None)[0][2] * (-0.1 * big["wait"].mean())
    found: dict[str, list[tuple[float, float, bool]]] = {"mean": [], "effect": []}
    for seed in range(WORLDS):
        data, _ = planted(seed)
        result, _ = estimated(data, PLANTED, 200)
        assert isinstance(result.weighted, WeightedView)
        plain = {"mean": result.everyone.population(("felt",)).mean("felt")}
        plain["effect"] = next(e.result for e in result.effects if e.change == "better")  # type: ignore[assignment]  # an estimate, or the test fails
        heavy = {"mean": result.weighted.mean("felt", "felt")}
        heavy["effect"] = next(e.result for e in result.weighted_effects if e.change == "better")
        for what, value in truth.items():
            one = heavy[what]
            assert isinstance(one, Estimate)
            low, high = one.interval()
            found[what].append((plain[what].value - value, one.value - value, low <= value <= high))
    for what, told in found.items():
        before, after, held = (np.array(part) for part in zip(*told, strict=True))
        error = after.std(ddof=1) / np.sqrt(WORLDS)
        assert abs(before.mean()) > 8 * error, what
        assert abs(after.mean()) < 3 * error, what
        assert held.mean() > 0.86, what  # 95 %, less three standard errors of 60 worlds


def test_a_view_is_resampled_by_the_same_draws() -> None:
    assert RESULT.weighted is not None and RESULT.weighted.everyone is RESULT.everyone
    view = View(None, WEIGHTS[0].weighed.cells, EVERY_LEVEL, RESULT.everyone.weights)  # type: ignore[union-attr]  # an estimate, or the test fails
    mean = RESULT.weighted.mean("csat", "csat")
    assert isinstance(mean, Estimate)
    np.testing.assert_array_equal(view.population(("csat",)).mean("csat").replicates, mean.replicates)


def test_without_a_model_nothing_is_weighed() -> None:
    assert replace(WEIGHTS[0], weighed=None, reason="too few").tally("csat") == Tally()
