"""Spark's types as Ibis knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import Schema

if TYPE_CHECKING:
    from pyspark.sql.types import StructType

_TYPES = {
    "tinyint": "int8",
    "smallint": "int16",
    "int": "int32",
    "bigint": "int64",
    "float": "float32",
    "double": "float64",
    "boolean": "boolean",
    "string": "string",
    "timestamp": "timestamp(6)",
    "timestamp_ntz": "timestamp(6)",
    "date": "date",
    "void": "null",
}


def ibis_schema(schema: StructType) -> Schema:
    """The schema of a view; a type that no canonical column has is taken as text."""
    return ibis.schema({field.name: _TYPES.get(field.dataType.simpleString(), "string") for field in schema})
