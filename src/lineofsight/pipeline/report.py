"""The report as blocks: which sections there are, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lineofsight.analyses.bands.section import bands
from lineofsight.analyses.data.limits_section import left_out
from lineofsight.analyses.data.section import method
from lineofsight.analyses.effects.section import effects
from lineofsight.analyses.evidence.section import evidence
from lineofsight.analyses.findings import section as opening
from lineofsight.analyses.importance.section import priorities
from lineofsight.analyses.money.section import money
from lineofsight.analyses.nonresponse.heard_section import heard
from lineofsight.analyses.nonresponse.populations_section import populations
from lineofsight.analyses.nonresponse.unheard_section import unheard
from lineofsight.analyses.overview.section import chain
from lineofsight.analyses.paths.section import paths
from lineofsight.analyses.segments.section import segments
from lineofsight.analyses.shape.section import shape
from lineofsight.analyses.today.section import voice
from lineofsight.analyses.why_moved.section import why
from lineofsight.report.blocks import Page, Section
from lineofsight.report.data import Story
from lineofsight.report.html import write_page
from lineofsight.runs.reader import Run

SECTIONS: tuple[Callable[[Story], Section], ...] = (
    opening.findings,
    chain,
    why,
    money,
    priorities,
    effects,
    paths,
    evidence,
    segments,
    voice,
    shape,
    bands,
    heard,
    unheard,
    populations,
    left_out,
    method,
)


def report_page(run: Run) -> Page:
    """The whole report of a run.

    Raises:
        RunError: The run, or one of its tables, cannot be read.
    """
    story = Story(run)
    return Page(
        title=story.project,
        subtitle="What the company does, how customers feel, what they do next, and what it is worth",
        facts=opening.facts(story),
        banners=opening.banners(story),
        sections=tuple(make(story) for make in SECTIONS),
    )


def write_report(run: Run, path: Path) -> Path:
    """Writes the report of a run as one HTML file, which appears whole or not at all, and returns the file.

    Raises:
        RunError: The run cannot be read, or the file cannot be written.
    """
    return write_page(report_page(run), path)
