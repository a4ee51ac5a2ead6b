"""What one unit of each behaviour is worth, from the declared margin, horizon and discount rate."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lineofsight.model.population import View
from lineofsight.project.models import Behaviour, Project
from lineofsight.project.quantities import DAYS_PER_YEAR
from lineofsight.project.settings import Value
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.results import Estimate, NotEstimable

_NOTHING = dt.timedelta(0)


Valued = Literal["spend", "cost", "purchase", "customer", "referral", "unit"]
"""What is valued: money spent or that something costs, a purchase, a customer kept, a referral, or a unit of its own."""


@dataclass(frozen=True, slots=True)
class UnitValue:
    """Worth of one unit of a behaviour, per episode and follow-up window.

    Attributes:
        behaviour: Its name.
        valued: The unit valued.
        value: In the currency; a cost is negative.
        how: How it was made, with its numbers; None where it could not be.
        counted_in: The behaviour that counts the same money already; a sum over behaviours leaves this one out.
    """

    behaviour: str
    valued: Valued
    value: Estimate | NotEstimable
    how: Statement | None
    counted_in: str | None = None


def annuity(start: dt.timedelta, end: dt.timedelta, discount_rate: float) -> float:
    """Years between `start` and `end` from now, each moment discounted: the integral of `(1 + d)^-t`.

    A steady stream of 1 a year over that time is worth this much today.
    """
    a, b = (span.total_seconds() / 86400 / DAYS_PER_YEAR for span in (start, end))
    if b <= a:
        return 0.0
    if discount_rate == 0:
        return b - a
    rate = float(np.log1p(discount_rate))
    return float((np.exp(-rate * a) - np.exp(-rate * b)) / rate)


def unit_values(project: Project, everyone: View) -> list[UnitValue]:
    """The worth of one unit of each behaviour.

    - `buy_more` in money: one unit of spend is worth the margin.
    - `buy_more` as a count: one purchase is worth the margin times the average purchase; that is the money that
      spend counts already, so the two are not added up.
    - `stay`: a customer kept spends, from the end of the follow-up window to the horizon, as those who stayed
      did inside it; margin and discount apply. So nothing that `buy_more` counts is counted again.
    - `recommend`: one referral becomes a customer at the declared rate, worth margin times spend over the horizon.
    - `cost_to_serve` in money: one unit costs one unit.
    - `per_unit` in the project file overrides all of these.
    """
    return [_one(project, everyone, name, behaviour) for name, behaviour in project.behaviours.items()]


def _one(project: Project, everyone: View, name: str, behaviour: Behaviour) -> UnitValue:
    value = project.value
    valued = _valued(behaviour)
    if value is None:
        return _refused(name, valued, Reason.NO_VALUE_SECTION())
    replicates = len(everyone.weights) - 1

    def certain(each: float, how: Statement) -> UnitValue:
        return UnitValue(name, valued, Estimate(each, np.full(replicates, each)), how)

    if name in value.per_unit:
        return certain(value.per_unit[name], Reason.WORTH_DECLARED(value=value.per_unit[name]))
    match behaviour.kind:
        case "cost_to_serve" if behaviour.is_money:
            return certain(-1.0, Reason.WORTH_ITS_COST())
        case "cost_to_serve":
            return _refused(name, valued, Reason.COST_UNDECLARED(name=name))
        case "buy_more" if behaviour.is_money:
            return certain(value.margin, Reason.MARGIN_OF_SPEND(margin=value.margin))
    spend = _spend(project)
    if spend is None:
        return _refused(name, valued, Reason.NO_SPEND(name=name))
    if behaviour.kind == "stay":
        return _stay(project, value, everyone, name, valued, spend)
    if behaviour.kind == "recommend":
        return _referral(project, value, everyone, name, valued, spend)
    ratio = _a_purchase(everyone, spend, name)
    if isinstance(ratio, NotEstimable):
        return UnitValue(name, valued, ratio, None)
    how = Reason.MARGIN_OF_PURCHASE(margin=value.margin, value=ratio.value, name=spend)
    return UnitValue(name, valued, ratio * value.margin, how, counted_in=spend)


def _valued(behaviour: Behaviour) -> Valued:
    match behaviour.kind:
        case "buy_more":
            return "spend" if behaviour.is_money else "purchase"
        case "stay":
            return "customer"
        case "recommend":
            return "referral"
        case _:
            return "cost" if behaviour.is_money else "unit"


def _refused(name: str, valued: Valued, reason: Statement) -> UnitValue:
    return UnitValue(name, valued, NotEstimable(reason), None)


def _spend(project: Project) -> str | None:
    """The first behaviour that tells what customers spend."""
    return next((n for n, b in project.behaviours.items() if b.kind == "buy_more" and b.is_money), None)


def _a_purchase(everyone: View, spend: str, purchases: str) -> Estimate | NotEstimable:
    population = everyone.population((spend, purchases))
    if population.n == 0:
        return NotEstimable(Reason.NO_EPISODE_WITH_BOTH, name=spend, other=purchases)
    ratio = population.mean(spend) / population.mean(purchases)
    return ratio if np.isfinite(ratio.value) else NotEstimable(Reason.NO_PURCHASES, name=purchases)


def _stay(project: Project, value: Value, everyone: View, name: str, valued: Valued, spend: str) -> UnitValue:
    """Spend of one who stayed, per year, over what the horizon adds to the window."""
    population = everyone.population((name, spend))
    window = project.behaviours[spend].within
    if window is None:
        return _refused(name, valued, Reason.STAYERS_SPEND_WITHOUT_WINDOW(name=spend))
    if population.n == 0:
        return _refused(name, valued, Reason.NO_EPISODE_WITH_BOTH(name=name, other=spend))
    both = population.resampled((name, spend))
    stayed = population.mean(name)
    # E[spend | stayed] = E[spend × stayed] / E[stayed]; spend of those who left is not theirs to count.
    product = both.covariance()[:, 0, 1] + both.mean().prod(axis=1)
    per_window = Estimate(float(product[0]), product[1:]) / stayed
    if not np.isfinite(per_window.value):
        return _refused(name, valued, Reason.NOBODY_STAYED())
    days = window.total_seconds() / 86400
    per_year = per_window * (DAYS_PER_YEAR / days)
    start = project.landmark + window
    years = annuity(start, project.landmark + value.horizon, value.discount_rate)
    how = Reason.SPEND_OF_STAYERS(
        value=per_year.value, margin=value.margin, years=years, days=days, name=spend
    )
    return UnitValue(name, valued, per_year * (value.margin * years), how)


def _referral(
    project: Project, value: Value, everyone: View, name: str, valued: Valued, spend: str
) -> UnitValue:
    if value.referral_conversion is None:
        return _refused(name, valued, Reason.REFERRALS_UNDECLARED())
    window = project.behaviours[spend].within
    population = everyone.population((spend,))
    if window is None:
        return _refused(name, valued, Reason.SPEND_WITHOUT_WINDOW(name=spend))
    if population.n == 0:
        return _refused(name, valued, Reason.NO_EPISODE_WITH(name=spend))
    per_year = population.mean(spend) * (DAYS_PER_YEAR / (window.total_seconds() / 86400))
    years = annuity(_NOTHING, value.horizon, value.discount_rate)
    how = Reason.SPEND_OF_REFERRED(
        share=value.referral_conversion, value=per_year.value, margin=value.margin, years=years
    )
    return UnitValue(name, valued, per_year * (value.margin * years * value.referral_conversion), how)
