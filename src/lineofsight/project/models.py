"""What a project declares: frozen models, one per section of `lineofsight.yml`.

They check what can be known from the file alone; what needs the data is checked by `los check`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from lineofsight.changes import DeclaredChange
from lineofsight.error_codes import ProjectCode
from lineofsight.project.declared_changes import TypedChange, TypedTarget, checked_change
from lineofsight.project.problems import FieldError, describe
from lineofsight.project.quantities import Day, Duration, Number
from lineofsight.project.settings import (
    Engine,
    Estimation,
    Insist,
    Limits,
    Response,
    Section,
    Value,
    named_engine,
)
from lineofsight.project.tables import Table
from lineofsight.units import TIMES

Aggregate = Literal["mean", "median", "p90", "sum", "count", "share", "last"]
Better = Literal["lower", "higher"]
Measure = Literal["nps", "csat", "ces", "score"]
BehaviourKind = Literal["stay", "buy_more", "recommend", "cost_to_serve"]
Period = Literal["week", "month", "quarter"]

#: Which number a text stands for, by the text; None where it is no answer.
Answers = Annotated[dict[str, Number | None], Field(min_length=1)]


def _as_written(value: Any) -> Any:
    """A value or a list of them, as texts: `true` and `1` of YAML as data have them."""
    entries = value if isinstance(value, list | tuple) else [value]
    if not entries or not all(isinstance(entry, str | int | float | dt.date) for entry in entries):
        return value
    return tuple(str(each).lower() if isinstance(each, bool) else str(each) for each in entries)


#: Values of a column in words, compared as they are written.
Statuses = Annotated[tuple[str, ...], BeforeValidator(_as_written)]

_ANCHORED = {
    "key": "the column that names a row of the table",
    "at": "the time of a row of the table",
    "customers": "the table of customers",
}
_BETWEEN = re.compile(r"(?i)\b(date_?diff|date_?sub|age)\s*\(")
_BEGUN_WITHIN = dt.timedelta(days=30)
DEFAULT_SCALES: dict[str, tuple[float, float]] = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}


class Episodes(Section):
    """One customer around one moment: anchored on rows (`each`) or on the calendar (`every`).

    `each: orders` makes one episode per row of that table; `every: month` one per customer and period. With neither `key` nor
    `at`, `each: customers` is a snapshot: one row per customer, and no time.

    Attributes:
        each: The table whose rows are the anchors.
        key: What identifies such a row.
        at: The time of such a row.
        every: The period of the calendar.
        customers: The table of customers, with one row each.
        since: From when on a customer is there, an expression on its row; absent means throughout.
        until: Until when.
        first: The first day of the calendar that counts.
        last: The last one.
        customer: Who it is, an expression on the row of the anchor; in a snapshot it may be absent, and each row is one of its own.
        where: Which rows count.
        order: Of a snapshot, why its operations came before what customers said and did, where that is known.
    """

    each: str | None = None
    key: str | None = None
    at: str | None = None
    every: Period | None = None
    customers: str | None = None
    since: str | None = None
    until: str | None = None
    first: Day | None = None
    last: Day | None = None
    customer: str | None = None
    where: str | None = None
    order: str | None = None

    @model_validator(mode="after")
    def _one_anchor(self) -> Episodes:
        if (self.each is None) == (self.every is None):
            raise FieldError(
                ProjectCode.KEYS_CONFLICT,
                "episodes are anchored either on rows ('each: a table') or on the calendar ('every: month')",
            )
        if self.each is not None:
            missing = [] if self.snapshot else [n for n in ("key", "at") if getattr(self, n) is None]
            extra = [
                name
                for name in ("customers", "since", "until", "first", "last")
                if getattr(self, name) is not None
            ]
        else:
            missing = ["customers"] if self.customers is None else []
            extra = [name for name in ("key", "at") if getattr(self, name) is not None]
        anchor = "each" if self.each is not None else "every"
        if missing:
            needed = " and ".join(f"'{name}', {_ANCHORED[name]}" for name in missing)
            snapshot = (
                "; with neither 'key' nor 'at' they are a snapshot: one row per customer, and no time"
                if self.each is not None
                else ""
            )
            raise FieldError(ProjectCode.MISSING_KEY, f"episodes with '{anchor}' need {needed}{snapshot}")
        if extra:
            raise FieldError(
                ProjectCode.KEYS_CONFLICT,
                f"episodes with '{anchor}' have no {' or '.join(repr(name) for name in extra)}",
            )
        if self.customer is None and not self.snapshot:
            raise FieldError(
                ProjectCode.MISSING_KEY,
                "episodes need 'customer', the column that says whose they are; only a snapshot, with neither 'key' nor 'at',"
                " can do without it: each of its rows is then a customer of its own",
            )
        if self.order is not None and not self.snapshot:
            raise FieldError(
                ProjectCode.KEYS_CONFLICT,
                "'order' is for a snapshot, with neither 'key' nor 'at': times say here what came first",
            )
        if self.first is not None and self.last is not None and self.first > self.last:
            raise FieldError(
                ProjectCode.WRONG_ORDER, "'first' is a day before 'last': found them the other way round"
            )
        return self

    @property
    def snapshot(self) -> bool:
        """Whether episodes are rows without a time, one per customer."""
        return self.each is not None and self.key is None and self.at is None

    @property
    def ordered(self) -> bool:
        """Whether times, or the user's word, say that operations came before what customers said and did."""
        return not self.snapshot or self.order is not None

    @property
    def table(self) -> str:
        """The table whose rows anchor the episodes."""
        name = self.each or self.customers
        assert name is not None  # by _one_anchor
        return name


