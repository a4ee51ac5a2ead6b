"""Could something that nobody measured be behind a claim? From the table `robustness`."""

from __future__ import annotations

from lineofsight.analyses.evidence.case.said import Answer, Said, Side, clear, told
from lineofsight.report.data import ReportData, Row
from lineofsight.words import numbers


def hidden(data: ReportData, row: Row) -> Answer:
    """How strong a hidden factor would have to be, and what one like the strongest control would leave."""
    same = {name: row[name] for name in ("cause", "outcome", "segment")}
    for found in data.rows("robustness", **same)[:1]:
        yield Said(
            "A hidden factor, one that nobody measured, could not take the estimate to zero if it explains less than"
            f" {numbers.share(found['robustness_value'])} of what the controls leave of '{data.label(row['cause'])}', and less"
            f" than that of '{data.label(row['outcome'])}'{_for_the_interval(found)}.",
            "open",
        )
        if found["benchmark"] is not None and found["left"] is not None:
            yield _beside_the_strongest(data, found)
        if found["e_value"] is not None:
            nearer = found["e_value_interval"]
            interval = "" if nearer is None else f" (interval: {nearer:.2f})"
            yield Said(
                "As a risk ratio, for this change: it would have to go with both by a factor of"
                f" {found['e_value']:.2f}{interval} each (E-value).",
                "open",
            )


def _beside_the_strongest(data: ReportData, found: Row) -> Said:
    gone, side = _gone(found)
    left = told(data, found, "left", "left_low", "left_high")
    return Said(
        f"The strongest control, '{data.label(found['benchmark'])}', is the measure: beside a hidden factor as strong"
        f" as that ({_strength(found['benchmark_r2_cause'])} of what is left of it,"
        f" {_strength(found['benchmark_r2_outcome'])} of the outcome), {left} would be left{gone}.",
        side,
    )


def _gone(found: Row) -> tuple[str, Side]:
    if not clear(found, "left_low", "left_high"):
        return ", which cannot be told from nothing", "against"
    if (found["left"] > 0) != (found["estimate"] > 0):
        return ", which is the other way round", "against"
    return "", "for"


def _strength(share: float | None) -> str:
    return "less than 0.1 %" if share is not None and share < 0.001 else numbers.share(share)


def _for_the_interval(found: Row) -> str:
    value = found["robustness_value_interval"]
    if value is None:
        return ""
    return (
        f"; for the interval it is {numbers.share(value)}"
        if value > 0
        else "; the interval includes zero already"
    )
