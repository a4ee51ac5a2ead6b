"""Planted truth is there to be found, and the tables are those of a back office."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import pytest
from statsmodels.regression.linear_model import OLS

from lineofsight.project import load_project
from lineofsight.simulate import retailer, small_company, truth_rows, write_company
from lineofsight.simulate.design import Effect, Touchpoint
from lineofsight.simulate.distributions import Distribution
from lineofsight.simulate.history import UNIFORMS, draw, draw_answers
from lineofsight.simulate.retailer import RETAILER
from lineofsight.simulate.small_company import SMALL_COMPANY
from lineofsight.simulate.truth import better, bounds, check_design
from lineofsight.simulate.truth import truth_rows as truth_of

DESIGNS = {"retailer": RETAILER, "small": SMALL_COMPANY}
NOTHING = {"tracking_updates", "call_wait_minutes", "product_photos"}


@pytest.fixture(scope="module")
def shop():
    return retailer(6000, np.random.default_rng(3))


@pytest.fixture(scope="module")
def small():
    return small_company(np.random.default_rng(4))


# ---- the truth, against regressions on what was drawn -----------------------------------------------------


def columns(design, history):
    """Columns of the regressions, and each operation's mean change of them when it gets 10 % better."""
    blocks, changes = [np.ones((len(history.level), 1))], {}
    at = 1
    for operation in design.operations:
        values = history.operations[operation.name]
        pieces = [values, np.maximum(values - operation.knot, 0)] if operation.knot else [values]
        changed = better(operation, values)
        moved = [changed, np.maximum(changed - operation.knot, 0)] if operation.knot else [changed]
        changes[operation.name] = {
            at + i: np.nan_to_num(m - p).mean() for i, (m, p) in enumerate(zip(moved, pieces, strict=True))
        }
        if np.isnan(values).any():
            pieces.append(np.isnan(values).astype(float))
        blocks.append(np.nan_to_num(np.column_stack(pieces)))
        at += len(pieces)
    for control in design.controls:
        values = history.controls[control.name]
        levels = range(1, len(control.levels))
        blocks.append(
            np.column_stack([values == k for k in levels]).astype(float)
            if control.levels
            else values[:, None]
        )
    return np.hstack(blocks), changes


def fit(y, x, groups):
    result = OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": groups})
    return result.params, result.cov_params()


def combined(fitted, weights):
    """A weighted sum of coefficients and its standard error."""
    params, covariance = fitted
    w = np.zeros(len(params))
    w[list(weights)] = list(weights.values())
    return w @ params, np.sqrt(w @ covariance @ w)


def estimates(design, history, keep):
    """Every effect by least squares: outcome on everything, perceptions among those who answered."""
    x, changes = columns(design, history)
    answered = keep & history.answered
    said = np.column_stack(list(history.perceptions.values()))
    groups = history.customer
    felt = {name: fit(c[answered], x[answered], groups[answered]) for name, c in history.perceptions.items()}
    found = {}
    for behaviour in design.behaviours:
        y = behaviour.scale * history.behaviours[behaviour.name]
        everyone = fit(y[keep], x[keep], groups[keep])
        both = fit(y[answered], np.hstack([x, said])[answered], groups[answered])
        slopes = {name: combined(both, {x.shape[1] + k: 1.0}) for k, name in enumerate(felt)}
        for name, slope in slopes.items():
            found[name, behaviour.name, "total"] = slope
        for name, change in changes.items():
            found[name, behaviour.name, "total"] = combined(everyone, change)
            found[name, behaviour.name, "direct"] = combined(both, change)
            for perception, (b, b_error) in slopes.items():
                a, a_error = combined(felt[perception], change)
                error = np.sqrt((a * b_error) ** 2 + (b * a_error) ** 2 + (a_error * b_error) ** 2)
                found[name, behaviour.name, f"via {perception}"] = a * b, error
                found[name, perception, "total"] = a, a_error
    return found


