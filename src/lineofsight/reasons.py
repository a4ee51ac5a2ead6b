"""Everything that is stated of a result, as a code with parameters: why there is none, what speaks for it or against it.

A statement is a fact. `words.reasons` makes a clause or a sentence of it, in a language; nothing else does, and no
program needs to read prose. Codes are stored in runs: they are renamed only with the schema's version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from typing import Any, TypedDict, Unpack


class Parameters(TypedDict, total=False):
    """The one vocabulary of all statements.

    Names are those of the project file. A `kind` is one of a few words that the code knows; a `text` is the user's own.
    """

    name: str  # what is spoken of: an operation, perception, behaviour, control, table or column
    other: str | None  # the second, where there are two
    names: tuple[str, ...]
    others: tuple[str, ...]
    n: int  # how many there are
    needed: int  # how many there have to be, or may be at most
    total: int | None  # how many were looked at
    columns: int  # of a model
    share: float  # 0 to 1
    beside: float  # the share elsewhere that the first is held against
    p: float  # a p-value or q-value
    value: float
    margin: float  # of what is spent, 0 to 1
    years: float  # discounted
    days: float
    at: str  # a period or a day
    kind: str
    text: str
    inner: tuple[Statement, ...]  # statements that this one is about


class Reason(StrEnum):
    """What is stated. Behind each code stand its parameters; one with a question mark may be left out."""

    parameters: tuple[str, ...]
    needs: frozenset[str]

    def __new__(cls, code: str, *parameters: str) -> Reason:
        """A code with its parameters."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.parameters = tuple(each.rstrip("?") for each in parameters)
        member.needs = frozenset(each for each in parameters if not each.endswith("?"))
        return member

    def __call__(self, **parameters: Unpack[Parameters]) -> Statement:
        """The statement with these parameters."""
        return Statement(self, **parameters)

    # Of statements: several, one of some names, one in a period.
    SEVERAL = "several", "inner"
    OF_NAMES = "of_names", "names", "inner"
    IN_PERIOD = "in_period", "at", "inner"
    COLUMN_IN_PERIOD = "column_in_period", "at", "inner"
    AMONG_SAME_CUSTOMERS = "among_same_customers", "inner"
    NOTHING_TO_HOLD_AGAINST = "nothing_to_hold_against", "inner"
    KEPT_OUT = "kept_out", "inner"

    # Why a model has no coefficient.
    NO_EPISODE = "no_episode"
    SAME_EVERYWHERE = "same_everywhere", "at?"
    SAME_OUTCOME = "same_outcome"
    MADE_FROM = "made_from"
    COMBINATION = "combination", "names"
    MOVES_WITH = "moves_with", "names", "others"
    DIFFERS_FOR_FEW = "differs_for_few", "share"
    FEW_TELL_APART = "few_tell_apart", "names", "share"
    TOO_FEW = "too_few", "n", "columns", "needed"
    RESAMPLES_FAIL = "resamples_fail", "share"
    NOTHING_TO_POOL = "nothing_to_pool", "n", "total"

    # Why no control could be selected.
    NO_EPISODES = "no_episodes"
    CONSTANT = "constant", "name"
    NOT_BEYOND_CONTROLS = "not_beyond_controls", "name"
    FEW_TO_SELECT = "few_to_select", "columns", "needed", "value"
    LASSO_FAILS = "lasso_fails", "name"

    # Why answers have no weights.
    NOT_FITTED = "not_fitted"
    NOBODY_ANSWERED = "nobody_answered"
    ANSWERS_TOLD_EXACTLY = "answers_told_exactly"
    FEW_ANSWERED = "few_answered", "n", "columns", "needed"
    FEW_SILENT = "few_silent", "n", "columns", "needed"
    FEW_ASKED = "few_asked", "n", "needed"
    NO_KNOWN_LEVEL = "no_known_level"
    MARGINS_CLASH = "margins_clash"

    # Why there is no share, shape, class, interaction or place.
    NO_PATHS = "no_paths"
    SHARE_NOT_TOLD = "share_not_told"
    OPPOSED = "opposed"
    FEW_VALUES = "few_values"
    TOO_MANY_TO_BEND = "too_many_to_bend"
    EVERYBODY_AT_END = "everybody_at_end", "kind"
    NOBODY_AT_END = "nobody_at_end", "kind"
    NEITHER_CLEAR = "neither_clear"
    ONE_CLEAR = "one_clear", "kind"
    SIDES_OPPOSED = "sides_opposed"
    TOO_MANY_PAIRS = "too_many_pairs", "n", "needed"
    NOTHING_CHANGES = "nothing_changes"
    NOWHERE = "nowhere"

    # Why nothing is told of periods.
    ONE_PERIOD = "one_period"
    FEW_PERIODS = "few_periods", "n", "total", "inner"
    FEW_RESAMPLES = "few_resamples"
    SAME_IN_RESAMPLES = "same_in_resamples"
    PERIODS_MOVE_AS_ONE = "periods_move_as_one"
    TIED_TO_PERIOD = "tied_to_period", "at", "other"
    LENT = "lent", "at", "inner"
    FEW_FOR_MEAN = "few_for_mean"

    # Why there is no money.
    NO_TIME = "no_time"
    NO_BEHAVIOUR = "no_behaviour"
    NO_VALUE_SECTION = "no_value_section"
    COST_UNDECLARED = "cost_undeclared", "name"
    NO_SPEND = "no_spend", "name"
    NO_EPISODE_WITH = "no_episode_with", "name"
    NO_EPISODE_WITH_BOTH = "no_episode_with_both", "name", "other"
    NO_PURCHASES = "no_purchases", "name"
    SPEND_WITHOUT_WINDOW = "spend_without_window", "name"
    STAYERS_SPEND_WITHOUT_WINDOW = "stayers_spend_without_window", "name"
    NOBODY_STAYED = "nobody_stayed"
    REFERRALS_UNDECLARED = "referrals_undeclared"
    ONE_DAY = "one_day"
    SHORT_SPAN = "short_span", "n", "value", "needed", "total"

    # How the worth of one unit of a behaviour was made.
    WORTH_DECLARED = "worth_declared", "value"
    WORTH_ITS_COST = "worth_its_cost"
    MARGIN_OF_SPEND = "margin_of_spend", "margin"
    MARGIN_OF_PURCHASE = "margin_of_purchase", "margin", "value", "name"
    SPEND_OF_STAYERS = "spend_of_stayers", "value", "margin", "years", "days", "name"
    SPEND_OF_REFERRED = "spend_of_referred", "share", "value", "margin", "years"

    # What gives an outcome away.
    SEPARATES = "separates", "name", "other"
    COPY = "copy", "name", "other"
    NEARLY_GIVES_AWAY = "nearly_gives_away", "name", "other", "inner"
    TOLD_BY_SIGN = "told_by_sign", "kind", "share", "beside", "inner"
    SIGN_KNOWN = "sign_known", "name"
    SIGN_ABOVE = "sign_above", "name", "value"
    SIGN_FROM = "sign_from", "name", "value"
    SIGN_LEVELS = "sign_levels", "name", "names"
    SIGN_OTHER_LEVEL = "sign_other_level", "name"
    SIGN_LEVELS_OR_OTHER = "sign_levels_or_other", "name", "names"
    EXPLAINS_ALONE = "explains_alone", "name", "share"
    EXPLAINS_THE_REST = "explains_the_rest", "name", "share"
    MADE_AFTER = "made_after", "name", "other", "names"
    MADE_AFTER_WAY = "made_after_way", "name", "other", "names"

    # What settles an outcome in part, or tells more of it than causes do.
    SETTLES = "settles", "name", "other", "share", "inner"
    SETTLED_WHERE = "settled_where", "kind", "share", "inner"
    SIGN_BELOW = "sign_below", "name", "value"
    SIGN_UNKNOWN = "sign_unknown", "name"
    SO_STRONG = "so_strong", "name", "other", "share"

    # Other reasons to doubt a link.
    NEAR_FUNCTION = "near_function", "names", "share"
    TWIN = "twin", "name", "other", "share"
    TWIN_OF_SEVERAL = "twin_of_several", "name", "names", "share"
    PATHS_THROUGH_TWIN = "paths_through_twin", "names", "inner"
    REVERSED_WITHIN = "reversed_within", "name"
    INSISTED = "insisted", "text", "inner"
    TOO_RARE = "too_rare", "n", "columns"

    # Reasons to doubt the data.
    COPIED_MOMENTS = "copied_moments"
    COPIED_ROWS = "copied_rows", "name", "names", "total?"
    OLDER_VERSIONS = "older_versions", "name", "names", "other", "total?"
    UNLINKED_TABLE = "unlinked_table", "name", "other?", "names"
    UNLINKED_ROWS = "unlinked_rows", "name", "other?", "names", "total"
    MADE_LATER = "made_later", "name"
    BELOW_ZERO = "below_zero"

    # What was left out, or is missing.
    LACKS = "lacks", "kind"
    DATED_AFTER = "dated_after"
    DATED_BEFORE = "dated_before"
    DATED_TOO_LATE = "dated_too_late", "value"
    UNDATED = "undated"
    WINDOW_STARTS_BEFORE = "window_starts_before", "name", "at"
    WINDOW_ENDS_AFTER = "window_ends_after", "name", "at"
    STATUS_IN_NEITHER_LIST = "status_in_neither_list", "name", "names"
    LEFT_BEFORE_FOLLOW_UP = "left_before_follow_up", "value"
    ANSWERS_UNDATED = "answers_undated"
    ANSWERS_OF_NO_EPISODE = "answers_of_no_episode"
    ANSWERS_BEFORE = "answers_before"
    ANSWERS_LATE = "answers_late", "value"
    ANSWERS_NOT_TAKEN = "answers_not_taken", "kind"
    ABSENT_KEPT = "absent_kept"
    ABSENT_LEFT_OUT = "absent_left_out"

    # Why a claim has its level of evidence.
    ONLY_OPERATIONS = "only_operations"
    HELD_EQUAL = "held_equal"
    CLEAR_AMONG_ALL = "clear_among_all", "p"
    HIDDEN_TOO_WEAK = "hidden_too_weak", "share"
    BENCHMARK_TOO_WEAK = "benchmark_too_weak", "name"
    ASSIGNED = "assigned", "kind", "text"
    BALANCED = "balanced", "p", "columns"
    REST_HELD_EQUAL = "rest_held_equal", "names"

    # What keeps it from a higher one.
    NO_CONTROL = "no_control"
    CONTROL_KEPT_OUT = "control_kept_out", "names"
    HELD_BESIDE = "held_beside", "name", "other"
    WRONG_WAY = "wrong_way"
    ORDER_ASSUMED = "order_assumed"
    NOBODY_CHANGED_IT = "nobody_changed_it"
    NO_LOTS = "no_lots"
    ASSIGNED_BUT = "assigned_but", "kind", "inner"
    ASSIGNMENT_UNTESTED = "assignment_untested"
    UNBALANCED = "unbalanced", "name", "p"
    INTERVAL_INCLUDES_ZERO = "interval_includes_zero"
    CHANCE_FIND = "chance_find", "p"
    CHANCE_FIND_OF_CAUSE = "chance_find_of_cause", "p"
    FEW_CUSTOMERS = "few_customers", "n", "needed"
    FEW_OF_ANSWERS = "few_of_answers", "name", "n", "total"
    RARE_OUTCOME = "rare_outcome"
    HIDDEN_UNKNOWN = "hidden_unknown"
    HIDDEN_ENOUGH = "hidden_enough", "share"
    NO_BENCHMARK = "no_benchmark"
    BENCHMARK_ENOUGH = "benchmark_enough", "name"
    NOT_TOTAL = "not_total"
    SAME_MOOD = "same_mood"
    UNSTEADY = "unsteady", "n", "total"

    # What comparisons say for a claim, and against it.
    NOT_BEFORE = "not_before"
    NOT_NEXT = "not_next"
    WITHIN_TOO = "within_too"
    BEFORE_ALREADY = "before_already"
    NEXT_AS_MUCH = "next_as_much"
    NOT_WITHIN = "not_within"