class Feature(Section):
    """A number (or category) known at the anchor: from its own row, or from another table before it.

    Attributes:
        value: Without `table` an expression on the anchor's row, with it one on a row of that table.
        table: The table whose rows, inside the window up to the anchor, are put together.
        on: The column that links its rows to the anchor; without it they are those of the same customer.
        customer: Whose such a row is; absent, as in `episodes`.
        at: When it was known.
        agg: How rows are put together.
        over: How long the window is.
        where: Which rows count.
        missing: What a missing value does, as `if_missing`.
        label: What it is called in sentences.
    """

    value: str | None = None
    table: str | None = None
    on: str | None = None
    customer: str | None = None
    at: str | None = None
    agg: Aggregate | None = None
    over: Duration | None = None
    where: str | None = None
    missing: Literal["drop", "indicator"] | None = None
    label: str | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Feature:
        if self.table is None:
            if self.value is None:
                raise FieldError(
                    ProjectCode.MISSING_KEY, "needs 'value', an expression on the row of the episode"
                )
            extra = [n for n in ("on", "customer", "agg", "over", "where") if getattr(self, n) is not None]
            if extra:
                raise FieldError(
                    ProjectCode.KEYS_CONFLICT,
                    f"{', '.join(repr(name) for name in extra)} need 'table', the table to aggregate",
                )
        else:
            if self.agg is None:
                raise FieldError(
                    ProjectCode.MISSING_KEY, "needs 'agg': mean, median, p90, sum, count, share or last"
                )
            if self.at is None:
                raise FieldError(ProjectCode.MISSING_KEY, "needs 'at', the time of a row of that table")
            if self.value is None and self.agg != "count":
                raise FieldError(
                    ProjectCode.MISSING_KEY, f"'agg: {self.agg}' needs 'value', what to aggregate"
                )
        return self

    @property
    def if_missing(self) -> Literal["drop", "indicator"]:
        """What a missing value does: an aggregate over nothing is a fact of its own, a hole in a row is not.

        `indicator` keeps the episode with a column that says the value is absent; `drop` leaves it out.
        """
        return self.missing or ("indicator" if self.table is not None else "drop")


class Control(Feature):
    """What is held equal.

    Attributes:
        select: Whether only where it is found to matter to an operation or an outcome.
        answers: Which number each text stands for.
    """

    select: bool = False
    answers: Answers | None = None


class Assigned(Section):
    """How an operation came to whom it came to.

    Attributes:
        how: `random` where lots were drawn; `chance` where something else decided that customers have no part in.
        because: Who or what decided.
    """

    how: Literal["random", "chance"]
    because: str


