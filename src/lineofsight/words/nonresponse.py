"""What is said of the silent: what weighting the answers changes, and how different they would have to be."""

from __future__ import annotations

from dataclasses import dataclass

from lineofsight.reasons import Statement
from lineofsight.stats.intervals import interval_sign
from lineofsight.words import numbers
from lineofsight.words.data import Row, RunData
from lineofsight.words.lists import Label, quoted
from lineofsight.words.numbers import decimals, is_currency, plain, quantity, share
from lineofsight.words.rounding import exponent

NOTICEABLE = 0.1
"""A clear effect that weights move by less than this share of itself stays as good as it was."""


def moved(row: Row) -> bool:
    """Whether a row of `weighted_effects` says something else with weights than without.

    It does where its interval begins or ends to include zero, where it changes sides, or where it is clear and weights
    move it by a tenth of itself or more, beyond chance.
    """
    if row["estimate"] is None or row["unweighted"] is None or row["low"] is None:
        return False
    before, after = (
        interval_sign(row["unweighted_low"], row["unweighted_high"]),
        interval_sign(row["low"], row["high"]),
    )
    if before != after:
        return True
    gap = interval_sign(row["difference_low"], row["difference_high"])
    return bool(before and gap and abs(row["difference"]) >= NOTICEABLE * abs(row["unweighted"]))


def with_weights(data: RunData, row: Row) -> str:
    """`+0.042 points (95 % interval …) instead of +0.041 points: it agrees`."""
    weighted = numbers.with_interval(
        *(row[name] for name in ("estimate", "low", "high", "unit")),
        form="sentence",
        confidence=data.confidence,
    )
    before = numbers.quantity(
        *(row[name] for name in ("unweighted", "unit", "unweighted_low", "unweighted_high")),
        signed=True,
        form="sentence",
    )
    return f"{weighted} instead of {before}: {verdict(row)}"


def verdict(row: Row) -> str:
    """What weights do to an effect, in a few words."""
    if not moved(row):
        return "it agrees"
    before, after = (
        interval_sign(row["unweighted_low"], row["unweighted_high"]),
        interval_sign(row["low"], row["high"]),
    )
    if before and not after:
        return "it is no longer clear"
    if after and not before:
        return "it is clear only with weights"
    if before != after:
        return "it goes the other way round"
    return (
        "it is clearly larger" if abs(row["estimate"]) > abs(row["unweighted"]) else "it is clearly smaller"
    )


def cannot(data: RunData, reason: Statement) -> str:
    """Why answers have no weights, as a sentence."""
    return f"These answers cannot be weighted to stand for the silent: {data.clause(reason)}."


def weight_words(data: RunData, perception: str, *, brief: bool = False) -> list[str]:
    """What weighting the answers to a perception costs and changes, as sentences; nothing where all answered.

    Args:
        data: The run.
        perception: Its name.
        brief: Only what is this perception's own: its mean.
    """
    row = next(iter(data.rows("weighting", perception=perception)), None)
    if row is None:
        return []
    if row["reason"] is not None:
        return [] if brief else [cannot(data, row["reason"])]
    mean = _means(data, perception)
    if brief:
        return mean
    said = [_effective(row)]
    if row["largest_weight"] is not None:
        cut = f"; {numbers.share(row['trimmed'])} were cut to about ten" if row["trimmed"] else ""
        said.append(f"The heaviest counts like {numbers.plain(row['largest_weight'], 1)} average ones{cut}.")
    if row["raked_to"]:
        names = ", ".join(map(data.label, row["raked_to"]))
        said.append(f"The weights also meet the shares that the project declares for {names}.")
    if row["nobody_like"]:
        names = ", ".join(map(data.label, row["nobody_like"]))
        said.append(f"Weights cannot make up for {names}: there all answered, or nobody did.")
    return [*said, *mean]


def _effective(row: Row) -> str:
    answered, asked = numbers.counted(row["answered"], "answer"), numbers.count(row["asked"])
    counts = numbers.count(round(row["effective_sample_size"]))
    return (
        f"Weighted to stand for all {asked} who were asked, the {answered} count like {counts}: what the weights cost in"
        " certainty (effective sample size)."
    )


