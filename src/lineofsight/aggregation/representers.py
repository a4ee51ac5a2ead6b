"""The representer of a driver's change: the column that makes a straight line give the average effect of the change.

Least squares with a straight line weighs customers by how far their value lies from the mean; the average effect of a
change weighs each as they are. The function ρ of a driver's value with `E[ρ f] = E[f(changed) − f]` for every f is the
Riesz representer of the change. Beside the straight line, a column with ρ makes the model's prediction of the change the
average over customers, whatever the shape and whoever minds more: it is the clever covariate of targeted learning (van der
Laan and Rubin 2006), with ρ found as in automatic debiased learning (Chernozhukov, Newey and Singh 2022) from the moments
of a dictionary: `ρ = M (G + λ)⁻¹`. The dictionary has the value, its excess over some knots, whether it is 0, and the value
by level of each control and segment and times each numeric control.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineofsight.stats.results import Array

RIDGE = 0.003
"""λ, of columns with standard deviation 1: a level that few are in moves ρ little."""

LEAST_APART = 5e-3
"""Share of ρ's variance that a straight line must leave: else the line weighs customers as the change does."""

_CHANCE = 3.0  # times what chance alone leaves, for each column of the dictionary

KNOTS_AT = (0.25, 0.5, 0.75, 0.9, 0.97)
"""Shares of a driver's values other than 0 below its knots: a change by a share moves the far values most."""

_DIGITS = 6  # of a weight: what is left is the same on every engine, in whichever order rows were added up

Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the dictionary of a driver is made of, beside its value.

    Attributes:
        knots: Values over which the excess is a column.
        groups: Controls and segment attributes with levels: name and number of levels. Codes beyond the levels, and
            those below 0, are one more level.
        numbers: Numeric controls; one that is absent counts as 0.
        zero_apart: Whether a value of 0 is something else than the least value: of waiting minutes it is, of a count of
            few values it is one step below 1.
    """

    knots: tuple[float, ...] = ()
    groups: tuple[tuple[str, int], ...] = ()
    numbers: tuple[str, ...] = ()
    zero_apart: bool = True

    @property
    def width(self) -> int:
        """Number of columns of the dictionary."""
        return 2 + len(self.knots) + 2 * sum(levels for _, levels in self.groups) + 2 * len(self.numbers)

    def columns(self, value: Array, codes: Mapping[str, Codes], numbers: Mapping[str, Array]) -> Array:
        """`(n, width)` the dictionary at these values of the driver."""
        made = np.zeros((len(value), self.width))
        pieces = self._pieces(value)
        made[:, : len(pieces)] = np.column_stack(pieces)
        at = len(pieces)
        rows = np.arange(len(value))
        for name, levels in self.groups:
            code = _one_more(codes[name], levels)
            inside = code > 0
            made[rows[inside], at + code[inside] - 1] = 1.0
            made[rows[inside], at + levels + code[inside] - 1] = value[inside]
            at += 2 * levels
        for name in self.numbers:
            number = np.nan_to_num(numbers[name])
            made[:, at], made[:, at + 1] = number, number * value
            at += 2
        return made

    def weighted(self, weights: Array) -> Representer:
        """The sum of the dictionary's columns times these weights."""
        kept = [_rounded(weight) for weight in weights.tolist()]
        count = len(self.knots)
        at = count + 2
        groups = []
        for name, levels in self.groups:
            height, slope = kept[at : at + levels], kept[at + levels : at + 2 * levels]
            groups.append((name, (0.0, *height), (0.0, *slope)))
            at += 2 * levels
        numbers = tuple(
            (name, kept[at + 2 * place], kept[at + 2 * place + 1]) for place, name in enumerate(self.numbers)
        )
        bends = tuple(zip(self.knots, kept[1 : 1 + count], strict=True))
        return Representer(kept[0], bends, kept[count + 1], tuple(groups), numbers)

    def _pieces(self, value: Array) -> list[Array]:
        return [
            value,
            *(np.maximum(value - knot, 0.0) for knot in self.knots),
            ((value == 0) & self.zero_apart).astype(float),
        ]


