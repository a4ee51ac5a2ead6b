"""Does a claim pass through how people feel, and does it hold for those who did not answer?"""

from __future__ import annotations

from lineofsight.words import numbers
from lineofsight.words.case.points import (
    SMALL,
    Answer,
    Point,
    agreeing,
    clear,
    p_words,
    with_interval,
)
from lineofsight.words.data import Row, RunData
from lineofsight.words.lists import sentence
from lineofsight.words.nonresponse import cannot, moved, with_weights


def paths(data: RunData, row: Row) -> Answer:
    """The parts of a total: direct, and through each perception."""
    same = {name: row[name] for name in ("cause", "outcome", "segment", "change")}
    parts = [part for part in data.rows("effects", **same) if part["path"] != "total"]
    for part in parts:
        if part["estimate"] is not None:
            yield Point(f"{path_name(data, part)}: {with_interval(data, part)}.")
    if row["outcome_kind"] == "behaviour" and row["cause_kind"] == "operation" and not parts:
        yield Point("The customer was skipped: no perception lies between.", "open")


def path_name(data: RunData, part: Row) -> str:
    """What a part of an effect is called at the beginning of a sentence."""
    if part["path"] == "direct":
        felt = part["cause"] in data.perceptions
        return "Not through another perception" if felt else "Not through perception"
    return f"Via '{data.label(part['path'].removeprefix('via '))}'"


def respondents(data: RunData, row: Row) -> Answer:
    """A total on a behaviour among those who answered, beside everyone's and the silent's."""
    if row["segment"] is not None:
        return
    for found in data.rows("populations", driver=row["cause"], behaviour=row["outcome"]):
        if found["respondents"] is None or found["difference"] is None:
            continue
        amount = _rounded(found, "respondents", "low", "high")
        apart, differs = with_interval(data, found, "difference"), clear(found)
        yield Point(
            f"Among respondents it is {amount}. Set against everyone's: {apart}"
            f"{'' if differs else ': no clear difference'}.",
            "against" if differs else agreeing(row),
        )


def silent(data: RunData, row: Row) -> Answer:
    """Weights, the silent's own effect, and how different they would have to be."""
    everyone = row["segment"] is None
    for found in data.rows("populations", driver=row["cause"], behaviour=row["outcome"]) if everyone else ():
        if found["silent"] is not None and found["silent_difference"] is not None:
            yield _their_own(data, row, found)
    same = {name: row[name] for name in ("cause", "outcome", "segment", "change")}
    rows = data.rows("weighted_effects", **same)
    for found in rows:
        if found["path"] == "total":
            yield from _weighted(data, row, found)
    if row["population"] == "everyone" and rows:
        yield Point(
            "The total rests on everyone, answered or not: weights change nothing in it.", agreeing(row)
        )
        for found in rows:
            if found["path"] != "total" and moved(found):
                yield Point(
                    f"{path_name(data, found)}, with weights: {with_weights(data, found)}.",
                    "against",
                )


def _their_own(data: RunData, row: Row, found: Row) -> Point:
    apart = with_interval(data, found, "silent_difference", "silent_low", "silent_high")
    differs = found["p_value"] is not None and found["p_value"] <= SMALL
    verdict = "clearly otherwise" if differs else "no clear difference"
    return Point(
        f"Among the silent it is {_rounded(found, 'silent', 'silent_low', 'silent_high')}. Those who answered less the"
        f" silent: {apart}: {verdict} (p {p_words(found['p_value'])}).",
        "against" if differs else agreeing(row),
    )


def _weighted(data: RunData, row: Row, found: Row) -> Answer:
    if found["estimate"] is None:
        yield Point(cannot(data, found["reason"]), "open")
    else:
        yield Point(
            f"With weights, so that the answers stand for everyone who was asked: {with_weights(data, found)}.",
            "against" if moved(found) else agreeing(row),
        )
    if found["tipping_words"] is not None:
        yield Point(sentence(found["tipping_words"]), "open")


def _rounded(found: Row, value: str, low: str, high: str) -> str:
    """An amount rounded as its difference with this interval is."""
    ends = (None, None) if found[low] is None else (found[low], found[high])
    return numbers.quantity(found[value], found["unit"], *ends, signed=True, form="sentence")
