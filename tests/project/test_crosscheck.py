"""What the parts of a project file say of each other, without the data."""

from __future__ import annotations

import pytest

from lineofsight.errors import ProjectError
from lineofsight.project import Project, load_project
from lineofsight.project.crosscheck import crosscheck
from lineofsight.project.sql_order import sql_tables_in_order
from lineofsight.project.sql_rules import referenced_columns

from .conftest import OLIST, SMALL, Write

BASE = {
    "name": "Shop",
    "tables": {"orders": {"path": "orders.csv"}, "reviews": {"path": "reviews.csv"}},
    "episodes": {"each": "orders", "key": "id", "customer": "who", "at": "day"},
    "operations": {"wait": {"value": "minutes", "better": "lower"}},
    "perceptions": {"mood": {"value": "stars", "measure": "csat"}},
    "behaviours": {"back": {"kind": "stay", "value": "again"}},
}


def problems(**sections: object) -> list[str]:
    project = loaded(**sections)
    return [f"{'.'.join(map(str, p.path))}: {p.message}" for p in crosscheck(project)]


def loaded(**sections: object) -> Project:
    return Project.model_validate({**BASE, **sections})


def with_sql(**tables: str) -> Project:
    made = {name: {"sql": sql} for name, sql in tables.items()}
    return Project.model_validate({**BASE, "tables": {**BASE["tables"], **made}})  # type: ignore[dict-item]


def test_a_sound_project_has_no_problems() -> None:
    assert problems() == []
    assert problems(insist=[{"cause": "mood", "outcome": "back", "because": "asked before"}]) == []


def test_what_is_insisted_on_is_declared_once_and_with_a_reason() -> None:
    link = {"cause": "wait", "outcome": "back", "because": "known at the call"}
    found = problems(
        insist=[link, link, {**link, "cause": "wiat"}, {**link, "outcome": "wait", "because": " "}]
    )
    assert found == [
        "insist.1: 'wait' on 'back' is insisted on twice",
        "insist.2.cause: 'wiat' is no operation, perception or control; did you mean 'wait'?",
        "insist.3.outcome: 'wait' is no perception or behaviour",
        "insist.3.because: found an empty text: whoever reads the run wants to know why",
        "insist.3: 'wait' is both cause and outcome",
    ]
    with pytest.raises(ValueError, match="because"):
        problems(insist=[{"cause": "wait", "outcome": "back"}])


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"operations": {}}, "operations: found nothing: at least one operation is needed"),
        ({"perceptions": {}, "behaviours": {}}, ": found neither 'perceptions' nor 'behaviours'"),
        ({"timezone": "Europe/Berln"}, "timezone: found 'Europe/Berln', which is no time zone; did you mean 'Europe/Berlin'"),
        ({"timezone": "../../etc/passwd"}, "timezone: found '../../etc/passwd', which is no time zone"),
        ({"value": {"margin": 0.2, "horizon": "1 year", "per_unit": {"bakc": 4}}}, "value.per_unit.bakc: 'bakc' is not a behaviour; did you mean 'back'?"),
        ({"response": {"margins": {"regoin": {"n": 1}}}, "segments": ["region"]}, "response.margins.regoin: 'regoin' is neither a segment nor a control; did you mean 'region'?"),
        ({"response": {"margins": {"region": {"n": "40 %", "s": "50 %"}}}, "controls": ["region"]}, "response.margins.region: the shares of its levels add up to 90 %, not to 100 %"),
        ({"episodes": {"each": "order", "key": "id", "customer": "who", "at": "day"}}, "episodes.each: the table 'order' is not declared; did you mean 'orders'?"),
        ({"perceptions": {"mood": {"table": "reveiws", "at": "day", "within": "1 day", "value": "x", "measure": "nps"}}}, "perceptions.mood.table: the table 'reveiws' is not declared; did you mean 'reviews'?"),
        ({"perceptions": {"wait": {"value": "x", "measure": "nps"}}}, "perceptions.wait: the name 'wait' is taken by operations.wait"),
        ({"controls": {"Wait": "x"}}, "controls.Wait: the name 'Wait' is taken by operations.wait"),
        ({"segments": ["back"]}, "segments.back: the name 'back' is taken by behaviours.back"),
        ({"controls": {"paid": "a"}, "segments": {"paid": "b"}}, "segments.paid: 'paid' is a control as well, declared differently"),
        ({"controls": ["lower(state)"]}, "controls.lower(state): 'lower(state)' cannot be a name: letters"),
        ({"controls": {"x" * 61: "x"}}, "cannot be a name"),
        ({"controls": {"_x": "x"}}, "controls._x: '_x' cannot be a name"),
        ({"controls": {"é": "x"}}, "cannot be a name"),
        ({"tables": {**BASE["tables"], "episodes": {"path": "x"}}}, "tables.episodes: 'episodes' is a word of its own"),
        ({"tables": {**BASE["tables"], "select": {"path": "x"}}}, "tables.select: 'select' is a word of its own"),
        ({"tables": {**BASE["tables"], "Orders": {"path": "x"}}}, "tables.Orders: the table 'orders' has the same name in SQL"),
        ({"tables": {**BASE["tables"], "a.b": {"path": "x"}}}, "tables.a.b: 'a.b' cannot be a name"),
        ({"tables": {**BASE["tables"], "x": {"path": ""}}}, "tables.x.path: found '', which is no path"),
        ({"tables": {**BASE["tables"], "x": {"path": ["a", "b\0"]}}}, "which is no path of a file"),
        ({"tables": {**BASE["tables"], "x": {"path": "s3://bucket/x.csv"}}}, "tables.x.path: found 's3://bucket/x.csv': DuckDB reads files of this machine, and only Spark reads URLs"),
    ],
)  # fmt: skip
def test_what_the_file_alone_shows(sections: dict[str, object], message: str) -> None:
    assert any(message in problem for problem in problems(**sections)), problems(**sections)


