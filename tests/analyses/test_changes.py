"""Why a mean moved: the chain's parts beside statsmodels and least squares on the rows themselves, and what cannot be told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from statsmodels.stats.oaxaca import OaxacaBlinder

from lineofsight.aggregation.features import Category, Driver
from lineofsight.analyses.why_moved.estimate import Part, PeriodChange
from lineofsight.episodes.columns import CALENDAR, PERIOD
from lineofsight.model.design import Design
from lineofsight.reasons import Reason
from lineofsight.stats.bootstrap import bootstrap_weights
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.words.reasons.__init__ import clause
from model.world import (
    BUCKETS,
    Rows,
    behaviour,
    coded,
    columns,
    design,
    estimate,
    perception,
    resampled,
    rows,
    with_basis,
)

PERIODS = ("2024-Q1", "2024-Q2", "2024-Q3")


def dated(data: Rows, seed: int = 8) -> Rows:
    """The rows in three periods; waiting gets longer, regions shift, and whom help reaches too."""
    rng = np.random.default_rng(seed)
    n = len(data["speed"])
    at = rng.integers(0, 3, n)
    out = {**data, CALENDAR: np.array(PERIODS, dtype=object)[at]}
    out["wait"] = data["wait"] * (1 + 0.3 * at)
    out["region"] = np.where((at == 2) & (rng.random(n) < 0.3), "e", data["region"]).astype(object)
    out["help"] = np.where((at == 2) & (rng.random(n) < 0.4), np.nan, data["help"])
    out["csat"] = data["csat"] - 0.02 * (out["wait"] - data["wait"]) - 0.2 * (at == 1)
    return out


DATA = dated(rows())
DESIGN = replace(design(), periods=PERIODS)
RESULT = estimate(DATA, DESIGN, replicates=200)
GROUPS = {
    "mix": ["z", "region=s", "region=e", "region=w"],
    "speed": ["speed"],
    "wait": ["wait", "wait>20"],
    "help": ["help", "help?"],
}


def change(changes: list[PeriodChange], outcome: str, before: str, after: str) -> PeriodChange:
    (one,) = [
        c
        for c in changes
        if (c.info.name, c.before.period, c.after.period) == (outcome, before, after)
    ]  # fmt: skip
    return one


def parts(found: PeriodChange) -> dict[str, Part]:
    return {part.driver or part.kind: part for part in found.parts}


def values(found: PeriodChange) -> dict[str, float]:
    return {
        name: part.result.value
        for name, part in parts(found).items()
        if isinstance(part.result, Estimate)
    }  # fmt: skip


NAMES = [name for group in GROUPS.values() for name in group]


def by_hand(data: Rows, made: Design, outcome: str, period: str) -> tuple[np.ndarray, np.ndarray]:
    """`(n, k)` regressors and `(n,)` the outcome of one period's rows, from columns made by hand."""
    x = {**columns(data, made), outcome: coded(data, outcome)}
    keep = (data[CALENDAR] == period) & ~np.isnan(x[outcome])
    return np.column_stack([x[name] for name in NAMES])[keep], x[outcome][keep]


