"""Stored episodes, and what they depend on."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from lineofsight.project.load import LoadedProject
from lineofsight.project.quantities import DAYS_PER_YEAR
from lineofsight.reasons import Statement

SHORTEST_DAYS = 28
"""Anchors over fewer days do not tell how many there are in a year: four whole weeks."""

FEWEST_DAYS = 12
"""Nor do those on fewer different days: of monthly snapshots, those of a year."""


@dataclass(frozen=True, slots=True)
class EpisodeFile:
    """Stored episodes and what is known about how they were made.

    Attributes:
        path: Parquet file, or on Spark a folder of them, sorted by bucket, customer and key.
        anchored: Moments before anything was left out.
        stored: Episodes in the file.
        customers: Different customers among them.
        repeat_customers: Of these, with more than one.
        first: Earliest anchor, UTC.
        last: Latest anchor, UTC.
        days: On how many different days (UTC) there is one.
        buckets: Number of clusters.
        kinds: 'number' or 'text' of every control.
        drops: Rows of the run's table `drops`; their `reason` is a statement.
        answers: Per perception, how often each answer stands in the source.
        copies: Moments that repeat another of the same customer and time in every value.
        later: Values made from an instant after the moment: section, name, column, n and of.
        unlinked: Tables of which no row belongs to a moment, or some would if ids were written alike: table, on, n, of,
            and an example: written, instead_of.
        spans: Per source table with a time, the first and last instant it covers.
        periods: Labels of the periods that are compared, the oldest first.
        pre_period: Behaviours that stand in it from before the operations too.
        others: Per behaviour told in words, the values in neither list, with how often each occurs.
    """

    path: Path
    anchored: int
    stored: int
    customers: int
    repeat_customers: int
    first: dt.datetime
    last: dt.datetime
    days: int
    buckets: int
    kinds: Mapping[str, str]
    drops: tuple[dict[str, Any], ...]
    answers: Mapping[str, tuple[tuple[float, int], ...]]
    copies: int
    later: tuple[dict[str, Any], ...]
    unlinked: tuple[dict[str, Any], ...]
    spans: Mapping[str, tuple[dt.datetime, dt.datetime]]
    periods: tuple[str, ...]
    pre_period: tuple[str, ...]
    others: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)

    @property
    def years(self) -> float:
        """Years from the first to the last anchor."""
        return self.days_between / DAYS_PER_YEAR

    @property
    def days_between(self) -> float:
        """Days from the first to the last anchor."""
        return (self.last - self.first).total_seconds() / 86400

    @property
    def tells_year(self) -> bool:
        """Whether the anchors tell how many there are in a year: every day of the week alike, and on days enough that the
        one more than there are days between them hardly counts."""
        return self.days_between >= SHORTEST_DAYS and self.days >= FEWEST_DAYS

    def to_json(self) -> str:
        """All but the path, as JSON."""
        values = asdict(replace(self, drops=()))
        del values["path"]
        values["drops"] = [{**drop, "reason": drop["reason"].flat()} for drop in self.drops]
        return json.dumps(values, default=lambda value: value.isoformat(), ensure_ascii=False)

    @classmethod
    def from_json(cls, path: Path, text: str) -> EpisodeFile:
        """The inverse of `to_json`."""
        values = json.loads(text)
        instant = dt.datetime.fromisoformat
        return cls(
            path=path,
            **{
                **values,
                "first": instant(values["first"]),
                "last": instant(values["last"]),
                "drops": tuple(
                    {**drop, "reason": Statement.from_flat(drop["reason"])} for drop in values["drops"]
                ),
                "periods": tuple(values["periods"]),
                "pre_period": tuple(values["pre_period"]),
                "later": tuple(values["later"]),
                "unlinked": tuple(values["unlinked"]),
                "others": {
                    name: tuple((value, n) for value, n in given) for name, given in values["others"].items()
                },
                "answers": {
                    name: tuple((a, n) for a, n in given) for name, given in values["answers"].items()
                },
                "spans": {name: (instant(a), instant(b)) for name, (a, b) in values["spans"].items()},
            },
        )


def fingerprint(loaded: LoadedProject, feeds: list[list[str | int]], made_by: str) -> str:
    """A name for the episodes that changes with whatever they depend on, and with nothing else.

    Labels, units, directions, money and settings of the estimation are left out: changing these does not
    align the episodes anew.
    """
    project = loaded.project
    read = {"value", "table", "on", "customer", "at", "agg", "over", "where"}
    parts = {
        "made by": made_by,
        "feeds": feeds,
        "timezone": project.timezone,
        "engine": project.engine.name,
        "tables": {name: table.model_dump(mode="json") for name, table in project.tables.items()},
        "episodes": project.episodes.model_dump(mode="json", exclude={"order"}),
        "operations": {
            name: entry.model_dump(mode="json", include=read) for name, entry in project.operations.items()
        },
        "controls": {
            name: entry.model_dump(mode="json", include=read) for name, entry in project.controls.items()
        },
        "segments": {
            name: entry.model_dump(mode="json", include=read) for name, entry in project.segments.items()
        },
        "perceptions": {
            name: entry.model_dump(mode="json", exclude={"label"})
            for name, entry in project.perceptions.items()
        },
        "behaviours": {
            name: entry.model_dump(mode="json", exclude={"label", "unit"})
            for name, entry in project.behaviours.items()
        },
        "period": project.period_effects,
        "buckets": project.estimation.buckets,
        "placebo_gap": str(project.placebo_gap),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]
