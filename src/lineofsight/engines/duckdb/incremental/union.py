"""The columns of a table by what is known of its files: those that a read of all of them would give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lineofsight.engines.duckdb.incremental.facts import FileFacts, is_nested, partition_keys
from lineofsight.sources import Feed

Widest = Callable[[Sequence[str]], str | None]

_NUMBERS = ("BIGINT", "HUGEINT", "DOUBLE")
_STORED_NUMBERS = (
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
    *("FLOAT", "DOUBLE", "DECIMAL"),
)
_DATED = ("DATE", "TIMESTAMP")


@dataclass(frozen=True, slots=True)
class Union:
    """The columns of all files with their types; `whole` says why all files have to be read together, if so."""

    types: dict[str, str]
    whole: str | None = None


def unite(feed: Feed, facts: Sequence[FileFacts], widest: Widest) -> Union:
    """Puts the columns of the files together by their names.

    Args:
        feed: The table's files.
        facts: What is known of each.
        widest: The type that holds values of all these different ones; None where that is not sure.
    """
    doubt = next((each.doubt for each in facts if each.doubt is not None), None) or _partitions(feed, facts)
    if doubt is not None:
        return Union({}, doubt)
    if feed.format == "json":  # an empty file has no columns there
        facts = [each for each in facts if each.rows]
    names: dict[str, str] = {}
    for each in facts:
        for name in each.types:
            spelled = names.setdefault(name.lower(), name)
            if feed.format == "json" and spelled != name:
                return Union({}, f"'{spelled}' and '{name}' differ in upper and lower case only")
    types: dict[str, str] = {}
    for lowered, name in _partitions_last(feed, names).items():
        type_, doubt = _type_of(feed, _having(facts, lowered), widest)
        doubt = doubt or _written_doubt(facts, lowered, type_) or _json_doubt(facts, lowered)
        if doubt is not None:
            return Union({}, f"'{name}' {doubt}")
        types[name] = type_
    return Union(types)


def csv_widest(types: Sequence[str]) -> str | None:
    """Of the types that are told from the text of a CSV file."""
    if "VARCHAR" in types:
        return "VARCHAR"
    if set(types) <= set(_NUMBERS):
        return max(types, key=_NUMBERS.index)
    return "TIMESTAMP" if set(types) <= set(_DATED) else None


def json_widest(types: Sequence[str]) -> str | None:
    """Of the types of JSON values."""
    return max(types, key=_NUMBERS.index) if set(types) <= set(_NUMBERS) else None


def one_family(types: Sequence[str], widest: str) -> bool:
    """Whether Parquet values of all these types can become the widest: others fail when they are read."""
    families = (_STORED_NUMBERS, _DATED)
    return widest == "VARCHAR" or any(all(t.startswith(family) for t in types) for family in families)


Column = tuple[FileFacts, str]  # a file, and how it spells the column


def _having(facts: Sequence[FileFacts], lowered: str) -> list[Column]:
    return [(each, name) for each in facts for name in each.types if name.lower() == lowered]


def _type_of(feed: Feed, columns: list[Column], widest: Widest) -> tuple[str, str | None]:
    # A column that is empty in all of a CSV or JSON file tells nothing about its type.
    told = [c for c in columns if feed.format == "parquet" or c[0].filled[c[1]]] or columns
    types = list(dict.fromkeys(each.types[name] for each, name in told))
    if len({name in each.negative for each, name in told if each.types[name] == "BIGINT"}) > 1:
        types.append(
            "HUGEINT"
        )  # as the engine has it for JSON, where some numbers are below 0 and some are not
    if len(types) == 1:
        return types[0], None
    listed = " and ".join(types)
    type_ = None if any(is_nested(type_) for type_ in types) else widest(types)
    return type_ or "", None if type_ else f"is {listed} in different files"


def _written_doubt(facts: Sequence[FileFacts], lowered: str, type_: str) -> str | None:
    """What the values of all files together tell of how dates and numbers are written."""
    columns = [(each, name) for each, name in _having(facts, lowered) if each.filled[name]]
    forms = {each.forms.get(name, "") for each, name in columns}
    if len(forms) > 1:
        return "has dates that are written in different ways"
    if type_ == "VARCHAR" and any(each.forms for each, name in columns if each.types[name] != "VARCHAR"):
        return "is text in some files only"
    broken = [name in each.doubtful for each, name in columns if each.types[name] == "DOUBLE"]
    return "has dots that may part thousands" if broken and all(broken) else None


def _json_doubt(facts: Sequence[FileFacts], lowered: str) -> str | None:
    """Dates and times of JSON are told from their text in all files together."""
    shapes = [each.shapes[name] for each, name in _having(facts, lowered) if name in each.shapes]
    different = {shape for written in shapes for shape in written}
    if len(different) > 1 or any(not shape.startswith(("0000-00-00", "00:00")) for shape in different):
        return "has dates or times that are written in different ways"
    return None


def _partitions(feed: Feed, facts: Sequence[FileFacts]) -> str | None:
    """Why columns told by names of folders, as in `day=2024-01-31/`, cannot be told file by file."""
    keys = partition_keys(feed.files[0])
    if any(partition_keys(file) != keys for file in feed.files):
        return "the names of their folders tell different columns"
    for each in facts if keys else ():
        tail = {name.lower() for name in list(each.types)[-len(keys) :]}
        if tail != set(keys):
            return "a name of their folders is a column of theirs as well"
    told = {tuple(_lowered(each)[key] for key in keys) for each in facts}
    return "the names of their folders tell columns of different types" if len(told) > 1 else None


def _partitions_last(feed: Feed, names: dict[str, str]) -> dict[str, str]:
    keys = partition_keys(feed.files[0])
    last = {lowered: name for lowered, name in names.items() if lowered in keys}
    return {lowered: name for lowered, name in names.items() if lowered not in keys} | last


def _lowered(facts: FileFacts) -> dict[str, str]:
    return {name.lower(): type_ for name, type_ in facts.types.items()}
