"""The same work as an analyst would write it with pandas and statsmodels: aligned table, then the regressions.

No replicates: intervals come from cluster-robust standard errors, and paths have none at all.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm

from benchmarks.generate import KINDS

WINDOW = pd.Timedelta(days=90)


def episodes(folder: Path, anchors: str) -> pd.DataFrame:
    """One row per survey, with 12 drivers before it and 3 behaviours after it."""
    surveys = pd.read_parquet(folder / f"{anchors}.parquet")
    ids = surveys[["survey_id", "customer_id", "asked_at"]]
    touch = pd.read_parquet(folder / "touchpoints.parquet").merge(ids, on="customer_id")
    touch = touch[(touch.happened_at <= touch.asked_at) & (touch.happened_at > touch.asked_at - WINDOW)]
    for kind in KINDS:
        grouped = touch[touch.kind == kind].groupby("survey_id")
        surveys[f"{kind}_hours"] = surveys.survey_id.map(grouped.hours.mean())
        surveys[f"{kind}_count"] = surveys.survey_id.map(grouped.size()).fillna(0)
        surveys[f"{kind}_again"] = surveys.survey_id.map(grouped.again.mean())
    bought = pd.read_parquet(folder / "purchases.parquet").merge(ids, on="customer_id")
    bought = bought[(bought.bought_at > bought.asked_at) & (bought.bought_at <= bought.asked_at + WINDOW)]
    grouped = bought.groupby("survey_id")
    surveys["purchases_made"] = surveys.survey_id.map(grouped.size()).fillna(0)
    surveys["spend"] = surveys.survey_id.map(grouped.amount.sum()).fillna(0)
    surveys["returned"] = (surveys.purchases_made > 0).astype(float)
    return surveys


def regressions(table: pd.DataFrame) -> dict[tuple[str, str, str], np.ndarray]:
    """Totals, and direct effects beside the perceptions, for everyone and ten segments.

    Returns:
        Coefficients by segment, outcome, and 'total' or 'direct'.
    """
    drivers = [f"{kind}_{what}" for kind in KINDS for what in ("hours", "count", "again")]
    table = table.copy()
    for name in drivers:
        if table[name].isna().any():
            table[f"{name}_absent"] = table[name].isna().astype(float)
            table[name] = table[name].fillna(table[name].mean())
    absent = [f"{kind}_hours_absent" for kind in KINDS]
    causes = [*drivers, *absent, "tenure"]
    scores, behaviours = ["satisfaction", "recommend", "effort"], ["returned", "spend", "purchases_made"]
    effects = {}
    for segment, part in [("everyone", table), *table.groupby("region")]:
        answered = part.dropna(subset=scores)
        tasks = [(part, causes, outcome, "total") for outcome in behaviours]
        tasks += [(answered, causes, outcome, "total") for outcome in scores]
        tasks += [(answered, [*causes, *scores], outcome, "direct") for outcome in behaviours]
        for rows, columns, outcome, path in tasks:
            x = sm.add_constant(rows[columns].to_numpy(dtype=np.float64))
            model = sm.OLS(rows[outcome].to_numpy(dtype=np.float64), x)
            fitted = model.fit(cov_type="cluster", cov_kwds={"groups": rows.customer_id.to_numpy()})
            effects[segment, outcome, path] = fitted.params
    return effects
