"""Writes the list of DuckDB's functions that SQL of a project may call: `python -m tests.project.duckdb_functions`.

DuckDB says of each function whether it always gives the same answer (`stability`). That alone does not make one safe:
it calls some consistent that are not, or that reach outside, and says nothing of macros. So the list is written once
per version of DuckDB, and what a new version adds is read in its difference before it is allowed.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from lineofsight.project import sql_functions

FILE = Path(sql_functions.__file__).parent / "duckdb_functions.json"

#: Called consistent, and are not: they tell the time, draw rows, or plan SQL and so open the files it names.
MISLABELLED = {"current_localtime", "current_localtimestamp", "json_serialize_plan", "reservoir_quantile"}

#: Macros that tell the time, the user or the file, fail on purpose, or give more than one row.
_MACROS = """
ago assert_true current_catalog current_role current_user get_block_size regexp_split_to_table session_user user
"""

#: Of the planner, of collations, of types that no table of a project has; SQL as text, which cannot be checked; the version.
_PREFIXES = (
    "__",
    "collate_",
    "icu_",
    "variant_",
    "st_",
    "json_serialize_",
    "json_deserialize_",
    "json_copy_",
)
_WITHHELD = """
alias bitstring_byte_comparable can_cast_implicitly cast_to_type combine combine_aggr constant_or_null
create_sort_key enum_code finalize get_type hive_partition_component index_key invoke is_histogram_other_bin
json_quote make_type parse_duckdb_log_message rank_dense remap_struct replace_type timetz_byte_comparable
to_aggregate_state version vertex_extract
"""

#: Macros that put rows together; the others give one value of one row.
_AGGREGATE_MACROS = (
    "geomean",
    "geometric_mean",
    "json_group_array",
    "json_group_object",
    "json_group_structure",
    "wavg",
    "weighted_avg",
)
_KINDS = ("scalar", "aggregate", "window")


def listing() -> str:
    """The version of the DuckDB that is installed, and per kind the functions that only compute; as the file has it."""
    rows = duckdb.execute(
        "select lower(function_name), function_type, stability from duckdb_functions()"
        " where internal and schema_name = 'main'"
    ).fetchall()
    refused = {name for name, kind, stability in rows if kind in _KINDS and stability != "CONSISTENT"}
    refused |= {*MISLABELLED, *_MACROS.split(), *_WITHHELD.split()}
    names: dict[str, set[str]] = {kind: set() for kind in _KINDS}
    for name, kind, _ in rows:
        if name in refused or name.startswith(_PREFIXES) or not name.replace("_", "").isalnum():
            continue
        if kind == "macro":
            kind = "aggregate" if name in _AGGREGATE_MACROS else "scalar"
        if kind in names:
            names[kind].add(name)
    content = {"duckdb": duckdb.__version__} | {kind: sorted(names[kind]) for kind in _KINDS}
    return json.dumps(content, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(listing(), encoding="utf-8")
