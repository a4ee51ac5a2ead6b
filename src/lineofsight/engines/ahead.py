"""Working ahead: the next item is made while the one before is worked on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items in the same order, each made in another thread while the one before is worked on."""
    coming = iter(items)
    with ThreadPoolExecutor(max_workers=1) as maker:
        try:
            following = maker.submit(next, coming, None)
            while (item := following.result()) is not None:
                following = maker.submit(next, coming, None)
                yield item
        finally:
            maker.shutdown(cancel_futures=True)
