"""What is spoilt is spoilt the same way again, ends as it should, and a fault is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.fuzz import cases
from benchmarks.fuzz.__main__ import tried
from benchmarks.fuzz.world import FORMATS, PROJECT, tables, write_table

from lineofsight import load_project


def test_what_is_spoilt_was_whole(tmp_path: Path) -> None:
    for format_ in FORMATS:
        for name, rows in tables().items():
            write_table(rows, tmp_path / f"{name}.{format_}", name, format_)
    (tmp_path / "lineofsight.yml").write_text(PROJECT, encoding="utf-8")
    assert load_project(tmp_path).project.name == "Shop"
    assert cases._checked(tmp_path) == {"came": "valid"}


def test_some_of_each_kind_end_as_they_should_and_again() -> None:
    first = tried("project", 11, 60)
    assert [each["number"] for each in first] == list(range(60))
    assert not [each for each in first if each["came"] == "fault"]
    assert tried("project", 11, 60) == first
    data = tried("data", 11, 5)
    assert not [each for each in data if each["came"] == "fault"]


def test_a_fault_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise KeyError("becuse")

    monkeypatch.setattr(cases, "capacity", fails)
    found = cases.project_case(tmp_path, 1, 1)
    assert found["came"] == "fault"
    assert "KeyError: 'becuse'" in found["what"]
