"""Which questions a run answers: the one list of them, in the order of the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lineofsight.analyses.alternatives.analysis import AlternativesAnalysis
from lineofsight.analyses.bands.analysis import BandsAnalysis
from lineofsight.analyses.base import Analysis
from lineofsight.analyses.checks.analysis import ChecksAnalysis
from lineofsight.analyses.comparisons.analysis import ComparisonsAnalysis
from lineofsight.analyses.controls.analysis import ControlsAnalysis
from lineofsight.analyses.data.analysis import DataAnalysis
from lineofsight.analyses.effects.analysis import EffectsAnalysis
from lineofsight.analyses.evidence.analysis import EvidenceAnalysis
from lineofsight.analyses.findings.analysis import FindingsAnalysis
from lineofsight.analyses.importance.analysis import ImportanceAnalysis
from lineofsight.analyses.interactions.analysis import InteractionsAnalysis
from lineofsight.analyses.leakage.analysis import LeakageAnalysis
from lineofsight.analyses.money.analysis import MoneyAnalysis
from lineofsight.analyses.nonresponse.analysis import NonresponseAnalysis
from lineofsight.analyses.overview.analysis import OverviewAnalysis
from lineofsight.analyses.paths.analysis import PathsAnalysis
from lineofsight.analyses.ratings.analysis import RatingsAnalysis
from lineofsight.analyses.segments.analysis import SegmentsAnalysis
from lineofsight.analyses.shape.analysis import ShapeAnalysis
from lineofsight.analyses.stability.analysis import StabilityAnalysis
from lineofsight.analyses.today.analysis import TodayAnalysis
from lineofsight.analyses.why_moved.analysis import WhyMovedAnalysis
from lineofsight.runs.columns import TableSchema

ANALYSES: tuple[Analysis[Any], ...] = (
    FindingsAnalysis(),
    OverviewAnalysis(),
    WhyMovedAnalysis(),
    MoneyAnalysis(),
    ImportanceAnalysis(),
    EffectsAnalysis(),
    PathsAnalysis(),
    InteractionsAnalysis(),
    EvidenceAnalysis(),
    ComparisonsAnalysis(),
    AlternativesAnalysis(),
    StabilityAnalysis(),
    SegmentsAnalysis(),
    ControlsAnalysis(),
    TodayAnalysis(),
    ShapeAnalysis(),
    RatingsAnalysis(),
    BandsAnalysis(),
    NonresponseAnalysis(),
    LeakageAnalysis(),
    ChecksAnalysis(),
    DataAnalysis(),
)


def tables() -> dict[str, TableSchema]:
    """The tables of a run by name, those of each analysis together."""
    return {table.name: table for analysis in ANALYSES for table in analysis.tables}


def owners() -> dict[str, Analysis[Any]]:
    """Which analysis fills each table."""
    return {table.name: analysis for analysis in ANALYSES for table in analysis.tables}


def in_order(wanted: Sequence[type] | None = None) -> Iterator[Analysis[Any]]:
    """The analyses that find something, each after those whose results it needs.

    Args:
        wanted: Types of results that are asked for; by default all. What these need comes with them.
    """
    makers = {analysis.result: analysis for analysis in ANALYSES if analysis.result is not None}
    done: set[type] = set()

    def up_to(kind: type) -> Iterator[Analysis[Any]]:
        if kind not in done:
            done.add(kind)
            for needed in makers[kind].needs:
                yield from up_to(needed)
            yield makers[kind]

    for kind in makers if wanted is None else wanted:
        yield from up_to(kind)