def least_squares(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """`(k,)` slopes; NaN for a column that is the same in every row."""
    varies = np.ptp(x, axis=0) > 0
    slopes = np.full(x.shape[1], np.nan)
    slopes[varies] = np.linalg.lstsq(np.column_stack([x[:, varies], np.ones(len(x))]), y)[0][:-1]
    return slopes


def outside(data: Rows, outcome: str, before: str, after: str) -> dict[str, float]:
    """Kitagawa, Oaxaca and Blinder's parts at the average of both periods' coefficients, from the rows."""
    (x0, y0), (x1, y1) = (by_hand(data, DESIGN, outcome, period) for period in (before, after))
    average = np.nanmean([least_squares(x0, y0), least_squares(x1, y1)], axis=0)
    each = dict(zip(NAMES, (x1.mean(axis=0) - x0.mean(axis=0)) * average, strict=True))
    told = {group: float(sum(each[name] for name in names)) for group, names in GROUPS.items()}
    difference = float(y1.mean() - y0.mean())
    return told | {"difference": difference, "unexplained": difference - sum(told.values())}


@pytest.mark.parametrize("pair", [(0, 1), (1, 2), (0, 2)])
@pytest.mark.parametrize("outcome", ["csat", "nps", "stay", "spend"])
def test_parts_are_those_of_statsmodels(outcome: str, pair: tuple[int, int]) -> None:
    """Its twofold decomposition at Reimers' (1983) coefficients, and the detail of it by group."""
    before, after = (PERIODS[at] for at in pair)
    (x0, y0), (x1, y1) = (by_hand(DATA, DESIGN, outcome, period) for period in (before, after))
    which = np.repeat([0.0, 1.0], [len(x0), len(x1)])
    rows_of_both = np.column_stack([np.vstack([x0, x1]), which])
    theirs = OaxacaBlinder(np.concatenate([y0, y1]), rows_of_both, len(NAMES), hasconst=False)
    unexplained, explained, gap = theirs.two_fold(two_fold_type="reimers").params
    sign = np.sign(y1.mean() - y0.mean())  # theirs is of the larger mean less the smaller
    found = values(change(RESULT.changes, outcome, before, after))
    assert found["difference"] == pytest.approx(sign * gap, rel=1e-8)
    assert found["unexplained"] == pytest.approx(sign * unexplained, rel=1e-8, abs=1e-10)
    assert sum(found[group] for group in GROUPS) == pytest.approx(sign * explained, rel=1e-8, abs=1e-10)
    each = sign * (theirs.exog_f_mean - theirs.exog_s_mean)[: len(NAMES)] * theirs.t_params[: len(NAMES)]
    for group, names in GROUPS.items():
        part = sum(each[NAMES.index(name)] for name in names)
        assert found[group] == pytest.approx(part, rel=1e-8, abs=1e-10), group


@pytest.mark.parametrize("pair", [(0, 1), (1, 2), (0, 2)])
@pytest.mark.parametrize("outcome", ["csat", "nps", "stay", "spend"])
def test_parts_are_those_of_the_decomposition_of_the_rows(outcome: str, pair: tuple[int, int]) -> None:
    before, after = (PERIODS[at] for at in pair)
    found = values(change(RESULT.changes, outcome, before, after))
    expected = outside(DATA, outcome, before, after)
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-8, abs=1e-10), name


def test_a_driver_has_its_mean_where_it_is_known_and_the_share_of_episodes_in_which_it_is() -> None:
    found = change(RESULT.changes, "csat", PERIODS[0], PERIODS[2])
    for model in (found.before, found.after):
        among = (DATA[CALENDAR] == model.period) & ~np.isnan(DATA["csat"])
        for driver in DESIGN.basis.drivers:
            value = DATA[driver.name][among]
            expected = np.nanmean(value), (~np.isnan(value)).mean()
            assert model.known(driver) == pytest.approx(expected, rel=1e-9), (model.period, driver.name)


def test_a_replicate_is_the_decomposition_of_the_buckets_drawn() -> None:
    weights = bootstrap_weights(BUCKETS, 200, np.random.default_rng(5))
    for r in (0, 117):
        expected = outside(resampled(DATA, weights[r]), "csat", PERIODS[0], PERIODS[2])
        for name, part in parts(change(RESULT.changes, "csat", PERIODS[0], PERIODS[2])).items():
            assert part.result.replicates[r] == pytest.approx(expected[name], rel=1e-7, abs=1e-9), name


def test_parts_add_up_in_the_estimate_and_in_every_replicate() -> None:
    assert len(RESULT.changes) == 4 * 3
    for found in RESULT.changes:
        whole, *rest = (part.result for part in found.parts)
        total = rest[0] + rest[1] + rest[2] + rest[3] + rest[4]
        assert total.value == pytest.approx(whole.value, abs=1e-9)
        np.testing.assert_allclose(total.replicates, whole.replicates, atol=1e-9)


def test_a_driver_that_did_not_vary_at_first_has_the_effect_it_has_later() -> None:
    data = {**DATA, "speed": np.where(DATA[CALENDAR] == PERIODS[0], 8.0, DATA["speed"])}
    found = change(estimate(data, DESIGN).changes, "csat", PERIODS[0], PERIODS[1])
    assert values(found) == pytest.approx(outside(data, "csat", PERIODS[0], PERIODS[1]), rel=1e-8, abs=1e-10)
    note = clause(parts(found)["speed"].note)
    assert note is not None and "the same in every episode of 2024-Q1" in note
    assert "its effect in 2024-Q2 is used" in note


