"""Checking a project's file and data without estimating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lineofsight.app.pipeline import Aligned, Clock, Progress, open_aligned
from lineofsight.app.tables.context import label_of
from lineofsight.project.load import load_project


@dataclass(frozen=True, slots=True)
class Check:
    """What a project's data look like: everything is as declared.

    Attributes:
        name: The project's name.
        episodes: Episodes that can be analysed.
        anchored: Moments before any were left out.
        customers: Different customers.
        tables: Rows per table that was read.
        operations: Per operation its median and how often it is missing.
        drops: What was left out or is missing, and why.
        warnings: What is allowed but will leave something without an estimate.
    """

    name: str
    episodes: int
    anchored: int
    customers: int
    tables: Mapping[str, int]
    operations: Mapping[str, tuple[float | None, int]]
    drops: tuple[dict[str, Any], ...]
    warnings: tuple[str, ...]


def _quiet(stage: str, message: str) -> None:
    """Shows nothing."""


def check(
    path: Path | str, variables: Mapping[str, str] | None = None, *, progress: Progress = _quiet
) -> Check:
    """Reads and aligns a project's data as a run would, and says what they hold; raises as a run does."""
    loaded = load_project(path, variables)
    with open_aligned(loaded, Clock(), progress) as (_, aligned):
        return _summary(aligned)


def _summary(aligned: Aligned) -> Check:
    project, profile, file = aligned.loaded.project, aligned.profile, aligned.file
    medians = {
        name: profile.quantiles[name][2] if name in profile.quantiles else None for name in project.operations
    }
    return Check(
        name=project.name,
        episodes=profile.complete,
        anchored=file.anchored,
        customers=profile.customers,
        tables={source.name: source.rows for source in aligned.sources},
        operations={name: (median, profile.missing[name]) for name, median in medians.items()},
        drops=file.drops,
        warnings=tuple(_warnings(aligned)),
    )


def _warnings(aligned: Aligned) -> list[str]:
    project, profile = aligned.loaded.project, aligned.profile
    found = []
    for name in project.operations:
        quantiles = profile.quantiles.get(name)
        if quantiles is not None and quantiles[0] == quantiles[-1]:
            found.append(
                f"'{label_of(project, name)}' is {quantiles[0]:g} nearly everywhere: little can be told of it"
            )
    for cause, outcome in sorted(profile.separated):
        found.append(f"'{cause}' separates '{outcome}' perfectly: it will be kept out as a leak")
    if not project.perceptions:
        found.append("no perception is declared: the customer is skipped")
    if project.value is None:
        found.append("there is no section 'value': nothing will be told in money")
    if not project.controls:
        found.append(
            "no control is declared: effects will be 'associated', adjusted only for the other operations"
        )
    return found
