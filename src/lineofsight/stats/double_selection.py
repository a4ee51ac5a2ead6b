"""Which of many candidate controls a regression needs: post-double-selection, from moments alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count

import numpy as np
from numpy.typing import NDArray

from lineofsight.reasons import Reason, Statement
from lineofsight.stats.identification import DEPENDENT
from lineofsight.stats.lasso import lasso, plug_in_penalty, slopes_on
from lineofsight.stats.moments import Moments
from lineofsight.stats.results import Array, NotEstimable

_Equation = tuple[str, str | None]

_REFITS = 15  # as in the programs of the method's authors


@dataclass(frozen=True, slots=True)
class PlugInLasso:
    """One lasso equation at the penalty that theory gives.

    Attributes:
        target: The column that is predicted.
        coefficients: For each selected candidate, in the order of candidates, its lasso coefficient: units of the
            target per unit of the candidate. Shrunk towards 0, so good for selecting and not for reporting.
        penalty: `plug_in_penalty`; NaN when there was nothing to select from.
        loadings: For each candidate that could enter, what multiplies the penalty when the candidate and the target
            have standard deviation 1 given the columns always in.
    """

    target: str
    coefficients: Mapping[str, float]
    penalty: float
    loadings: Mapping[str, float]

    @property
    def selected(self) -> tuple[str, ...]:
        """The candidates that are in."""
        return tuple(self.coefficients)


@dataclass(frozen=True, slots=True)
class Selection:
    """The controls to adjust a treatment's effect on an outcome for.

    Attributes:
        treatment, outcome: The two equations: what predicts the treatment, and what predicts the outcome.
        union: What either selects, in the order of candidates, without exact functions of the columns always in and of
            those before. The effect is the treatment's coefficient when the outcome is regressed on it, the columns
            always in and these (`stats.regression.regress`), with the usual intervals.
    """

    treatment: PlugInLasso
    outcome: PlugInLasso
    union: tuple[str, ...]


def double_selections(
    moments: Moments,
    treatments: Sequence[str],
    outcomes: Sequence[str],
    candidates: Sequence[str],
    always: Sequence[str] = (),
) -> dict[tuple[str, str], Selection | NotEstimable]:
    """Controls for each pair of a treatment and an outcome, by post-double-selection.

    Belloni, Chernozhukov and Hansen (2014): a lasso of the outcome on the candidates, one of the treatment
    on the candidates, and the union of what the two select. The first alone leaves out a confounder that
    moves the outcome a little and the treatment a lot, which biases the effect and spoils its interval; the
    second finds it. Equations that pairs share are solved once.

    Each lasso is at the plug-in penalty. Its loadings are made from residuals: at first with nothing selected,
    then of least squares on what the lasso selected, until the selection stays the same or 15 times (Belloni,
    Chen, Chernozhukov and Hansen 2012, appendix A). More than one selection can stay the same: programs
    that begin elsewhere (R's hdm: at the five best correlated candidates) may end at a larger one.

    Rows within a bucket may hang together, and residuals spread unequally (Belloni, Chernozhukov, Hansen and
    Kozbur 2016). The `G` buckets that hold rows are the independent observations, and column `j` has the loading
    `sqrt(G Σ_g s_gj²) / n`, where `s_gj` sums column times residual over the rows of bucket `g`. (The paper has
    `√n` for `√G` here and in the penalty, which cancels.) One row per bucket gives the heteroscedastic loadings.

    Args:
        moments: Of all columns named here, per bucket.
        treatments, outcomes: Each has an equation of its own. A treatment that is among the candidates is one for the
            other treatments and their outcomes only. For one regression on several treatments, take all their unions.
        candidates, always: What to select from, and what is in whatever happens, without penalty.

    Returns:
        By treatment and outcome; `NotEstimable` where one of the two equations is: its target does not vary beyond the
        columns always in, or there are so few independent observations that nothing could ever be selected.

    Raises:
        ValueError: If a name is not among the columns or stands for two things.
    """
    _distinct(treatments, outcomes, always)
    _distinct(outcomes, candidates, always)
    apart = {name: name if name in candidates else None for name in treatments}
    pairs = [(treatment, outcome) for treatment in treatments for outcome in outcomes]
    wanted = dict.fromkeys([*apart.items(), *((outcome, apart[name]) for name, outcome in pairs)])
    purged = _purge(moments, [*treatments, *outcomes], candidates, always)
    found = _equations(purged, wanted)
    result: dict[tuple[str, str], Selection | NotEstimable] = {}
    for name, outcome in pairs:
        first, second = found[name, apart[name]], found[outcome, apart[name]]
        if isinstance(first, NotEstimable):
            result[name, outcome] = first
        elif isinstance(second, NotEstimable):
            result[name, outcome] = second
        else:
            either = {*first.selected, *second.selected}
            union = purged.independent(column for column in candidates if column in either)
            result[name, outcome] = Selection(first, second, union)
    return result


@dataclass(frozen=True, eq=False)
class _Purged:
    """Candidates and targets less what the columns always in explain, on standard deviation 1.

    Attributes:
        columns, candidates: The names of all `c`, and of the `p` candidates, which come first.
        scale: `(c,)` standard deviations before scaling; 0 where nothing is left, and such a column is 0 everywhere.
        varies: `(c,)` whether a column varies before it is purged.
        correlation: `(c, c)` covariances of the scaled columns.
        moments, turn: Moments of all columns about their means, and what `(a + c, c)` makes the scaled columns of them.
    """

    columns: tuple[str, ...]
    candidates: tuple[str, ...]
    scale: Array
    varies: NDArray[np.bool_]
    correlation: Array
    moments: Moments
    turn: Array

    @cached_property
    def products(self) -> Array:
        """`(B p, c)` sums, within each bucket that holds rows, of each candidate times each column."""
        held = self.moments.products[self.moments.count > 0]
        turned = self.turn[:, : len(self.candidates)].T @ held @ self.turn
        return np.asarray(turned.reshape(-1, len(self.columns)))

    def loadings(self, at: NDArray[np.intp], fitted: Array, size: float) -> Array:
        """`(p, m)` loadings given fits of the targets at these places; above 0 even for a perfect fit."""
        residual = np.zeros((len(self.columns), len(at)))
        residual[at, np.arange(len(at))] = 1.0
        residual[: len(fitted)] -= fitted
        scores = (self.products @ residual).reshape(-1, *fitted.shape)
        squares = (scores**2).sum(axis=0) * (size / self.moments.count.sum() ** 2)
        return np.asarray(np.sqrt(np.maximum(squares, DEPENDENT)))

    def independent(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names in their order, without exact functions of the columns always in and of names before."""
        at = [self.columns.index(name) for name in names]
        left, kept = self.correlation[np.ix_(at, at)], []
        for place, column in enumerate(at):
            if left[place, place] > DEPENDENT:
                kept.append(self.columns[column])
                left = left - np.outer(left[place], left[place] / left[place, place])
        return tuple(kept)


def _purge(
    moments: Moments, targets: Sequence[str], candidates: Sequence[str], always: Sequence[str]
) -> _Purged:
    names, fixed = tuple(dict.fromkeys([*candidates, *targets])), len(always)
    chosen = moments.select([*always, *names])
    total = chosen.total()
    covariance = np.nan_to_num(total.covariance()[0])
    turn = np.eye(len(covariance))[:, fixed:]
    turn[:fixed] = -slopes_on(covariance, range(fixed))[:, fixed:]
    left, own = np.diag(turn.T @ covariance @ turn), np.diag(covariance)[fixed:]
    scale = np.sqrt(np.where(left > DEPENDENT * own, left, 0.0))
    turn = np.divide(turn, scale, out=np.zeros_like(turn), where=scale > 0)
    centred = chosen.recentre(np.nan_to_num(total.mean()[0]))
    correlation = turn.T @ covariance @ turn
    return _Purged(names, tuple(candidates), scale, own > 0, correlation, centred, turn)


def _equations(purged: _Purged, wanted: Iterable[_Equation]) -> dict[_Equation, PlugInLasso | NotEstimable]:
    """All equations at once: the target of each, and a candidate it leaves out."""
    size, p = float(np.count_nonzero(purged.moments.count)), len(purged.candidates)
    result: dict[_Equation, PlugInLasso | NotEstimable] = {}
    tasks: list[tuple[_Equation, int, NDArray[np.bool_], float]] = []
    for target, out in wanted:
        at = purged.columns.index(target)
        usable = (purged.scale[:p] > 0) & (np.array(purged.candidates, dtype=object) != out)
        reason = _hindrance(purged, at, int(usable.sum()), size)
        if reason is not None:
            result[target, out] = NotEstimable(reason)
        elif usable.any():
            tasks.append(((target, out), at, usable, plug_in_penalty(size, int(usable.sum()))))
        else:
            result[target, out] = PlugInLasso(target, {}, float("nan"), {})
    if not tasks:
        return result
    places = np.array([at for _, at, _, _ in tasks])
    open_to = np.column_stack([usable for _, _, usable, _ in tasks])
    penalties = np.array([penalty for _, _, _, penalty in tasks])
    solved, weights = _iterate(purged, places, open_to, penalties, size)
    for (key, at, usable, penalty), found, weight in zip(tasks, solved.T, weights.T, strict=True):
        if np.isnan(found).any():
            result[key] = NotEstimable(Reason.LASSO_FAILS, name=key[0])
            continue
        inside, names = np.flatnonzero(found), purged.candidates
        coefficients = {names[j]: float(found[j] * purged.scale[at] / purged.scale[j]) for j in inside}
        loadings = {names[j]: float(weight[j]) for j in np.flatnonzero(usable)}
        result[key] = PlugInLasso(key[0], coefficients, penalty, loadings)
    return result


def _iterate(
    purged: _Purged,
    places: NDArray[np.intp],
    open_to: NDArray[np.bool_],
    penalties: Array,
    size: float,
) -> tuple[Array, Array]:
    """`(p, m)` lasso coefficients of the targets at these places, and the loadings they were found with."""
    p = len(open_to)
    inner, cross = purged.correlation[:p, :p], purged.correlation[:p, places]
    solution, fitted = np.zeros(cross.shape), np.zeros(cross.shape)
    weights = np.empty(cross.shape)
    going = np.arange(len(places))
    for _ in range(_REFITS):
        made = purged.loadings(places[going], fitted[:, going], size)
        weights[:, going] = np.where(open_to[:, going], made, np.inf)
        found = lasso(inner, cross[:, going], penalties[going], weights[:, going])
        moved = ((found != 0) != (solution[:, going] != 0)).any(axis=0)
        solution[:, going] = found
        going = going[moved & np.isfinite(found).all(axis=0)]
        for task in going.tolist():
            inside = np.flatnonzero(solution[:, task])
            joint = np.column_stack([inner[np.ix_(inside, inside)], cross[inside, task]])
            fitted[:, task] = 0.0
            fitted[inside, task] = slopes_on(joint, range(len(inside)))[:, -1]
        if not going.size:
            break
    return solution, weights


def _hindrance(purged: _Purged, at: int, p: int, size: float) -> Statement | None:
    """Why an equation cannot be had; None where it can."""
    if not purged.moments.count.any():
        return Reason.NO_EPISODES()
    if not purged.varies[at]:
        return Reason.CONSTANT(name=purged.columns[at])
    if not purged.scale[at]:
        return Reason.NOT_BEYOND_CONTROLS(name=purged.columns[at])
    # by Cauchy and Schwarz no covariance is above its loading: a penalty of 1 lets nothing in, ever
    if p and (size < 2 or plug_in_penalty(size, p) >= 1):
        needed = next(n for n in count(2) if plug_in_penalty(n, p) < 1)
        return Reason.FEW_TO_SELECT(columns=p, needed=needed, value=float(size))
    return None


def _distinct(*groups: Sequence[str]) -> None:
    names = list(chain(*groups))
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise ValueError(f"a column stands only once among targets, candidates and always, not '{twice[0]}'")
