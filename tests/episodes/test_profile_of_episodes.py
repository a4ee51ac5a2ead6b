"""What the design of the models is told about the stored episodes."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from lineofsight.aggregation.counts import CountBands
from lineofsight.episodes.build import build_episodes
from lineofsight.episodes.extents import Extent, rating_of
from lineofsight.episodes.profile import Profile, profile_episodes
from lineofsight.project import load_project
from lineofsight.project.models import Operation

from .world import VISITS, engine_of, write

TEXT = f"""\
{VISITS}operations:
  wait: {{value: wait, better: lower}}
  same: {{value: same, better: lower}}
  two: {{value: two, better: lower, bands: [0.25, 7]}}
  maybe: {{value: maybe, better: lower, missing: indicator}}
  leak: {{value: back * 10 + two, better: lower}}
  never: {{value: never, better: lower, missing: indicator}}
  grade: {{value: grade, better: higher}}
  late: {{value: late, better: lower}}
  early: {{value: 1 - late, better: higher}}
  calls: {{value: calls, better: lower, missing: indicator}}
  odd: {{value: 2 + late - case when who > 145 then 1 else 0 end, better: lower}}
perceptions: {{n: {{value: stars, measure: csat}}, mood: {{value: back + 2, measure: csat}}}}
behaviours:
  back: {{kind: stay, value: back}}
  rare: {{kind: stay, value: rare}}
  paid: {{kind: buy_more, value: paid}}
