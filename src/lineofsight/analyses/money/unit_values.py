"""What one unit of each behaviour is worth, from the declared margin, horizon and discount rate."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from lineofsight.model.population import View
from lineofsight.project.models import Behaviour, Project
from lineofsight.project.quantities import DAYS_PER_YEAR
from lineofsight.project.settings import Value
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.results import Estimate, NotEstimable

_NOTHING = dt.timedelta(0)


@dataclass(frozen=True, slots=True)
class UnitValue:
    """Worth of one unit of a behaviour, per episode and follow-up window.

    Attributes:
        behaviour: Its name.
        per: The unit valued, as 'customer kept'.
        value: In the currency; a cost is negative.
        how: How it was made, in words with its numbers.
        counted_in: The behaviour that counts the same money already; a sum over behaviours leaves this one out.
    """

    behaviour: str
    per: str
    value: Estimate | NotEstimable
    how: str
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
    per = {"stay": "customer kept", "recommend": "referral"}.get(behaviour.kind, "unit")
    if behaviour.is_money:
        per = (
            f"{project.currency or 'unit of money'} {'spent' if behaviour.kind == 'buy_more' else 'of cost'}"
        )
    elif behaviour.kind == "buy_more":
        per = "purchase"
    if value is None:
        return _refused(name, per, Reason.NO_VALUE_SECTION())
    replicates = len(everyone.weights) - 1

    def certain(each: float, how: str) -> UnitValue:
        return UnitValue(name, per, Estimate(each, np.full(replicates, each)), how)

    if name in value.per_unit:
        return certain(value.per_unit[name], f"declared in the project file: {value.per_unit[name]:g} each")
    match behaviour.kind:
        case "cost_to_serve" if behaviour.is_money:
            return certain(-1.0, "a cost counts in full")
        case "cost_to_serve":
            return _refused(name, per, Reason.COST_UNDECLARED(name=name))
        case "buy_more" if behaviour.is_money:
            return certain(value.margin, f"the margin, {_percent(value.margin)} of spend")
    spend = _spend(project)
    if spend is None:
        return _refused(name, per, Reason.NO_SPEND(name=name))
    if behaviour.kind == "stay":
        return _stay(project, value, everyone, name, per, spend)
    if behaviour.kind == "recommend":
        return _referral(project, value, everyone, name, per, spend)
    ratio = _a_purchase(everyone, spend, name)
    if isinstance(ratio, NotEstimable):
        return UnitValue(name, per, ratio, "")
    how = (
        f"margin {_percent(value.margin)} × {ratio.value:,.2f} spent per purchase;"
        f" '{spend}' counts this money already, so it is not added up again"
    )
    return UnitValue(name, per, ratio * value.margin, how, counted_in=spend)


def _refused(name: str, per: str, reason: Statement) -> UnitValue:
    return UnitValue(name, per, NotEstimable(reason), "")


def _spend(project: Project) -> str | None:
    """The first behaviour that tells what customers spend."""
    return next((n for n, b in project.behaviours.items() if b.kind == "buy_more" and b.is_money), None)


def _a_purchase(everyone: View, spend: str, purchases: str) -> Estimate | NotEstimable:
    population = everyone.population((spend, purchases))
    if population.n == 0:
        return NotEstimable(Reason.NO_EPISODE_WITH_BOTH, name=spend, other=purchases)
    ratio = population.mean(spend) / population.mean(purchases)
    return ratio if np.isfinite(ratio.value) else NotEstimable(Reason.NO_PURCHASES, name=purchases)


def _stay(project: Project, value: Value, everyone: View, name: str, per: str, spend: str) -> UnitValue:
    """Spend of one who stayed, per year, over what the horizon adds to the window."""
    population = everyone.population((name, spend))
    window = project.behaviours[spend].within
    if window is None:
        return _refused(name, per, Reason.STAYERS_SPEND_WITHOUT_WINDOW(name=spend))
    if population.n == 0:
        return _refused(name, per, Reason.NO_EPISODE_WITH_BOTH(name=name, other=spend))
    both = population.resampled((name, spend))
    stayed = population.mean(name)
    # E[spend | stayed] = E[spend × stayed] / E[stayed]; spend of those who left is not theirs to count.
    product = both.covariance()[:, 0, 1] + both.mean().prod(axis=1)
    per_window = Estimate(float(product[0]), product[1:]) / stayed
    if not np.isfinite(per_window.value):
        return _refused(name, per, Reason.NOBODY_STAYED())
    days = window.total_seconds() / 86400
    per_year = per_window * (DAYS_PER_YEAR / days)
    start = project.landmark + window
    years = annuity(start, project.landmark + value.horizon, value.discount_rate)
    how = (
        f"{per_year.value:,.2f} a year spent by those who stay × margin {_percent(value.margin)} × {years:.2f} discounted"
        f" years, from the end of the {days:g} days that '{spend}' already counts to the horizon"
    )
    if years == 0:
        how = f"0: the horizon ends within the {days:g} days that '{spend}' already counts"
    return UnitValue(name, per, per_year * (value.margin * years), how)


def _percent(share: float) -> str:
    """As the project file has it: '12.5 %'."""
    return f"{share * 100:g} %"


def _referral(project: Project, value: Value, everyone: View, name: str, per: str, spend: str) -> UnitValue:
    if value.referral_conversion is None:
        return _refused(name, per, Reason.REFERRALS_UNDECLARED())
    window = project.behaviours[spend].within
    population = everyone.population((spend,))
    if window is None:
        return _refused(name, per, Reason.SPEND_WITHOUT_WINDOW(name=spend))
    if population.n == 0:
        return _refused(name, per, Reason.NO_EPISODE_WITH(name=spend))
    per_year = population.mean(spend) * (DAYS_PER_YEAR / (window.total_seconds() / 86400))
    years = annuity(_NOTHING, value.horizon, value.discount_rate)
    how = (
        f"{_percent(value.referral_conversion)} become customers × {per_year.value:,.2f} a year per customer"
        f" × margin {_percent(value.margin)} × {years:.2f} discounted years"
    )
    return UnitValue(name, per, per_year * (value.margin * years * value.referral_conversion), how)
