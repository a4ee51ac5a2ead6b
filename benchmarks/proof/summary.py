"""What came of many companies of one scenario: bias, coverage, false discoveries, and which levels were deserved.

Companies are independent, claims within one are not: every standard error is over companies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.proof.claims import Held
from benchmarks.proof.truth import Hidden, Link, question
from lineofsight.stats.multiplicity import FALSE_DISCOVERIES
from lineofsight.stats.results import Array

QUESTIONS = ("A→C", "A→B", "direct", "via", "C→B")


class Mean(NamedTuple):
    """A mean over companies and its Monte Carlo standard error; NaN where there is nothing to take one of."""

    value: float
    standard_error: float

    @property
    def z(self) -> float:
        """The mean in its standard errors."""
        return self.value / self.standard_error if self.standard_error > 0 else float("nan")


class Worst(NamedTuple):
    """The link without any effect whose estimates are furthest off: mean error in standard errors of an estimate."""

    link: Link
    error: Mean


class Row(NamedTuple):
    """One kind of company, everyone's claims or those of its segments.

    Attributes:
        companies: How many were simulated.
        segments: Whether these are the claims of the segments.
        bias: Per question, mean error of the links with an effect as a share of the effect; links are weighed by
            precision: their squared effects in squared standard errors.
        coverage: Per question, share of the 95 % intervals that hold the truth, links with and without effect.
        worst: Of the links without effect.
        claims: Mean number of totals with q ≤ 0.05 per company.
        false: Mean share of links without effect among these, 0 where there are none: the false discovery rate.
        false_direct: The same of direct effects.
        false_via: The same of effects via perception.
        null_link: Share of the totals without effect that reached *robust*.
        null_driver: Share of companies in which one operation on which nothing depends did, on any outcome (in any
            segment); of the operation for which it is most.
        any_null: Share of companies in which any link without effect did.
        robust: Share of the totals with an effect that did.
    """

    companies: int
    segments: bool
    bias: dict[str, Mean]
    coverage: dict[str, Mean]
    worst: Worst | None
    claims: Mean
    false: Mean
    false_direct: Mean
    false_via: Mean
    null_link: Mean
    null_driver: Mean
    any_null: Mean
    robust: Mean


class Stands(NamedTuple):
    """What the robustness values of a confounded link without effect say over many companies.

    Attributes:
        outcome: The outcome.
        hidden: What the hidden variable explains of the cause and of the outcome.
        values: 10th, 50th and 90th percentile of the robustness value of the estimate.
        of_interval: The same of the interval's.
        above: Share of companies in which the interval's is above both of these: it says that no
            such variable could be behind the claim, and one is.
        value_above: The same of the estimate's.
        clear: Share of companies in which the interval excludes zero.
        robust: Share of companies in which the claim reached *robust*.
    """

    outcome: str
    hidden: Hidden
    values: tuple[float, float, float]
    of_interval: tuple[float, float, float]
    above: Mean
    value_above: Mean
    clear: Mean
    robust: Mean


def summarise(held: Sequence[Held], null: Sequence[str], *, segments: bool) -> Row:
    """What came of everyone's claims, or of those of the segments; `null` are operations on which nothing depends.

    The q-values are among everyone's claims and those of all segments together, as in a run.
    """
    held = [one for one in held if (one.link.segment is not None) == segments]
    groups = {name: [one for one in held if question(one.link) == name] for name in QUESTIONS}
    total, direct, via = (
        [one for one in held if one.link.path.split()[0] == path] for path in ("total", "direct", "via")
    )
    nothing = [one for one in total if one.truth == 0]
    drivers = [[one for one in nothing if one.link.cause == name] for name in null]
    return Row(
        companies=len({one.company for one in held}),
        segments=segments,
        bias={name: _bias(group) for name, group in groups.items()},
        coverage={name: per_company(group, _holding) for name, group in groups.items()},
        worst=max(_null_errors(held), key=lambda one: abs(one.error.z), default=None),
        claims=per_company(total, lambda group: float(sum(_found(one) for one in group))),
        false=per_company(total, _false_share),
        false_direct=per_company(direct, _false_share),
        false_via=per_company(via, _false_share),
        null_link=per_company(nothing, _robust_share),
        null_driver=max(
            (per_company(driver, _any_robust) for driver in drivers), key=lambda mean: mean.value
        ),
        any_null=per_company(nothing, _any_robust),
        robust=per_company([one for one in total if one.truth != 0], _robust_share),
    )


def stands(held: Sequence[Held], cause: str, outcome: str, hidden: Hidden) -> Stands:
    """The robustness values of one link of everyone's, beside the strength that was planted."""
    held = [one for one in held if one.link == Link(cause, outcome, "total", None)]
    value = np.array([one.robustness for one in held])
    interval = np.array([one.robustness_interval for one in held])
    return Stands(
        outcome,
        hidden,
        values=_percentiles(value),
        of_interval=_percentiles(interval),
        above=_share((interval > max(hidden)).astype(np.float64)),
        value_above=_share((value > max(hidden)).astype(np.float64)),
        clear=_share((interval > 0).astype(np.float64)),
        robust=_share(np.array([_any_robust([one]) for one in held])),
    )


def _percentiles(values: Array) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9]).tolist()
    return low, middle, high


def per_company(held: Sequence[Held], statistic: Callable[[list[Held]], float]) -> Mean:
    """Mean over companies of a statistic of each."""
    by_company: dict[int, list[Held]] = defaultdict(list)
    for one in held:
        by_company[one.company].append(one)
    return _share(np.array([statistic(group) for group in by_company.values()], dtype=np.float64))


def _share(values: Array) -> Mean:
    if len(values) < 2:
        return Mean(float("nan"), float("nan"))
    return Mean(float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values))))


def _bias(held: Sequence[Held]) -> Mean:
    """Precision-weighted mean of the relative errors of the links with an effect."""
    effects = [one for one in held if one.truth != 0]
    truth = {one.link: one.truth for one in effects}
    precision = {link: (truth[link] / error) ** 2 for link, error in _typical(effects).items()}
    whole = sum(precision.values())

    def error(group: list[Held]) -> float:
        return sum(precision[one.link] / whole * (one.estimate / one.truth - 1) for one in group)

    return per_company(effects, error)


def _null_errors(held: Sequence[Held]) -> list[Worst]:
    typical = _typical(held)
    groups: dict[Link, list[float]] = defaultdict(list)
    for one in held:
        if one.truth == 0:
            groups[one.link].append(one.estimate / typical[one.link])
    return [Worst(link, _share(np.array(errors))) for link, errors in groups.items()]


def _typical(held: Sequence[Held]) -> dict[Link, float]:
    """Mean standard error of each link."""
    errors: dict[Link, list[float]] = defaultdict(list)
    for one in held:
        errors[one.link].append(one.standard_error)
    return {link: float(np.mean(values)) for link, values in errors.items()}


def _found(one: Held) -> bool:
    return one.q_value <= FALSE_DISCOVERIES


def _robust(one: Held) -> bool:
    return one.evidence == "robust"


def _holding(held: list[Held]) -> float:
    return float(np.mean([one.holds for one in held]))


def _robust_share(held: list[Held]) -> float:
    return float(np.mean([_robust(one) for one in held]))


def _any_robust(held: list[Held]) -> float:
    return float(any(_robust(one) for one in held))


def _false_share(held: list[Held]) -> float:
    found = [one.truth == 0 for one in held if _found(one)]
    return float(np.mean(found)) if found else 0.0
