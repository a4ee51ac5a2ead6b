"""What happened: every episode of a simulated company, with the answers the silent would have given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lineofsight.simulate.design import Control, Design, Linear, Operation, Perception
from lineofsight.simulate.truth import Codes, check_design, control_values, predict
from lineofsight.stats.results import Array

CHANNELS: dict[str, tuple[float, float]] = {"phone": (0.40, 9.0), "mail": (0.35, 5.5), "chat": (0.25, 3.5)}
"""Ways to contact the company: share of the contacts, and what one costs."""

_LOOKBACK = 31  # days of touchpoints before the first anchor
_SLACK = 6.0  # days between the end of one window and the next anchor, at least
_JITTER = 25.0
_AMOUNT_SD = 0.5  # of the logarithm of what is spent
DAY = 86_400
_PROMOTERS = (np.array([9.0, 10.0]), np.array([0.45, 0.55]))
_PASSIVES = (np.array([7.0, 8.0]), np.array([0.4, 0.6]))
_DETRACTORS = (np.arange(7.0), np.array([0.08, 0.04, 0.06, 0.10, 0.12, 0.26, 0.34]))

UNIFORMS = 6
"""Uniform numbers that one answer takes."""


@dataclass(frozen=True, slots=True)
class History:
    """Columns over episodes, sorted by customer and time; all of shape `(episodes,)` unless said otherwise.

    Attributes:
        customer: Number of the customer.
        level: Number of the segment's level; 0 without a segment.
        anchor: Seconds from the start of the calendar to the anchor.
        operations: By name, NaN where absent.
        controls: By name; a control with levels by the level's number.
        answered: Whether the perceptions were said.
        answers: By perception, as given on the form.
        perceptions: By perception, as modelled.
        behaviours: By behaviour, in the predictor's unit.
        contacts: Number of contacts in the window by channel, shape `(episodes, channels)`.
    """

    customer: Codes
    level: Codes
    anchor: Codes
    operations: dict[str, Array]
    controls: dict[str, Array]
    answered: np.ndarray[tuple[int], np.dtype[np.bool_]]
    answers: dict[str, Array]
    perceptions: dict[str, Array]
    behaviours: dict[str, Array]
    contacts: Codes


def draw(design: Design, customers: int, rng: np.random.Generator) -> History:
    """Let a company live.

    Operations, then perceptions given them, then behaviours given both. Whether somebody answers depends on
    operations and controls, not on what they would have said: answers are missing at random.

    Raises:
        ValueError: The design's truth would not be exact (see `truth.check_design`).
    """
    check_design(design)
    sizes = 1 + rng.choice(len(design.episodes), size=customers, p=design.episodes)
    customer = np.repeat(np.arange(customers), sizes)
    n = len(customer)
    shares = list(design.segment.shares.values()) if design.segment else [1.0]
    level = rng.choice(len(shares), size=customers, p=shares)[customer]
    factors = {name: rng.standard_normal(customers)[customer] for name in design.factors}
    controls = {c.name: _control(c, factors[c.factor], customer, rng) for c in design.controls}
    factors |= {name: rng.standard_normal(n) for name in design.moments}
    operations = {o.name: _operation(o, factors, customer, rng) for o in design.operations}
    mood, habit = (rng.uniform(-1, 1, customers)[customer] for _ in range(2))
    perceptions: dict[str, Array] = {}
    answers: dict[str, Array] = {}

    def mean(linear: Linear, shared: Array) -> Array:
        expected = predict(design, linear, operations, controls, perceptions, level)
        return expected + linear.customer * shared + linear.noise * rng.uniform(-1, 1, n)

    answered = rng.random(n) < mean(design.response, np.zeros(n))
    said = {
        p.name: draw_answers(p, mean(p.predictor, mood), _uniforms(design, customer, UNIFORMS, rng))
        for p in design.perceptions
    }
    for name, (answer, modelled) in said.items():
        answers[name], perceptions[name] = answer, modelled
    stays = mean(design.stay.predictor, habit)
    decision = _uniforms(design, customer, 1, rng)[:, 0]
    behaviours = {design.stay.name: (decision < stays).astype(np.float64)}
    # The mean of the amount given a stay: what is spent overall is then linear, and nobody spends without staying.
    amount = mean(design.spend.predictor, habit) / stays
    spent = amount * np.exp(_AMOUNT_SD * rng.standard_normal(n) - _AMOUNT_SD**2 / 2)
    behaviours[design.spend.name] = behaviours[design.stay.name] * np.maximum(np.round(spent, 2), 0.1)
    contacts = np.zeros((n, len(CHANNELS)), dtype=np.int64)
    if design.cost is not None:
        share, price = np.array(list(CHANNELS.values())).T
        contacts = rng.poisson(mean(design.cost.predictor, habit)[:, None] * share / (share @ price))
        behaviours[design.cost.name] = contacts @ price
    anchor = _anchors(design, customer, sizes, rng)
    return History(
        customer, level, anchor, operations, controls, answered, answers, perceptions, behaviours, contacts
    )


def _uniforms(design: Design, customer: Codes, columns: int, rng: np.random.Generator) -> Array:
    """Uniform draws, shape `(episodes, columns)`: the customer's own where habit decides, else the moment's."""
    shared = rng.random((int(customer[-1]) + 1, columns))[customer]
    by_habit = rng.random((len(customer), 1)) < design.habit
    return np.where(by_habit, shared, rng.random((len(customer), columns)))


def _control(control: Control, factor: Array, customer: Codes, rng: np.random.Generator) -> Array:
    own = rng.standard_normal(int(customer[-1]) + 1)[customer]
    return control_values(control, control.load * factor + np.sqrt(1 - control.load**2) * own)


def _operation(
    operation: Operation, factors: dict[str, Array], customer: Codes, rng: np.random.Generator
) -> Array:
    n = len(customer)
    score = operation.customer * rng.standard_normal(int(customer[-1]) + 1)[customer]
    explained = operation.customer**2
    for name, load in operation.loads.items():
        score += load * factors[name]
        explained += load**2
    values = operation.values.at(score + np.sqrt(1 - explained) * rng.standard_normal(n))
    return np.where(rng.random(n) < operation.share, values, np.nan)


def _anchors(design: Design, customer: Codes, sizes: Codes, rng: np.random.Generator) -> Codes:
    """Seconds to each anchor: one customer's windows never overlap, and end within the data unless uncovered."""
    calendar = design.calendar
    first = np.r_[0, np.cumsum(sizes)[:-1]]
    last = first + sizes - 1
    gaps = calendar.reach + _SLACK + rng.uniform(0, _JITTER, len(customer))
    gaps[first] = 0.0
    since_first = np.cumsum(gaps) - np.cumsum(gaps)[first][customer]
    room = calendar.days - calendar.reach - 2 - _LOOKBACK - since_first[last]
    if room.min() < 0:
        raise ValueError("the calendar is too short for the customers with the most episodes")
    days = since_first + (_LOOKBACK + room * rng.random(len(sizes)))[customer]
    late = rng.random(len(sizes)) < calendar.uncovered
    latest = rng.uniform(
        calendar.days - calendar.reach + 2, calendar.days - calendar.landmark - 2, len(sizes)
    )
    days[last] = np.where(late, latest, days[last])
    return np.asarray(days * DAY, dtype=np.int64)


