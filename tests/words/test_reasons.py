"""Statements are facts: each code says which parameters it has, keeps them in a table, and has words in every language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineofsight.reasons import Reason, Statement
from lineofsight.runs.columns import TableSchema, nullable
from lineofsight.runs.reader import RunTable
from lineofsight.runs.writer import to_arrow
from lineofsight.words.reasons import LANGUAGES, clause, clauses, in_words, sentences

SAMPLE: dict[str, Any] = {
    "name": "wait_days", "other": "came_back", "names": ("calls", "late?"), "others": ("price",), "n": 41, "needed": 1060,
    "total": 93, "columns": 7, "share": 0.256, "beside": 0.031, "p": 0.0123, "value": 14.5, "margin": 0.2,
    "years": 0.75, "days": 90.0, "at": "2024-Q3",
    "kind": "random", "text": "we know; we looked.", "inner": (Reason.NO_EPISODE(), Reason.SAME_OUTCOME()),
}  # fmt: skip


def sample(code: Reason) -> Statement:
    return code(**{name: SAMPLE[name] for name in code.parameters})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", Reason)
def test_every_code_has_words(code: Reason, language: str) -> None:
    told = clause(sample(code), language=language)
    assert told and not told.endswith(".") and "None" not in told
    assert not re.search(r"\{(?!per_unit|wait_days|referral)", told)


@pytest.mark.parametrize("code", Reason)
def test_without_what_may_be_left_out_there_are_words_too(code: Reason) -> None:
    assert clause(code(**{name: SAMPLE[name] for name in code.needs}))


def test_a_code_takes_its_parameters_and_no_others() -> None:
    with pytest.raises(ValueError, match="'too_few' needs columns, needed"):
        Reason.TOO_FEW(n=41)
    with pytest.raises(ValueError, match="'no_episode' has no n"):
        Reason.NO_EPISODE(n=41)
    with pytest.raises(ValueError, match="not a valid Reason"):
        Statement.from_flat({"code": "unheard_of"})


leaves = st.sampled_from([sample(code) for code in Reason if "inner" not in code.parameters])
statements = st.recursive(
    leaves,
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda s: Reason.SEVERAL(inner=tuple(s))),
)


@settings(deadline=None)  # the first takes long
@given(statements)
def test_a_table_keeps_all_of_a_statement_however_deep(statement: Statement) -> None:
    schema = TableSchema("t", "", (nullable("reason", "reason", ""), nullable("all", "reasons", "")))
    table = RunTable(schema, to_arrow(schema, [{"reason": statement, "all": (statement, statement)}, {}]))
    assert table.rows() == [
        {"reason": statement, "all": (statement, statement)}, {"reason": None, "all": None},
    ]  # fmt: skip


def test_sql_asks_for_codes_and_parameters(tmp_path: Path) -> None:
    schema = TableSchema("t", "", (nullable("reason", "reason", ""), nullable("names", "names", "")))
    few = Reason.TOO_FEW(n=41, columns=3, needed=60)
    rows = [{"reason": few, "names": ("a", "b")}, {"reason": Reason.IN_PERIOD(at="Q1", inner=(few,))}, {}]
    pq.write_table(to_arrow(schema, rows), tmp_path / "t.parquet")
    found = duckdb.sql(
        f"select reason.code, reason.n, reason.inner[1].n, len(names) from '{tmp_path}/t.parquet'"
    ).fetchall()
    assert found == [("too_few", 41, None, 2), ("in_period", None, 41, None), (None, None, None, None)]


def test_html_of_a_table_has_words() -> None:
    schema = TableSchema("t", "", (nullable("reason", "reason", ""), nullable("names", "names", "")))
    rows = [{"reason": Reason.COPY(name="<b>", other="c"), "names": ("a", "b")}]
    html = RunTable(schema, to_arrow(schema, rows))._repr_html_()
    assert "&#x27;&lt;b&gt;&#x27; is a copy of &#x27;c&#x27;" in html and "<td>a, b</td>" in html


def test_names_are_those_that_people_use() -> None:
    labels = {"wait_days": "Waiting time", "calls": "Calls"}

    def known(name: str) -> str:
        return labels.get(name, name)

    apart = Reason.FEW_TELL_APART(names=("calls", "late?"), share=0.5)
    assert clause(apart, known).startswith(
        "too few customers tell it apart from 'Calls' and whether 'late' is known"
    )
    assert clause(Reason.COST_UNDECLARED(name="calls"), known).endswith("'value: {per_unit: {calls: -4.50}}'")
    many = Reason.COMBINATION(names=tuple("abcdefghij"))
    assert clause(many).endswith("'g', 'h' and 2 more")


def test_of_several_things_each_is_spoken_of() -> None:
    same = Reason.SAME_EVERYWHERE()
    assert clause(same) == "it is the same in every episode"
    assert clause(same, several=True) == "each is the same in every episode"
    late = Reason.WINDOW_ENDS_AFTER(name="orders", at="2024-01-01")
    assert clause(late, several=True) == "their window ends after table 'orders' does (2024-01-01)"


def test_a_reason_of_the_users_own_stays_one_whatever_it_holds() -> None:
    mine = Reason.INSISTED(text="set before; checked by two of us. Twice.", inner=(Reason.SAME_OUTCOME(),))
    told = sentences((mine, Reason.NO_LOTS()), str)
    assert told == [
        "The outcome is the same in every episode; it is told only as the project insists: set before; checked by two of"
        " us. Twice.",
        "No lots were drawn on purpose.",
    ]


def test_cells() -> None:
    pair = (Reason.NO_LOTS(), Reason.NO_CONTROL())
    assert in_words(pair) == clauses(pair) and clauses(pair).count("; ") == 1
    assert (
        in_words(("a", "b")) == "a, b"
        and in_words(()) == ""
        and in_words(None) is None
        and in_words(1.5) == 1.5
    )