class Operation(Feature):
    """Something the company does, which a manager can change.

    Attributes:
        unit: What it is measured in.
        better: The direction that is good.
        function: Who owns it.
        limit: The best value there can be.
        change: How much better it is asked to get; absent, by `estimation.change`.
        to: The value to which everyone goes who is worse, instead.
        knots: Where its effect may bend, rising.
        bands: Where bands of its values begin, rising.
        rating: The lowest and highest answer, where customers rate it.
        assigned: How it came to whom it came to, where that is known.
        answers: Which number each text stands for.
    """

    unit: str = ""
    better: Better
    function: str | None = None
    limit: Number | None = None
    change: TypedChange | None = None
    to: TypedTarget | None = None
    knots: tuple[Number, ...] = ()
    bands: tuple[Number, ...] = ()
    rating: tuple[Number, Number] | None = None
    assigned: Assigned | None = None
    answers: Answers | None = None

    @property
    def is_duration(self) -> bool:
        """Whether it measures a length of time: by its unit, or as it is the time between two instants."""
        return self.unit.lower().rstrip("s") in TIMES or _BETWEEN.search(self.value or "") is not None

    @property
    def asked(self) -> DeclaredChange | None:
        """The change that is declared, in the operation's unit and the good direction."""
        return checked_change(self.change, self.to, self.unit, self.better, self.limit, self.rating)

    @model_validator(mode="after")
    def _change_is_possible(self) -> Operation:
        checked_change(self.change, self.to, self.unit, self.better, self.limit, self.rating)
        return self

    @model_validator(mode="after")
    def _ascending(self) -> Operation:
        if self.rating is not None and not self.rating[0] < self.rating[1]:
            raise FieldError(
                ProjectCode.WRONG_ORDER,
                f"'rating' goes from the lowest answer to the highest: found {list(self.rating)}",
            )
        for name in ("knots", "bands"):
            cuts = getattr(self, name)
            if list(cuts) != sorted(set(cuts)):
                raise FieldError(ProjectCode.WRONG_ORDER, f"'{name}' must rise: found {list(cuts)}")
        return self


class Perception(Section):
    """What a customer says: an answer in the window `within` after the anchor, or on the anchor's own row.

    Attributes:
        table: The table of answers; without it, `value` is on the anchor's row.
        on: The column that links its rows to the anchor; without it they are those of the same customer.
        customer: Whose such a row is; absent, as in `episodes`.
        at: When it was answered.
        value: The answer.
        where: Which rows count.
        measure: How answers are counted.
        scale: The lowest and highest answer, where they are not the measure's own.
        within: How long after the anchor an answer counts.
        take: Which of several answers counts.
        label: What it is called in sentences.
        leads_to: The perception, as of the company as a whole, that this one of a touchpoint leads to.
        answers: Which number each text stands for.
    """

    table: str | None = None
    on: str | None = None
    customer: str | None = None
    at: str | None = None
    value: str
    where: str | None = None
    measure: Measure
    scale: tuple[Number, Number] | None = None
    within: Duration | None = None
    take: Literal["first", "last"] = "first"
    label: str | None = None
    leads_to: str | None = None
    answers: Answers | None = None

    @model_validator(mode="after")
    def _measure_and_scale(self) -> Perception:
        if self.table is not None and (self.at is None or self.within is None):
            raise FieldError(
                ProjectCode.MISSING_KEY,
                "with 'table' needs 'at' (when it was answered) and 'within' (how long after the anchor it counts)",
            )
        if self.table is None and (self.on or self.customer or self.where):
            raise FieldError(ProjectCode.KEYS_CONFLICT, "'on', 'customer' and 'where' need 'table'")
        if self.table is None and "take" in self.model_fields_set:
            raise FieldError(
                ProjectCode.KEYS_CONFLICT,
                "'take' needs 'table': on the episode's own row there is one answer only",
            )
        if self.scale is not None and not self.scale[0] < self.scale[1]:
            raise FieldError(
                ProjectCode.WRONG_ORDER, f"'scale' goes from low to high: found {list(self.scale)}"
            )
        standard = DEFAULT_SCALES.get(self.measure)
        if self.scale is not None and standard is not None and self.scale != standard:
            raise FieldError(
                ProjectCode.SCALE_NOT_STANDARD,
                f"measure '{self.measure}' is defined on the scale {list(standard)}; use 'measure: score' for another scale",
            )
        return self

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The scale declared, or the measure's standard one."""
        return self.scale or DEFAULT_SCALES.get(self.measure)


