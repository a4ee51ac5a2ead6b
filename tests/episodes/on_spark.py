"""The tests of alignment that run on Spark as well, and what each of them holds there.

Every alignment is tested on DuckDB. What it is made of (operations, kinds of windows, types of columns) is tested on Spark
once or more: the fixture `engine` checks that the test on Spark asks for what is named here, and that no test on DuckDB
asks for an operation that is not. `test_on_spark.py` checks that no kind of window and no type of column is missing.
A new operation is added to the test that aligns it; a test that holds nothing alone is here for what is hard about it.
"""

from __future__ import annotations

# fmt: off
CHOSEN: dict[str, tuple[str, ...]] = {
    "test_against_a_loop.py::test_many_events_and_moments": (
        "Quantile", "feature: median", "feature: p90", "feature: share", "perception: last answer",
    ),
    "test_anchors_of_rows.py::test_rows_without_customer_key_or_time_are_counted_once": (
        "DenseRank", "DropColumns", "Equals", "Filter", "Greater", "GreaterEqual",
    ),
    "test_anchors_of_rows.py::test_labels_of_periods_go_by_the_local_day[week]": (
        "Cast date to string", "Cast timestamp to date", "TimestampTruncate week", "period effects: week",
    ),
    "test_anchors_of_rows.py::test_labels_of_periods_go_by_the_local_day[month]": (
        "ExtractMonth", "LPad", "period effects: month",
    ),
    "test_anchors_of_rows.py::test_labels_of_periods_go_by_the_local_day[quarter]": (
        "Cast integer to string", "ExtractQuarter", "ExtractYear", "StringConcat",
        "period effects: quarter",
    ),
    "test_answers_fates.py::test_each_answer_has_one_fate[first-5.0-by0]": (
        "Any", "Cast boolean to int8", "Not", "RegexReplace", "RowNumber",
    ),
    "test_answers_fates.py::test_where_keeps_some_answers": (
        "WindowFunction RowNumber", "perception: first answer", "perception: of the same customer",
        "perception: some rows",
    ),
    "test_change_of_the_clock.py::test_anchors[text]": (
        "JoinChain", "JoinLink semi", "JoinReference", "Literal int8", "Literal string",
        "Literal timestamp(6)", "instant: string",
    ),
    "test_change_of_the_clock.py::test_anchors[times]": (
        "Max", "Min", "NotNull", "Project", "SearchedCase", "Sum",
    ),
    "test_change_of_the_clock.py::test_other_zones[Australia/Lord_Howe]": (
        "WindowFunction DenseRank", "instant: timestamp_ntz", "key: string", "number: bigint",
        "perception: own row, without a time", "time zone: declared",
    ),
    "test_change_of_the_clock.py::test_other_zones[America/Havana]": ("instant: date",),
    "test_dated_by_day.py::test_an_answer_of_the_day_of_the_moment_comes_after_it[visits2]": (
        "TimestampTruncate day",
    ),
    "test_dated_by_day.py::test_who_leaves_on_the_day_of_the_moment_leaves_after_it[2024-03-10-0-2024-03-10]": (),
    "test_exact_sums.py::test_sums_beside_a_huge_value_of_somebody_else[values3-0.1]": (
        "Subtract", "feature: sum", "number: double",
    ),
    "test_exact_sums.py::test_sums_beside_a_huge_value_of_somebody_else[values5-2e+59]": (
        "Divide", "Round", "Strip", "TimestampSub", "feature: a length of time",
        "feature: of the same customer",
    ),
    "test_keys_of_any_type.py::test_text_that_only_looks_like_the_number_is_another_key": (
        "perception: of the same key",
    ),
    "test_on_the_calendar.py::test_whole_periods_in_which_a_customer_is_there_at_the_end": (
        "Array", "ArrayIndex", "IntegerRange", "Unnest", "episodes: every month",
        "episodes: since and until",
    ),
    "test_on_the_calendar.py::test_whole_quarters": ("episodes: every quarter",),
    "test_on_the_calendar.py::test_months_end_at_local_midnight[America/New_York]": (),
    "test_own_row_values.py::test_an_operation_known_after_the_moment_is_missing": (
        "Coalesce", "HexDigest", "IfElse", "IsNull", "Limit", "Literal boolean",
    ),
    "test_own_row_values.py::test_an_answer_counts_from_the_moment_to_the_end_of_its_window": (
        "Less", "Literal float64", "Literal interval('s')", "Or", "TimestampAdd",
        "perception: own row, known later",
    ),
    "test_own_row_values.py::test_kinds_of_controls_and_a_comment_in_an_expression": (
        "Aggregate", "And", "Cast integer to int16", "Count", "CountDistinct", "CountStar",
    ),
    "test_own_row_values.py::test_a_column_may_be_called_as_the_engine_numbers_its_rows": (
        "Cast integer to float64", "JoinLink anti", "JoinLink inner", "JoinLink left", "Lowercase",
        "Multiply",
    ),
    "test_periods.py::test_of_more_years_than_are_compared_the_earlier_are_one": (
        "instant: timestamp", "key: int", "number: int",
    ),
    "test_profile_of_episodes.py::test_every_engine_tells_the_same": (
        "InValues", "Mean", "MultiQuantile", "NotEquals", "Variance", "any: string", "behaviour: own row, without a time",
        "text: string",
    ),
    "test_snapshots.py::test_each_row_is_a_customer_whatever_the_order_of_the_file": (),
    "test_snapshots.py::test_values_in_neither_list_are_not_known": (),
    "test_stored_rows.py::test_more_customers_than_buckets[40]": ("Modulus", "StringFind", "Substring"),
    "test_stored_rows.py::test_with_few_customers_each_is_a_bucket": ("feature: all before",),
    "test_stored_rows.py::test_the_same_bytes_whatever_the_threads_and_the_order_of_rows": (),
    "test_types_of_columns.py::test_numbers_and_what_is_told_of_them": (
        "any: bigint", "any: boolean", "any: decimal", "any: double", "any: float", "any: int",
        "any: smallint", "any: tinyint", "number: boolean", "number: decimal", "number: float",
        "number: smallint", "number: string", "number: tinyint", "text: timestamp_ntz",
    ),
    "test_types_of_columns.py::test_keys": (
        "Field", "Sort", "SortKey", "episodes: each row", "feature: own row, without a time", "key: bigint",
        "key: decimal", "key: double", "key: float", "key: smallint", "key: tinyint",
    ),
    "test_types_of_columns.py::test_times_and_flags": (
        "feature: own row, known later", "flag: bigint", "flag: boolean", "flag: decimal", "flag: double",
        "flag: float", "flag: int", "flag: smallint", "flag: tinyint",
    ),
    "test_what_customers_do_next.py::test_behaviours_of_every_kind_side_by_side": (
        "behaviour: cost_to_serve", "behaviour: leave", "behaviour: recommend", "behaviour: some rows",
    ),
    "test_what_customers_do_next.py::test_only_what_names_the_same_visit_is_counted": (
        "behaviour: a value", "behaviour: buy_more", "behaviour: of the same key",
    ),
    "test_what_customers_do_next.py::test_a_follow_up_that_the_data_do_not_cover_is_missing[stay]": (),
    "test_what_customers_do_next.py::test_windows_may_reach_beyond_all_dates[[0001-01-01, 9999-12-31]-1.0]": (
        "Cast boolean to float64", "behaviour: of the same customer", "behaviour: rows", "behaviour: stay",
        "feature: count",
    ),
    "test_what_tells_an_outcome.py::test_every_sign_is_found_whatever_its_tail_its_side_or_its_absence": (
        "Abs", "Add", "Floor", "LessEqual", "Literal array<float64>", "Literal int16",
    ),
    "test_window_aggregates.py::test_rows_of_the_same_order_only": (
        "NullIf", "feature: mean", "feature: of the same key",
    ),
    "test_window_aggregates.py::test_many_in_one_join_do_not_mix": ("feature: last", "feature: some rows"),
    "test_windows_over_a_changed_clock.py::test_windows_before_the_moment": (),
    "test_windows_over_a_changed_clock.py::test_windows_after_the_moment": (),
    "test_windows_over_a_changed_clock.py::test_weeks_of_167_and_169_hours": ("episodes: every week",),
}
# fmt: on

HELD = frozenset(name for names in CHOSEN.values() for name in names)

NOT_ON_SPARK = {
    "Cast uuid to string": "Spark has no type for UUIDs: there they are text",
    "Cast integer to uint32": "rows that DuckDB does not number itself; Spark numbers them by a function of its own",
}
"""Operations that DuckDB alone is asked for, and why."""