def test_a_driver_that_varied_in_one_period_and_cannot_be_told_there_has_no_part() -> None:
    for constant, copied in ((0, 1), (1, 0)):
        speed = np.where(DATA[CALENDAR] == PERIODS[constant], 8.0, 2 * DATA["z"] + 9)
        found = change(estimate({**DATA, "speed": speed}, DESIGN).changes, "csat", *PERIODS[:2])
        result = parts(found)["speed"].result
        assert isinstance(result, NotEstimable)
        assert PERIODS[copied] in clause(result.reason) and PERIODS[constant] not in clause(result.reason)


def test_a_driver_that_was_switched_with_the_period_has_no_part() -> None:
    at = np.array([PERIODS.index(label) for label in DATA[CALENDAR]])
    found = change(estimate({**DATA, "speed": 5.0 + at}, DESIGN).changes, "csat", *PERIODS[:2])
    result = parts(found)["speed"].result
    assert isinstance(result, NotEstimable)
    assert "anything else that changed with the period" in clause(result.reason)
    told = values(found)
    assert sum(told.values()) == pytest.approx(2 * told["difference"])


def test_a_driver_that_stayed_as_it_was_has_the_part_nothing() -> None:
    found = change(estimate({**DATA, "speed": np.full(len(DATA["speed"]), 5.0)}, DESIGN).changes, "csat", *PERIODS[:2])  # fmt: skip
    assert parts(found)["speed"].result.value == 0


def test_twins_have_no_parts_and_leave_the_others_theirs() -> None:
    drivers = (*DESIGN.basis.drivers, Driver("twin", False))
    made = with_basis(DESIGN, drivers=drivers)
    found = change(estimate({**DATA, "twin": 2 * DATA["speed"]}, made).changes, "csat", *PERIODS[:2])
    told = parts(found)
    for name in ("speed", "twin"):
        assert isinstance(told[name].result, NotEstimable)
        assert "cannot be told apart" in clause(told[name].result.reason)
    plain = values(change(RESULT.changes, "csat", *PERIODS[:2]))
    assert told["wait"].result.value == pytest.approx(plain["wait"])
    assert told["unexplained"].result.value == pytest.approx(plain["unexplained"] + plain["speed"])


def test_where_the_usual_region_is_missing_the_others_are_compared_with_it_as_elsewhere() -> None:
    """Without it the indicators of the others add up to 1: they are told apart with one of the other period's effects."""
    n = DATA["region"] == "n"
    data = {**DATA, "region": np.where(n & (DATA[CALENDAR] == PERIODS[0]), "s", DATA["region"])}
    found = change(estimate(data, DESIGN).changes, "spend", *PERIODS[:2])
    dropped = next(columns_at for columns_at in found.before.rests_on)
    left = found.before.columns[dropped]
    kept = [name for name in NAMES if name != left]
    slopes = []
    for period, regressors in ((PERIODS[0], kept), (PERIODS[1], NAMES)):
        x = {**columns(data, DESIGN), "spend": data["spend"]}
        keep = (data[CALENDAR] == period) & ~np.isnan(x["spend"])
        matrix = np.column_stack([np.ones(keep.sum()), *(x[name][keep] for name in regressors)])
        fitted = np.linalg.lstsq(matrix, x["spend"][keep], rcond=None)[0][1:]
        slopes.append(dict(zip(regressors, fitted, strict=True)))
    lent = slopes[1][left]
    before = {name: slopes[0].get(name, 0.0) + lent for name in GROUPS["mix"] if name != "z"}
    before["z"] = slopes[0]["z"]
    means = [by_hand(data, DESIGN, "spend", period)[0].mean(axis=0) for period in PERIODS[:2]]
    step = dict(zip(NAMES, means[1] - means[0], strict=True))
    expected = sum(step[name] * (before[name] + slopes[1][name]) / 2 for name in GROUPS["mix"])
    assert values(found)["mix"] == pytest.approx(expected, rel=1e-7)


def test_a_period_with_too_few_is_refused_and_its_mean_is_told() -> None:
    few = np.flatnonzero(DATA[CALENDAR] == PERIODS[2])[12:]
    data = {name: np.delete(column, few) for name, column in DATA.items()}
    found = change(estimate(data, DESIGN, replicates=50).changes, "stay", PERIODS[1], PERIODS[2])
    told = parts(found)
    assert isinstance(told["difference"].result, Estimate)
    for name in ("mix", "wait", "unexplained"):
        assert isinstance(told[name].result, NotEstimable)
        assert clause(told[name].result.reason).startswith("in 2024-Q3: too few: ")


