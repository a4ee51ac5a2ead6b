"""Errors say what happened, where, and what to do next."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineofsight import errors


def test_all_errors_are_in_one_tree() -> None:
    for kind in (errors.ProjectError, errors.DataError, errors.EngineError, errors.RunError):
        assert issubclass(kind, errors.LineofsightError)
    assert issubclass(errors.DataError, errors.ProjectError)


def test_a_project_error_points_at_the_line() -> None:
    error = errors.ProjectError(
        "no such unit",
        file=Path("lineofsight.yml"),
        line=7,
        where="operations.wait.unit",
        hint="write `days`",
    )
    assert str(error) == "lineofsight.yml:7: operations.wait.unit: no such unit\n  → write `days`"
    assert (error.line, error.hint) == (7, "write `days`")


@pytest.mark.parametrize(
    ("where", "text"),
    [({}, "broken"), ({"where": "a.b"}, "a.b: broken"), ({"file": "f.yml"}, "f.yml: broken")],
)
def test_what_is_not_known_is_left_out(where: dict[str, str], text: str) -> None:
    assert str(errors.DataError("broken", **where)) == text


def test_did_you_mean() -> None:
    assert errors.did_you_mean("Order", ["orders", "reviews"]) == "did you mean 'orders'?"
    assert errors.did_you_mean("xyz", ["b", "a"]) == "one of: a, b"
    assert errors.did_you_mean("xyz", []) == "nothing is declared there"
    many = errors.did_you_mean("###", [f"name{at:02}" for at in range(25)])
    assert many.startswith("one of: name00, ")
    assert many.endswith("name19, … (25 in all)")
