"""A run as its report reads it: names with their labels, outcomes with their good direction, rows by question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from lineofsight.characters import visible
from lineofsight.reasons import Statement
from lineofsight.report.charts import theme
from lineofsight.runs.reader import Run
from lineofsight.units import Unit, UnitKind
from lineofsight.words import numbers
from lineofsight.words.changes import common_change
from lineofsight.words.labels import labelled
from lineofsight.words.lists import Label
from lineofsight.words.reasons import clause

Row = dict[str, Any]


@dataclass(frozen=True)
class ReportData:
    """The run's tables, read once each."""

    run: Run

    @cached_property
    def _tables(self) -> dict[str, list[Row]]:
        return {}

    @cached_property
    def _indexes(self) -> dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], list[Row]]]:
        return {}

    def rows(self, table: str, **equal: Any) -> list[Row]:
        """Rows of a table with these values; looked up, since a page asks of each claim again."""
        if table not in self._tables:
            self._tables[table] = [shown(row) for row in self.run.table(table).rows()]
        if not equal:
            return list(self._tables[table])
        names = tuple(sorted(equal))
        if (table, names) not in self._indexes:
            index: dict[tuple[Any, ...], list[Row]] = {}
            for row in self._tables[table]:
                index.setdefault(tuple(row[name] for name in names), []).append(row)
            self._indexes[table, names] = index
        return list(self._indexes[table, names].get(tuple(equal[name] for name in names), ()))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What was declared, which data, which versions."""
        found: dict[str, Any] = shown(self.run.manifest)
        return found

    @cached_property
    def project(self) -> str:
        """The project's name."""
        return str(self.manifest["project"]["name"])

    @cached_property
    def currency(self) -> Unit:
        """The project's currency code; empty when none is declared."""
        return Unit(self.manifest["project"].get("currency") or "", UnitKind.MONEY)

    @property
    def confidence(self) -> float:
        """The level of all intervals."""
        return float(self.manifest.get("confidence", 0.95))

    @property
    def change(self) -> str:
        """The change effects are reported for, as '10 % better'; drivers that change in other ways have their own."""
        usual = f"{numbers.share(float(self.manifest.get('change', 0.1)))} better"
        return common_change(self.changes.values(), usual)

    @cached_property
    def changes(self) -> dict[str, str]:
        """What is done to each driver, as '10 % better' or 'brought to at most 24 hours'."""
        rows = self.rows("effects", cause_kind="operation", segment=None, path="total")
        return {row["cause"]: row["change"] for row in rows}

    def stepped(self, driver: str) -> str:
        """A driver's label, with what is done to it where that is not the same of all."""
        label = self.label(driver)
        alike = len({*self.changes.values()}) < 2 or driver not in self.changes
        return label if alike else f"{label}, {self.changes[driver]}"

    @cached_property
    def labels(self) -> dict[str, str]:
        """Labels by name: of drivers, perceptions, behaviours and segments."""
        found = dict(self.manifest.get("labels") or {})
        for table, name in (
            ("drivers", "driver"),
            ("perceptions", "perception"),
            ("behaviours", "behaviour"),
        ):
            found = {row[name]: row["label"] for row in self.rows(table)} | found
        tables = ("drivers", "perceptions", "behaviours", "response")
        segments = {row["segment"] for table in tables for row in self.rows(table)} - {None}
        return found | {segment: self._segment(segment, found) for segment in segments}

    def label(self, name: str) -> str:
        """A name as people read it, and what is made from one, as the level of a control."""
        return self._label(name)

    @cached_property
    def _label(self) -> Label:
        return labelled(self.labels)

    def clause(self, statement: Statement) -> str:
        """A reason of the run in words, with names as people read them."""
        return clause(statement, self.label)

    def _segment(self, segment: str, named: Mapping[str, str]) -> str:
        attribute, _, level = segment.partition(" = ")
        return (
            level
            if len(self.attributes) < 2
            else f"{named.get(attribute, attribute.replace('_', ' '))}: {level}"
        )

    @cached_property
    def attributes(self) -> list[str]:
        """Attributes customers are split by."""
        declared = list(self.manifest.get("segments") or [])
        seen = [row["segment"].partition(" = ")[0] for row in self.rows("effects") if row["segment"]]
        return list(dict.fromkeys([*declared, *seen]))

    @cached_property
    def drivers(self) -> list[Row]:
        """Rows of `drivers` for everyone."""
        return self.rows("drivers", segment=None)

    @cached_property
    def perceptions(self) -> list[str]:
        """Names of the perceptions."""
        return list(dict.fromkeys(row["perception"] for row in self.rows("perceptions")))

    @cached_property
    def behaviours(self) -> list[str]:
        """Names of the behaviours."""
        return list(dict.fromkeys(row["behaviour"] for row in self.rows("behaviours")))

    @property
    def outcomes(self) -> list[str]:
        """Perceptions, then behaviours."""
        return [*self.perceptions, *self.behaviours]

    def good(self, outcome: str) -> int:
        """1 where more of an outcome is good, -1 where less is (a cost)."""
        return -1 if outcome in self._costs else 1

    @cached_property
    def _costs(self) -> set[str]:
        return {row["behaviour"] for row in self.rows("behaviours", kind="cost_to_serve")}

    @cached_property
    def _order(self) -> dict[str, int]:
        """Causes as the run has them."""
        return {cause: at for at, cause in enumerate(dict.fromkeys(r["cause"] for r in self.rows("effects")))}

    def effects(self, outcome: str, kind: str = "operation", segments: bool = False) -> list[Row]:
        """Total effects on one outcome, one row a cause (and segment); everyone's estimate before respondents'."""
        among = {} if segments else {"segment": None}
        rows = self.rows("effects", outcome=outcome, cause_kind=kind, path="total", **among)
        rows.sort(key=lambda row: row["population"] != "everyone")
        first: dict[tuple[str, str | None], Row] = {}
        for row in rows:
            first.setdefault((row["cause"], row["segment"]), row)
        return sorted(first.values(), key=lambda row: self._order[row["cause"]])

    @cached_property
    def claims_tested(self) -> int:
        """How many total effects have an answer: the questions that were asked of the data."""
        return sum(row["q_value"] is not None for row in self.rows("effects", path="total"))

    def state(self, row: Row, outcome: str) -> theme.State:
        """Whether an effect's interval excludes zero, and in which direction; what can hardly be told is unsure."""
        if row["estimate"] is None or outcome in self.rare_behaviours:
            return "unsure"
        return theme.state_of(row["low"], row["high"], self.good(outcome))

    @cached_property
    def rare_behaviours(self) -> dict[str, str]:
        """Behaviours of which effects can hardly be told, with the reason."""
        rows = self.rows("behaviours", segment=None)
        return {row["behaviour"]: self.clause(row["caution"]) for row in rows if row["caution"] is not None}

    def without_rare(self, row: Row) -> bool:
        """Whether a driver's money adds up nothing that can hardly be told."""
        return not set(self.rare_behaviours) & set(row["behaviours"])

    def interval(self, row: Row, value: str = "estimate", unit: str | None = None) -> str:
        """An effect with its interval and unit, short."""
        return numbers.with_interval(
            row[value], row["low"], row["high"], row["unit"] if unit is None else unit
        )

    @cached_property
    def extracted(self) -> dict[str, list[str]]:
        """Drivers whose money or behaviour is clearly better while a perception is clearly worse, with these."""
        gains = {
            row["cause"] for b in self.behaviours for row in self.effects(b) if self.state(row, b) == "good"
        }
        gains |= {
            row["driver"]
            for row in self.rows("money", segment=None)
            if _clear(row) and self.without_rare(row)
        }
        worse: dict[str, list[str]] = {}
        for perception in self.perceptions:
            for row in self.effects(perception):
                if row["cause"] in gains and self.state(row, perception) == "bad":
                    worse.setdefault(row["cause"], []).append(perception)
        return worse


def shown(value: Any) -> Any:
    """A value of a run with all its texts made visible; those of the data may hold what no picture can."""
    match value:
        case Unit():
            return Unit(visible(value), value.kind)
        case str():
            return visible(value) if type(value) is str else value
        case dict():
            return {shown(key): shown(each) for key, each in value.items()}
        case tuple() | list():
            return type(value)(shown(each) for each in value)
        case Statement():
            return replace(value, **{name: shown(each) for name, each in value.values.items()})
        case _:
            return value


def _clear(row: Row) -> bool:
    return row["money_per_year"] is not None and theme.state_of(row["low"], row["high"]) == "good"
