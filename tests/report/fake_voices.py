"""Rows of what customers said and did: perceptions, behaviours, answers, response, silent."""

from __future__ import annotations

from typing import Any

import numpy as np

from .fake_world import BEHAVIOURS, OPERATIONS, PERCEPTIONS, SEGMENTS

Row = dict[str, Any]
N = 95_813


def perceptions_rows(draw: np.random.Generator, perceptions: tuple[str, ...]) -> list[Row]:
    rows = []
    for name in perceptions:
        it = PERCEPTIONS[name]
        for segment in (None, *SEGMENTS):
            value = it.value + (0 if segment is None else 4 * draw.normal())
            half = 0.3 if segment is None else 1.4
            row = {
                "perception": name,
                "label": it.label,
                "measure": it.measure,
                "segment": segment,
                "n": 88_120,
            }
            rows.append(
                {
                    **row,
                    "statistic": it.statistic,
                    "value": value,
                    "low": value - half,
                    "high": value + half,
                    "unit": it.unit,
                }
            )
            mean = {"statistic": "mean", "value": it.mean, "low": it.mean - 0.01, "high": it.mean + 0.01}
            rows.append({**row, **mean, "unit": "points"})
    return rows


def behaviours_rows(draw: np.random.Generator) -> list[Row]:
    return [
        {
            "behaviour": name,
            "label": it.label,
            "kind": it.kind,
            "segment": segment,
            "unit": it.unit,
            "value": it.value,
            "low": it.value * 0.97,
            "high": it.value * 1.03,
            "n": 61_007,
            "uncovered": 34_806,
            "window_days": 180.0,
            "from_days": 14.0,
            "caution": None,
        }
        for name, it in BEHAVIOURS.items()
        for segment in (None, *SEGMENTS)
    ]


def response_rows(draw: np.random.Generator, perceptions: tuple[str, ...]) -> list[Row]:
    rows = []
    for name in perceptions:
        for segment in (None, *SEGMENTS):
            n, rate = (
                (N if segment is None else N // 12),
                0.42 if segment is None else float(draw.uniform(0.25, 0.6)),
            )
            half = 1.96 * (rate * (1 - rate) / n) ** 0.5
            row = {
                "perception": name,
                "segment": segment,
                "episodes": n,
                "answers": int(n * rate),
                "rate": rate,
            }
            rows.append({**row, "low": rate - half, "high": rate + half})
    return rows


def silent_rows(draw: np.random.Generator, perceptions: tuple[str, ...]) -> list[Row]:
    kinds = [
        *((n, "operation") for n in OPERATIONS),
        *((n, "behaviour") for n in BEHAVIOURS),
        ("paid", "control"),
    ]
    rows = []
    for perception in perceptions:
        for name, kind in kinds:
            apart = float(draw.normal() * 0.09)
            weighted = None if perception == "ease" else 0.1 * apart
            rows.append(
                {
                    "perception": perception,
                    "variable": name,
                    "kind": kind,
                    "mean_respondents": 12.1,
                    "mean_silent": 13.4,
                    "standardised_difference": apart,
                    "from_asked": 0.58 * apart,
                    "from_asked_weighted": weighted,
                }
            )
    return rows


def answers_rows(perceptions: tuple[str, ...]) -> list[Row]:
    scales = {"satisfaction": (1, 5), "recommend": (0, 10), "ease": (1, 7)}
    return [
        {
            "perception": name,
            "answer": float(answer),
            "n": 1800 * (at + 1) ** 2,
            "matched": 1700 * (at + 1) ** 2,
            "used": 1600 * (at + 1) ** 2,
        }
        for name in perceptions
        for at, answer in enumerate(range(scales[name][0], scales[name][1] + 1))
    ]
