"""Would it be there without it? From `comparisons`: what was before, what came next, and the same customers."""

from __future__ import annotations

from lineofsight.analyses.evidence.case.said import Answer, Said, Side, named, told
from lineofsight.report.data import ReportData, Row
from lineofsight.words import numbers

_ASKED = {
    "before": "On what customers did before any of it had begun",
    "next": "In the value of the customer's next episode, beside this one's",
    "within": "Among the same customers, each compared with themselves",
}
_FOUND = {
    ("before", "for"): "less than half of the claim, as it should be",
    ("before", "against"): "nothing sure is left of the claim without it",
    ("next", "for"): "less than half of what this episode's tells, as it should be",
    ("next", "against"): "nothing sure is left of what this episode's tells without it",
    ("within", "for"): "they show it too",
    ("within", "against"): "they clearly show less than the claim, and nothing sure",
}
_SIDES: dict[str, Side] = {"for": "for", "against": "against", "open": "open"}


def compared(data: ReportData, row: Row) -> Answer:
    """What each comparison found beside the claim; claims of a segment are held against nothing of their own."""
    if row["segment"] is not None:
        return
    for found in data.rows("comparisons", cause=row["cause"], outcome=row["outcome"]):
        asked = _ASKED[found["comparison"]]
        if found["estimate"] is None or found["claimed"] is None:
            yield Said(f"{asked}: that cannot be told, {named(data, found['reason'])}.", "open")
            continue
        beside = numbers.quantity(
            found["claimed"], found["unit"], found["low"], found["high"], signed=True, form="sentence"
        )
        verdict = _FOUND.get((found["comparison"], found["says"]), "that decides nothing either way")
        yield Said(
            f"{asked}: {told(data, found)}, against {beside} ({numbers.counted(found['n'], 'episode')}); {verdict}.",
            _SIDES[found["says"]],
        )