class Behaviour(Section):
    """What a customer does next, counted in the window `within` after the perceptions' windows end.

    `stay` is 1 when the customer has a row in the window (`event: return`), or has none (`event: leave`); on the
    anchor's own row `value` is yes or no, and says that the customer stayed, or left. The others sum `value` over the rows, or count rows without it.

    Attributes:
        kind: Which of the four behaviours it is.
        table: The table whose rows are what customers did; without it, `value` is on the anchor's row.
        on: The column that links its rows to the anchor; without it they are those of the same customer.
        customer: Whose such a row is; absent, as in `episodes`.
        at: When it happened.
        value: What is summed.
        where: Which rows count.
        column: Instead of `value`, a column of the anchor's own row that says in words what became of the customer.
        is_: Which of its values mean yes, as they are written.
        is_not: Which mean no; absent, all others. What is in neither list is not known.
        within: How long it is followed.
        event: For `stay`, whether a row in the window, or a yes on the anchor's own row, means staying or leaving.
        unit: What it is measured in, where that is not money.
        label: What it is called in sentences.
    """

    kind: BehaviourKind
    table: str | None = None
    on: str | None = None
    customer: str | None = None
    at: str | None = None
    value: str | None = None
    where: str | None = None
    column: str | None = None
    is_: Statuses | None = Field(default=None, alias="is")
    is_not: Statuses | None = None
    within: Duration | None = None
    event: Literal["return", "leave"] = "return"
    unit: str | None = None
    label: str | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Behaviour:
        _check_status(self)
        if self.table is None and self.value is None and self.column is None:
            raise FieldError(
                ProjectCode.MISSING_KEY,
                "needs 'table' (whose rows are what customers did) or 'value' (on the row of the episode)",
            )
        if self.table is not None and (self.at is None or self.within is None):
            raise FieldError(
                ProjectCode.MISSING_KEY,
                "with 'table' needs 'at' (when it happened) and 'within' (how long it is followed)",
            )
        if self.table is None and (self.on or self.customer or self.where or self.at):
            raise FieldError(ProjectCode.KEYS_CONFLICT, "'on', 'customer', 'where' and 'at' need 'table'")
        if self.kind != "stay" and "event" in self.model_fields_set:
            raise FieldError(
                ProjectCode.KEYS_CONFLICT, f"'event' is a key of 'kind: stay' only: found 'kind: {self.kind}'"
            )
        if self.kind == "stay" and self.unit is not None:
            raise FieldError(
                ProjectCode.KEYS_CONFLICT, "'stay' has no 'unit': it is told as a share of customers"
            )
        if self.kind == "stay" and self.table is not None and self.value is not None:
            raise FieldError(
                ProjectCode.KEYS_CONFLICT,
                "'stay' with 'table' counts rows and has no 'value'; keep some rows with 'where'",
            )
        return self

    @property
    def read(self) -> str | None:
        """What is read of a row: the expression, or the column that says it in words."""
        return self.value if self.column is None else self.column

    @property
    def says_left(self) -> bool:
        """Whether a yes on the anchor's own row says that the customer left."""
        return self.kind == "stay" and self.table is None and self.event == "leave"

    @property
    def better(self) -> Better:
        """The direction that is good for the company."""
        return "lower" if self.kind == "cost_to_serve" else "higher"

    @property
    def is_money(self) -> bool:
        """Whether it is measured in the project's currency."""
        return self.kind in ("buy_more", "cost_to_serve") and self.value is not None and self.unit is None


def _check_status(behaviour: Behaviour) -> None:
    """A status in words stands on the episode's own row, and says which values mean yes."""
    lists = [
        name for name, values in (("is", behaviour.is_), ("is_not", behaviour.is_not)) if values is not None
    ]
    if behaviour.column is None:
        if lists:
            raise FieldError(
                ProjectCode.MISSING_KEY, f"'{lists[0]}' needs 'column', the column whose values are compared"
            )
        return
    if behaviour.table is not None or behaviour.value is not None:
        other = "table" if behaviour.table is not None else "value"
        hint = "; keep rows of a table with 'where'" if other == "table" else ""
        raise FieldError(
            ProjectCode.KEYS_CONFLICT,
            f"'column' is read on the episode's own row, and not with '{other}'{hint}",
        )
    if not behaviour.is_:
        raise FieldError(
            ProjectCode.MISSING_KEY, "'column' needs 'is', the values that mean yes: 'is: [Active, Renewed]'"
        )
    both = sorted(set(behaviour.is_) & set(behaviour.is_not or ()))
    if both:
        raise FieldError(ProjectCode.NAME_TAKEN, f"{both[0]!r} stands in both 'is' and 'is_not'")


