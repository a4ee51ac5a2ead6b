"""Operations that were assigned by lot: a level of their own where the episodes bear the lots out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lineofsight as los
from lineofsight.errors import ProjectError
from lineofsight.words.reasons import in_words

N = 4000

PROJECT = """\
name: Callbacks
currency: EUR
tables:
  contacts: {path: contacts.csv}
episodes: {each: contacts, key: id, customer: who, at: day}
operations:
  called_back: {value: called, unit: calls, better: higher, assigned: {how: HOW, because: "lots drawn in March, by customer"}}
  wait: {value: wait, unit: minutes, better: lower}
perceptions:
  mood: {value: stars, measure: csat}
behaviours:
  spend: {kind: buy_more, value: spent}
controls: [age, plan]
estimation: {replicates: 300}
"""


def company(folder: Path, *, fair: bool, how: str = "random", seed: int = 1) -> Path:
    """Half of the customers are called back, by lot or, unfairly, rather the older ones."""
    rng = np.random.default_rng(seed)
    age, plan = rng.normal(40, 10, N), rng.choice(["a", "b"], N)
    called = rng.random(N) < (0.5 if fair else 1 / (1 + np.exp(-(age - 40) / 10)))
    wait = rng.gamma(3, 2, N)
    stars = np.clip(np.round(3 + 0.8 * called - 0.1 * (wait - 6) + rng.normal(0, 1, N)), 1, 5)
    frame = pd.DataFrame({"id": range(N), "who": range(N), "called": called.astype(int), "wait": wait})
    frame["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, N), unit="D")
    frame["age"], frame["plan"], frame["stars"] = age, plan, stars
    frame["spent"] = 50 + 0.4 * age + 4 * called - wait + rng.normal(0, 10, N)
    folder.mkdir(parents=True, exist_ok=True)
    frame.to_csv(folder / "contacts.csv", index=False)
    (folder / "lineofsight.yml").write_text(PROJECT.replace("HOW", how), encoding="utf-8")
    return folder


def claim(run: los.Run, cause: str = "called_back", path: str = "total") -> dict[str, Any]:
    (row,) = (
        row
        for row in run.effects.rows()
        if (row["cause"], row["outcome"], row["segment"], row["path"]) == (cause, "spend", None, path)
    )
    return row


def test_drawn_lots_make_an_experiment(tmp_path):
    run = los.run(company(tmp_path, fair=True))
    row = claim(run)
    assert row["evidence"] == "experimental" and not row["not_higher"]
    assert "lots drawn in March" in in_words(row["because"])
    assert claim(run, "wait")["evidence"] == "robust"
    assert claim(run, path="direct")["evidence"] == "adjusted"  # no lots were drawn for how customers feel
    (driver,) = (d for d in run.table("drivers").rows() if d["driver"] == "called_back" and not d["segment"])
    assert driver["assigned"] == "random" and driver["assigned_p"] > 0.01
    told = [row["sentence"] for row in run.findings.rows() if "called back" in row["sentence"]]
    assert any("brings" in sentence for sentence in told), told


def test_lots_that_the_episodes_contradict_do_not_count(tmp_path):
    row = claim(los.run(company(tmp_path, fair=False)))
    assert row["evidence"] in ("adjusted", "robust")
    assert "declared to be assigned at random, but it goes with 'age'" in in_words(row["not_higher"])


def test_chance_is_less_than_lots(tmp_path):
    row = claim(los.run(company(tmp_path, fair=True, how="chance")))
    assert row["evidence"] == "quasi-experimental"
    assert "no lots were drawn on purpose" in in_words(row["not_higher"])


@pytest.mark.parametrize(
    ("how", "told"), [("randomly", "random"), ("random, because2: x", "because"), ("", "how")]
)
def test_a_broken_declaration_is_told(tmp_path, how, told):
    folder = company(tmp_path, fair=True, how=how)
    with pytest.raises(ProjectError, match=told):
        los.run(folder)


def test_lots_without_a_reason_are_refused(tmp_path):
    folder = company(tmp_path, fair=True)
    file = folder / "lineofsight.yml"
    file.write_text(
        file.read_text(encoding="utf-8").replace(', because: "lots drawn in March, by customer"', ""),
        encoding="utf-8",
    )
    with pytest.raises(ProjectError, match="because"):
        los.run(folder)