def _means(data: RunData, perception: str) -> list[str]:
    """The perception's value with weights beside that without."""
    said = []
    for row in data.rows("perceptions", perception=perception, segment=None):
        if row["weighted"] is None:
            continue
        weighted = numbers.with_interval(
            *(row[name] for name in ("weighted", "weighted_low", "weighted_high", "unit")),
            signed=False,
            form="sentence",
            confidence=data.confidence,
        )
        usual, now = (
            numbers.quantity(
                row[name], row["unit"], row["weighted_low"], row["weighted_high"], form="sentence"
            )
            for name in ("value", "weighted")
        )
        verb, instead = ("stays", "") if usual == now else ("is", f" instead of {usual}")
        statistic = _STATISTICS.get(row["statistic"], row["statistic"])
        said.append(f"With weights its {statistic} {verb} {weighted}{instead}.")
    return said


_STATISTICS = {"top-2-box": "share of the two best answers"}


@dataclass(frozen=True, slots=True)
class TippingPoint:
    """How different the silent would have to be for an effect to fall.

    Attributes:
        cause, outcome: Of the effect; the outcome is a perception or behaviour.
        path: Empty for the total, 'direct' for the direct part, else the perception that it passes through.
        change: What is changed, as `changes.change_words` has it.
        statistic: What is told of the outcome, where that is not its mean.
        felt: Whether the outcome is how customers feel.
        tip: The effect among the silent at which the interval of everyone's reaches zero, in `unit`.
        rate: Share that answered, 0 to 1.
        effect: The effect among those who answered, in `unit`.
    """

    cause: str
    outcome: str
    path: str
    change: str
    statistic: str | None
    felt: bool
    tip: float
    rate: float
    effect: float
    unit: str


def tipping_point_words(found: TippingPoint, label: Label) -> str:
    """What the effect among the silent would have to be, and how that compares with what was seen; no full stop."""
    statistic = "" if found.statistic is None else f" ({found.statistic})"
    return tipping_words(
        found.tip,
        found.rate,
        found.effect,
        found.unit,
        cause=f"{quoted(found.cause, label)} {found.change}",
        outcome=f"{quoted(found.outcome, label)}{statistic}",
        felt=found.felt,
        path=found.path if found.path in ("", "direct") else quoted(found.path, label),
    )


def tipping_words(
    tip: float, rate: float, effect: float, unit: str, *, cause: str, outcome: str, felt: bool, path: str = ""
) -> str:
    """What the effect among the silent would have to be, and how that compares with what was seen; no full stop.

    Args:
        tip: The effect among the silent at which the interval of everyone's reaches zero, in `unit`.
        rate: Share that answered, 0 to 1.
        effect: The effect among those who answered, in `unit`.
        unit: Unit of both.
        cause: What is changed, as "'Delivery time' 10 % better".
        outcome: The outcome, as "'Came back'".
        felt: Whether the outcome is how customers feel.
        path: The perception whose part of an effect this is, as "'Satisfaction'"; 'direct' for the direct part.
    """
    what = {"": "this", "direct": "the direct part"}.get(path, f"the part via {path}")
    down, up = ("worse", "better") if felt else ("lower", "higher")
    way = f"{down}, not {up}" if tip < 0 else f"{up}, not {down}"
    size = amount_words(abs(tip), unit)
    who = (
        f"the silent would have to feel {size} {way},"
        if felt
        else f"{outcome} would have to be {size} {way}, among the silent"
    )
    return f"{share(rate)} answered. For {what} to fall, {who} with {cause}: {_times(abs(tip / effect))}"


def amount_words(value: float, unit: str) -> str:
    """An amount above zero with two digits; money below one unit of the currency too."""
    places = decimals(value, digits=2)
    if is_currency(unit) and value < 1:
        return f"{unit}\u00a0{plain(value, places)}"
    return quantity(value, unit, value - 10.0**-places * 3, value + 10.0**-places * 3, form="sentence")


def _times(ratio: float) -> str:
    """How large that is beside what was seen, to two digits."""
    if ratio >= 1:
        size = f"{plain(ratio, 0 if exponent(ratio) > 0 else 1)} times"
    else:
        size = f"{'less than 1' if ratio < 0.01 else plain(ratio * 100)}\u00a0% of"
    return f"the other way round, at {size} the size seen among those who answered"
