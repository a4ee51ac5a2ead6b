"""Do those who answered behave as everyone does, and as the silent do?"""

from __future__ import annotations

from lineofsight.report.blocks import Cell, Details, Paragraph, Section, table
from lineofsight.report.charts import theme
from lineofsight.report.data import ReportData, Row
from lineofsight.words import numbers
from lineofsight.words.case.points import SMALL, p_words


def populations(data: ReportData) -> Section:
    """The total effect among respondents beside everyone's and the silent's, with a test of all together."""
    title, rows = "Do those who answered behave as everyone does?", data.rows("populations")
    if not rows:
        text = "There is nothing to compare: no perception splits everyone from respondents."
        return Section("populations", title, (Paragraph(text, lead=True),))
    far = [row for row in rows if theme.state_of(row["low"], row["high"]) != "unsure"]
    lead = (
        f"In {numbers.count(len(far))} of {numbers.counted(len(rows), 'comparison')} respondents clearly differ from everyone."
        if far
        else "In no comparison do respondents clearly differ from everyone."
    )
    head = ["Driver", "Behaviour", "Everyone", "Respondents", "Difference"]
    silent = any(row["silent"] is not None for row in rows)
    head += ["The silent", "Respondents less the silent"] if silent else []
    body = [_compared(data, row, silent) for row in sorted(rows, key=lambda row: row not in far)]
    shown = table(
        f"What {data.change} goes with, in total; grey: no clear difference", tuple(head), body, text=2
    )
    said = [Paragraph(text) for text in tested(data, rows)]
    return Section(
        "populations", title, (Paragraph(lead, lead=True), *said, Details("All comparisons", (shown,), False))
    )


def tested(data: ReportData, rows: list[Row]) -> list[str]:
    """For each behaviour, whether it goes with the operations alike among those who answered and the silent."""
    together = {row["behaviour"]: row["p_together"] for row in rows if row["p_together"] is not None}
    if not together:
        return []
    said = []
    for name, p in together.items():
        alike = p > SMALL
        verdict = (
            "no clear difference between those who answered and the silent"
            if alike
            else "those who answered and the silent clearly differ"
        )
        said.append(f"{data.label(name)}: {verdict} in what all operations go with (p {p_words(p)}).")
    if all(p > SMALL for p in together.values()):
        said.append(
            "How the silent feel was never seen. How they behave was, and it is the one test there is; that nothing was found"
            " does not show that they are the same."
        )
    else:
        said.append("Where they differ, what passes through how customers feel may not hold for everyone.")
    return [" ".join(said)]


def _compared(data: ReportData, row: Row, silent: bool) -> list[str | Cell]:
    cells: list[str | Cell] = [
        data.stepped(row["driver"]),
        data.label(row["behaviour"]),
        *(_rounded(row, name, "low", "high") for name in ("everyone", "respondents")),
        _gap(row, "difference", "low", "high"),
    ]
    if silent:
        cells += [
            _rounded(row, "silent", "silent_low", "silent_high"),
            _gap(row, "silent_difference", "silent_low", "silent_high"),
        ]
    return cells


def _rounded(row: Row, value: str, low: str, high: str) -> str:
    """An effect rounded as the difference is."""
    half = (None, None)
    if row[low] is not None and row[high] is not None:
        half = (-(row[high] - row[low]) / 2, (row[high] - row[low]) / 2)
    return numbers.quantity(row[value], row["unit"], *half, signed=True)


def _gap(row: Row, value: str, low: str, high: str) -> Cell:
    text = numbers.with_interval(row[value], row[low], row[high], row["unit"])
    return Cell(text, numeric=True, muted=theme.state_of(row[low], row[high]) == "unsure")
