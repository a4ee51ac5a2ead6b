"""Planted truth comes back through the whole product; the full study is `python -m benchmarks.calibrate`."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from lineofsight.pipeline.run import run
from lineofsight.simulate import small_company, write_company
from lineofsight.simulate.demo import truth_beside_estimate

COMPANIES = 8


def test_eight_companies(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Errors in standard errors, pooled per question over independent companies: mean near 0, spread near 1.

    An effect's error is divided by its standard error averaged over the companies: that of a product grows with the
    product, so that its own would pull the mean down.
    """
    rows = []
    for number in range(COMPANIES):
        folder: Path = tmp_path_factory.mktemp("company")
        write_company(small_company(np.random.default_rng([12, number]), 600), folder)
        for row in truth_beside_estimate(run(folder, seed=number)):
            kind = row["path"] if row["path"] != "total" else f"{row['path']} {row['outcome']}"
            effect = row["cause"], row["outcome"], row["path"]
            rows.append({**row, "company": number, "kind": kind, "effect": effect})
    errors: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for row in rows:
        errors[row["effect"]].append(row["standard_error"])
    scores = {
        kind: np.array(
            [
                [
                    (row["estimate"] - row["truth"]) / np.mean(errors[row["effect"]])
                    for row in rows
                    if (row["kind"], row["company"]) == (kind, company)
                ]
                for company in range(COMPANIES)
            ]
        )
        for kind in dict.fromkeys(row["kind"] for row in rows)
    }
    means = np.array([found.mean(axis=1) for found in scores.values()])
    # Eight companies tell a spread badly: the questions share one.
    standard_error = np.sqrt(means.var(axis=1, ddof=1).mean() / COMPANIES)
    assert standard_error < 0.3
    for kind, mean in zip(scores, means.mean(axis=1), strict=True):
        assert abs(mean) < 4 * standard_error, kind
        assert 0.6 < scores[kind].std() < 1.5, kind
    # Of 240 intervals, some of one company together; were they half as wide again, all but one or two would hold it.
    assert 0.9 < np.mean([row["holds"] for row in rows]) < 0.985
