"""Why a mean moved: the Kitagawa–Oaxaca–Blinder decomposition of a change between two periods, from moments.

A mean changes because the regressors have other means (explained), or because the same regressors go with another
outcome: other coefficients, another intercept (unexplained). Kitagawa (1955), Oaxaca (1973), Blinder (1973); the forms
are those of Jann (2008), section 2. It is bookkeeping on a fitted model, and no proof of causes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from lineofsight.reasons import Reason, Statement
from lineofsight.stats.identification import identify
from lineofsight.stats.moments import Moments
from lineofsight.stats.regression import regress
from lineofsight.stats.results import Array, NotEstimable

__all__ = ["Reference", "Threefold", "Twofold", "threefold", "twofold"]

Reference = Literal["average", "before", "after", "pooled"]
"""Coefficients at which a change of means counts: the average of both periods' (Reimers 1983; the Shapley value of
changing means and coefficients in either order, Shorrocks 2013), one period's own (Oaxaca 1973), or those of both periods
pooled, with an indicator of the period so that its effect is not taken for the regressors' (Jann 2008)."""

_ROUNDING = 1e-10  # a constant that steps by less than this share of its distance to the shift does not step
_WITH_THE_PERIOD = Reason.TIED_TO_PERIOD(at="before", other="after")


@dataclass(frozen=True, slots=True, eq=False)
class Twofold:
    """Parts of a difference in means, in the outcome's unit, in each of `B` buckets or resamples.

    Attributes
    ----------
    difference
        `(B,)` mean after less mean before; NaN where a period has no rows.
    explained
        `(B,)` for each group of regressors, the part due to its other means.
    unexplained
        `(B,)` the part due to other coefficients and another intercept: one number, see `twofold`.
    borrowed
        For each column without a coefficient of its own in one period (in the first bucket), why, and what is used.
    left_out
        For each column that is in no group's part, why; what it did is in `unexplained`. A group of only such columns
        is not in `explained`.
    """

    difference: Array
    explained: dict[str, Array]
    unexplained: Array
    borrowed: dict[str, Statement]
    left_out: dict[str, Statement]


@dataclass(frozen=True, slots=True, eq=False)
class Threefold:
    """As `Twofold`, seen from before, with what means and coefficients do only together kept apart.

    Attributes
    ----------
    difference
        `(B,)` mean after less mean before; NaN where a period has no rows.
    endowments
        `(B,)` for each group, the part due to other means at the coefficients of before.
    coefficients
        `(B,)` the part due to other coefficients and another intercept at the means of before: one number.
    interaction
        `(B,)` for each group, the part due to both; 0 for a borrowed column, whose effect is taken not to change.
    borrowed, left_out
        As in `Twofold`; what a column that is left out did is in `coefficients`.
    """

    difference: Array
    endowments: dict[str, Array]
    coefficients: Array
    interaction: dict[str, Array]
    borrowed: dict[str, Statement]
    left_out: dict[str, Statement]


def twofold(
    before: Moments,
    after: Moments,
    outcome: str,
    groups: Mapping[str, Sequence[str]],
    reference: Reference = "average",
) -> Twofold | NotEstimable:
    """Split a change of a mean into what the regressors' other means explain, by group, and the rest.

    With means `x`, coefficients `b` and intercepts `a`: `explained = (x_after - x_before) b*` and `unexplained =
    x_after (b_after - b*) + x_before (b* - b_before) + a_after - a_before`. The latter equals the difference less what
    is explained and is computed so: the parts add up in every bucket, however far the means are from 0.

    A group's explained part does not depend on where its columns have their zero or which category is omitted. How the
    unexplained part splits by regressor does (Jones and Kelley 1984; Oaxaca and Ransom 1999), and Yun's (2005)
    normalisation settles it by convention: that split is not offered. What a regressor's other coefficient did to the
    change of its mean does not depend on either: it is the interaction of `threefold`.

    A column that is the same in every row of one period has no coefficient there: the other period's is used, so its
    effect is taken not to have changed. (The pooled coefficient rests on the same rows, and would take up changes in the
    coefficients of correlated columns.) For a category found in one period only, what is taken not to have changed is
    its difference from the omitted one: omit one that is common in both. A column that is the same within each period,
    but not in both, goes with the period and is left out. One that never varies has part 0.

    Parameters
    ----------
    before, after
        Moments of the rows of each period, in as many buckets: first those of the estimate, then of each resample. If
        the same clusters are in both, they are drawn alike.
    outcome
        The column whose mean moved.
    groups
        Names of the columns of each group of regressors.
    reference
        The coefficients `b*`.

    Returns
    -------
    Twofold or NotEstimable
        Parts are NaN in a resample in which the regressors of a period that is needed depend on each other, or one of
        them goes with the period. `NotEstimable` if they depend on each other in the first bucket.

    Raises
    ------
    ValueError
        If a column is not in the moments or stands twice among groups and outcome, there is no group or an empty one,
        the numbers of buckets differ, or there is no such reference.
    """
    if reference not in get_args(Reference):
        raise ValueError(f"reference is one of {', '.join(get_args(Reference))}, not '{reference}'")
    needed = ("before", "after") if reference == "average" else (reference,)
    change = _change(before, after, outcome, groups, needed)
    if isinstance(change, NotEstimable):
        return change
    explained = change.parts(np.mean([change.slopes[period] for period in needed], axis=0))
    rest = change.difference - sum(explained.values())
    return Twofold(change.difference, explained, rest, change.borrowed, change.left_out)


