"""How often two perceptions have which two answers in the same episode."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import ibis.expr.types as ir

from lineofsight.engines.base import Reader

MOST_CELLS = 10_000
"""Pairs of answers beyond which none are counted: such perceptions are measurements, and have moments."""

JointAnswers = Mapping[tuple[float, float], int]


def joint_answers(
    engine: Reader, episodes: ir.Table, matched: Mapping[str, Mapping[float, int]]
) -> dict[tuple[str, str], JointAnswers]:
    """Episodes by their pair of answers, for each two perceptions; one scan of two columns per pair.

    Args:
        engine: Where the episodes are.
        episodes: Complete ones.
        matched: Per perception, how often each answer is an episode's.
    """
    found: dict[tuple[str, str], JointAnswers] = {}
    for one, other in combinations(matched, 2):
        if not 0 < len(matched[one]) * len(matched[other]) <= MOST_CELLS:
            continue
        both = episodes.filter(episodes[one].notnull() & episodes[other].notnull())
        tally = both.group_by([one, other]).aggregate(_n=both.count())
        found[one, other] = {
            (float(row[one]), float(row[other])): int(row["_n"]) for row in engine.fetch(tally)
        }
    return found