def test_a_period_without_an_episode_is_said() -> None:
    keep = DATA[CALENDAR] != PERIODS[1]
    data = {name: column[keep] for name, column in DATA.items()}
    found = change(estimate(data, DESIGN).changes, "stay", PERIODS[0], PERIODS[1])
    assert {clause(p.result.reason) for p in found.parts} == {"in 2024-Q2: no episode has what it takes"}


def test_a_driver_that_gives_the_outcome_away_is_left_out() -> None:
    drivers = (*DESIGN.basis.drivers, Driver("spent", True))
    outcomes = (*DESIGN.outcomes, behaviour("double"))
    made = replace(with_basis(DESIGN, drivers=drivers, outcomes=(*DESIGN.basis.outcomes, outcomes[-1].outcome)), outcomes=outcomes)  # fmt: skip
    double = 2 * np.nan_to_num(DATA["spend"])
    found = change(
        estimate({**DATA, "spent": double, "double": double}, made).changes, "double", *PERIODS[:2]
    )
    told = parts(found)
    assert "is a copy of" in clause(told["spent"].result.reason)
    assert isinstance(told["wait"].result, Estimate)


def test_periods_that_are_held_equal_are_no_customers() -> None:
    """The months of a quarter are in its model; what went with them is what is left unexplained."""
    months = np.array([f"m{int(v) % 3 + 1}" for v in DATA["bucket"]], dtype=object)
    data = {**DATA, "month": DATA[CALENDAR] + months}
    levels = tuple(sorted(set(data["month"])))
    categories = (*DESIGN.basis.categories, Category("period", levels, others=False, absent=False))
    made = replace(
        with_basis(DESIGN, categories=categories), categories={"region": "region", "period": PERIOD}
    )
    found = change(estimate({**data, PERIOD: data["month"]}, made).changes, "csat", *PERIODS[:2])
    told = values(found)
    assert sum(told.values()) == pytest.approx(2 * told["difference"], abs=1e-9)
    plain = values(change(RESULT.changes, "csat", *PERIODS[:2]))
    for name in ("mix", "speed", "wait", "help", "unexplained"):
        assert told[name] == pytest.approx(plain[name], abs=0.02)


def test_a_driver_that_nobody_met_in_a_period_has_no_mean_there_and_a_share_of_nothing() -> None:
    """Where the period has no model, or the driver gives the outcome away, neither is known."""
    help_ = DESIGN.basis.drivers[2]
    data = {**DATA, "help": np.where(DATA[CALENDAR] == PERIODS[0], np.nan, DATA["help"])}
    found = change(estimate(data, DESIGN).changes, "csat", *PERIODS[:2])
    mean, share = found.before.known(help_)
    assert np.isnan(mean) and share == 0.0
    few = np.flatnonzero(DATA[CALENDAR] == PERIODS[0])[12:]
    scarce = {name: np.delete(column, few) for name, column in DATA.items()}
    found = change(estimate(scarce, DESIGN).changes, "csat", *PERIODS[:2])
    assert np.isnan(found.before.known(help_)).all()
    assert found.after.known(help_)[1] > 0.2
    spent = Driver("spent", True)
    made = with_basis(DESIGN, drivers=(*DESIGN.basis.drivers, spent))
    leaking = estimate({**DATA, "spent": 2 * np.nan_to_num(DATA["spend"])}, made)
    assert np.isnan(change(leaking.changes, "spend", *PERIODS[:2]).before.known(spent)).all()
    assert change(leaking.changes, "csat", *PERIODS[:2]).before.known(spent)[1] == 1.0


def test_models_of_periods_say_whom_they_rest_on_and_are_those_of_main_outcomes() -> None:
    second = replace(perception("csat:second"), main=False)
    second = replace(second, outcome=replace(second.outcome, source="csat"))
    outcomes = (*DESIGN.outcomes, second)
    made = replace(with_basis(DESIGN, outcomes=(*DESIGN.basis.outcomes, second.outcome)), outcomes=outcomes)
    found = estimate(DATA, made).changes
    assert [each.info.name for each in found] == [
        name for name in ("csat", "nps", "stay", "spend") for _ in range(3)
    ]
    assert [(each.before.period, each.after.period) for each in found[:3]] == [
        PERIODS[:2], (PERIODS[0], PERIODS[2]), PERIODS[1:],
    ]  # fmt: skip
    for each in found:
        for model in (each.before, each.after):
            keep = (DATA[CALENDAR] == model.period) & ~np.isnan(DATA[each.info.source])
            assert (model.n, model.clusters) == (keep.sum(), len(np.unique(DATA["bucket"][keep])))
            assert model.mean.value == pytest.approx(coded(DATA, each.info.name)[keep].mean())


