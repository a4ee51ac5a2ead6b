"""`los check` says how large the data are and which engine fits, before it reads them."""

from __future__ import annotations

import re

import pytest

import lineofsight
from lineofsight import api
from lineofsight.sizing import advice

from .shop import Los, Shop

SENTENCE = re.compile(
    r"This is [\d.]+ kB in 3 tables, about [\d,]+ rows\. DuckDB on this machine \(\d+ cores?, [\d.]+ [GT]B of memory,"
    r" [\d.]+ [MGT]B of free disk\) is estimated to need about 3 s and 400 MB of memory: stay with it\."
)


def test_a_check_starts_with_the_size_and_the_engine(los: Los, ran: Shop) -> None:
    said = los("check", ran.folder).out
    first, empty, second = said.splitlines()[:3]
    assert SENTENCE.fullmatch(first)
    assert empty == ""
    assert second == "Corner shop: the project file and the data fit together."
    assert "Now that the rows are counted" not in said


def test_it_is_told_before_anything_is_read(los: Los, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "check", stopped)
    said = los("check", shop.folder)
    assert said.status == 130
    assert SENTENCE.fullmatch(said.out.strip())
    assert not (shop.folder / ".lineofsight").exists()


def test_a_missing_table_is_said_and_nothing_else(los: Los, shop: Shop) -> None:
    (shop.folder / "data/tickets.csv").unlink()
    said = los("check", shop.folder)
    assert (said.status, said.out) == (2, "")
    assert "there is no file" in said.err


def test_another_engine_after_reading_is_said(los: Los, ran: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter(["duckdb", "spark"])
    monkeypatch.setattr(advice, "_choice", lambda *_: (next(found), ": so it is."))
    said = los("check", ran.folder).out
    assert "\nNow that the rows are counted: This is " in said


def test_python_has_it_as_values(ran: Shop) -> None:
    before, after = lineofsight.capacity(ran.folder), lineofsight.check(ran.folder).capacity
    rows = {table.name: table.rows for table in after.tables}
    assert rows == {name: len(held) for name, held in Shop(ran.folder).tables.items()}
    for table in before.tables:
        assert table.rows == pytest.approx(rows[table.name], rel=0.1)
    assert (before.declared, before.recommended, after.recommended) == ("duckdb",) * 3
    assert after.episodes == 563
