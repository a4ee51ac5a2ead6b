"""Natural effects beside a published example, statsmodels, and means worked out row by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.mediation import Mediation

from lineofsight.stats.mediation import NaturalEffects, from_means, linear_effects, probit_effects

FRAMING = Path(__file__).parents[2].parent / "shared" / "data" / "reference" / "framing.csv"
LEVELS = (0.0, 1.0)


def told(effects: NaturalEffects) -> list[float]:
    """As `mediate` prints them: ACME of control and treated, ADE of control and treated, total."""
    names = ("pure_indirect", "total_indirect", "pure_direct", "total_direct", "total")
    return [float(getattr(effects, name)) for name in names]


class Fitted:
    """A mediator's regression and an outcome's, with the cause, the mediator and perhaps their product last."""

    def __init__(self, a: Any, m: Any, y: Any, controls: Any, *, probit: bool, crossed: bool) -> None:
        self.controls = sm.add_constant(controls)
        self.first = sm.OLS(m, np.column_stack([self.controls, a])).fit()
        columns = [self.controls, a, m, *([a * m] if crossed else [])]
        made = np.column_stack(columns)
        self.second = sm.Probit(y, made).fit(disp=0) if probit else sm.OLS(y, made).fit()
        held = self.controls.shape[1]
        self.rest = self.controls @ self.second.params[:held]
        self.slopes = [*self.second.params[held:], 0.0][:3]
        self.mediator = self.controls @ self.first.params[:-1]
        self.shift, self.spread = float(self.first.params[-1]), float(np.sqrt(self.first.scale))

    def linear(self, levels: tuple[float, float] = LEVELS) -> NaturalEffects:
        mediator, shift = (
            self.mediator + self.shift * levels[0],
            self.shift * (levels[1] - levels[0]),
        )
        return linear_effects(*self.slopes, mediator, shift, levels)

    def probit(self) -> NaturalEffects:
        return probit_effects(self.rest, *self.slopes, self.mediator, self.shift, self.spread, LEVELS)


def framing(*, probit: bool, crossed: bool) -> Fitted:
    """The experiment on framing of Brader, Valentino and Suhay (2008), with the controls of Tingley and others (2014)."""
    if not FRAMING.is_file():
        pytest.skip(f"the reference data are not at {FRAMING}")
    pandas = pytest.importorskip("pandas")
    data = pandas.read_csv(FRAMING)
    levels = pandas.get_dummies(data[["educ", "gender"]], drop_first=True)
    controls = np.column_stack([levels, data[["age", "income"]]]).astype(float)
    a, m, y = (data[name].to_numpy(float) for name in ("treat", "emo", "cong_mesg"))
    return Fitted(a, m, y, controls, probit=probit, crossed=crossed)


def test_the_framing_experiment_by_the_probit_form() -> None:
    """The values without simulation; Tingley and others (2014) print .0848 .0858 .0117 .0127 .0975 from draws."""
    found = told(framing(probit=True, crossed=False).probit())
    assert found == pytest.approx([0.0841, 0.0852, 0.0116, 0.0126, 0.0967], abs=1e-4)
    assert found == pytest.approx([0.0848, 0.0858, 0.0117, 0.0127, 0.0975], abs=1e-3)


def test_the_framing_experiment_by_the_linear_form() -> None:
    """Beside it the linear form, which a run uses: least squares by hand. One indirect and one direct effect."""
    fitted = framing(probit=False, crossed=False)
    indirect, direct = fitted.shift * fitted.slopes[1], fitted.slopes[0]
    found = told(fitted.linear())
    assert found == pytest.approx([indirect, indirect, direct, direct, indirect + direct], rel=1e-9)
    assert found == pytest.approx([0.0856, 0.0856, 0.0192, 0.0192, 0.1048], abs=1e-4)


def test_the_framing_experiment_with_an_interaction() -> None:
    """Treatment times emotion in both forms; they tell the same, a percentage point apart at most."""
    probit = told(framing(probit=True, crossed=True).probit())
    linear = told(framing(probit=False, crossed=True).linear())
    assert probit == pytest.approx([0.0777, 0.1014, -0.0078, 0.0159, 0.0936], abs=1e-4)
    assert linear == pytest.approx([0.0770, 0.1101, -0.0066, 0.0264, 0.1034], abs=1e-4)


def rows(n: int, seed: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    z = rng.normal(size=n)
    a = (rng.random(n) < 0.5).astype(float)
    m = 1 + 0.8 * a + 0.5 * z + rng.normal(size=n)
    y = 2 + 0.4 * a + 0.6 * m + 0.5 * a * m + 0.3 * z + rng.normal(size=n)
    return a, m, y, z


def test_the_linear_form_is_that_of_statsmodels() -> None:
    """Which draws coefficients: its means lie within four standard errors of theirs."""
    pandas = pytest.importorskip("pandas")
    a, m, y, z = rows(1500, 4)
    data = pandas.DataFrame({"a": a, "m": m, "y": y, "z": z})
    outcome, mediator = sm.OLS.from_formula("y ~ a*m + z", data), sm.OLS.from_formula("m ~ a + z", data)
    np.random.seed(5)  # noqa: NPY002 - statsmodels draws from the global state
    draws = 200
    drawn = Mediation(outcome, mediator, "a", "m").fit(method="parametric", n_rep=draws)
    theirs = {
        "pure_indirect": drawn.ACME_ctrl, "total_indirect": drawn.ACME_tx,
        "pure_direct": drawn.ADE_ctrl, "total_direct": drawn.ADE_tx, "total": drawn.total_effect,
    }  # fmt: skip
    ours = Fitted(a, m, y, z[:, None], probit=False, crossed=True).linear()
    for name, values in theirs.items():
        error = np.std(values, ddof=1) / np.sqrt(draws)
        assert abs(np.mean(values) - getattr(ours, name)) < 4 * error, name


@pytest.mark.parametrize("levels", [(0.0, 1.0), (2.0, -1.5)])
def test_the_linear_form_is_that_of_the_means(levels: tuple[float, float]) -> None:
    """Every row's outcome under each pair of levels, from the two regressions themselves."""
    a, m, y, z = rows(300, 1)
    a = a + np.random.default_rng(2).normal(size=len(a))
    fitted = Fitted(a, m, y, z[:, None], probit=False, crossed=True)

    def mean(at: int, mediator_at: int) -> np.ndarray:
        felt = fitted.mediator + fitted.shift * levels[mediator_at]
        row = [fitted.controls, np.full(len(a), levels[at]), felt, levels[at] * felt]
        return np.asarray(np.mean(np.column_stack(row) @ fitted.second.params))

    by_hand = from_means(mean(0, 0), mean(1, 0), mean(0, 1), mean(1, 1))
    assert told(fitted.linear(levels)) == pytest.approx(told(by_hand), rel=1e-9)


