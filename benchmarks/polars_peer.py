"""The same work with Polars and statsmodels: a lazy query that Polars streams, then the regressions.

No replicates: intervals come from cluster-robust standard errors, and paths have none at all.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import statsmodels.api as sm

from benchmarks.generate import KINDS

WINDOW = pl.duration(days=90)


def episodes(folder: Path, anchors: str) -> pl.DataFrame:
    """One row per survey, with 12 drivers before it and 3 behaviours after it."""
    surveys = pl.scan_parquet(folder / f"{anchors}.parquet")
    ids = surveys.select("survey_id", "customer_id", "asked_at")
    touch = pl.scan_parquet(folder / "touchpoints.parquet").join(ids, on="customer_id")
    touch = touch.filter(
        pl.col("happened_at") <= pl.col("asked_at"), pl.col("happened_at") > pl.col("asked_at") - WINDOW
    )
    drivers = []
    for kind in KINDS:
        mine = pl.col("kind") == kind
        drivers += [
            pl.col("hours").filter(mine).mean().alias(f"{kind}_hours"),
            mine.sum().cast(pl.Float64).alias(f"{kind}_count"),
            pl.col("again").filter(mine).mean().alias(f"{kind}_again"),
        ]
    bought = pl.scan_parquet(folder / "purchases.parquet").join(ids, on="customer_id")
    bought = bought.filter(
        pl.col("bought_at") > pl.col("asked_at"), pl.col("bought_at") <= pl.col("asked_at") + WINDOW
    )
    behaviours = [pl.len().cast(pl.Float64).alias("purchases_made"), pl.col("amount").sum().alias("spend")]
    counts = [*(f"{kind}_count" for kind in KINDS), "purchases_made", "spend"]
    return (
        surveys.join(touch.group_by("survey_id").agg(drivers), on="survey_id", how="left")
        .join(bought.group_by("survey_id").agg(behaviours), on="survey_id", how="left")
        .with_columns(pl.col(counts).fill_null(0.0))
        .with_columns(returned=(pl.col("purchases_made") > 0).cast(pl.Float64))
        .collect(engine="streaming")
    )


def regressions(table: pl.DataFrame) -> dict[tuple[str, str, str], np.ndarray]:
    """Totals, and direct effects beside the perceptions, for everyone and ten segments.

    Returns:
        Coefficients by segment, outcome, and 'total' or 'direct'.
    """
    drivers = [f"{kind}_{what}" for kind in KINDS for what in ("hours", "count", "again")]
    absent = [pl.col(f"{kind}_hours").is_null().cast(pl.Float64).name.suffix("_absent") for kind in KINDS]
    table = table.with_columns(*absent, *(pl.col(name).fill_null(pl.col(name).mean()) for name in drivers))
    causes = [*drivers, *(f"{kind}_hours_absent" for kind in KINDS), "tenure"]
    scores, behaviours = ["satisfaction", "recommend", "effort"], ["returned", "spend", "purchases_made"]
    effects = {}
    regions = [(str(key[0]), part) for key, part in table.group_by("region")]
    for segment, part in [("everyone", table), *regions]:
        answered = part.drop_nulls(scores)
        tasks = [(part, causes, outcome, "total") for outcome in behaviours]
        tasks += [(answered, causes, outcome, "total") for outcome in scores]
        tasks += [(answered, [*causes, *scores], outcome, "direct") for outcome in behaviours]
        for rows, columns, outcome, path in tasks:
            x = sm.add_constant(rows.select(columns).cast(pl.Float64).to_numpy())
            model = sm.OLS(rows[outcome].cast(pl.Float64).to_numpy(), x)
            fitted = model.fit(cov_type="cluster", cov_kwds={"groups": rows["customer_id"].to_numpy()})
            effects[segment, outcome, path] = fitted.params
    return effects
