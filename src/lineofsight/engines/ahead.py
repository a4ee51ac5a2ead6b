"""Working ahead: the next item is made while the one before is worked on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")

_in_turn = ContextVar("in_turn", default=False)


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items in the same order, each made in another thread while the one before is worked on."""
    coming = iter(items)
    if _in_turn.get():
        yield from coming
        return
    with ThreadPoolExecutor(max_workers=1) as maker:
        try:
            following = maker.submit(next, coming, None)
            while (item := following.result()) is not None:
                following = maker.submit(next, coming, None)
                yield item
        finally:
            maker.shutdown(cancel_futures=True)


@contextlib.contextmanager
def in_turn() -> Iterator[None]:
    """Inside nothing is made ahead, where other processes have work for all processors."""
    token = _in_turn.set(True)
    try:
        yield
    finally:
        _in_turn.reset(token)