@pytest.mark.parametrize("name", DESIGNS)
def test_regressions_find_what_was_planted(name):
    design = DESIGNS[name]
    history = draw(design, 40_000, np.random.default_rng(11))
    everyone = np.ones(len(history.level), dtype=bool)
    masks = {None: everyone}
    if design.segment is not None:
        masks |= {
            f"region = {level}": history.level == design.levels.index(level) for level in ("North", "South")
        }
    found = {segment: estimates(design, history, keep) for segment, keep in masks.items()}
    misses = []
    for row in truth_of(design):
        if row["segment"] in found:
            value, error = found[row["segment"]][row["cause"], row["outcome"], row["path"]]
            misses.append((value - row["estimate"]) / error)
    assert len(misses) == sum(len(effects) for effects in found.values())
    assert np.max(np.abs(misses)) < 4
    assert 0.3 < np.mean(np.square(misses)) < 2  # about 1 but for chance: the misses are correlated


def test_leaving_out_the_confounder_misleads():
    history = draw(SMALL_COMPANY, 60_000, np.random.default_rng(12))
    x, changes = columns(SMALL_COMPANY, history)
    y = history.behaviours["spend"]
    planted = next(
        row["estimate"]
        for row in truth_of(SMALL_COMPANY)
        if (row["cause"], row["outcome"], row["path"]) == ("delivery_days", "spend", "total")
    )
    naive, error = combined(fit(y, x[:, :-1], history.customer), changes["delivery_days"])
    assert naive - planted > 4 * error


def test_residuals_of_one_customer_go_together():
    history = draw(SMALL_COMPANY, 20_000, np.random.default_rng(14))
    x, changes = columns(SMALL_COMPANY, history)
    y = history.behaviours["returned"]
    _, clustered = combined(fit(y, x, history.customer), changes["delivery_days"])
    naive = OLS(y, x).fit(cov_type="HC1")
    assert clustered > 1.08 * combined((naive.params, naive.cov_params()), changes["delivery_days"])[1]


def test_idle_operations_look_as_if_they_worked():
    history = draw(RETAILER, 30_000, np.random.default_rng(13))
    satisfaction = history.perceptions["satisfaction"]
    for name in NOTHING:
        assert abs(np.corrcoef(history.operations[name], satisfaction)[0, 1]) > 0.02
    assert all(row["estimate"] == 0 for row in truth_of(RETAILER) if row["cause"] in NOTHING)


# ---- what makes the truth exact -----------------------------------------------------------------------------


@pytest.mark.parametrize("design", DESIGNS.values(), ids=list(DESIGNS))
def test_probabilities_and_means_stay_within_their_bounds(design):
    check_design(design)
    for name in ("response", design.stay.name):
        low, high = bounds(design, dict(design.predictors())[name])
        assert 0 < low < high < 1


def test_a_design_that_would_not_be_exact_is_refused():
    returned = SMALL_COMPANY.stay.predictor
    too_high = dataclasses.replace(SMALL_COMPANY.stay, predictor=dataclasses.replace(returned, mean=0.9))
    with pytest.raises(ValueError, match="returned: its mean can be"):
        check_design(dataclasses.replace(SMALL_COMPANY, stay=too_high))
    unknown = dataclasses.replace(returned, effects={"speed": Effect(-0.1)})
    with pytest.raises(ValueError, match="unknown operations: speed"):
        check_design(
            dataclasses.replace(
                SMALL_COMPANY, stay=dataclasses.replace(SMALL_COMPANY.stay, predictor=unknown)
            )
        )
    uneven = dataclasses.replace(
        RETAILER.stay.predictor, effects={"delivery_days": Effect(by_level={"North": 0})}
    )
    with pytest.raises(ValueError, match="slopes differ by level on perceptions only"):
        check_design(dataclasses.replace(RETAILER, stay=dataclasses.replace(RETAILER.stay, predictor=uneven)))