def _named_features(value: Any) -> Any:
    """`[paid, {months: {table: …}}]` and `{paid: paid, months: {table: …}}` both become name → feature."""
    if isinstance(value, list):
        value = _merged(value)
    if isinstance(value, dict):
        return {name: {"value": entry} if isinstance(entry, str) else entry for name, entry in value.items()}
    return value


def _merged(entries: list[Any]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, (str, dict)):
            raise FieldError(
                ProjectCode.WRONG_KIND,
                f"found {describe(entry)} in the list: write a column's name, or 'name: expression'",
            )
        for name, feature in ({entry: entry} if isinstance(entry, str) else entry).items():
            if name in named:
                raise FieldError(ProjectCode.NAME_TAKEN, f"'{name}' is listed twice")
            named[name] = feature
    return named


class Project(Section):
    """A whole project: `lineofsight.yml`, read and checked."""

    name: str
    currency: str = ""
    timezone: str | None = None
    engine: Annotated[Engine, BeforeValidator(named_engine)] = Engine()
    limits: Limits = Limits()
    tables: dict[str, Table]
    episodes: Episodes
    operations: dict[str, Operation]
    perceptions: dict[str, Perception] = Field(default_factory=dict)
    behaviours: dict[str, Behaviour] = Field(default_factory=dict)
    controls: Annotated[dict[str, Control], BeforeValidator(_named_features)] = Field(default_factory=dict)
    period_effects: Period | None = None
    segments: Annotated[dict[str, Feature], BeforeValidator(_named_features)] = Field(default_factory=dict)
    value: Value | None = None
    response: Response = Response()
    estimation: Estimation = Estimation()
    insist: tuple[Insist, ...] = ()

    @model_validator(mode="after")
    def _limits_of_duckdb(self) -> Project:
        if self.engine.name == "spark" and "limits" in self.model_fields_set:
            raise FieldError(
                ProjectCode.KEYS_CONFLICT,
                "found 'limits' with 'engine: spark': they are DuckDB's; Spark has options of its own, under 'config'",
            )
        return self

    @property
    def assigned(self) -> dict[str, Assigned]:
        """Operations that are declared to be assigned by lot or by chance."""
        return {name: each.assigned for name, each in self.operations.items() if each.assigned is not None}

    @property
    def labels(self) -> dict[str, str]:
        """What people call each operation, perception, behaviour, control and attribute of segments: its label where it has one."""
        declared: Iterable[Mapping[str, Feature | Perception | Behaviour]] = (
            *(self.segments, self.controls),
            *(self.operations, self.perceptions, self.behaviours),
        )
        return {name: each.label for group in declared for name, each in group.items() if each.label}

    @property
    def insisted(self) -> dict[tuple[str, str], str]:
        """Why each link that is insisted on is, by cause and outcome."""
        return {(each.cause, each.outcome): each.because for each in self.insist}

    @property
    def placebo_gap(self) -> dt.timedelta:
        """How long before an episode none of its operations can have begun, so that what was done by then is no follow-up.

        By default the longest window of an operation; at least 30 days where one is on the episode's own row, of which
        nothing says when it began.
        """
        if self.estimation.placebo_gap is not None:
            return self.estimation.placebo_gap
        windows = [feature.over for feature in self.operations.values() if feature.over is not None]
        if any(feature.table is None for feature in self.operations.values()):
            windows.append(_BEGUN_WITHIN)
        return max(windows, default=dt.timedelta(0))

    @property
    def leads_to(self) -> dict[str, str]:
        """Per perception of a touchpoint, the one that it leads to."""
        return {name: each.leads_to for name, each in self.perceptions.items() if each.leads_to is not None}

    @property
    def landmark(self) -> dt.timedelta:
        """Where behaviours' windows start: the end of the longest perception window."""
        return max(
            (p.within for p in self.perceptions.values() if p.within is not None), default=dt.timedelta(0)
        )