controls: {{area: area, many: {{value: many, missing: indicator}}, size: {{value: size, missing: indicator}}}}
segments: {{area: area, twenty: twenty, full: levels}}
period_effects: month
"""
N = 300


def columns() -> dict[str, Any]:
    place = np.arange(N)
    return {
        "id": place,
        "who": place // 2,
        "day": np.datetime64("2024-01-01T00:00:00.000000") + (place % 60).astype("m8[D]"),
        "wait": place.astype(float),
        "same": np.full(N, 3.0),
        "two": place % 2,
        "maybe": pa.array([None if p % 3 == 0 else float(p) for p in place.tolist()]),
        "never": pa.array([None] * N, pa.float64()),
        "grade": 1 + place % 5,
        "late": (place % 20 == 7).astype(int),
        "calls": pa.array(
            [None if p % 50 == 8 else (0, 0, 0, 0, 1, 1, 1, 2, 2, 9)[p % 10] for p in place.tolist()]
        ),
        "stars": pa.array([None if p % 2 else 1 + p % 5 for p in place.tolist()]),
        "back": (place >= 100).astype(int),
        "rare": (place < 9).astype(int),
        "paid": pa.array([None if p % 10 == 0 else float(p % 4) for p in place.tolist()]),
        "area": pa.array([None if p < 5 else "NS"[p % 3 == 0] for p in place.tolist()]),
        "many": pa.array([None if p == 299 else f"l{p % 25:02}" for p in place.tolist()]),
        "size": pa.array([None if p < 7 else 1.0 for p in place.tolist()]),
        "twenty": [f"l{p % 20:02}" for p in place.tolist()],
        "levels": [f"l{p % 21:02}" for p in place.tolist()],
    }


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    return made(tmp_path_factory.mktemp("profile"))


def made(folder: Path) -> Profile:
    write(folder, TEXT, visits=pa.table(columns()))
    loaded = load_project(folder)
    with engine_of(folder) as engine:
        file = build_episodes(loaded, engine, folder / ".lineofsight/e.parquet", lambda message: None)
        return profile_episodes(loaded.project, engine, file)


def test_complete_episodes_have_all_that_may_not_be_missing(profile: Profile) -> None:
    assert (profile.complete, profile.customers) == (295, 148)
    assert profile.missing == {
        "wait": 0,
        "same": 0,
        "two": 0,
        "maybe": 100,
        "leak": 0,
        "never": 300,
        "grade": 0,
        "late": 0,
        "early": 0,
        "calls": 6,
        "odd": 0,
        "area": 5,
        "many": 1,
        "size": 7,
    }


def test_quantiles_and_bands(profile: Profile) -> None:
    waits = np.arange(5, 300)
    assert profile.quantiles["wait"] == pytest.approx(
        tuple(np.quantile(waits, [0.05, 0.25, 0.5, 0.75, 0.95]))
    )
    assert profile.bands["wait"] == pytest.approx(tuple(np.quantile(waits, [0.2, 0.4, 0.6, 0.8])))
    known = [p for p in range(5, 300) if p % 3]
    assert profile.quantiles["maybe"] == pytest.approx(
        tuple(np.quantile(known, [0.05, 0.25, 0.5, 0.75, 0.95]))
    )
    assert profile.bands["same"] == (3.0,)
    assert profile.bands["two"] == (0.25, 7.0)
    assert profile.bands["late"] == (1.0,)  # 1 in a twentieth
    assert profile.bands["early"] == (1.0,)  # 0 in a twentieth
    assert profile.bands["odd"] == (2.0, 3.0)  # 2 but for few
    assert "never" not in profile.quantiles and "never" not in profile.bands


def test_octiles_and_what_values_are_made_of(profile: Profile) -> None:
    waits = np.arange(5, 300)
    assert profile.octiles["wait"] == pytest.approx(tuple(np.quantile(waits, np.arange(1, 8) / 8)))
    assert "never" not in profile.octiles and "never" not in profile.extent
    assert profile.extent["wait"] == Extent(5.0, 299.0, 295, True, None, 5.0, 1)
    assert profile.extent["maybe"].known == sum(p % 3 > 0 for p in range(5, 300))
    assert profile.extent["same"].at_best == 295
    # Whole numbers without a unit, from exactly 1 to 5, and more is better: a rating. Its top boxes are 4 and 5.
    at_best = sum(p % 5 >= 3 for p in range(5, 300))
    assert profile.extent["grade"] == Extent(1.0, 5.0, 295, True, (1.0, 5.0), 4.0, at_best)


def test_few_different_whole_numbers_are_a_count_with_a_band_for_each(profile: Profile) -> None:
    known = [(0, 0, 0, 0, 1, 1, 1, 2, 2, 9)[p % 10] for p in range(5, 300) if p % 50 != 8]
    sizes = tuple(known.count(value) for value in (0, 1, 2, 9))
    assert profile.counts["calls"] == CountBands((0.0, 1.0, 2.0, 9.0), (0.0, 1.0, 2.0, 9.0), sizes, 9.0)
    assert profile.counts.keys() == {"calls", "leak"}
    assert profile.bands["calls"] == (
        1.0,
        2.0,
        9.0,
    )  # neither 'wait', whole numbers to 299, nor the rating 'grade'


@pytest.mark.parametrize(
    ("changed", "low", "high", "whole", "scale"),
    [
        ({}, 1, 7, True, (1, 7)),
        ({"unit": "points"}, 0, 10, True, (0, 10)),
        ({}, 1, 5, False, None),
        ({}, 1, 4, True, None),
        ({"unit": "items"}, 1, 5, True, None),
        ({"better": "lower"}, 1, 5, True, None),
        ({"table": "t", "at": "d", "agg": "sum"}, 1, 5, True, None),
        ({"table": "t", "at": "d", "agg": "last"}, 1, 5, True, (1, 5)),
    ],
)
def test_what_looks_like_a_rating(
    changed: dict[str, str], low: float, high: float, whole: bool, scale: tuple[float, float] | None
) -> None:
    operation = Operation(**{"value": "v", "better": "higher", **changed})
    assert rating_of(operation, low, high, whole=whole) == scale


def test_levels(profile: Profile) -> None:
    assert profile.levels["area"] == ("N", "S")
    assert profile.levels["segment:area"] == ("N", "S")
    assert profile.levels["_period"] == ("2024-01", "2024-02")
    assert len(profile.levels["many"]) == len(profile.levels["segment:twenty"]) == 20
    assert profile.others == {"many", "segment:full"}
    assert profile.absent == {"many"}


def test_the_most_frequent_level_comes_first(profile: Profile) -> None:
    counts = {f"l{level:02}": sum(p % 25 == level for p in range(5, 299)) for level in range(25)}
    order = sorted(counts, key=lambda level: (-counts[level], level))
    assert profile.levels["many"] == tuple(order[:20])


def test_what_separates_an_outcome(profile: Profile) -> None:
    assert profile.separated == {("wait", "back"), ("maybe", "back"), ("leak", "back"), ("mood", "back")}


def test_answers_and_behaviours(profile: Profile) -> None:
    assert profile.matched["n"] == {float(star): 30 for star in range(1, 6)}
    assert profile.left_out["n"] == {1.0: 1, 3.0: 1, 5.0: 1}  # where the area is not known
    assert profile.matched["mood"] == {2.0: 100, 3.0: 200}
    paid = [p % 4 for p in range(5, 300) if p % 10]
    assert profile.nonzero == {
        "back": (295, 200),
        "rare": (295, 4),
        "paid": (len(paid), sum(value != 0 for value in paid)),
    }


def test_every_engine_tells_the_same(profile: Profile, tmp_path: Path) -> None:
    found = made(tmp_path)
    for name, values in asdict(profile).items():
        other = asdict(found)[name]
        if name in ("quantiles", "octiles", "bands"):
            assert other.keys() == values.keys(), name
            assert all(other[key] == pytest.approx(values[key], rel=1e-12) for key in values), name
        elif name == "settled":
            assert other.keys() == values.keys() and values
            for pair, mine in values.items():
                for one, same in zip(mine["ends"], other[pair]["ends"], strict=True):
                    assert [one.pop(end) for end in ("below", "above")] == [
                        same.pop(end) if same[end] is None else pytest.approx(same.pop(end), rel=1e-12)
                        for end in ("below", "above")
                    ]
                assert mine == other[pair]
        else:
            assert other == values, name
