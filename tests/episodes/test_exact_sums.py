"""Sums that do not depend on the order of rows, nor on a huge value of somebody else."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from .test_window_aggregates import FRAME, computed


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.1] * 10, 1.0),
        ([1e-12] * 3, 3e-12),
        ([1e12, 0.1], 1e12 + 0.1),
        ([1e12, -1e12, 0.1], 0.1),
        ([1e-58, 2e-58], 3e-58),
        ([1e59, 1e59], 2e59),
    ],
)
def test_sums_beside_a_huge_value_of_somebody_else(
    tmp_path: Path, values: list[float], expected: float
) -> None:
    huge = "zoe | 2024-01-01 | 1e12 | 1\n" if max(values) < 1e12 and min(map(abs, values)) > 1e-50 else ""
    lines = "".join(f"ann | 2024-03-03 | {value!r} | 1\n" for value in values)
    frame = FRAME.replace(" | 1 | 1", " | 0 | 1")
    calls = f"who | at | minutes | solved\n{lines}{huge}{frame}"
    found = computed(tmp_path, calls, agg="sum", value="minutes")["a"]
    assert found is not None
    assert math.isclose(found, expected, rel_tol=1e-15 if not huge else 1e-7, abs_tol=0)


def test_sums_do_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    values = [0.1, 1e12, -1e12, 1e-3, 3.3, 7e7, 1 / 3] * 50
    orders = (values, values[::-1], sorted(values), sorted(values, key=abs))
    found = []
    for place, order in enumerate(orders):
        lines = "".join(f"ann | 2024-03-03 | {value!r} | 1\n" for value in order)
        calls = f"who | at | minutes | solved\n{lines}{FRAME}"
        found.append(computed(tmp_path / f"{place}", calls, agg="mean", value="minutes")["a"])
    assert len(set(found)) == 1
    assert found[0] == pytest.approx(math.fsum(values) / len(values), rel=1e-15)
