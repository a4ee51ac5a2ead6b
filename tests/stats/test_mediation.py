"""Natural effects beside a published example, statsmodels, and means worked out row by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.mediation import Mediation

from lineofsight.stats.mediation import LinearOutcome, NaturalEffects

FRAMING = Path(__file__).parents[2].parent / "shared" / "data" / "reference" / "framing.csv"
LEVELS = (0.0, 1.0)


def told(effects: NaturalEffects) -> list[float]:
    """As `mediate` prints them: ACME of control and treated, ADE of control and treated, total."""
    names = ("pure_indirect", "total_indirect", "pure_direct", "total_direct", "total")
    return [float(getattr(effects, name)) for name in names]


class Fitted:
    """A mediator's regression and an outcome's, with the cause, the mediator and perhaps their product last."""

    def __init__(self, a: Any, m: Any, y: Any, controls: Any, *, crossed: bool) -> None:
        self.controls = sm.add_constant(controls)
        self.first = sm.OLS(m, np.column_stack([self.controls, a])).fit()
        columns = [self.controls, a, m, *([a * m] if crossed else [])]
        made = np.column_stack(columns)
        self.second = sm.OLS(y, made).fit()
        held = self.controls.shape[1]
        self.rest = self.controls @ self.second.params[:held]
        self.slopes = [*self.second.params[held:], 0.0][:3]
        self.mediator = self.controls @ self.first.params[:-1]
        self.shift = float(self.first.params[-1])

    def linear(self, levels: tuple[float, float] = LEVELS) -> NaturalEffects:
        mediator, shift = (
            self.mediator + self.shift * levels[0],
            self.shift * (levels[1] - levels[0]),
        )
        slope, mediator_slope, product = self.slopes
        step = levels[1] - levels[0]
        return LinearOutcome(
            straight=np.asarray(slope * step),
            slopes=np.asarray([mediator_slope]),
            products=np.asarray([product]),
            level_by_change=np.asarray([mediator.mean() * step]),
            shift=np.asarray([shift]),
            shift_by_value=np.asarray([levels[0] * shift]),
            shift_by_change=np.asarray([step * shift]),
        ).effects()


def from_means(untouched: Any, changed_alone: Any, mediator_alone: Any, both: Any) -> NaturalEffects:
    """Robins and Greenland's (1992) definitions, from `Y(0, 0)`, `Y(1, 0)`, `Y(0, 1)` and `Y(1, 1)`."""
    return NaturalEffects(
        pure_direct=changed_alone - untouched,
        total_direct=both - mediator_alone,
        pure_indirect=mediator_alone - untouched,
        total_indirect=both - changed_alone,
    )


def framing(*, crossed: bool) -> Fitted:
    """The experiment on framing of Brader, Valentino and Suhay (2008), with the controls of Tingley and others (2014)."""
    if not FRAMING.is_file():
        pytest.skip(f"the reference data are not at {FRAMING}")
    pandas = pytest.importorskip("pandas")
    data = pandas.read_csv(FRAMING)
    levels = pandas.get_dummies(data[["educ", "gender"]], drop_first=True)
    controls = np.column_stack([levels, data[["age", "income"]]]).astype(float)
    a, m, y = (data[name].to_numpy(float) for name in ("treat", "emo", "cong_mesg"))
    return Fitted(a, m, y, controls, crossed=crossed)


def test_the_framing_experiment_by_the_linear_form() -> None:
    """One indirect and one direct effect, as least squares by hand has them.

    Tingley and others (2014) print .0848 .0858 .0117 .0127 .0975 by a probit: a percentage point apart at most.
    """
    fitted = framing(crossed=False)
    indirect, direct = fitted.shift * fitted.slopes[1], fitted.slopes[0]
    found = told(fitted.linear())
    assert found == pytest.approx([indirect, indirect, direct, direct, indirect + direct], rel=1e-9)
    assert found == pytest.approx([0.0856, 0.0856, 0.0192, 0.0192, 0.1048], abs=1e-4)
    assert found == pytest.approx([0.0848, 0.0858, 0.0117, 0.0127, 0.0975], abs=0.01)


def test_the_framing_experiment_with_an_interaction() -> None:
    """Treatment times emotion; the probit without simulation has .0777 .1014 -.0078 .0159 .0936."""
    linear = told(framing(crossed=True).linear())
    assert linear == pytest.approx([0.0777, 0.1014, -0.0078, 0.0159, 0.0936], abs=0.011)
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
    ours = Fitted(a, m, y, z[:, None], crossed=True).linear()
    for name, values in theirs.items():
        error = np.std(values, ddof=1) / np.sqrt(draws)
        assert abs(np.mean(values) - getattr(ours, name)) < 4 * error, name


@pytest.mark.parametrize("levels", [(0.0, 1.0), (2.0, -1.5)])
def test_the_linear_form_is_that_of_the_means(levels: tuple[float, float]) -> None:
    """Every row's outcome under each pair of levels, from the two regressions themselves."""
    a, m, y, z = rows(300, 1)
    a = a + np.random.default_rng(2).normal(size=len(a))
    fitted = Fitted(a, m, y, z[:, None], crossed=True)

    def mean(at: int, mediator_at: int) -> np.ndarray:
        felt = fitted.mediator + fitted.shift * levels[mediator_at]
        row = [fitted.controls, np.full(len(a), levels[at]), felt, levels[at] * felt]
        return np.asarray(np.mean(np.column_stack(row) @ fitted.second.params))

    by_hand = from_means(mean(0, 0), mean(1, 0), mean(0, 1), mean(1, 1))
    assert told(fitted.linear(levels)) == pytest.approx(told(by_hand), rel=1e-9)


def test_pure_and_total_add_up_to_the_same() -> None:
    effects = from_means(*map(np.asarray, (0.1, 0.25, 0.3, 0.7)))
    assert effects.total == pytest.approx(0.6)
    assert effects.total == pytest.approx(effects.total_direct + effects.pure_indirect)
    assert effects.mediated_interaction == pytest.approx(effects.total_direct - effects.pure_direct)
