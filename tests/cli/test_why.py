"""`los why`: what it says, and what it says of a wrong name."""

from __future__ import annotations

from pathlib import Path

import pytest

import lineofsight
from pipeline.slower import write_slower

from .shop import Los


@pytest.fixture(scope="module")
def slower(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_slower(tmp_path_factory.mktemp("slower"))
    lineofsight.run(folder)
    return folder


def test_it_says_why_in_sentences_and_a_table(los: Los, slower: Path) -> None:
    said = los("why", "satisfaction", "--project", slower)
    assert (said.status, said.err) == (0, "")
    first, *rest = said.out.splitlines()
    assert first.startswith("'Satisfaction' fell by 0.3")
    assert "goes with longer 'Delivery time' (3.0 → 4.4\xa0days)." in rest[0]
    lines = [line.strip() for line in rest]
    for name in ("In all", "Mix of customers", "Delivery time", "Photos", "Time to answer", "Not explained"):
        assert any(line.startswith(name) for line in lines), name


def test_periods_can_be_chosen(los: Los, slower: Path) -> None:
    both = los("why", "spend", "--from", "2025-Q1", "--to", "2025-Q3", "--project", slower)
    assert both.out.splitlines()[0].split(": ")[0].endswith("from 2025-Q1 to 2025-Q3")
    to = los("why", "spend", "--to", "2025-Q2", "--project", slower)
    assert "from 2025-Q1 to 2025-Q2" in to.out.splitlines()[0]
    start = los("why", "spend", "--from", "2025-Q2", "--project", slower)
    assert "from 2025-Q2 to 2025-Q4" in start.out.splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("satisfction",), "did you mean 'satisfaction'?"),
        (("hours",), "one of: kept, satisfaction, spend"),
        (("spend", "--to", "2025-Q7"), "its periods are 2025-Q1, 2025-Q2, 2025-Q3, 2025-Q4"),
        (("spend", "--from", "2025-Q4", "--to", "2025-Q1"), "the later period comes second"),
        (("spend", "--from", "2025-Q4"), "the later period comes second"),
        (("spend", "--run", "none"), "has no run 'none'"),
    ],
)
def test_errors_name_what_is_allowed(los: Los, slower: Path, arguments: tuple[str, ...], told: str) -> None:
    said = los("why", *arguments, "--project", slower)
    assert (said.status, said.out) == (2, "")
    assert told in said.err
