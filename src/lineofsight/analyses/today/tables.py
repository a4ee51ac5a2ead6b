"""Tables that describe today: `drivers`, `perceptions`, `behaviours`, `bands`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lineofsight.aggregation.features import Driver
from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.checks.estimate import Doubts
from lineofsight.analyses.evidence.estimate import Evidence
from lineofsight.analyses.nonresponse.estimate import Nonresponse
from lineofsight.analyses.rows import WithInterval, can_be_shown, number, unit_shown, with_intervals
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import View
from lineofsight.reasons import Reason, Statement
from lineofsight.runs.columns import INTERVAL, SEGMENT, TableSchema, nullable, required, unit_columns
from lineofsight.stats.results import Estimate

DRIVERS = TableSchema(
    "drivers",
    "What each operation looks like today.",
    (
        required("driver", "string", "name of the operation"),
        required("label", "string", "its label"),
        nullable("function", "string", "who owns it"),
        *unit_columns("unit", "its unit"),
        required("better", "string", "'lower' or 'higher'"),
        SEGMENT,
        required("n", "int", "episodes where it is known"),
        required("missing", "int", "episodes where it is not"),
        nullable("mean", "float", "mean"),
        nullable("sd", "float", "standard deviation"),
        nullable("p5", "float", "5th percentile (everyone only)"),
        nullable("p25", "float", "25th percentile (everyone only)"),
        nullable("median", "float", "median (everyone only)"),
        nullable("p75", "float", "75th percentile (everyone only)"),
        nullable("p95", "float", "95th percentile (everyone only)"),
        nullable("best_quartile", "float", "p25 where lower is better, p75 where higher is"),
        nullable(
            "performance",
            "float",
            "0 to 100: where the mean lies between the worse and the better of p5 and p95",
        ),
        nullable(
            "at_best",
            "float",
            "share of the episodes where it is as good as it gets: at its limit, in a rating's top boxes, else the best value there is (everyone only)",
        ),
        nullable("negative", "int", "episodes in which it is below zero (everyone only)"),
        nullable(
            "headroom",
            "float",
            "by how much the mean would change if all got to the best quartile, share of the mean",
        ),
        nullable("assigned", "string", "'random' or 'chance' where that is declared"),
        nullable(
            "assigned_p",
            "float",
            "p-value that an assigned operation goes with nothing that was there before (everyone only)",
        ),
    ),
)

PERCEPTIONS = TableSchema(
    "perceptions",
    "Each perception by its standard definition.",
    (
        required("perception", "string", "name"),
        required("label", "string", "its label"),
        required("measure", "string", "nps, csat, ces or score"),
        required("statistic", "string", "'NPS', 'top-2-box', 'agree (5–7)' or 'mean'"),
        SEGMENT,
        nullable("value", "float", "the statistic: NPS −100 to 100, shares in per cent, means in points"),
        *INTERVAL,
        *unit_columns("unit", "unit of the value"),
        required("n", "int", "answers"),
        nullable(
            "weighted",
            "float",
            "the same among everyone who was asked, from weighted answers; null where all answered or no weights can be made (see `weighting`)",
        ),
        nullable("weighted_low", "float", "lower end of its interval"),
        nullable("weighted_high", "float", "upper end of its interval"),
    ),
)

BEHAVIOURS = TableSchema(
    "behaviours",
    "Each behaviour today.",
    (
        required("behaviour", "string", "name"),
        required("label", "string", "its label"),
        required("kind", "string", "stay, buy_more, recommend or cost_to_serve"),
        SEGMENT,
        nullable("value", "float", "mean per episode over the window: per cent for `stay`, else in `unit`"),
        *INTERVAL,
        *unit_columns("unit", "unit of the value"),
        required("n", "int", "episodes whose window the data cover"),
        required("uncovered", "int", "episodes whose window they do not cover: missing, not zero"),
        nullable("window_days", "float", "length of the window in days"),
        nullable("from_days", "float", "days after the anchor at which the window starts (the landmark)"),
        nullable(
            "caution",
            "reason",
            "why what goes with it can hardly be told; null where nothing stands against it",
        ),
    ),
)


def driver_rows(results: Results) -> list[Row]:
    """What each operation looks like, for everyone and in each segment."""
    return [
        _driver(results, view, driver)
        for view in results.sample.views
        for driver in results.sample.design.basis.drivers
    ]


def _driver(results: Results, view: View, driver: Driver) -> Row:
    project, name = results.project, driver.name
    operation = project.operations[name]
    known = float(view.mean_sums[f"known:{name}"][0])
    disclosed = can_be_shown(view.population().clusters)
    mean = number(view.average(f"value:{name}", f"known:{name}").value) if disclosed else None
    step = number(view.average(f"best:{name}", f"known:{name}").value)
    quantiles = results.profile.quantiles.get(name) if view.label is None else None
    assigned = results[Evidence].assigned.get(name)
    p5, p25, median, p75, p95 = quantiles if quantiles and disclosed else (None,) * 5
    return {
        "driver": name,
        "label": results.label(name),
        "function": operation.function,
        "unit": unit_shown(results, name),
        "better": operation.better,
        "segment": view.label,
        "n": int(known),
        "missing": int(view.mean_sums["n"][0] - known),
        "mean": mean,
        "sd": _sd(view, driver) if disclosed else None,
        "p5": p5,
        "p25": p25,
        "median": median,
        "p75": p75,
        "p95": p95,
        "best_quartile": driver.best,
        "performance": _performance(driver, mean, results.profile.quantiles.get(name)),
        "at_best": _at_best(results, name) if view.label is None and disclosed else None,
        "negative": _negative(results, name) if view.label is None else None,
        "headroom": abs(step / mean) if step is not None and mean else None,
        "assigned": None if assigned is None else assigned.how,
        "assigned_p": None if assigned is None or view.label is not None else number(assigned.p_value),
    }


def _negative(results: Results, name: str) -> int | None:
    extent = results.profile.extent.get(name)
    return None if extent is None else extent.negative


def _at_best(results: Results, name: str) -> float | None:
    extent = results.profile.extent.get(name)
    return None if extent is None else extent.at_best / extent.known


def _sd(view: View, driver: Driver) -> float | None:
    """Standard deviation where it is known: absent values sit at the shift and add nothing to the sums."""
    moments = view.population().first.select([driver.name])
    known = float(view.mean_sums[f"known:{driver.name}"][0])
    if known < 1:
        return None
    offset = moments.sums[0, 0] / known
    return float(np.sqrt(max(moments.products[0, 0, 0] / known - offset**2, 0.0)))


def _performance(driver: Driver, mean: float | None, quantiles: tuple[float, ...] | None) -> float | None:
    if mean is None or quantiles is None or quantiles[0] == quantiles[4]:
        return None
    worst, best = (quantiles[0], quantiles[4]) if driver.higher_is_better else (quantiles[4], quantiles[0])
    return float(np.clip(100 * (mean - worst) / (best - worst), 0, 100))


def perception_rows(results: Results) -> list[Row]:
    """Each perception by its standard definition."""
    infos = [info for info in results.sample.design.outcomes if info.kind == "perception"]
    pairs = [(view, info) for view in results.sample.views for info in infos]
    populations = [view.population((info.source,)) for view, info in pairs]
    means = [p.mean(info.name) for p, (_, info) in zip(populations, pairs, strict=True)]
    return [
        {
            "perception": info.source,
            "label": results.label(info.source),
            "measure": results.project.perceptions[info.source].measure,
            "statistic": info.statistic,
            "segment": view.label,
            "value": value,
            "low": low,
            "high": high,
            "unit": info.mean_unit,
            "n": population.n,
            **dict(zip(("weighted", "weighted_low", "weighted_high"), heavy, strict=True)),
        }
        for (view, info), population, (value, low, high), heavy in zip(
            pairs,
            populations,
            with_intervals(means, [p.clusters for p in populations], results.level),
            weighted_means(results, pairs),
            strict=True,
        )
    ]


def weighted_means(results: Results, pairs: Sequence[tuple[View, OutcomeInfo]]) -> list[WithInterval]:
    """Means of perceptions among all who were asked, with intervals; only where some are silent."""
    weighted = results[Nonresponse].weighted
    found: list[WithInterval] = []
    for view, info in pairs:
        mean = None
        if weighted is not None and info.source in weighted.weights:
            inside = weighted if view.label is None else weighted.within(view)
            mean = inside.mean(info.source, info.name)
        clusters = view.population((info.source,)).clusters
        found += (
            with_intervals([mean], [clusters], results.level)
            if isinstance(mean, Estimate)
            else [(None, None, None)]
        )
    return found


def behaviour_rows(results: Results) -> list[Row]:
    """Each behaviour today."""
    infos = [info for info in results.sample.design.outcomes if info.kind == "behaviour"]
    pairs = [(view, info) for view in results.sample.views for info in infos]
    populations = [view.population((info.source,)) for view, info in pairs]
    means = [p.mean(info.name) * info.factor for p, (_, info) in zip(populations, pairs, strict=True)]
    clusters = [population.clusters for population in populations]
    rare = results[Doubts].rare
    rows = []
    for (view, info), population, (value, low, high) in zip(
        pairs, populations, with_intervals(means, clusters, results.level), strict=True
    ):
        behaviour = results.project.behaviours[info.name]
        n = population.n
        windowed = behaviour.within is not None and behaviour.table is not None
        rows.append(
            {
                "behaviour": info.name,
                "label": results.label(info.name),
                "kind": behaviour.kind,
                "segment": view.label,
                "value": value,
                "low": low,
                "high": high,
                "unit": info.mean_unit,
                "n": n,
                "uncovered": int(view.mean_sums["n"][0]) - n,
                "window_days": behaviour.within.total_seconds() / 86400
                if behaviour.within and windowed
                else None,
                "from_days": results.project.landmark.total_seconds() / 86400 if windowed else None,
                "caution": _too_rare(*rare[info.name]) if info.name in rare else None,
            }
        )
    return rows


def _too_rare(events: int, columns: int) -> Statement:
    return Reason.TOO_RARE(n=events, columns=columns)
