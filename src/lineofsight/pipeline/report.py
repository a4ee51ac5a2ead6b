"""The report of a run: its first page, then the sections of all analyses by part, in the order of the registry."""

from __future__ import annotations

from pathlib import Path

from lineofsight.analyses import registry
from lineofsight.analyses.findings.section import banners, facts
from lineofsight.analyses.first_page.section import front
from lineofsight.report.blocks import Page, Part
from lineofsight.report.data import ReportData
from lineofsight.report.html import write_page
from lineofsight.runs.reader import Run
from lineofsight.runs.writer import clean_unfinished

PARTS = {
    "matters": "What matters",
    "whom": "For whom",
    "sure": "How sure",
    "made": "How it was made",
}
"""The parts of the report, by their name in an analysis."""


def report_page(run: Run) -> Page:
    """The whole report of a run.

    Raises:
        RunError: The run, or one of its tables, cannot be read.
    """
    data = ReportData(run)
    return Page(
        title=data.project,
        subtitle="What the company does, how customers feel, what they do next, and what it is worth",
        facts=facts(data),
        banners=banners(data),
        parts=tuple(
            Part(
                f"part-{name}",
                title,
                tuple(
                    section
                    for analysis in registry.ANALYSES
                    if analysis.part == name
                    for section in analysis.sections(data)
                ),
            )
            for name, title in PARTS.items()
        ),
        front=front(data),
    )


def write_report(run: Run, path: Path) -> Path:
    """Writes the report of a run as one HTML file, which appears whole or not at all, and returns the file.

    Raises:
        RunError: The run cannot be read, or the file cannot be written.
    """
    clean_unfinished(run.path.parent.parent)
    return write_page(report_page(run), path)
