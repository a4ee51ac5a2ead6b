"""What a project declares: frozen models, one per section of `lineofsight.yml`.

They check what can be known from the file alone; what needs the data is checked by `los check`.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from lineofsight.error_codes import ProjectCode
from lineofsight.project.engine import Engine, named_engine
from lineofsight.project.problems import FieldError, describe
from lineofsight.project.section import Day, Duration, Number, Section, Share, WholeNumber
from lineofsight.project.tables import Table

Aggregate = Literal["mean", "median", "p90", "sum", "count", "share", "last"]
Better = Literal["lower", "higher"]
Measure = Literal["nps", "csat", "ces", "score"]
BehaviourKind = Literal["stay", "buy_more", "recommend", "cost_to_serve"]
Period = Literal["week", "month", "quarter"]

_ANCHORED = {
    "key": "the column that names a row of the table",
    "at": "the time of a row of the table",
    "customers": "the table of customers",
}
_BEGUN_WITHIN = dt.timedelta(days=30)
DEFAULT_SCALES: dict[str, tuple[float, float]] = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}


class Episodes(Section):
    """One customer around one moment: anchored on rows (`each`) or on the calendar (`every`).

    `each: orders` makes one episode per row of that table, at the time `at`, identified by `key`.
    `every: month` makes one per customer and period; `customers` is the table of customers, with one row each,
    present from `since` to `until` (expressions on its row; absent means throughout), between the dates
    `first` and `last`.
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
    customer: str
    where: str | None = None

    @model_validator(mode="after")
    def _one_anchor(self) -> Episodes:
        if (self.each is None) == (self.every is None):
            raise FieldError(
                ProjectCode.KEYS_CONFLICT,
                "episodes are anchored either on rows ('each: a table') or on the calendar ('every: month')",
            )
        if self.each is not None:
            missing = [name for name in ("key", "at") if getattr(self, name) is None]
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
            raise FieldError(ProjectCode.MISSING_KEY, f"episodes with '{anchor}' need {needed}")
        if extra:
            raise FieldError(
                ProjectCode.KEYS_CONFLICT,
                f"episodes with '{anchor}' have no {' or '.join(repr(name) for name in extra)}",
            )
        if self.first is not None and self.last is not None and self.first > self.last:
            raise FieldError(
                ProjectCode.WRONG_ORDER, "'first' is a day before 'last': found them the other way round"
            )
        return self

    @property
    def table(self) -> str:
        """The table whose rows anchor the episodes."""
        name = self.each or self.customers
        assert name is not None  # by _one_anchor
        return name


class Feature(Section):
    """A number (or category) known at the anchor: from its own row, or from another table before it.

    Without `table`, `value` is an expression on the anchor's row; `at` may say when it was known. With `table`, the
    rows of the same customer (or with the same `on`) inside the window `over` up to the anchor are put
    together by `agg`. `where` keeps only some of them.
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
    """What is held equal; with `select`, only where it is found to matter to an operation or an outcome."""

    select: bool = False


class Assigned(Section):
    """How an operation came to whom it came to.

    `random`: lots were drawn. `chance`: something else decided that customers have no part in.
    """

    how: Literal["random", "chance"]
    because: str


class Operation(Feature):
    """Something the company does, which a manager can change.

    `rating`: the lowest and highest answer, where customers rate it.
    """

    label: str | None = None
    unit: str = ""
    better: Better
    function: str | None = None
    limit: Number | None = None
    knots: tuple[Number, ...] = ()
    bands: tuple[Number, ...] = ()
    rating: tuple[Number, Number] | None = None
    assigned: Assigned | None = None

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

    `leads_to`: the perception, as of the company as a whole, that this one of a touchpoint leads to.
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

    @model_validator(mode="after")
    def _measure_and_scale(self) -> Perception:
        if self.table is not None and (self.at is None or self.within is None):
            raise FieldError(
                ProjectCode.MISSING_KEY,
                "with 'table' needs 'at' (when it was answered) and 'within' (how long after the anchor it counts)",
            )
        if self.table is None and (self.on or self.customer or self.where):
            raise FieldError(ProjectCode.KEYS_CONFLICT, "'on', 'customer' and 'where' need 'table'")
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

    `stay` is 1 when the customer has a row in the window (`event: return`), or has none (`event: leave`).
    The others sum `value` over the rows, or count rows without it. Without `table`, `value` is on the anchor's row.
    """

    kind: BehaviourKind
    table: str | None = None
    on: str | None = None
    customer: str | None = None
    at: str | None = None
    value: str | None = None
    where: str | None = None
    within: Duration | None = None
    event: Literal["return", "leave"] = "return"
    unit: str | None = None
    label: str | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Behaviour:
        if self.table is None and self.value is None:
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
        if self.kind == "stay" and self.table is not None and self.value is not None:
            raise FieldError(
                ProjectCode.KEYS_CONFLICT,
                "'stay' with 'table' counts rows and has no 'value'; keep some rows with 'where'",
            )
        return self

    @property
    def better(self) -> Better:
        """The direction that is good for the company."""
        return "lower" if self.kind == "cost_to_serve" else "higher"

    @property
    def is_money(self) -> bool:
        """Whether it is measured in the project's currency."""
        return self.kind in ("buy_more", "cost_to_serve") and self.value is not None and self.unit is None


class Value(Section):
    """What turns behaviours into money.

    `margin`: contribution margin on spend. `horizon`: how long a customer kept is counted.
    `discount_rate`: per year. `per_unit`: worth of one unit of a behaviour, where the company knows it.
    `referral_conversion`: how many of those referred become customers.
    """

    margin: Share
    horizon: Duration
    discount_rate: Share = 0.0
    per_unit: dict[str, Number] = Field(default_factory=dict)
    referral_conversion: Share | None = None


class Response(Section):
    """What is known of everyone who could have answered, beyond the episodes.

    `margins`: for segments, or controls with levels, the share that each level has. Weights of those who answered are
    raked to them.
    """

    margins: dict[str, dict[str, Share]] = Field(default_factory=dict)


class Estimation(Section):
    """How it is estimated; the defaults serve nearly everybody."""

    change: Share = Field(default=0.10, gt=0)
    replicates: WholeNumber = Field(default=1000, ge=100, le=20000)
    seed: WholeNumber = Field(default=1, ge=0, lt=2**63)
    buckets: WholeNumber = Field(default=512, ge=32, le=512)
    confidence: Share = Field(default=0.95, gt=0.5, lt=1)
    placebo_gap: Duration | None = None


class Insist(Section):
    """A link that is told although something speaks against it: a cause and an outcome by name, and the reason."""

    cause: str
    outcome: str
    because: str


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

    @property
    def assigned(self) -> dict[str, Assigned]:
        """Operations that are declared to be assigned by lot or by chance."""
        return {name: each.assigned for name, each in self.operations.items() if each.assigned is not None}

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