def test_why_a_column_has_no_coefficient_in_a_period_is_told_of_that_period() -> None:
    at = DATA[CALENDAR] == PERIODS[0]
    data = {
        **DATA,
        "speed": np.where(at, 8.0, DATA["speed"]),
        "wait": np.where(at, 2 * DATA["z"] + 9, DATA["wait"]),
    }
    made = with_basis(DESIGN, drivers=(Driver("speed", False), Driver("wait", False)))
    model = change(estimate(data, made).changes, "csat", *PERIODS[:2]).before
    assert model.why("speed") == Reason.SAME_EVERYWHERE(at=PERIODS[0])
    assert model.why("wait").code == Reason.COLUMN_IN_PERIOD and model.why("wait").at == PERIODS[0]
    assert model.why("wait").inner == (Reason.MOVES_WITH(names=("z",), others=()),)


def test_parts_that_are_refused_are_each_of_their_own_kind_and_name() -> None:
    """Without a control there is no mix of customers; what gives the outcome away has that for its reason."""
    few = np.flatnonzero(DATA[CALENDAR] == PERIODS[2])[12:]
    data = {name: np.delete(column, few) for name, column in DATA.items()}
    found = change(estimate(data, DESIGN).changes, "stay", PERIODS[1], PERIODS[2])
    assert [(part.kind, part.driver, part.note) for part in found.parts] == [
        ("difference", None, None), ("mix", None, None), ("operation", "speed", None), ("operation", "wait", None),
        ("operation", "help", None), ("unexplained", None, None),
    ]  # fmt: skip
    bare = replace(design(numbers=(), regions=()), periods=PERIODS)
    for rows_of, refused in ((data, True), (DATA, False)):
        found = change(estimate(rows_of, bare).changes, "stay", PERIODS[1], PERIODS[2])
        assert [part.kind for part in found.parts] == ["difference", *["operation"] * 3, "unexplained"]
        assert isinstance(found.parts[-1].result, NotEstimable) == refused
    separated = frozenset({("speed", "stay")})
    leaking = change(estimate(data, DESIGN, separated=separated).changes, "stay", PERIODS[1], PERIODS[2])
    told = parts(leaking)
    assert told["speed"].result == NotEstimable(Reason.SEPARATES(name="speed", other="stay"))
    assert told["wait"].result != told["speed"].result


def test_a_driver_that_stayed_as_it_was_has_the_part_nothing_though_sums_of_it_are_rounded() -> None:
    """Far from the centre about which all is summed, equal values have means that differ in their last digits."""
    later = DATA[CALENDAR] == PERIODS[2]
    speed = np.where(later, 1e4 + 300 * np.random.default_rng(0).normal(size=len(later)), 0.1)
    result = estimate({**DATA, "speed": speed}, DESIGN, 5)
    found = change(result.changes, "csat", *PERIODS[:2])
    assert found.before.offsets[0, found.before.columns.index("speed")] != 0
    assert parts(found)["speed"].result.value == 0.0  # type: ignore[union-attr]  # an estimate, or the test fails
    assert np.all(parts(found)["speed"].result.replicates == 0.0)  # type: ignore[union-attr]  # an estimate, or the test fails


def test_a_control_that_gives_one_outcome_away_is_customers_mix_for_the_others() -> None:
    copied = {**DATA, "spend": 2 * DATA["z"] - 1}
    result = estimate(copied, DESIGN)
    assert ("z", "spend") in result.leaks
    told, plain = (values(change(each.changes, "csat", *PERIODS[:2])) for each in (result, RESULT))
    assert told == pytest.approx(plain, rel=1e-9)
    spend = change(result.changes, "spend", *PERIODS[:2])
    assert (
        "z" not in spend.before.columns and "z" in change(result.changes, "csat", *PERIODS[:2]).before.columns
    )