@dataclass(frozen=True, slots=True)
class Representer:
    """A function of a driver's value, of levels and of numeric controls: a height and a slope of each episode, and bends.

    Attributes:
        line: Weight of the value.
        bends: Knots, each with the weight of the excess over it.
        at_zero: Weight of whether the value is 0.
        groups: By control or segment attribute, what each level adds to the height and to the slope; the last is for
            any other level and for none.
        numbers: By numeric control, what one unit adds to the height and to the slope.
    """

    line: float
    bends: tuple[tuple[float, float], ...]
    at_zero: float
    groups: tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...] = ()
    numbers: tuple[tuple[str, float, float], ...] = ()

    @property
    def controls(self) -> frozenset[str]:
        """The controls and segment attributes that it has weights of."""
        return frozenset((*(name for name, *_ in self.groups), *(name for name, *_ in self.numbers)))

    def parts(self, codes: Mapping[str, Codes], numbers: Mapping[str, Array], n: int) -> tuple[Array, Array]:
        """`(n,)` height and slope of each episode."""
        height, slope = np.zeros(n), np.full(n, self.line)
        for name, heights, slopes in self.groups:
            code = _one_more(codes[name], len(heights) - 1)
            height += np.asarray(heights)[code]
            slope += np.asarray(slopes)[code]
        for name, raised, steeper in self.numbers:
            number = np.nan_to_num(numbers[name])
            height += raised * number
            slope += steeper * number
        return height, slope

    def at(self, value: Array, parts: tuple[Array, Array]) -> Array:
        """`(n,)` its values where the driver has these; NaN where it is absent."""
        height, slope = parts
        found = height + slope * value
        for knot, weight in self.bends:
            found += weight * np.maximum(value - knot, 0.0)
        if self.at_zero:
            found += self.at_zero * (value == 0)
        return np.asarray(found)


@dataclass(frozen=True, eq=False)
class Move:
    """What a change does to a driver: whatever is made of its value differs by `weight` times that from start to end.

    Attributes:
        start: `(n,)` values before.
        end: `(n,)` values after.
        weight: 1 where every episode changes; a share where so many become a good case.
    """

    start: Array
    end: Array
    weight: float = 1.0

    def of(self, function: Callable[[Array], Array]) -> Array:
        """By how much a function of the value differs."""
        found = function(self.end) - function(self.start)
        return found if self.weight == 1.0 else self.weight * found


@dataclass(frozen=True, eq=False)
class DictionarySums:
    """Sums over episodes in which a driver is known.

    Attributes:
        n: Episodes.
        sums: `(q,)` of the dictionary.
        products: `(q, q)` of its cross-products.
        moved: `(q,)` of what the change does to it.
    """

    n: float
    sums: Array
    products: Array
    moved: Array

    def __add__(self, other: DictionarySums) -> DictionarySums:
        """Those of both."""
        return DictionarySums(
            self.n + other.n,
            self.sums + other.sums,
            self.products + other.products,
            self.moved + other.moved,
        )


def dictionary_sums(
    terms: Terms, value: Array, move: Move, codes: Mapping[str, Codes], numbers: Mapping[str, Array]
) -> DictionarySums:
    """The sums over episodes with these values of the driver, and what the change does to them; NaN where it is absent."""
    known, same = ~np.isnan(value), move.start is value
    if not known.all():
        value, move = value[known], Move(move.start[known], move.end[known], move.weight)
        codes = {name: code[known] for name, code in codes.items()}
        numbers = {name: number[known] for name, number in numbers.items()}
    now = terms.columns(value, codes, numbers)
    before = now if same else terms.columns(move.start, codes, numbers)
    moved = (terms.columns(move.end, codes, numbers) - before).sum(axis=0)
    return DictionarySums(float(len(value)), now.sum(axis=0), now.T @ now, move.weight * moved)


def representer_of(terms: Terms, found: DictionarySums) -> Representer | None:
    """The representer with variance 1; None where it is a straight line, or nothing varies or changes."""
    if found.n < 2:
        return None
    mean = found.sums / found.n
    covariance = found.products / found.n - np.outer(mean, mean)
    variance = np.diag(covariance)
    live = np.flatnonzero(variance > 1e-9 * np.maximum(np.diag(found.products) / found.n, 1e-300))
    if not live.size or live[0] != 0:
        return None
    scale = np.sqrt(variance[live])
    correlation = covariance[np.ix_(live, live)] / scale / scale[:, None]
    rho = np.linalg.solve(correlation + RIDGE * np.eye(len(live)), found.moved[live] / found.n / scale)
    spread = float(rho @ correlation @ rho)
    along = float(correlation[0] @ rho)
    least = max(LEAST_APART, _CHANCE * len(live) / found.n)
    if not spread > 0 or spread - along**2 < least * spread:
        return None
    weights = np.zeros(terms.width)
    weights[live] = rho / np.sqrt(spread) / scale
    return terms.weighted(weights)


def knots_among(quantiles: Sequence[float], lowest: float, highest: float) -> tuple[float, ...]:
    """Those quantiles that lie inside a driver's values, each once."""
    return tuple(sorted({float(knot) for knot in quantiles if lowest < knot < highest}))


def _one_more(code: Codes, levels: int) -> NDArray[np.intp]:
    """Codes from 0 to `levels`, which stands for all that are none of the levels."""
    return np.where((code < 0) | (code >= levels), levels, code).astype(np.intp)


def _rounded(weight: float) -> float:
    return float(f"{weight:.{_DIGITS}g}")
