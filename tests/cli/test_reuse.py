"""The same inputs give the same bytes, and only what has changed is computed again."""

from __future__ import annotations

import json

import pytest

from lineofsight.analyses.registry import tables
from lineofsight.pipeline.store import EpisodeStore
from lineofsight.project.load import load_project

from .shop import PROJECT, Los, Shop

BY_NAME = tables()


@pytest.fixture
def ran(ran: Shop, los: Los) -> Shop:
    """A project with a run and its stored episodes."""
    assert los("check", ran.folder).status == 0
    return ran


def manifest(shop: Shop) -> dict[str, object]:
    found: dict[str, object] = json.loads((shop.runs[-1] / "manifest.json").read_text(encoding="utf-8"))
    return found


def test_two_runs_are_the_same_bytes(los: Los, ran: Shop) -> None:
    for _ in range(2):
        los("run", ran.folder)
    first, second = ran.runs[-2:]
    for name in BY_NAME:
        assert (first / f"{name}.parquet").read_bytes() == (second / f"{name}.parquet").read_bytes(), name
    assert manifest(ran)["episodes_reused"] is True


def test_aligning_anew_gives_the_same_bytes(los: Los, ran: Shop, shop: Shop) -> None:
    los("run", shop.folder)
    assert manifest(shop)["episodes_reused"] is False
    for name in set(BY_NAME) - {"tables"}:  # which has the paths
        assert (ran.runs[0] / f"{name}.parquet").read_bytes() == (
            shop.runs[0] / f"{name}.parquet"
        ).read_bytes(), name


def test_the_seed_moves_intervals_and_nothing_else(los: Los, ran: Shop) -> None:
    los("run", ran.folder, "--seed", 99)
    first, second = (
        json.loads(los("show", "effects", "--project", ran.folder, "--run", run.name, "--format", "json").out)
        for run in ran.runs
    )
    assert [row["estimate"] for row in first] == [row["estimate"] for row in second]
    assert [row["low"] for row in first] != [row["low"] for row in second]
    assert manifest(ran)["seed"] == 99


@pytest.mark.parametrize(
    ("old", "new", "reused"),
    [
        ("    unit: days\n", "    unit: days\n    label: Delivery\n", True),
        ("    unit: days\n", "    unit: working days\n", True),
        ("    function: Logistics\n", "    function: Operations\n    limit: 1\n", True),
        ("margin: 20 %", "margin: 30 %", True),
        ("replicates: 100", "replicates: 120", True),
        ("currency: EUR", "currency: USD", True),
        ("    better: lower\n    function", "    better: higher\n    function", True),
        ("over: 30 days", "over: 45 days", False),
        ("    value: page_seconds\n", "    value: page_seconds * 2\n", False),
        ("    within: 7 days", "    within: 8 days", False),
        ("controls: [paid]", "controls: [region]", False),
        ("  key: order_id", "  key: order_id\n  where: paid > 20", False),
    ],
)
def test_only_what_episodes_depend_on_gives_them_another_name(
    shop: Shop, old: str, new: str, reused: bool
) -> None:
    before = EpisodeStore(load_project(shop.folder)).path
    shop.text = shop.text.replace(old, new)
    assert (EpisodeStore(load_project(shop.write_file())).path == before) is reused


@pytest.mark.parametrize(
    ("old", "new", "stored"),
    [("    unit: days\n", "    unit: days\n    label: Delivery\n", 1), ("over: 30 days", "over: 45 days", 2)],
)
def test_only_what_has_changed_is_aligned_anew(los: Los, ran: Shop, old: str, new: str, stored: int) -> None:
    ran.text = ran.text.replace(old, new)
    assert los("check", ran.write_file()).status == 0
    assert len(list((ran.folder / ".lineofsight").glob("episodes-*.parquet"))) == stored


def test_a_changed_table_aligns_them_anew(los: Los, ran: Shop) -> None:
    ran.change("orders", "paid", lambda n, row: row["paid"] + 1)
    los("run", ran.folder)
    assert manifest(ran)["episodes_reused"] is False


@pytest.mark.parametrize("damage", ["cut", "emptied", "facts"])
def test_damaged_stored_episodes_are_made_again(los: Los, ran: Shop, damage: str) -> None:
    (file,) = (ran.folder / ".lineofsight").glob("episodes-*.parquet")
    if damage == "facts":
        file.with_suffix(".json").write_text("{")
    else:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2] if damage == "cut" else b"")
    assert los("run", ran.folder).status == 0
    assert manifest(ran)["episodes_reused"] is False
    assert (ran.runs[0] / "effects.parquet").read_bytes() == (ran.runs[1] / "effects.parquet").read_bytes()


def test_few_stored_episodes_are_kept(los: Los, ran: Shop) -> None:
    for days in (31, 32, 33):
        ran.text = PROJECT.replace("over: 30 days", f"over: {days} days")
        assert los("check", ran.write_file()).status == 0
    assert len(list((ran.folder / ".lineofsight").glob("episodes-*.parquet"))) == 3
    assert len(list((ran.folder / ".lineofsight").glob("episodes-*.json"))) == 3


def test_the_working_folder_is_kept_out_of_git(ran: Shop) -> None:
    assert (ran.folder / ".lineofsight/.gitignore").read_text() == "*\n"
