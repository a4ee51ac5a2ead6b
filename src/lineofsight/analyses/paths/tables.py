"""Tables `mediation`, `interactions` and `natural_effects`."""

from __future__ import annotations

from collections.abc import Sequence

from lineofsight.analyses.results import Results, Row, change_text, number, summarise
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.stats.wald import p_value

NATURAL = ("total", "pure direct", "total indirect", "total direct", "pure indirect", "mediated interaction")

_ENDS = ("", "_low", "_high")
_FRACTIONS = {
    0.0: "hardly any",
    1 / 10: "about a tenth",
    1 / 5: "about a fifth",
    1 / 4: "about a quarter",
    1 / 3: "about a third",
    2 / 5: "about two fifths",
    1 / 2: "about half",
    3 / 5: "about three fifths",
    2 / 3: "about two thirds",
    3 / 4: "about three quarters",
    4 / 5: "about four fifths",
    9 / 10: "about nine tenths",
    1.0: "nearly all",
}


def fraction(share: float) -> str:
    """A share in a word: the nearest of those that people use."""
    return _FRACTIONS[min(_FRACTIONS, key=lambda known: abs(known - share))]


def mediation_rows(results: Results) -> list[Row]:
    """One row per effect that is split: everyone first, then causes and outcomes as declared."""
    labels, outcomes = [view.label for view in results.views], [*results.info]
    causes = [*results.project.operations, *results.project.perceptions]
    found = sorted(
        results.shares,
        key=lambda one: (labels.index(one.segment), causes.index(one.cause), outcomes.index(one.outcome)),
    )
    factors = [results.info[one.outcome].factor for one in found]

    def told(parts: Sequence[Estimate | NotEstimable | None], scale: Sequence[float]) -> list[Row]:
        scaled = [
            part * factor if isinstance(part, Estimate) else None
            for part, factor in zip(parts, scale, strict=True)
        ]
        return [dict(zip(_ENDS, row, strict=False)) for row in summarise(scaled, results.level)]

    parts = {
        "total": told([one.total for one in found], factors),
        "via": told([one.via for one in found], factors),
        "direct": told([one.direct for one in found], factors),
    }
    shares = told([one.share for one in found], [1.0] * len(found))
    rows = []
    for at, one in enumerate(found):
        info, share = results.info[one.outcome], shares[at]
        row: Row = {
            "cause": one.cause,
            "cause_kind": "operation" if one.cause in results.project.operations else "perception",
            "outcome": one.outcome,
            "segment": one.segment,
            "change": change_text(one.change, results.project.estimation.change, results.info.get(one.cause)),
            "through": one.through,
            "share": share[""],
            "low": share["_low"],
            "high": share["_high"],
            "words": None if share[""] is None else fraction(share[""]),
            "unit": info.unit,
            "n": one.n,
            "reason": one.share.reason if isinstance(one.share, NotEstimable) else None,
        }
        for name, values in parts.items():
            row |= {f"{name}{end}": value for end, value in values[at].items()}
        rows.append(row)
    return rows


def interaction_rows(results: Results) -> list[Row]:
    """One row per driver, perception and behaviour."""
    found = results.crossed
    scaled = [_scaled(results, one.behaviour, one.result) for one in found]
    return [
        {
            "driver": one.driver,
            "perception": one.perception,
            "behaviour": one.behaviour,
            "change": change_text("better", results.project.estimation.change),
            **dict(zip(("estimate", "low", "high"), row, strict=False)),
            "unit": results.info[one.behaviour].unit,
            "p_value": number(one.p_value),
            "p_beside_squares": number(one.p_beside_squares),
            "q_value": number(one.q_value),
            "n": one.n,
            "reason": one.result.reason if isinstance(one.result, NotEstimable) else None,
        }
        for one, row in zip(found, summarise(scaled, results.level), strict=True)
    ]


def natural_rows(results: Results) -> list[Row]:
    """One row per driver, behaviour and effect; one row where there are none."""
    asked = [(one, name) for one in results.natural for name in (NATURAL if one.effects else NATURAL[:1])]
    scaled = [_scaled(results, one.behaviour, one.effects.get(name)) for one, name in asked]
    return [
        {
            "driver": one.driver,
            "behaviour": one.behaviour,
            "through": one.through,
            "change": change_text("better", results.project.estimation.change),
            "effect": name,
            **dict(zip(("estimate", "low", "high"), row, strict=False)),
            "unit": results.info[one.behaviour].unit,
            "p_value": number(p_value(one.effects[name])) if one.effects else None,
            "n": one.n,
            "reason": one.reason,
        }
        for (one, name), row in zip(asked, summarise(scaled, results.level), strict=True)
    ]


def _scaled(results: Results, behaviour: str, result: Estimate | NotEstimable | None) -> Estimate | None:
    return result * results.info[behaviour].factor if isinstance(result, Estimate) else None
