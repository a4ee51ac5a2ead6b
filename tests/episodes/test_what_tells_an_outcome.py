"""Signs that nearly tell whether there is any of an outcome, counted on both engines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from lineofsight.episodes import leakage
from lineofsight.episodes.build import build_episodes
from lineofsight.episodes.leakage import LeakageSignal
from lineofsight.episodes.profile import profile_episodes
from lineofsight.project import load_project
from lineofsight.stats.agreement import Fourfold

from .world import VISITS, engine_of, write

TEXT = f"""\
{VISITS}operations:
  flag: {{value: flag, better: lower}}
  heavy: {{value: heavy, better: lower}}
  low: {{value: low, better: lower}}
  there: {{value: there, better: lower, missing: indicator}}
  noise: {{value: noise, better: lower}}
perceptions: {{stars: {{value: stars, measure: csat}}}}
behaviours: {{back: {{kind: stay, value: back}}}}
controls: {{last: last}}
"""
N = 4000
TOLD = dict[tuple[str, str], tuple[LeakageSignal, ...]]


def columns() -> dict[str, object]:
    rng = np.random.default_rng(5)
    back = rng.random(N) < 0.06
    nearly = back ^ (rng.random(N) < 0.002)
    return {
        "id": np.arange(N),
        "who": np.arange(N),
        "day": np.full(N, np.datetime64("2024-01-01T00:00:00.000000")),
        "back": back.astype(int),
        "flag": nearly.astype(int),
        "heavy": np.where(nearly, rng.lognormal(0, 2.5, N) + 0.01, 0.01 * rng.random(N)),
        "low": np.where(nearly, rng.normal(0, 1, N), rng.normal(50, 3, N)),
        "there": pa.array([1.0 + p % 3 if n else None for p, n in enumerate(nearly.tolist())]),
        "noise": rng.normal(0, 1, N),
        "stars": pa.array(
            [None if p % 2 else int(4 if n else 1 + p % 3) for p, n in enumerate(nearly.tolist())]
        ),
        "last": np.where(nearly, 3.0, 1.0),
    }


DATA = columns()


def told(folder: Path) -> Mapping[tuple[str, str], tuple[LeakageSignal, ...]]:
    folder = write(folder, TEXT, visits=pa.table(DATA))
    loaded = load_project(folder)
    with engine_of(folder) as engine:
        file = build_episodes(loaded, engine, folder / ".lineofsight/e.parquet", lambda message: None)
        return profile_episodes(loaded.project, engine, file).leakage_signals


def by_hand(sign: np.ndarray, known: np.ndarray) -> Fourfold:
    back, sign = np.asarray(DATA["back"])[known] == 1, sign[known]
    return Fourfold(*(int(each.sum()) for each in (sign & back, sign & ~back, ~sign & back, ~sign & ~back)))


def values(name: str) -> np.ndarray:
    column = DATA[name]
    return column.to_numpy(zero_copy_only=False) if isinstance(column, pa.Array) else np.asarray(column)


def check(found: Mapping[tuple[str, str], tuple[LeakageSignal, ...]]) -> None:
    assert {cause for cause, _ in found} == {"flag", "heavy", "low", "there", "stars", "last"}
    for (cause, _), leakage_signals in found.items():
        best = max(leakage_signals, key=lambda each: each.counts.oriented.kappa)
        assert best.counts.oriented.kappa > 0.95, cause
        assert best.flag == (cause in ("flag", "there", "last") and (cause != "there" or best.above is None))
        for each in leakage_signals:
            x = values(cause)
            known = ~np.isnan(x.astype(float))
            if each.above is None:
                assert each.counts == by_hand(known, np.full(N, True))
            else:
                beyond = x >= each.above if each.least else x > each.above
                if cause not in (
                    "heavy",
                    "low",
                ):  # there a cut lies between two values, within rounding of neither
                    assert each.counts == by_hand(beyond, known)
                assert abs(each.counts.n - known.sum()) == 0


def test_every_sign_is_found_whatever_its_tail_its_side_or_its_absence(tmp_path: Path) -> None:
    check(told(tmp_path))


def test_a_glance_at_some_customers_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leakage, "GLANCE", 1000)
    found = told(tmp_path)
    check(found)
    assert {each.counts.n for each in found["flag", "back"]} == {N}
