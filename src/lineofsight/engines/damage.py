"""Damaged Parquet files: where the head is whole and a page is not, they are met only when values are computed with."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from lineofsight.error_codes import DataCode
from lineofsight.errors import LineofsightError
from lineofsight.project.load import LoadedProject
from lineofsight.sources import Feed

PATIENCE = 30.0
"""Seconds after which files are not looked through any longer: whoever waits wants to hear of the error."""

Look = Callable[[Iterable[Path]], tuple[Path, str] | None]
"""Reads files in full, one by one: gives the first that cannot be, and what is said of it."""


@contextlib.contextmanager
def telling_damage(
    loaded: LoadedProject,
    feeds: Iterable[Feed],
    may_be_of_files: Callable[[BaseException | None], bool],
    look: Look,
) -> Iterator[None]:
    """Of what fails inside, a file that cannot be read in full becomes the error, where there is one.

    An engine does not always tell which file it was reading. They are read one by one only after that.

    Args:
        loaded: The project.
        feeds: What is read.
        may_be_of_files: Whether a file may be behind what the engine said.
        look: How the engine's files are looked through.

    Raises:
        DataError: A page of a Parquet file is damaged.
    """
    try:
        yield
    except LineofsightError as error:
        if error.code is DataCode.FILE_UNREADABLE or not may_be_of_files(error.__cause__):
            raise
        tables = {file: feed.name for feed in feeds if feed.format == "parquet" for file in feed.files}
        found = look(tables)
        if found is None:
            raise
        file, said = found
        raise loaded.error(
            DataCode.FILE_UNREADABLE,
            f"{file} is damaged: {said}",
            *("tables", tables[file], "path"),
            hint="its head can be read and its values cannot: export it again, or copy it again from where it is whole",
        ) from error
