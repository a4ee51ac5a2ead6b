"""By how much an operation gets better, as people write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineofsight.errors import ProjectError
from lineofsight.project.improvements import DeclaredChange, parse_change
from lineofsight.project.load import load_project
from lineofsight.project.problems import FieldError

PROJECT = """\
name: Shop
tables: {c: {path: c.csv}}
episodes: {each: c, key: id, customer: id, at: day}
operations: {wait: {value: wait, unit: hours, better: lower, WHAT}}
perceptions: {felt: {value: felt, measure: csat}}
"""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("20 %", DeclaredChange(0.2, "share")),
        ("5 points", DeclaredChange(5, "points", "", "points")),
        ("1 percentage point", DeclaredChange(1, "points", "", "percentage point")),
        ("2 hours", DeclaredChange(2, "amount", "", "hours")),
        (-2, DeclaredChange(2, "amount", "-")),
        (0.5, DeclaredChange(0.5, "amount")),
        ("−1.5 days", DeclaredChange(1.5, "amount", "-", "days")),
        ("+10%", DeclaredChange(0.1, "share", "+")),
    ],
)
def test_what_is_written_is_what_is_meant(written: object, meant: DeclaredChange) -> None:
    assert parse_change(written) == meant
    assert parse_change(meant) is meant


@pytest.mark.parametrize("written", ["much", "", "%", "two hours", True, None, [2], 0, "0 %"])
def test_what_is_no_change_is_refused(written: object) -> None:
    with pytest.raises(FieldError):
        parse_change(written)


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("change: 2 hours, to: 24", "'change' and 'to'"),
        ("change: +2 hours", "lower is better: write it without a sign"),
        ("change: 2 days", "in 'days', and the unit of the operation is 'hours'"),
        ("change: soon", "write a change as '20 %', '5 points', '2 hours' or -2"),
        ("to: soon", "number"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_line(tmp_path: Path, what: str, message: str) -> None:
    (tmp_path / "lineofsight.yml").write_text(PROJECT.replace("WHAT", what), encoding="utf-8")
    with pytest.raises(ProjectError) as caught:
        load_project(tmp_path)
    assert message in str(caught.value) and "lineofsight.yml:4: operations.wait" in str(caught.value)


@pytest.mark.parametrize(
    "what", ["change: 2 hours", "change: 1 hour", "change: -2", "change: 20 %", "to: 24"]
)
def test_what_can_be_meant_is_read(tmp_path: Path, what: str) -> None:
    (tmp_path / "lineofsight.yml").write_text(PROJECT.replace("WHAT", what), encoding="utf-8")
    operation = load_project(tmp_path).project.operations["wait"]
    assert (operation.change is None) == what.startswith("to")