@dataclass(frozen=True, slots=True, repr=False)
class Statement:
    """One fact: a code with the parameters that it has, each of its own type (`Parameters`).

    Raises:
        ValueError: A parameter that the code needs is missing, or one is given that it does not have.
    """

    code: Reason
    name: str | None = None
    other: str | None = None
    names: tuple[str, ...] | None = None
    others: tuple[str, ...] | None = None
    n: int | None = None
    needed: int | None = None
    total: int | None = None
    columns: int | None = None
    share: float | None = None
    beside: float | None = None
    p: float | None = None
    value: float | None = None
    margin: float | None = None
    years: float | None = None
    days: float | None = None
    at: str | None = None
    kind: str | None = None
    text: str | None = None
    inner: tuple[Statement, ...] | None = None

    def __post_init__(self) -> None:
        given = set(self.values)
        if missing := self.code.needs - given:
            raise ValueError(f"'{self.code}' needs {', '.join(sorted(missing))}")
        if unknown := given - set(self.code.parameters):
            raise ValueError(f"'{self.code}' has no {', '.join(sorted(unknown))}")

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"Reason.{self.code.name}({given})"

    @property
    def values(self) -> dict[str, Any]:
        """The parameters that it has."""
        return {name: value for name in _names() if (value := getattr(self, name)) is not None}

    def flat(self) -> dict[str, Any]:
        """Plain values for a table: the statements inside follow one another, each with its `depth`, from 1."""
        inner = [{**part._plain(), "depth": depth} for depth, part in self._inside(1)]
        return self._plain() | ({"inner": inner} if inner else {})

    @classmethod
    def from_flat(cls, values: Mapping[str, Any]) -> Statement:
        """The inverse of `flat`; values that are None count as absent.

        Raises:
            ValueError: There is no such code, or its parameters are not those given.
        """
        return _built({**values, "depth": 0}, list(values.get("inner") or ()))

    def _plain(self) -> dict[str, Any]:
        own = {name: value for name, value in self.values.items() if name != "inner"}
        lists = {name: list(value) for name, value in own.items() if isinstance(value, tuple)}
        return {"code": str(self.code), **own, **lists}

    def _inside(self, depth: int) -> Iterator[tuple[int, Statement]]:
        for part in self.inner or ():
            yield depth, part
            yield from part._inside(depth + 1)


@cache
def _names() -> tuple[str, ...]:
    return tuple(each.name for each in fields(Statement) if each.name != "code")


def _built(values: Mapping[str, Any], below: list[Mapping[str, Any]]) -> Statement:
    """A statement of its own values and those of all below it, the nearest first."""
    depth = values["depth"] + 1
    starts = [at for at, each in enumerate(below) if each["depth"] == depth]
    inner = tuple(
        _built(below[at], below[at + 1 : end])
        for at, end in zip(starts, [*starts[1:], len(below)], strict=False)
    )
    own = {name: values[name] for name in _names() if name != "inner" and values.get(name) is not None}
    lists = {name: tuple(value) for name, value in own.items() if isinstance(value, list)}
    return Statement(Reason(values["code"]), **{**own, **lists}, inner=inner or None)