def test_the_probit_form_is_the_integral_over_the_mediator() -> None:
    rng = np.random.default_rng(3)
    rest, mediator = rng.normal(size=5), rng.normal(size=5)
    slope, felt, crossed, shift, spread = 0.4, 0.7, -0.3, 0.9, 1.3
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)

    def mean(at: int, mediator_at: int) -> float:
        m = (mediator + shift * mediator_at)[:, None] + spread * nodes
        score = rest[:, None] + slope * at + (felt + crossed * at) * m
        return float((stats.norm.cdf(score) @ weights / weights.sum()).mean())

    by_hand = from_means(*(np.asarray(mean(*at)) for at in ((0, 0), (1, 0), (0, 1), (1, 1))))
    found = probit_effects(rest, slope, felt, crossed, mediator, shift, spread, LEVELS)
    assert told(found) == pytest.approx(told(by_hand), abs=1e-9)


def test_pure_and_total_add_up_to_the_same() -> None:
    effects = from_means(*map(np.asarray, (0.1, 0.25, 0.3, 0.7)))
    assert effects.total == pytest.approx(0.6)
    assert effects.total == pytest.approx(effects.total_direct + effects.pure_indirect)
    assert effects.mediated_interaction == pytest.approx(effects.total_direct - effects.pure_direct)
