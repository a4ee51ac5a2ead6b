"""Lines are counted, memory is that of a process and its children, and limits are held."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from benchmarks import billion, compare, constants, measure
from benchmarks.lines import program_lines, project_lines
from benchmarks.sparklog import work_in

PROGRAM = '''\
"""What it does,
in two lines."""

import os  # which is needed

# a comment


def name(
    of: int,
) -> str:
    """Says it."""
    text = """
    two
    """
    return text
'''


def test_only_code_is_counted(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    assert program_lines(tmp_path / "program.py") == 8
    assert project_lines("name: A\n\n# why\ntables:\n  a: {path: a.csv}\n") == 3


def test_memory_includes_children() -> None:
    if not Path("/proc/self/statm").exists():
        pytest.skip("only Linux tells the memory of other processes")
    child = "import sys; held = b'x' * 80_000_000; print('ready', flush=True); sys.stdin.read()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        assert measure.resident(process.pid) > 80_000_000
        process.communicate(b"")
    assert measure.resident(process.pid) == 0


def run_of(events: int, seconds: float, memory: float = 1.0) -> dict[str, Any]:
    return {"events": events, "anchors": "answers", "episodes": 5, "total": seconds, "memory": memory}


@pytest.mark.parametrize(
    ("large", "said"),
    [
        (run_of(billion.LARGE, 500), []),
        (run_of(billion.LARGE, 700), ["700 s are more than 600"]),
        (run_of(billion.LARGE, 500, 12.5), ["12.5 GB are more than 12"]),
        (run_of(billion.SMALL * 2, 5000), []),
    ],
)
def test_limits_are_of_the_largest_size(large: dict[str, Any], said: list[str]) -> None:
    found = billion.broken([run_of(billion.SMALL, 6), large])
    assert len(found) == len(said)
    assert all(part in sentence for part, sentence in zip(said, found, strict=True))


def test_growth_is_a_limit_too() -> None:
    (sentence,) = billion.broken([run_of(billion.SMALL, 3), run_of(billion.LARGE, 590)])
    assert "an event costs 2.0 times what it does at 10,000,000" in sentence


def planted(monkeypatch: pytest.MonkeyPatch, spark: dict[int, dict[str, Any]]) -> list[constants.Constant]:
    """The constants from runs whose seconds are planted, by events."""
    seen: list[int] = []
    duckdb = {10_000_000: 4.0, 100_000_000: 13.0}
    monkeypatch.setattr(constants, "generate", lambda _, events: seen.append(events))
    monkeypatch.setattr(constants, "on_duckdb", lambda _: {"total": duckdb[seen[-1]], "columns": 29})
    monkeypatch.setattr(constants, "on_spark", lambda _: spark[seen[-1]])
    return constants.measured((10_000_000, 100_000_000))


def test_constants_are_differences_between_two_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    work = {"tasks": 1, "core_seconds": 10.0, "shuffled": 100, "spilled": 0, "returned": 5_000_000}
    more = {"tasks": 2, "core_seconds": 190.0, "shuffled": 900_000_100, "spilled": 0, "returned": 6_000_000}
    spark = {10_000_000: {"total": 20.0, "work": work}, 100_000_000: {"total": 110.0, "work": more}}
    found = planted(monkeypatch, spark)
    assert {constant.letter: constant.value for constant in found} == pytest.approx(
        {"f": 3.0, "d": 0.2, "m": 8 * (1 + 29 + 435), "F": 10.0, "e": 2.0, "b": 10.0, "w": 0.0, "r": 6.0}
    )
    assert "| *b* | Spark, shuffled per event | 10 bytes |" in constants.render(found)
    assert "| *m* | moments of one cell and bucket | 3,700 bytes |" in constants.render(found)


def test_what_was_not_measured_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = {"reason": "Java is not installed"}
    told = constants.render(planted(monkeypatch, {10_000_000: reason, 100_000_000: reason}))
    assert told.count("not measured yet") == 5
    row = {"name": "Spark, local[2]", "events": 10_000_000, "lines": 33, **reason}
    assert "| Spark, local[2] | not measured: Java is not installed | – | 33 | yes |" in compare.render([row])


def test_sparks_log_is_added_up(tmp_path: Path) -> None:
    task = (
        '{"Event": "SparkListenerTaskEnd", "Task Metrics": {"Executor Run Time": 1500, "Disk Bytes Spilled": 7,'
        ' "Result Size": 11, "Shuffle Write Metrics": {"Shuffle Bytes Written": 100}}}\n'
    )
    (tmp_path / "log").mkdir()
    (tmp_path / "log/local-1").write_text('{"Event": "SparkListenerLogStart"}\n' + task * 2, encoding="utf-8")
    found = work_in(tmp_path)
    assert (found.tasks, found.core_seconds, found.shuffled, found.spilled, found.returned) == (
        2,
        3,
        200,
        14,
        22,
    )


def test_a_page_keeps_what_is_around_its_markers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "DOCS", tmp_path)
    (tmp_path / "page.md").write_text("before\n<!-- a: begin -->\nold\n<!-- a: end -->\nafter\n")
    measure.keep("page.md", "a", "new")
    assert (tmp_path / "page.md").read_text() == "before\n<!-- a: begin -->\nnew\n<!-- a: end -->\nafter\n"
