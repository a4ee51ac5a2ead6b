"""Is a claim the same for everybody, and at all times? From `heterogeneity`, `differences`, `segments` and `stability`."""

from __future__ import annotations

from lineofsight.words import numbers
from lineofsight.words.case.points import SMALL, Answer, Point, agreeing, clear, p_words, with_interval
from lineofsight.words.data import Row, RunData


def for_everybody(data: RunData, row: Row) -> Answer:
    """Whether segments differ, where most, and of a segment, how it stands among the others."""
    asked = {"driver": row["cause"], "outcome": row["outcome"]}
    for found in data.rows("heterogeneity", **asked):
        yield from _spread(data, found)
    if row["segment"] is None:
        for found in data.rows("differences", **asked):
            if found["difference"] is not None:
                yield _where(data, found)
        return
    for mine in data.rows("segments", **asked, segment=row["segment"]):
        if mine["difference"] is not None:
            apart = with_interval(data, mine, "difference", "difference_low", "difference_high")
            yield Point(f"Against the other segments: {apart}.")
        if mine["pooled"] is not None:
            pooled = with_interval(data, mine, "pooled", "pooled_low", "pooled_high")
            yield Point(f"Drawn towards the other segments: {pooled}.")


def _spread(data: RunData, found: Row) -> Answer:
    attribute = data.label(found["attribute"])
    if found["reason"] is not None:
        yield Point(f"Over {attribute}: {data.clause(found['reason'])}.", "open")
        return
    if found["reversed"] == "yes":
        yield Point(
            f"Within the segments of {attribute} it goes the other way round than for everyone: Simpson's paradox.",
            "against",
        )
    if found["q_value"] is not None and found["q_value"] <= SMALL:
        spread = numbers.quantity(found["spread"], found["unit"])
        yield Point(
            f"It differs between the {found['segments']} segments of {attribute}, by about {spread} (standard deviation).",
            "against",
        )
        return
    yield Point(
        f"No clear difference between the {found['segments']} segments of {attribute} (q {p_words(found['q_value'])}),"
        " which does not show that they are the same.",
        "open",
    )


def _where(data: RunData, found: Row) -> Point:
    """The segment that stood out most on one half of the customers, measured on the other."""
    apart = with_interval(data, found, "difference")
    name = f"'{data.label(found['segment'])}'"
    if clear(found) and found["q_value"] is not None and found["q_value"] <= SMALL:
        return Point(
            f"It differs where the segment is {name}: {apart} against the other segments, chosen on one half of the"
            " customers and measured on the other half.",
            "against",
        )
    return Point(
        f"On one half of the customers {name} stood out most; on the other half it does not clearly differ from the other"
        f" segments: {apart}.",
        "open",
    )


def over_time(data: RunData, row: Row) -> Answer:
    """Whether it points the same way in each period, and where it was lowest and highest if it did not stay the same."""
    if row["segment"] is not None:
        return
    for found in data.rows("stability", driver=row["cause"], outcome=row["outcome"]):
        if found["reason"] is not None or found["same_sign"] is None:
            if found["reason"] is not None:
                yield Point(f"That cannot be told: {data.clause(found['reason'])}.", "open")
            continue
        same = round(found["same_sign"] * found["periods"])
        whole, differs = same == found["periods"], found["p"] <= SMALL
        way = "It points the same way" if whole else "It points the same way as over all"
        apart = "they differ clearly" if differs else "no clear difference between them"
        yield Point(
            f"{way} in {same} of {found['periods']} periods; {apart} (p {p_words(found['p'])}){_range(found, whole)}.",
            "against" if differs else agreeing(row) if whole else "open",
        )


def _range(found: Row, whole: bool) -> str:
    """When it was lowest and highest; the amounts stand in `stability`, without an interval of their own."""
    if found["lowest"] is None or found["highest"] is None or (whole and found["p"] > SMALL):
        return ""
    return f": lowest in {found['lowest_in']}, highest in {found['highest_in']}"
