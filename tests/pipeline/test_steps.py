"""What a run tells of a count: from the 4th call on, with a band for each value, on every engine."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from tests.effects import assert_same_shapes
from tests.sparks import spark_session

from lineofsight import api
from pipeline.telephone import BY_CALLS, telephone


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> api.Run:
    return api.run(telephone(tmp_path_factory.mktemp("steps") / "telephone"))


def test_the_step_is_told_with_both_heights(run: api.Run) -> None:
    row = next(row for row in run.table("shape") if row["driver"] == "calls")
    assert (row["shape"], row["verdict"]) == ("step", "step from the 4th call on")
    assert row["step_from"] == row["step_from_low"] == row["step_from_high"] == 4
    assert row["knot_suggested"] is None and row["slope_above"] is None
    fewer, more = (
        [sum(column) for column in zip(*(BY_CALLS[calls] for calls in some), strict=True)]
        for some in (range(4), range(4, 10))
    )
    assert row["step_below"] == pytest.approx(100 * fewer[0] / sum(fewer), abs=0.2)  # minutes are held equal
    assert row["step_above"] == pytest.approx(100 * more[0] / sum(more), abs=0.2)
    assert row["step_change"] == pytest.approx(row["step_above"] - row["step_below"], rel=1e-9)
    assert row["step_change_low"] < row["step_change"] < row["step_change_high"] < -30
    (told,) = [row["sentence"] for row in run.table("findings") if row["kind"] == "shape"]
    assert told.startswith(
        "'Service calls' goes with a step in 'Stayed' from the 4th call on. It is 48\u00a0% from there on against 88.7\u00a0%"
    )


def test_each_number_of_calls_has_a_band_and_a_height(run: api.Run) -> None:
    bands = [row for row in run.table("bands") if row["driver"] == "calls"]
    assert [row["band"] for row in bands] == ["0", "1", "2", "3", "4", "5", "6 and more"]
    assert [row["n"] for row in bands] == [697, 1181, 759, 429, 166, 66, 35]
    heights = [row for row in run.table("shape") if row["driver"] == "calls"]
    assert [(row["piece_from"], row["piece_to"]) for row in heights] == [*((v, v) for v in range(6)), (6, 9)]
    for height, band in zip(heights, bands, strict=True):
        assert height["at_from"] == height["at_to"] == pytest.approx(band["mean"], abs=0.5)
        assert height["at_from_low"] < height["at_from"] < height["at_from_high"]
        assert height["slope"] is None


def test_the_report_draws_steps(run: api.Run, tmp_path: Path) -> None:
    page = run.report(tmp_path / "report.html").read_text(encoding="utf-8")
    section = page.split('<section id="shape"')[1].split("</section>")[0]
    assert "Of 2 lines 1 clearly bends" in section
    assert section.count("<svg") == 1 and "step from the 4th call on" in section


def test_declared_bands_and_knots_are_kept(tmp_path: Path) -> None:
    folder = telephone(tmp_path / "declared")
    file = folder / "lineofsight.yml"
    project = yaml.safe_load(file.read_text(encoding="utf-8"))
    project["operations"]["calls"] |= {"bands": [2, 4], "knots": [2]}
    file.write_text(yaml.safe_dump(project), encoding="utf-8")
    found = api.run(folder)
    assert [row["band"] for row in found.table("bands") if row["driver"] == "calls"] == [
        "below 2",
        "[2, 4)",
        "4 and more",
    ]
    shapes = [row for row in found.table("shape") if row["driver"] == "calls"]
    assert len(shapes) == 2 and shapes[0]["shape"] != "step" and shapes[0]["piece_to"] == 2


@pytest.mark.xdist_group("spark")
def test_spark_tells_the_same(run: api.Run, tmp_path: Path) -> None:
    spark_session()
    other = api.run(telephone(tmp_path / "telephone", engine="spark"))
    assert_same_shapes(run, other, "bands")
