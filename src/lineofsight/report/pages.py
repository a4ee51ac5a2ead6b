"""The report as blocks: which sections there are, and in which order."""

from __future__ import annotations

from collections.abc import Callable

from lineofsight.report.blocks import Page, Section
from lineofsight.report.sections import opening
from lineofsight.report.sections.bands import bands
from lineofsight.report.sections.chain import chain
from lineofsight.report.sections.effects import effects
from lineofsight.report.sections.evidence import evidence
from lineofsight.report.sections.heard import heard
from lineofsight.report.sections.limits import left_out
from lineofsight.report.sections.method import method
from lineofsight.report.sections.money import money
from lineofsight.report.sections.moves import why
from lineofsight.report.sections.paths import paths
from lineofsight.report.sections.populations import populations
from lineofsight.report.sections.priorities import priorities
from lineofsight.report.sections.segments import segments
from lineofsight.report.sections.shape import shape
from lineofsight.report.sections.unheard import unheard
from lineofsight.report.sections.voice import voice
from lineofsight.report.story import Story
from lineofsight.runs.store import Run

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
