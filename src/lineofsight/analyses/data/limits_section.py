"""What was left out, and why."""

from __future__ import annotations

from lineofsight.report.blocks import Cell, Paragraph, Section, table
from lineofsight.report.data import ReportData
from lineofsight.words import numbers


def left_out(data: ReportData) -> Section:
    """Rows of `drops`, in the order of the flow."""
    rows = [row for row in data.rows("drops") if row["n"]]
    if not rows:
        return Section("left-out", "What was left out", (Paragraph("Nothing was left out.", lead=True),))
    lead = "Nothing was dropped in silence: each step below says how many rows it concerns and why."
    for row in data.rows("episodes")[:1]:
        if row["anchored"]:
            kept = numbers.share(row["episodes"] / row["anchored"])
            lead = f"{kept} of {numbers.count(row['anchored'])} moments became episodes; what is missing is listed here with its reason."
    body: list[list[str | Cell]] = [
        [
            *(row["step"], data.label(row["name"]), data.clause(row["reason"]), numbers.count(row["n"])),
            numbers.share(row["n"] / row["of"]) if row["of"] else numbers.MISSING,
        ]
        for row in rows
    ]
    head = ("Step", "What", "Why", "Rows", "Share")
    return Section(
        "left-out",
        "What was left out",
        (Paragraph(lead, lead=True), table("Left out or missing", head, body, text=3)),
    )
