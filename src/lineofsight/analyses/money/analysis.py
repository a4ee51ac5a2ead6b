"""The analysis `money`: what it is worth a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.money.estimate import Money, estimate_money
from lineofsight.analyses.money.tables import MONEY, UNIT_VALUES, money_rows, unit_value_rows

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData


class MoneyAnalysis(Analysis[Money]):
    """What it is worth a year."""

    name = "money"
    result = Money
    needs = (Effects,)
    tables = (
        UNIT_VALUES,
        MONEY,
    )

    def estimate(self, results: Results, counted: Any) -> Money:
        """What it is worth a year."""
        return estimate_money(results.project, results.file, results.sample, results[Effects])

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "unit_values": unit_value_rows(results),
            "money": money_rows(results),
        }

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report."""
        from lineofsight.analyses.money.section import money

        return [money(data)]