def draw_answers(perception: Perception, mean: Array, uniforms: Array) -> tuple[Array, Array]:
    """Draw what each customer says.

    Args:
        perception: Which perception.
        mean: Conditional mean of what is modelled, within `perception.means`; shape `(n,)`.
        uniforms: Independent of `mean` and of each other within a row, shape `(n, UNIFORMS)`.

    Returns:
        The answers on the form, and what is modelled: for `csat` the same, for `nps` +100, 0 or −100. The latter has
        the conditional mean `mean`, whatever that is: no non-linearity comes in by the scale.
    """
    if perception.measure == "csat":
        answers = _satisfaction(mean, perception.spread, uniforms)
        return answers, answers
    return _recommendation(mean / 100, perception.spread, uniforms)


def _satisfaction(mean: Array, extreme: float, uniforms: Array) -> Array:
    """One and a binomial number of four further points, mixed with answers of 1 or 5 of the same mean."""
    up = uniforms[:, :4] < ((mean - 1) / 4)[:, None]
    return 1.0 + np.where(uniforms[:, 4] < extreme, 4 * up[:, 0], up.sum(axis=1))


def _recommendation(mean: Array, passive: float, uniforms: Array) -> tuple[Array, Array]:
    """Promoters and detractors differ in number by the mean; the score within a class depends on nothing."""
    promoter = uniforms[:, 0] < (1 - passive + mean) / 2
    detractor = uniforms[:, 0] >= (1 + passive + mean) / 2
    classes = [
        scores[np.minimum(np.searchsorted(np.cumsum(p), uniforms[:, 1], side="right"), len(scores) - 1)]
        for scores, p in (_PROMOTERS, _DETRACTORS, _PASSIVES)
    ]
    scores = np.where(promoter, classes[0], np.where(detractor, classes[1], classes[2]))
    return scores, 100.0 * promoter - 100.0 * detractor
