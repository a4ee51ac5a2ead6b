"""A run is held against the same run at another commit: both packages read the same data, and the ratio is told."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from benchmarks.against import ROOT, Compared, Measured, compared, render, take_out

TURNS = ([(4.0, 1.0), (2.0, 1.5)], [(3.0, 1.25), (5.0, 1.0)])


def test_the_fastest_are_compared_and_the_turns() -> None:
    row = Compared("answers", *([Measured(*each, {"align": each[0] / 4}) for each in runs] for runs in TURNS))
    assert row.ratio == 1.5
    assert row.typical == (3 / 4 + 5 / 2) / 2
    told = render("abc", 1000, [row])
    assert "| answers | 2.0 s | 3.0 s | 1.50 | 1.62 | 1.5 GB | 1.2 GB |" in told
    assert "| answers | align | 0.5 s | 0.8 s |" in told


def test_a_commit_is_taken_out_and_run_beside_the_code_as_it_is(tmp_path: Path) -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a clone")
    before = take_out("HEAD", tmp_path / "before")
    assert (before / "lineofsight" / "__init__.py").exists()
    with pytest.raises(subprocess.CalledProcessError):
        take_out("no-such-commit", tmp_path / "nowhere")
    (row,) = compared((before, ROOT / "src"), tmp_path / "data", 20_000, repeat=1, anchors=["answers"])
    assert [len(row.before), len(row.now)] == [1, 1]
    assert 0.1 < row.ratio < 10
    assert all(each.memory > 0.05 for each in (*row.before, *row.now))
