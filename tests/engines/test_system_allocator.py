"""What is borrowed from the process while columns are read, and given back."""

from __future__ import annotations

import pyarrow as pa
import pytest

from lineofsight.engines.workers import system_allocator


def test_the_allocator_is_put_back_and_columns_outlive_it() -> None:
    before = pa.default_memory_pool().backend_name
    with system_allocator():
        assert pa.default_memory_pool().backend_name == "system"
        column = pa.array([1.0, 2.0])
    assert pa.default_memory_pool().backend_name == before
    assert column.to_pylist() == [1.0, 2.0]


def test_the_allocator_is_put_back_after_an_error() -> None:
    before = pa.default_memory_pool().backend_name
    with pytest.raises(RuntimeError), system_allocator():
        raise RuntimeError
    assert pa.default_memory_pool().backend_name == before
