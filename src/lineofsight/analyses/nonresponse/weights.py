"""What weighting the answers changes: whether an effect moves noticeably, and the words for it."""

from __future__ import annotations

from lineofsight.report.data import ReportData, Row
from lineofsight.words import numbers

NOTICEABLE = 0.1
"""A clear effect that weights move by less than this share of itself stays as good as it was."""


def moved(row: Row) -> bool:
    """Whether a row of `weighted_effects` says something else with weights than without.

    It does where its interval begins or ends to include zero, where it changes sides, or where it is clear and weights
    move it by a tenth of itself or more, beyond chance.
    """
    if row["estimate"] is None or row["unweighted"] is None or row["low"] is None:
        return False
    before, after = _side(row["unweighted_low"], row["unweighted_high"]), _side(row["low"], row["high"])
    if before != after:
        return True
    gap = _side(row["difference_low"], row["difference_high"])
    return bool(before and gap and abs(row["difference"]) >= NOTICEABLE * abs(row["unweighted"]))


def _side(low: float | None, high: float | None) -> int:
    """1 above zero, -1 below, 0 where it cannot be told from nothing."""
    return 0 if low is None or high is None or low <= 0 <= high else 1 if low > 0 else -1


def with_weights(data: ReportData, row: Row) -> str:
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
    before, after = _side(row["unweighted_low"], row["unweighted_high"]), _side(row["low"], row["high"])
    if before and not after:
        return "it is no longer clear"
    if after and not before:
        return "it is clear only with weights"
    if before != after:
        return "it goes the other way round"
    return (
        "it is clearly larger" if abs(row["estimate"]) > abs(row["unweighted"]) else "it is clearly smaller"
    )


def cannot(reason: str | None) -> str:
    """Why answers have no weights, as a sentence."""
    return f"These answers cannot be weighted to stand for the silent: {reason}."


def weight_words(data: ReportData, perception: str, *, brief: bool = False) -> list[str]:
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
        return [] if brief else [cannot(row["reason"])]
    mean = _means(data, perception)
    if brief:
        return mean
    said = [_effective(row)]
    if row["largest_weight"] is not None:
        cut = f"; {numbers.share(row['trimmed'])} were cut to about ten" if row["trimmed"] else ""
        said.append(f"The heaviest counts like {numbers.plain(row['largest_weight'], 1)} average ones{cut}.")
    if (raked := (row["method"] or "").partition("raked to ")[2]) != "":
        names = ", ".join(map(data.label, raked.split(", ")))
        said.append(f"The weights also meet the shares that the project declares for {names}.")
    if row["nobody_like"]:
        names = ", ".join(map(data.label, row["nobody_like"].split(", ")))
        said.append(f"Weights cannot make up for {names}: there all answered, or nobody did.")
    return [*said, *mean]


def _effective(row: Row) -> str:
    answered, asked = numbers.counted(row["answered"], "answer"), numbers.count(row["asked"])
    counts = numbers.count(round(row["effective_sample_size"]))
    return (
        f"Weighted to stand for all {asked} who were asked, the {answered} count like {counts}: what the weights cost in"
        " certainty (effective sample size)."
    )


def _means(data: ReportData, perception: str) -> list[str]:
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
