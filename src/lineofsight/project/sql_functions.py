"""The SQL functions a project file may call: those that compute on values and touch nothing else.

What reads files, settings, variables or the catalogue, draws random numbers, sleeps or logs is not among them.
DuckDB's are in `duckdb_functions.json`, written by `python -m tests.project.duckdb_functions` from its own catalogue.
"""

from __future__ import annotations

import json
from importlib import resources

_LISTED = json.loads(
    resources.files(__package__).joinpath("duckdb_functions.json").read_text(encoding="utf-8")
)

_SPARK = """
add_months array_compact array_except array_join array_max array_min array_remove array_repeat
array_union arrays_overlap arrays_zip bround btrim char collect_list collect_set conv convert_timezone
crc32 date date_format date_from_unix_date double elt endswith every exists explode explode_outer
find_in_set float format_number format_string from_unixtime from_utc_timestamp get get_json_object
grouping grouping_id hypot ilike initcap inline int isnotnull locate make_interval make_timestamp_ntz
map_filter months_between named_struct nanvl next_day nvl2 percentile percentile_approx
percentile_cont percentile_disc pmod posexplode regexp regexp_count regexp_instr regexp_substr rint
rlike sequence shiftleft shiftright signum size slice some sort_array soundex space stack startswith
std str_to_map struct substring_index timestamp timestamp_micros timestamp_millis timestamp_seconds
to_date to_timestamp_ntz to_unix_timestamp to_utc_timestamp transform try_add try_avg try_divide
try_element_at try_mod try_multiply try_subtract try_sum try_to_timestamp unbase64 unix_date
unix_micros unix_millis unix_seconds unix_timestamp width_bucket xxhash64 zip_with
"""

_UNREPEATABLE = """
ago current_date current_localtime current_localtimestamp current_time current_timestamp
gen_random_uuid get_current_time get_current_timestamp localtime localtimestamp now rand randn random
randstr reservoir_quantile setseed shuffle today transaction_timestamp uniform uuid uuidv4 uuidv7
"""

#: What the grammar of SQL makes functions of; the catalogue has none of them.
_GRAMMAR = frozenset({"cast", "coalesce", "ifnull", "isnull", "nvl", "try", "try_cast"})

#: Compute one value from the values of a row.
SCALAR = _GRAMMAR.union(_LISTED["scalar"])

#: Put many rows together; in a project file these belong into `sql`, or into `agg`.
AGGREGATE = frozenset(_LISTED["aggregate"])

#: Look at neighbouring rows.
WINDOW = frozenset(_LISTED["window"])

#: Make rows from values; may stand after FROM.
TABLE = frozenset({"generate_series", "json_each", "json_tree", "range", "unnest"})

#: What SQL with `dialect: spark` may call besides.
SPARK = frozenset(_SPARK.split())

#: Answer differently each time: a run could not be repeated.
UNREPEATABLE = frozenset(_UNREPEATABLE.split())
