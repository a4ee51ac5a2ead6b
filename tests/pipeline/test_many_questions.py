"""Many questions in one run: nothing that does not matter is told as found, and what may be chance is told as that."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.told.companies import Kind, write_questionnaire

from lineofsight.pipeline.run import run

MATTER = 6


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """Findings of a questionnaire of 30 attributes, of which six matter, in a straight line."""
    folder: Path = tmp_path_factory.mktemp("questionnaire")
    write_questionnaire(folder, Kind("six matter", 1500, 30, MATTER), np.random.default_rng(21))
    return list(run(folder, seed=1).table("findings"))


def test_those_that_matter_are_told_as_found_and_no_others(told: list[dict[str, str]]) -> None:
    found = {row["subject"] for row in told if row["kind"] in ("driver", "path")}
    assert found == {f"q{at + 1}" for at in range(MATTER)}
    assert "felt" in {row["subject"] for row in told if row["kind"] == "perception"}


def test_no_bend_and_no_class_is_told_of_straight_lines(told: list[dict[str, str]]) -> None:
    assert [row["sentence"] for row in told if row["kind"] == "shape"] == []


def test_what_is_clear_by_itself_only_is_told_as_perhaps(told: list[dict[str, str]]) -> None:
    perhaps = [row["sentence"] for row in told if row["kind"] == "perhaps"]
    assert perhaps, "of sixty effects some look clear by chance"
    assert all(sentence.startswith("Perhaps") and "may be chance" in sentence for sentence in perhaps)
