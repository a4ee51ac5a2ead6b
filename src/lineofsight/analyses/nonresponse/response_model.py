"""Who answers: which perceptions share a model, its columns, and where its fit begins."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from lineofsight.aggregation.basis import Basis, asked
from lineofsight.engines.response_sums import ModelAt, Regressors
from lineofsight.model.population import Population, View
from lineofsight.model.regression import FEWEST_CUSTOMERS
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.identification import identify
from lineofsight.stats.logistic import (
    Logistic,
    LogisticSums,
    discriminant_start,
    efficiently,
    maximised,
    newton_steps,
    precisely,
    roughly,
)
from lineofsight.stats.moments import Moments
from lineofsight.stats.results import Array, NotEstimable

SAMPLE = 200_000
"""Episodes of the first buckets, on which the fit begins: customers fall into buckets by chance, so that they are a
sample of all."""

ALIKE = 0.98
"""Two perceptions share a model where of those that answered one of them, so many answered both."""

_PER_COLUMN = 10  # Peduzzi and others 1996
_CONSTANT = 1e-9  # share of a column's variance

Sums = Callable[[tuple[ModelAt, ...], int | None], Sequence[LogisticSums]]


@dataclass(frozen=True, eq=False)
class ResponseModel:
    """Who answers some perceptions that are answered together.

    Attributes:
        perceptions: These.
        asked: Episodes in which one of them could have been answered.
        answered: Those of them in which one was.
        columns: Columns of the model.
        separated: Columns that are the same for all who answered, or for all who did not: nobody can stand for them.
        fitted: The model.
        reached: The model at its coefficients, where it has any.
        left_out: Operations and controls that are not in it, as too few answered or were silent for all.
    """

    perceptions: tuple[str, ...]
    asked: int
    answered: int
    columns: int
    separated: tuple[str, ...]
    fitted: Logistic | NotEstimable
    reached: ModelAt | None = None
    left_out: tuple[str, ...] = ()


def response_groups(everyone: View, perceptions: Sequence[str]) -> list[tuple[str, ...]]:
    """Those of the perceptions that some did not answer who were asked, in groups that share a model."""
    groups: list[list[str]] = []
    for name in perceptions:
        if everyone.population((name,)).n >= everyone.population((asked(name),)).n:
            continue
        for group in groups:
            if all(_alike(everyone, group[0], name, flag) for flag in (asked, str)):
                group.append(name)
                break
        else:
            groups.append([name])
    return [tuple(group) for group in groups]


def _alike(everyone: View, one: str, other: str, flag: Callable[[str], str]) -> bool:
    both = everyone.population((flag(one), flag(other))).n
    either = everyone.population((flag(one),)).n + everyone.population((flag(other),)).n - both
    return both >= ALIKE * either


def fit_response_models(
    everyone: View,
    groups: Sequence[tuple[str, ...]],
    sums: Sums,
    kept_out: Mapping[str, Collection[str]] = MappingProxyType({}),
    *,
    raked: bool = False,
) -> list[ResponseModel]:
    """Fits the models of all groups, in passes that they share.

    The fit begins with the linear discriminant of the moments, goes on with the first buckets' episodes, and ends
    with steps of all of them. With few episodes it is the maximum of the likelihood; with many, one or two steps from a
    start that is good already, which is as good.

    Args:
        everyone: All episodes.
        groups: Perceptions that share a model.
        sums: Makes a pass over the episodes of the buckets below a number, or all.
        kept_out: Per perception, controls that are not in the model of who answers it.
        raked: Whether margins are declared, so that weights are of use even where no column can be in the model.
    """
    prepared = [
        _prepared(everyone, group, {out for name in group for out in kept_out.get(name, ())}, raked=raked)
        for group in groups
    ]
    begun = [(at, made.reached) for at, made in enumerate(prepared) if made.reached is not None]
    models, below = [model for _, model in begun], _sample(everyone)

    def pursued(
        starts: Sequence[ModelAt], enough: Callable[[LogisticSums, float], bool], below: int | None
    ) -> list[Logistic | NotEstimable]:
        return maximised(
            [newton_steps(model.coefficients, enough) for model in starts],
            lambda at: sums(
                tuple(replace(starts[place], coefficients=found) for place, found in at.items()), below
            ),
        )

    if below is not None:
        models = [
            replace(model, coefficients=found.coefficients) if isinstance(found, Logistic) else model
            for model, found in zip(models, pursued(models, roughly, below), strict=True)
        ]
    ends = pursued(models, precisely if below is None else efficiently, None)
    for (at, model), end in zip(begun, ends, strict=True):
        reached = replace(model, coefficients=end.coefficients) if isinstance(end, Logistic) else None
        prepared[at] = replace(prepared[at], fitted=end, reached=reached)
    return prepared


def _sample(everyone: View) -> int | None:
    """The first bucket that is not needed for a sample; None where a sample would be nearly all."""
    held, sizes = everyone.sizes()
    reached = np.cumsum(sizes)
    if reached[-1] <= 2 * SAMPLE:
        return None
    return int(held[np.searchsorted(reached, SAMPLE)]) + 1


def _prepared(
    everyone: View, group: tuple[str, ...], kept_out: Collection[str], *, raked: bool
) -> ResponseModel:
    """The model at its start, or why there is none."""
    basis = everyone.cells.basis
    assert isinstance(basis, Basis)  # these cells are of the models' columns
    answered, was_asked = basis.bits(group), basis.bits(asked(name) for name in group)
    ones = everyone.where(lambda pattern: pattern & answered != 0)
    zeros = everyone.where(lambda pattern: pattern & was_asked != 0 and pattern & answered == 0)
    every = everyone.where(lambda pattern: pattern & was_asked != 0)

    def refused(reason: Statement, columns: int = 0, separated: tuple[str, ...] = ()) -> ResponseModel:
        return ResponseModel(group, every.n, ones.n, columns, separated, NotEstimable(reason))

    if not ones.n:
        return refused(Reason.NOBODY_ANSWERED())
    names = (*basis.controls_beside(kept_out), *basis.lines)
    fill = _fill(basis, every.first)
    (mean, total), (one, within_one), (zero, within_zero) = (
        _filled(basis, population.first, fill, names) for population in (every, ones, zeros)
    )
    kept = [names.index(name) for name in identify(total, names).kept]
    spread = np.diag(total)
    same = [at for at in kept if min(within_one[at, at], within_zero[at, at]) <= _CONSTANT * spread[at]]
    separated = tuple(names[at] for at in same)
    usable = [names[at] for at in kept if at not in same]
    taken, left_out = _affordable(basis, usable, _most_columns(ones, zeros, every))
    k = len(taken)
    if (reason := _too_few(ones, zeros, every, 0 if raked else min(1, len(usable)))) is not None:
        return refused(reason, len(usable), separated)
    if usable and not taken and not raked:
        fewest = min(len(group) for group in _terms(basis, usable).values())
        reason = _too_few(ones, zeros, every, fewest)
        assert reason is not None  # else a term could have been taken
        return refused(reason, len(usable), separated)
    chosen = np.array([names.index(name) for name in taken], dtype=np.intp)
    scale = np.sqrt(spread[chosen])
    within = (ones.n * within_one + zeros.n * within_zero)[np.ix_(chosen, chosen)] / every.n
    start = _start(
        (ones.n, (one - mean)[chosen] / scale),
        (zeros.n, (zero - mean)[chosen] / scale),
        within / scale / scale[:, None],
    )
    place = np.array([basis.columns.index(names[at]) for at in chosen], dtype=np.intp)
    regressors = Regressors(place, fill[place], mean[chosen], scale)
    reached = ModelAt(group, answered, was_asked, regressors, start)
    return ResponseModel(
        group, every.n, ones.n, k, separated, NotEstimable(Reason.NOT_FITTED), reached, left_out
    )


def _terms(basis: Basis, usable: Sequence[str]) -> dict[str, list[str]]:
    """Columns of each operation, then of each control, in the order declared."""
    groups = {driver.name: driver.columns for driver in basis.drivers}
    groups |= {number.name: number.columns for number in basis.numbers}
    groups |= {category.name: category.columns for category in basis.categories}
    found = {name: [column for column in columns if column in usable] for name, columns in groups.items()}
    return {name: columns for name, columns in found.items() if columns}


def _affordable(basis: Basis, usable: Sequence[str], most: int) -> tuple[list[str], tuple[str, ...]]:
    """Columns of the model, no more than `most`, and what is left out of it for that.

    Where all are too many, operations are taken first, then controls, each as declared and whole, or not at all if it does
    not fit any more. Who answered has no say in it: terms that were picked for telling best would tell by chance (Harrell
    2015, section 4.3). What margins are declared of can be left to raking.
    """
    terms = _terms(basis, usable)
    if len(usable) <= most:
        return list(usable), ()
    taken: set[str] = set()
    left_out = []
    for name, columns in terms.items():
        if len(taken) + len(columns) <= most:
            taken |= set(columns)
        else:
            left_out.append(name)
    return [name for name in usable if name in taken], tuple(left_out)


def _most_columns(ones: Population, zeros: Population, every: Population) -> int:
    """How many columns a model can have: ten of the rarer kind for each, the intercept among them."""
    return max(0, min(int(min(ones.n, zeros.n) // _PER_COLUMN) - 1, every.clusters // 2 - 1))


def _too_few(ones: Population, zeros: Population, every: Population, columns: int) -> Statement | None:
    fewest, needed = min(ones.n, zeros.n), _PER_COLUMN * (columns + 1)
    if fewest < needed:
        few = Reason.FEW_ANSWERED if ones.n < zeros.n else Reason.FEW_SILENT
        return few(n=fewest, columns=columns, needed=needed)
    clusters = max(FEWEST_CUSTOMERS, 2 * (columns + 1))
    if every.clusters < clusters:
        return Reason.FEW_ASKED(n=every.clusters, needed=clusters)
    return None


def _start(ones: tuple[float, Array], zeros: tuple[float, Array], within: Array) -> Array:
    try:
        return discriminant_start(ones, zeros, within)
    except np.linalg.LinAlgError:
        return np.concatenate([[np.log(ones[0] / zeros[0])], np.zeros(len(within))])


def _absence(basis: Basis) -> dict[str, str]:
    """Columns that may be absent, with the indicator of it."""
    found = {number.name: f"{number.name}?" for number in basis.numbers if number.optional}
    return found | {
        column: f"{driver.name}?" for driver in basis.drivers if driver.optional for column in driver.lines
    }


def _fill(basis: Basis, moments: Moments) -> Array:
    """`(p,)` mean where it is known of every column that may be absent: the same on every engine."""
    fill = moments.shift.copy()
    for column, absent in _absence(basis).items():
        known = moments.count[0] * (1 - moments.mean_of(absent)[0])
        if known > 0.5:
            at = moments.index(column)
            fill[at] += moments.sums[0, at] / known  # absent values sit at the shift
    return fill


def _filled(basis: Basis, moments: Moments, fill: Array, names: Sequence[str]) -> tuple[Array, Array]:
    """Mean and covariance of the columns with absent values filled so: a linear map of those filled otherwise."""
    chosen = moments.select(names)
    mean, covariance = chosen.mean()[0], chosen.covariance()[0]
    move = np.eye(len(names))
    for column, absent in _absence(basis).items():
        at = moments.index(column)
        move[names.index(column), names.index(absent)] = fill[at] - moments.shift[at]
    return move @ mean, move @ covariance @ move.T