def threefold(
    before: Moments, after: Moments, outcome: str, groups: Mapping[str, Sequence[str]]
) -> Threefold | NotEstimable:
    """Split a change of a mean into endowments, coefficients and their interaction, seen from before.

    `endowments = (x_after - x_before) b_before`, `coefficients = x_before (b_after - b_before) + a_after - a_before`,
    `interaction = (x_after - x_before) (b_after - b_before)` (Jann 2008). Parameters, what is done with columns that
    do not vary, result and errors are as in `twofold`.
    """
    change = _change(before, after, outcome, groups, ("before", "after"))
    if isinstance(change, NotEstimable):
        return change
    endowments = change.parts(change.slopes["before"])
    interaction = change.parts(change.slopes["after"] - change.slopes["before"])
    rest = change.difference - sum(endowments.values()) - sum(interaction.values())
    return Threefold(change.difference, endowments, rest, interaction, change.borrowed, change.left_out)


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """What both forms need: `(B, k)` steps of the means, and coefficients of each period, of the columns kept."""

    places: dict[str, NDArray[np.intp]]
    difference: Array
    step: Array
    slopes: dict[str, Array]
    borrowed: dict[str, Statement]
    left_out: dict[str, Statement]

    def parts(self, slopes: Array) -> dict[str, Array]:
        """`(B,)` for each group, the steps of the means times these coefficients."""
        each = self.step * slopes
        return {group: np.asarray(each[:, at].sum(axis=1)) for group, at in self.places.items()}


def _change(
    before: Moments,
    after: Moments,
    outcome: str,
    groups: Mapping[str, Sequence[str]],
    needed: Sequence[str],
) -> _Change | NotEstimable:
    names = _checked(before, after, outcome, groups)
    periods = {"before": before.select([*names, outcome]), "after": after.select([*names, outcome])}
    for period, moments in periods.items():
        if not moments.count[0] > 0:
            return NotEstimable(Reason.IN_PERIOD, at=period, inner=(Reason.NO_EPISODES(),))
    step, noise = _steps(periods["before"], periods["after"])
    covariance = {period: moments.covariance() for period, moments in periods.items()}
    constant = {period: np.einsum("bii->bi", made)[:, :-1] <= 0 for period, made in covariance.items()}
    never = constant["before"] & constant["after"]
    tied = never & (np.abs(step[:, :-1]) > noise[:, :-1])

    kept = np.flatnonzero(~tied[0])
    live = [names[at] for at in kept.tolist()]
    square = np.append(kept, len(names))
    covariance = {period: made[:, square[:, None], square] for period, made in covariance.items()}
    rows = {period: moments.count for period, moments in periods.items()}
    if "pooled" in needed:
        covariance = {"pooled": _within(covariance, rows)}
        rows = {"pooled": rows["before"] + rows["after"] - 1}  # the indicator of the period takes one
    own = {period: _slopes(made) for period, made in covariance.items()}
    slopes, borrowed = dict(own), dict[str, Statement]()
    for period, other in (("before", "after"), ("after", "before")):
        if period in needed:
            slopes[period] = np.where(constant[period][:, kept], own[other], own[period])
            reason = Reason.LENT(at=other, inner=(Reason.SAME_EVERYWHERE(at=period),))
            lent = np.flatnonzero(constant[period][0] & ~never[0])
            borrowed |= {names[at]: reason for at in lent.tolist()}
    if any(np.isnan(slopes[period][0]).any() for period in needed):
        period = next(period for period in (*needed, *own) if np.isnan(own[period][0]).any())
        return NotEstimable(_failure(period, covariance[period][0], float(rows[period][0]), live))
    lost = tied[:, kept].any(axis=1) | np.isnan([slopes[period] for period in needed]).any(axis=(0, 2))
    for period in needed:
        slopes[period][lost] = np.nan
    at = {group: np.flatnonzero([name in columns for name in live]) for group, columns in groups.items()}
    return _Change(
        {group: places for group, places in at.items() if places.size},
        step[:, -1],
        step[:, kept],
        slopes,
        borrowed,
        {names[place]: _WITH_THE_PERIOD for place in np.flatnonzero(tied[0]).tolist()},
    )


