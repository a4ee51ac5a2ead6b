"""Errors say what happened, where, and what to do next."""

from __future__ import annotations

import errno
import pickle
from pathlib import Path

import pytest

from lineofsight import errors
from lineofsight.error_codes import Code, DataCode, ProjectCode


def test_all_errors_are_in_one_tree() -> None:
    for kind in (errors.ProjectError, errors.DataError, errors.EngineError, errors.RunError):
        assert issubclass(kind, errors.LineofsightError)
    assert issubclass(errors.DataError, errors.ProjectError)


def test_a_project_error_points_at_the_line() -> None:
    error = errors.ProjectError(
        ProjectCode.NOT_AMONG,
        "no such unit",
        file=Path("lineofsight.yml"),
        line=7,
        where="operations.wait.unit",
        hint="write `days`",
    )
    assert str(error) == "lineofsight.yml:7: operations.wait.unit: no such unit\n  → write `days`"
    assert (error.line, error.hint) == (7, "write `days`")
    assert error.to_dict() == {
        "code": "LOS-P023",
        "message": "no such unit",
        "file": "lineofsight.yml",
        "line": 7,
        "where": "operations.wait.unit",
        "hint": "write `days`",
    }


def test_several_problems_have_a_code_each() -> None:
    one = errors.ProjectError(ProjectCode.UNKNOWN_KEY, "unknown key 'a'", line=2)
    two = errors.ProjectError(ProjectCode.MISSING_KEY, "needs 'b'", line=3)
    both = errors.ProjectError(ProjectCode.SEVERAL_PROBLEMS, "2 problems", problems=[one, two])
    assert [each["code"] for each in both.to_dict()["problems"]] == ["LOS-P020", "LOS-P021"]
    assert "problems" not in one.to_dict()


def test_an_error_takes_the_codes_of_its_own_kind_only() -> None:
    for code in (DataCode.TABLE_EMPTY, "LOS-P001"):
        with pytest.raises(TypeError, match="ProjectError takes a code of ProjectCode"):
            errors.ProjectError(code, "broken")  # type: ignore[arg-type]
    for kind in (errors.ProjectError, errors.DataError, errors.EngineError, errors.RunError):
        assert issubclass(kind.codes, Code)
        assert kind.codes is not Code


def test_an_error_comes_out_of_a_pickle_as_it_went_in() -> None:
    inner = errors.ProjectError(ProjectCode.UNKNOWN_KEY, "unknown key 'a'", line=2)
    error = errors.ProjectError(
        ProjectCode.SEVERAL_PROBLEMS,
        "2 problems",
        file="f.yml",
        line=2,
        where="a.b",
        hint="mend it",
        problems=[inner],
    )
    sent = pickle.loads(pickle.dumps(error))
    assert type(sent) is errors.ProjectError
    assert sent.code is error.code
    assert (str(sent), sent.to_dict()) == (str(error), error.to_dict())


def test_only_want_of_room_is_a_full_disk() -> None:
    assert errors.disk_is_full(OSError(errno.ENOSPC, "No space left on device"))
    assert errors.disk_is_full(OSError(errno.EDQUOT, "Quota exceeded"))
    assert not errors.disk_is_full(OSError(errno.EACCES, "Permission denied"))


@pytest.mark.parametrize(
    ("where", "text"),
    [({}, "broken"), ({"where": "a.b"}, "a.b: broken"), ({"file": "f.yml"}, "f.yml: broken")],
)
def test_what_is_not_known_is_left_out(where: dict[str, str], text: str) -> None:
    assert str(errors.DataError(DataCode.TABLE_EMPTY, "broken", **where)) == text


def test_did_you_mean() -> None:
    assert errors.did_you_mean("Order", ["orders", "reviews"]) == "did you mean 'orders'?"
    assert errors.did_you_mean("xyz", ["b", "a"]) == "one of: a, b"
    assert errors.did_you_mean("xyz", []) == "nothing is declared there"
    many = errors.did_you_mean("###", [f"name{at:02}" for at in range(25)])
    assert many.startswith("one of: name00, ")
    assert many.endswith("name19, … (25 in all)")
