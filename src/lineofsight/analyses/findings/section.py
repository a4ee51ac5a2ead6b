"""The top of the page: what was analysed, what was found."""

from __future__ import annotations

from lineofsight.report.blocks import Block, Callout, Listing, Paragraph, Section
from lineofsight.report.data import ReportData
from lineofsight.words import numbers
from lineofsight.words.evidence import rule_words, verb

_KINDS = {
    "driver": "Driver",
    "perception": "Perception",
    "path": "Path",
    "shape": "Shape",
    "perhaps": "Perhaps",
    "money": "Money",
    "response": "Who answered",
    "caution": "Caution",
    "no effect": "No effect seen",
}


def facts(data: ReportData) -> tuple[tuple[str, str], ...]:
    """Terms and values under the title."""
    found = [("Run", numbers.date(data.manifest.get("created")))]
    for row in data.rows("episodes")[:1]:
        found += [
            ("Episodes", numbers.count(row["episodes"])),
            ("Customers", numbers.count(row["customers"])),
        ]
        if row["first"] is not None:
            found.append(("Period", f"{numbers.date(row['first'])} to {numbers.date(row['last'])}"))
    found.append(("Intervals", numbers.share(data.confidence)))
    if data.currency:
        found.append(("Currency", data.currency))
    return tuple(found)


def banners(data: ReportData) -> tuple[Callout, ...]:
    """What must be read before anything else."""
    found = []
    if data.manifest.get("simulated"):
        text = "These numbers come from a made-up company whose truth is known. They describe nobody."
        found.append(Callout("Simulated data:", text, "warning"))
    if not data.perceptions:
        text = "No perception was measured, so nothing here shows how customers felt in between."
        found.append(Callout("The customer was skipped.", text, "warning"))
    return tuple(found)


def found(data: ReportData) -> Section:
    """The findings as plain sentences, the most important first."""
    rows = sorted(data.rows("findings"), key=lambda row: row["rank"])
    items = tuple((_KINDS.get(row["kind"], str(row["kind"])), str(row["sentence"])) for row in rows)
    if not items:
        return Section(
            "findings", "What was found", (Paragraph("Nothing could be told from these data.", lead=True),)
        )
    blocks: list[Block] = [Listing(items, ordered=True)]
    if any(f" {verb('robust')} " in sentence for _, sentence in items):
        blocks.append(Paragraph(f"{rule_words(data.claims_tested)}."))
    return Section("findings", "What was found", tuple(blocks))
