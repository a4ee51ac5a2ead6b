"""What stored episodes were asked is not asked again, and no number shows that it was not."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lineofsight.analyses.registry import tables
from lineofsight.engines.duckdb import DuckDBEngine
from lineofsight.pipeline.store import EpisodeStore
from lineofsight.project.load import load_project

from .shop import PROJECT, Los, Shop

BY_NAME = tables()


@pytest.fixture
def ran(shop: Shop, los: Los) -> Shop:
    """A project with a run, its stored episodes and their answers."""
    assert los("run", shop.folder).status == 0
    return shop


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What an engine is asked from here on; its opening too."""
    told: list[str] = []
    for name in ("__init__", "fetch", "aggregate", "map_reduce"):
        real = getattr(DuckDBEngine, name)

        def spied(
            *given: object, _real: Callable[..., object] = real, _name: str = name, **named: object
        ) -> object:
            told.append(_name)
            return _real(*given, **named)

        monkeypatch.setattr(DuckDBEngine, name, spied)
    return told


def answers(shop: Shop) -> list[Path]:
    return sorted((shop.folder / ".lineofsight").glob("episodes-*.answers/*.npz"))


def same_numbers(one: Path, other: Path, *, but: frozenset[str] = frozenset()) -> None:
    for name in set(BY_NAME) - but:
        assert (one / f"{name}.parquet").read_bytes() == (other / f"{name}.parquet").read_bytes(), name


def test_a_second_run_asks_no_engine_and_says_the_same(los: Los, ran: Shop, asked: list[str]) -> None:
    assert los("run", ran.folder).status == 0
    assert asked == []
    same_numbers(*ran.runs)


def test_only_the_margin_changes_what_is_worth_something(los: Los, ran: Shop, asked: list[str]) -> None:
    ran.text = ran.text.replace("margin: 20 %", "margin: 40 %")
    assert los("run", ran.write_file()).status == 0
    assert asked == []
    before, after = ran.runs
    changed = {
        name
        for name in BY_NAME
        if (before / f"{name}.parquet").read_bytes() != (after / f"{name}.parquet").read_bytes()
    }
    assert changed == {"money", "unit_values", "effects", "headroom", "findings"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    better: lower\n    function", "    better: higher\n    function"),
        ("    function: Logistics\n", "    function: Logistics\n    limit: 2\n"),
        ("    function: Logistics\n", "    function: Logistics\n    knots: [4]\n"),
        (
            "segments: [region]\n",
            "segments: [region]\nresponse: {margins: {region: {north: 30 %, south: 70 %}}}\n",
        ),
    ],
)
def test_a_new_question_has_the_answer_that_it_has_in_a_folder_of_its_own(
    los: Los, ran: Shop, tmp_path: Path, asked: list[str], old: str, new: str
) -> None:
    own = Shop(tmp_path / "own").write()
    ran.text = own.text = PROJECT.replace(old, new)
    assert los("run", ran.write_file()).status == 0
    assert "aggregate" in asked or "map_reduce" in asked
    assert los("run", own.write_file()).status == 0
    same_numbers(ran.runs[-1], own.runs[-1], but=frozenset({"tables"}))  # which has the paths


def test_a_check_answers_what_a_run_asks(los: Los, shop: Shop, asked: list[str]) -> None:
    assert los("check", shop.folder).status == 0
    counted = asked.count("fetch")
    assert los("run", shop.folder).status == 0
    assert asked.count("fetch") == counted


@pytest.mark.parametrize(
    "damage", [lambda whole: whole[: len(whole) // 2], lambda whole: b"", lambda _: b"PK"]
)
def test_broken_answers_are_asked_for_again(los: Los, ran: Shop, damage: Callable[[bytes], bytes]) -> None:
    for path in answers(ran):
        path.write_bytes(damage(path.read_bytes()))
    assert los("run", ran.folder).status == 0
    same_numbers(*ran.runs)


def test_answers_about_other_rows_are_forgotten(los: Los, ran: Shop) -> None:
    (stored,) = (ran.folder / ".lineofsight").glob("episodes-*.parquet")
    before = {path: path.stat().st_mtime_ns for path in answers(ran)}
    assert before
    stored.unlink()
    assert los("run", ran.folder).status == 0
    assert {path: path.stat().st_mtime_ns for path in answers(ran)} != before
    assert all(path.stat().st_mtime_ns > max(before.values()) for path in answers(ran))


def test_answers_go_with_their_episodes(los: Los, ran: Shop) -> None:
    for days in (31, 32, 33):
        ran.text = re.sub(r"over: \d+ days", f"over: {days} days", ran.text)
        assert los("check", ran.write_file()).status == 0
    stored = {path.stem for path in (ran.folder / ".lineofsight").glob("episodes-*.parquet")}
    kept = {path.stem for path in (ran.folder / ".lineofsight").glob("episodes-*.answers")}
    assert kept == stored
    assert len(kept) == 3


def test_what_a_killed_run_left_half_written_is_removed(los: Los, ran: Shop) -> None:
    half = answers(ran)[0].with_suffix(".partial-999999999")
    half.write_bytes(b"half")
    assert los("run", ran.folder).status == 0
    assert not half.exists()


def test_an_answer_that_cannot_be_written_is_an_error_that_says_so(los: Los, ran: Shop) -> None:
    folder = answers(ran)[0].parent
    for path in answers(ran):
        path.unlink()
    folder.rmdir()
    folder.write_text("in the way")
    said = los("run", ran.folder)
    assert said.status == 2
    assert f"cannot write to '{folder}'" in said.err
    assert len(ran.runs) == 1


def test_the_oldest_answers_of_other_settings_go_first(ran: Shop) -> None:
    store = EpisodeStore(load_project(ran.folder))
    unused = answers(ran)
    for age, path in enumerate(unused):
        os.utime(path, ns=(10**18 - age, 10**18 - age))
    store.answers.evict()
    assert answers(ran) == unused
    store.answers.evict(sum(path.stat().st_size for path in unused[:3]))
    assert answers(ran) == unused[:3]
