"""Examples on DuckDB and on Spark: one table of effects. The demo is compared where the page about Spark is tested."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.effects import assert_same_effects, assert_same_paths, assert_same_shapes
from tests.sparks import spark_session

import lineofsight as los
from pipeline.hotel import hotel
from pipeline.parcels import parcels

pytestmark = pytest.mark.xdist_group("spark")

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "olist"


def on_both(folder: Path, variables: dict[str, str] | None = None) -> tuple[los.Run, los.Run]:
    spark_session()
    elsewhere = folder.with_name("on_spark")
    shutil.copytree(folder, elsewhere)
    file = elsewhere / "lineofsight.yml"
    file.write_text(f"{file.read_text(encoding='utf-8')}\nengine: spark\n", encoding="utf-8")
    return los.run(folder, variables), los.run(elsewhere, variables)


def test_the_shapes_of_a_hotel(tmp_path: Path) -> None:
    assert_same_shapes(*on_both(hotel(tmp_path / "hotel", stays=1500)))


def test_the_paths_of_a_parcel(tmp_path: Path) -> None:
    assert_same_paths(*on_both(parcels(tmp_path / "parcels", orders=1500)))


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the Olist files are not at {DATA}")
def test_olist(tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "examples" / "olist", tmp_path / "olist", ignore=shutil.ignore_patterns("runs", ".*")
    )
    assert_same_effects(*on_both(tmp_path / "olist", {"DATA": str(DATA)}))