@pytest.mark.parametrize("k", [0, 1], ids=["csat", "nps"])
def test_answers_have_the_mean_asked_for(k):
    perception = RETAILER.perceptions[k]
    low, high = perception.means
    rng = np.random.default_rng(5)
    for mean in np.linspace(low, high, 5):
        answers, modelled = draw_answers(perception, np.full(40_000, mean), rng.random((40_000, UNIFORMS)))
        assert abs(modelled.mean() - mean) <= 4 * modelled.std() / 200 + 1e-9
        assert set(np.unique(answers)) <= set(range(1, 6) if k == 0 else range(11))
        if k == 1:
            assert np.array_equal(modelled, 100.0 * (answers >= 9) - 100.0 * (answers <= 6))


def test_expectations_are_those_of_large_samples():
    capped = Distribution(0.4, 1.15, 0.86, 0.8, cap=1.0, decimals=2)
    values = capped.at(np.random.default_rng(6).standard_normal(1_000_000))
    assert values.max() == 1.0 and (values == 1.0).mean() > 0.1
    assert capped.mean == pytest.approx(values.mean(), abs=4 * values.std() / 1000)


def test_the_truth_keeps_to_limits_and_adds_up():
    rows = {(r["cause"], r["outcome"], r["segment"], r["path"]): r["estimate"] for r in truth_of(RETAILER)}
    stock = next(o for o in RETAILER.operations if o.name == "stock_availability")
    assert better(stock, np.array([0.5, 0.95, 1.0])) == pytest.approx([0.55, 1.0, 1.0])
    slope = RETAILER.perceptions[0].predictor.effects["stock_availability"].slope
    assert rows["stock_availability", "satisfaction", None, "total"] < slope * 0.1 * stock.values.mean
    for (cause, outcome, segment, path), value in rows.items():
        if path == "direct":
            parts = [rows[cause, outcome, segment, f"via {p.name}"] for p in RETAILER.perceptions]
            assert rows[cause, outcome, segment, "total"] == pytest.approx(value + sum(parts))
    by_region = [rows["delivery_days", "satisfaction", f"region = {r}", "total"] for r in RETAILER.levels]
    shares = list(RETAILER.segment.shares.values())
    assert rows["delivery_days", "satisfaction", None, "total"] == pytest.approx(np.dot(shares, by_region))
    assert max(by_region) > 4 * min(by_region)


# ---- the tables ---------------------------------------------------------------------------------------------


def seconds(column):
    return column.to_numpy().astype("datetime64[s]").astype(np.int64)


def test_about_fifteen_per_cent_answer(shop):
    history = draw(RETAILER, 20_000, np.random.default_rng(7))
    assert history.answered.mean() == pytest.approx(0.15, abs=0.01)


def test_keys_are_unique_and_point_somewhere(shop):
    for name, table in shop.tables.items():
        key = table.column_names[0]
        assert pc.count_distinct(table[key]).as_py() == table.num_rows, name
        if "customer_id" in table.column_names:
            assert set(table["customer_id"].to_pylist()) <= set(
                shop.tables["customers"]["customer_id"].to_pylist()
            )
    orders = shop.tables["orders"]["order_id"].to_pylist()
    assert shop.tables["deliveries"]["order_id"].to_pylist() == orders
    answers = shop.tables["answers"]["order_id"].to_pylist()
    assert len(set(answers)) == len(answers) and set(answers) <= set(orders)


def test_answers_come_after_the_delivery(shop):
    joined = shop.tables["answers"].join(shop.tables["orders"], "order_id")
    days = (seconds(joined["answered_at"]) - seconds(joined["delivered_at"])) / 86_400
    assert days.min() > 0
    assert (days <= 14).sum() == shop.history.answered.sum()
    assert ((days > 14) & (days < 15)).sum() == 0
    ordered = shop.tables["orders"]
    assert (seconds(ordered["ordered_at"]) < seconds(ordered["delivered_at"])).all()