def _checked(before: Moments, after: Moments, outcome: str, groups: Mapping[str, Sequence[str]]) -> list[str]:
    """Names of all regressors; raises as `twofold` does."""
    names = [name for columns in groups.values() for name in columns]
    if not groups or not all(len(columns) for columns in groups.values()):
        raise ValueError("a decomposition needs at least one group, and at least one column in each")
    if len({*names, outcome}) <= len(names):
        raise ValueError("a column stands only once among the groups and the outcome")
    if len(before.count) != len(after.count) or not len(before.count):
        sizes = f"{len(before.count)} and {len(after.count)}"
        raise ValueError(f"before and after have the same number of buckets, at least 1, not {sizes}")
    return names


def _steps(before: Moments, after: Moments) -> tuple[Array, Array]:
    """`(B, p)` means after less means before, and what rounding alone could have made of no step at all."""
    offset = [
        moments.sums / np.where(moments.count > 0, moments.count, np.nan)[:, None]
        for moments in (before, after)
    ]
    step = (after.shift - before.shift) + (offset[1] - offset[0])  # the means themselves would lose digits
    unit = np.finfo(np.float64).eps * (np.abs(before.shift) + np.abs(after.shift))
    return step, _ROUNDING * (np.abs(offset[0]) + np.abs(offset[1])) + 4 * unit


def _within(covariance: Mapping[str, Array], rows: Mapping[str, Array]) -> Array:
    """`(B, p, p)` covariance of both periods' rows about their own period's mean: what an indicator leaves."""
    total = rows["before"] + rows["after"]
    share = (rows["after"] / np.where(total > 0, total, np.nan))[:, None, None]
    return np.asarray((1 - share) * covariance["before"] + share * covariance["after"])


def _slopes(covariance: Array) -> Array:
    """`(B, k)` coefficients of all columns but the last, which is the outcome; 0 for one that does not vary."""
    own, (buckets, p, _) = covariance.copy(), covariance.shape
    bucket, column = np.nonzero(np.einsum("bii->bi", own)[:, :-1] <= 0)
    own[bucket, column, column] = 1.0
    names = [str(at) for at in range(p)]
    centred = Moments(tuple(names), np.zeros(p), np.ones(buckets), np.zeros((buckets, p)), own)
    return np.asarray(regress(centred, names[:-1], names[-1:]).coefficients[:, :, 0])


def _failure(period: str, covariance: Array, rows: float, names: Sequence[str]) -> Statement:
    """Why there are no coefficients, from the covariance of the regressors and, last, the outcome."""
    varying = np.flatnonzero(np.diag(covariance)[:-1] > 0)
    if rows <= len(varying):
        few = Reason.TOO_FEW(n=int(rows), columns=len(varying), needed=len(varying) + 1)
        return Reason.IN_PERIOD(at=period, inner=(few,))
    found = identify(covariance[np.ix_(varying, varying)], [names[at] for at in varying.tolist()])
    for name, reason in found.reasons.items():
        return Reason.IN_PERIOD(at=period, inner=(Reason.OF_NAMES(names=(name,), inner=(reason,)),))
    return Reason.IN_PERIOD(at=period, inner=(Reason.COMBINATION(names=tuple(names)),))
