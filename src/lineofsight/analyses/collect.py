"""All tables of a run."""

from __future__ import annotations

from lineofsight.analyses.checks.tables import warned, warning_rows
from lineofsight.analyses.comparisons.tables import comparison_rows
from lineofsight.analyses.data.tables import column_rows, drop_rows, episode_rows, table_rows
from lineofsight.analyses.effects.tables import effect_rows
from lineofsight.analyses.evidence.tables import (
    control_rows,
    difference_rows,
    heterogeneity_rows,
    robustness_rows,
    segment_rows,
)
from lineofsight.analyses.findings.tables import finding_rows
from lineofsight.analyses.importance.tables import importance_rows
from lineofsight.analyses.money.tables import money_rows, unit_value_rows
from lineofsight.analyses.nonresponse.populations_tables import population_rows
from lineofsight.analyses.nonresponse.tables import answer_rows, response_rows, silent_rows
from lineofsight.analyses.nonresponse.weighting_tables import weighted_effect_rows, weighting_rows
from lineofsight.analyses.paths.tables import interaction_rows, mediation_rows, natural_rows
from lineofsight.analyses.results import Results, Row
from lineofsight.analyses.shape.tables import kano_rows, shape_rows
from lineofsight.analyses.today.tables import band_rows, behaviour_rows, driver_rows, perception_rows
from lineofsight.analyses.why_moved.tables import change_rows, stability_rows


def collect_tables(results: Results) -> dict[str, list[Row]]:
    """The rows of every table of `runs.schema`."""
    effects = effect_rows(results, ("better", "point"))
    money, silent = money_rows(results), silent_rows(results)
    populations = population_rows(results)
    warnings = warned(results)
    return {
        "effects": effects,
        "headroom": effect_rows(results, ("best",)),
        "importance": importance_rows(results),
        "drivers": driver_rows(results),
        "perceptions": perception_rows(results),
        "behaviours": behaviour_rows(results),
        "unit_values": unit_value_rows(results),
        "money": money,
        "populations": populations,
        "response": response_rows(results),
        "silent": silent,
        "changes": change_rows(results),
        "stability": stability_rows(results),
        "weighting": weighting_rows(results),
        "weighted_effects": weighted_effect_rows(results),
        "bands": band_rows(results),
        "answers": answer_rows(results),
        "episodes": episode_rows(results),
        "drops": drop_rows(results),
        "tables": table_rows(results),
        "columns": column_rows(results),
        "comparisons": comparison_rows(results),
        "differences": difference_rows(results),
        "controls": control_rows(results),
        "robustness": robustness_rows(results),
        "heterogeneity": heterogeneity_rows(results),
        "segments": segment_rows(results),
        "shape": shape_rows(results),
        "kano": kano_rows(results),
        "mediation": mediation_rows(results),
        "interactions": interaction_rows(results),
        "natural_effects": natural_rows(results),
        "findings": finding_rows(results, effects, money, silent, populations, warnings),
        "warnings": warning_rows(warnings),
    }
