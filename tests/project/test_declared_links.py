"""`leads_to`: what may lead to what."""

from __future__ import annotations

import pytest

from lineofsight.project import Project

from .test_crosscheck import BASE, problems

STARS = {"value": "stars", "measure": "csat"}
ASKED = {"table": "reviews", "at": "day", **STARS}


def leading(**to: str | None) -> dict[str, object]:
    return {name: {**STARS, "leads_to": following} for name, following in to.items()}


def test_a_touchpoint_leads_to_the_overall_one() -> None:
    perceptions = leading(desk="mood", parcel="mood", mood=None)
    assert problems(perceptions=perceptions) == []
    project = Project.model_validate({**BASE, "perceptions": perceptions})
    assert project.leads_to == {"desk": "mood", "parcel": "mood"}


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ({"desk": "moood", "mood": None}, "'moood' is no perception; did you mean 'mood'?"),
        ({"desk": "back", "mood": None}, "'back' is no perception"),
        ({"mood": "mood"}, "perceptions lead to each other in a circle: mood → mood"),
        ({"a": "b", "b": "a"}, "perceptions lead to each other in a circle: a → b → a"),
        (
            {"a": "b", "b": "c", "c": "d", "d": "e", "e": None},
            "found a chain of 5 perceptions: a → b → c → d → e; at most 4 are allowed",
        ),
    ],
)
def test_what_it_cannot_lead_to(to: dict[str, str | None], message: str) -> None:
    found = problems(perceptions=leading(**to))
    first = next(iter(to))
    assert found[0] == f"perceptions.{first}.leads_to: {message}"


def test_a_chain_into_a_circle_is_told_once_each() -> None:
    found = problems(perceptions=leading(a="b", b="c", c="b"))
    assert [each.split(":")[0] for each in found] == ["perceptions.b.leads_to", "perceptions.c.leads_to"]


def test_the_overall_one_is_not_asked_before() -> None:
    desk = {**ASKED, "within": "30 days", "leads_to": "mood"}
    found = problems(perceptions={"desk": desk, "mood": {**ASKED, "within": "7 days"}})
    assert found == [
        "perceptions.desk.leads_to: answers to 'desk' count for 30 days and those to 'mood' for 7:"
        " it could be answered after what it leads to"
    ]
    assert problems(perceptions={"desk": desk, "mood": {**ASKED, "within": "30 days"}}) == []
    assert problems(perceptions={"desk": desk, "mood": STARS}) == []  # its own row tells no window