def test_period_effects_are_no_shorter_than_episodes() -> None:
    monthly = {"every": "month", "customers": "orders", "customer": "id"}
    assert problems(episodes=monthly, period_effects="quarter") == []
    assert problems(episodes=monthly, period_effects="week") == [
        "period_effects: found 'week', which is shorter than the episodes' 'month'"
    ]


def test_a_name_may_be_a_control_and_a_segment() -> None:
    assert problems(controls=["paid", "state"], segments=["state"]) == []


def test_of_a_control_and_a_segment_of_one_name_either_has_the_label() -> None:
    called, again = {"value": "state", "label": "Where they live"}, {"value": "state", "label": "Home"}
    for controls, segments in (
        ({"state": called}, ["state"]),
        (["state"], {"state": called}),
        *[[{"state": called}] * 2],
    ):
        assert problems(controls=controls, segments=segments) == []
        assert loaded(controls=controls, segments=segments).labels == {"state": "Where they live"}
    assert problems(controls={"state": called}, segments={"state": again}) == [
        "segments.state: 'state' is a control as well, declared differently"
    ]


def test_a_problem_has_its_line_in_the_file(write: Write) -> None:
    file = write(SMALL.replace("value: stars", "value: stars +"))
    with pytest.raises(ProjectError) as caught:
        load_project(file)
    assert str(caught.value) == (
        f"{file}:8: perceptions.mood.value: in 'stars +': the SQL cannot be read: it ends too early"
    )


def test_sql_tables_come_after_what_they_read(write: Write) -> None:
    assert sql_tables_in_order(load_project(write(OLIST)).project) == ["orders"]
    project = with_sql(c="select * from b, A", b="select * from a", a="from orders", d="select 1")
    order = sql_tables_in_order(project)
    assert sorted(order) == ["a", "b", "c", "d"]
    assert order.index("a") < order.index("b") < order.index("c")


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"a": "from b", "b": "from c", "c": "from a"}, "tables read each other in a circle: "),
        ({"a": "select * from A"}, "the table 'a' reads itself"),
    ],
)
def test_circles_are_refused(tables: dict[str, str], message: str) -> None:
    project = with_sql(**tables)
    assert any(message in problem.message for problem in crosscheck(project))
    with pytest.raises(ProjectError, match=message):
        sql_tables_in_order(project)


def test_order_refuses_what_the_fence_refuses() -> None:
    with pytest.raises(ProjectError, match=r"tables\.a\.sql: found COPY"):
        sql_tables_in_order(with_sql(a="copy orders to 'x.csv'"))


def test_every_expression_of_a_project_is_checked() -> None:
    bad = "(select 1)"
    row = {"table": "orders", "on": bad, "customer": bad, "at": bad, "value": bad, "where": bad}
    found = problems(
        episodes={
            "every": "month",
            "customers": "orders",
            "customer": bad,
            "since": bad,
            "until": bad,
            "where": bad,
        },
        operations={"wait": {**row, "agg": "sum", "better": "lower"}},
        perceptions={"mood": {**row, "measure": "nps", "within": "1 day"}},
        behaviours={"back": {**row, "kind": "buy_more", "within": "1 day"}},
        controls={"c": {**row, "agg": "sum"}, "d": bad},
        segments={"s": bad},
    )
    assert len(found) == 4 + 5 * 4 + 2
    assert all("found a subquery" in problem for problem in found)
    assert len(problems(episodes={"each": "orders", "key": bad, "customer": bad, "at": bad})) == 3


@pytest.mark.parametrize(
    ("expression", "columns"),
    [
        ("date_diff('day', ordered, delivered) - ordered", ("ordered", "delivered")),
        ('"Order Date" + o.paid', ("Order Date", "paid")),
        ("list_transform(items, x -> x + tax)", ("items", "tax")),
        ("[x for x in items if x > least_price]", ("items", "least_price")),
        ("1", ()),
    ],
)
def test_referenced_columns(expression: str, columns: tuple[str, ...]) -> None:
    assert sorted(referenced_columns(expression)) == sorted(columns)
