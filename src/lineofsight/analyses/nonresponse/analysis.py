"""The analysis `nonresponse`: who answered, and what changes when they stand for everyone who was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.nonresponse.count import weigh_answers
from lineofsight.analyses.nonresponse.estimate import Nonresponse, Weights, reweigh
from lineofsight.analyses.nonresponse.populations_tables import POPULATIONS, population_rows
from lineofsight.analyses.nonresponse.tables import (
    ANSWERS,
    RESPONSE,
    SILENT,
    answer_rows,
    response_rows,
    silent_rows,
)
from lineofsight.analyses.nonresponse.weighting_tables import (
    WEIGHTED_EFFECTS,
    WEIGHTING,
    weighted_effect_rows,
    weighting_rows,
)
from lineofsight.model.inputs import Counting

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData


class NonresponseAnalysis(Analysis[Nonresponse]):
    """Who answered, and what changes when they stand for everyone who was asked."""

    name = "nonresponse"
    part = "whom"
    doing = "comparing those who answered with the silent"
    result = Nonresponse
    needs = (Effects,)
    tables = (
        POPULATIONS,
        RESPONSE,
        SILENT,
        WEIGHTING,
        WEIGHTED_EFFECTS,
        ANSWERS,
    )

    def count(self, counting: Counting) -> list[Weights]:
        """Passes over the episodes that fit who answers, rake, and weigh those who did."""
        return weigh_answers(counting)

    def estimate(self, results: Results, counted: Any) -> Nonresponse:
        """Who answered, and what changes when they stand for everyone who was asked."""
        return reweigh(results.sample, results[Effects], counted)

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "populations": population_rows(results),
            "response": response_rows(results),
            "silent": silent_rows(results),
            "weighting": weighting_rows(results),
            "weighted_effects": weighted_effect_rows(results),
            "answers": answer_rows(results),
        }

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report."""
        from lineofsight.analyses.nonresponse.populations_section import populations
        from lineofsight.analyses.nonresponse.response_section import response
        from lineofsight.analyses.nonresponse.weighting_section import weighting

        return [response(data), weighting(data), populations(data)]
