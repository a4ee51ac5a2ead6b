"""Values as JSON and arrays, and back.

Remembered answers lie in a folder that people share, so they are read without running any of what they hold: a value is
made of numbers, texts, containers, arrays and the classes that are named here, and of nothing else. The same form tells
two questions apart.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from ibis.common.grounds import Concrete
from ibis.expr.datatypes import DataType
from numpy.typing import NDArray

from lineofsight.aggregation.bands import BandAggregator
from lineofsight.aggregation.basis import Basis
from lineofsight.aggregation.counts import CountBands
from lineofsight.aggregation.features import Category, Driver, Number, Outcome
from lineofsight.aggregation.groups import Cells
from lineofsight.aggregation.histories import NextColumns, WithinColumns
from lineofsight.aggregation.products import ProductBasis
from lineofsight.aggregation.representers import DictionarySums, Representer
from lineofsight.aggregation.shape_basis import Boxes, ShapeBasis
from lineofsight.changes import Step
from lineofsight.engines.aggregate import Aggregates
from lineofsight.engines.histories import Histories
from lineofsight.engines.weighted import WeightedCells
from lineofsight.stats.logistic import LogisticSums
from lineofsight.stats.weighting import Tally

_CLASSES = (
    *(
        Basis,
        Boxes,
        Category,
        Cells,
        CountBands,
        DictionarySums,
        Driver,
        Aggregates,
        Histories,
        LogisticSums,
        NextColumns,
        Number,
        Outcome,
        Representer,
        Step,
    ),
    *(ProductBasis, ShapeBasis, Tally, WeightedCells, WithinColumns),
)
_KNOWN: dict[str, Any] = {known.__name__: known for known in _CLASSES}
_BANDS = BandAggregator.__name__

Tree = Any
Arrays = list[NDArray[Any]]


def encode(value: object) -> tuple[Tree, Arrays]:
    """A value as what JSON can hold, and the arrays that it refers to.

    Raises:
        TypeError: Something in it is of a kind that has no such form.
    """
    arrays: Arrays = []
    return _Encoder(arrays).tree(value), arrays


def decode(tree: Tree, arrays: Arrays) -> Any:
    """The inverse of `encode`.

    Raises:
        ValueError, KeyError, TypeError, IndexError: This is no encoded value of a known class.
    """
    if not isinstance(tree, list):
        return tree
    kind, *rest = tree
    if kind in ("list", "tuple", "set"):
        items = (decode(item, arrays) for item in rest)
        return {"list": list, "tuple": tuple, "set": frozenset}[kind](items)
    if kind == "map":
        return {decode(key, arrays): decode(item, arrays) for key, item in rest}
    if kind == "array":
        return arrays[rest[0]]
    if kind == "instant":
        return dt.datetime.fromisoformat(rest[0])
    if kind == "day":
        return dt.date.fromisoformat(rest[0])
    if kind == _BANDS:
        cuts, outcomes, sums = (decode(item, arrays) for item in rest)
        bands = BandAggregator(cuts, outcomes)
        bands.merge(sums)
        return bands
    return _KNOWN[kind](**{name: decode(item, arrays) for name, item in rest})


def digest(*values: object) -> str:
    """A name that is the same for equal values, and for no others."""
    tree, arrays = encode(values)
    found = hashlib.sha256(json.dumps(tree).encode())
    for array in arrays:
        found.update(f"{array.dtype.str}{array.shape}".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()[:32]


class _Encoder:
    """Makes the tree, and collects the arrays and the steps of queries."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self._places: dict[int, int] = {}
        self._steps: dict[Concrete, int] = {}

    def tree(self, value: object) -> Tree:
        if value is None or isinstance(value, bool | str | int | float):
            return value.item() if isinstance(value, np.generic) else value
        if isinstance(value, np.generic):
            return value.item()
        if isinstance(value, np.ndarray):
            if value.dtype.hasobject:
                raise TypeError("an array of objects has no form in which it could be read again")
            return ["array", self._place(value)]
        if isinstance(value, dt.datetime):
            return ["instant", value.isoformat()]
        if isinstance(value, dt.date):
            return ["day", value.isoformat()]
        if isinstance(value, DataType | type):
            return ["type", str(value)]
        if isinstance(value, Concrete):
            return self._step(value)
        return self._container(value)

    def _place(self, array: NDArray[Any]) -> int:
        """Where an array stands: one that several values share is held once."""
        if id(array) not in self._places:
            self._places[id(array)] = len(self._arrays)
            self._arrays.append(array)
        return self._places[id(array)]

    def _container(self, value: object) -> Tree:
        if isinstance(value, BandAggregator):
            return [_BANDS, *map(self.tree, (dict(value.cuts), value.outcomes, value.sums()))]
        if is_dataclass(value) and not isinstance(value, type):
            held = [[each.name, self.tree(getattr(value, each.name))] for each in fields(value)]
            return [type(value).__name__, *held]
        if isinstance(value, Mapping):
            return ["map", *([self.tree(key), self.tree(item)] for key, item in value.items())]
        if isinstance(value, frozenset | set):
            return ["set", *sorted((self.tree(item) for item in value), key=json.dumps)]
        if isinstance(value, tuple | list):
            return ["tuple" if isinstance(value, tuple) else "list", *map(self.tree, value)]
        raise TypeError(f"a {type(value).__name__} has no form in which it could be read again")

    def _step(self, node: Concrete) -> Tree:
        """A step of a query, spelt out where it is met first."""
        if node in self._steps:
            return ["step", self._steps[node]]
        held = [self.tree(each) for each in node.args]
        self._steps[node] = len(self._steps)
        return ["step", type(node).__name__, *held]