def windows(company, table, at, value):
    """Number and sum of a table's rows in each episode's window, by brute force."""
    history, calendar = company.history, company.design.calendar
    rows = company.tables[table]
    who = np.array([int(key[1:]) - 1 for key in rows["customer_id"].to_pylist()])
    start = np.datetime64(calendar.start, "s").astype(np.int64)
    times, amounts = seconds(rows[at]) - start, rows[value].to_numpy()
    order = np.lexsort((times, who))
    span = 10 * calendar.days * 86_400
    keys, sums = (who * span + times)[order], np.r_[0, np.cumsum(amounts[order])]
    ends = [
        np.searchsorted(keys, history.customer * span + history.anchor + days * 86_400, side="right")
        for days in (calendar.landmark, calendar.reach)
    ]
    return ends[1] - ends[0], sums[ends[1]] - sums[ends[0]]


@pytest.mark.parametrize("which", ["shop", "small"])
def test_windows_hold_what_was_drawn(which, request):
    company = request.getfixturevalue(which)
    history, calendar = company.history, company.design.calendar
    covered = history.anchor + calendar.reach * 86_400 < calendar.days * 86_400
    late = len(np.unique(history.customer[~covered])) / (history.customer[-1] + 1)
    assert late == pytest.approx(calendar.uncovered, abs=0.006)
    count, spent = windows(company, "purchases", "purchased_at", "amount")
    assert np.array_equal((count > 0)[covered], history.behaviours["returned"][covered] == 1)
    assert spent[covered] == pytest.approx(history.behaviours["spend"][covered], abs=1e-6)
    if "contacts" in company.tables:
        _, cost = windows(company, "contacts", "contacted_at", "cost")
        assert cost[covered] == pytest.approx(history.behaviours["service_cost"][covered], abs=1e-6)


def test_windows_of_one_customer_do_not_overlap(shop):
    same = np.diff(shop.history.customer) == 0
    apart = np.diff(shop.history.anchor)[same] / 86_400
    assert same.sum() > 1000 and apart.min() > shop.design.calendar.reach


def test_touchpoints_average_to_the_operation(shop):
    history = shop.history
    start = np.datetime64(shop.design.calendar.start, "s").astype(np.int64)
    for operation in shop.design.operations:
        if isinstance(operation.source, Touchpoint):
            rows = shop.tables[operation.source.table]
            who = np.array([int(key[1:]) - 1 for key in rows["customer_id"].to_pylist()])
            times = seconds(rows[operation.source.at]) - start
            span = 10 * 86_400 * 1000
            at = np.searchsorted(history.customer * span + history.anchor, who * span + times)
            assert np.array_equal(history.customer[at], who)
            assert (history.anchor[at] - times).max() < operation.source.days * 86_400
            total = np.bincount(at, rows[operation.source.value].to_numpy(), len(history.anchor))
            count = np.bincount(at, minlength=len(history.anchor))
            mean = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
            assert mean == pytest.approx(history.operations[operation.name], nan_ok=True, abs=1e-9)


def test_the_same_seed_gives_the_same_company(small):
    again = small_company(np.random.default_rng(4))
    other = small_company(np.random.default_rng(5))
    assert all(again.tables[name].equals(table) for name, table in small.tables.items())
    assert not other.tables["orders"].equals(small.tables["orders"])
    assert truth_rows(other) == truth_rows(small)


# ---- the project folder -------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["shop", "small"])
def test_the_project_folder_is_complete(which, request, tmp_path):
    company = request.getfixturevalue(which)
    write_company(company, tmp_path)
    text = (tmp_path / "lineofsight.yml").read_text(encoding="utf-8")
    assert text.startswith("# SIMULATED DATA")
    project = load_project(tmp_path).project
    assert project.landmark.days == company.design.calendar.landmark
    assert set(project.operations) == {operation.name for operation in company.design.operations}
    for name, table in project.tables.items():
        if table.path is not None:
            path = tmp_path / table.path
            read = pa.csv.read_csv(path) if path.suffix == ".csv" else pa.parquet.read_table(path)
            assert read.num_rows == company.tables[name.removesuffix("_raw")].num_rows
    planted = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert planted["effects"] == truth_rows(company)
