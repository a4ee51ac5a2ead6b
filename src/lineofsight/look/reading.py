"""Opens files as the engine reads declared tables: whatever that reads can be looked at, with its rules for dates, numbers and text.

Of a large file a sample is read. Nothing is written but into a folder of its own, which is gone afterwards.
"""

from __future__ import annotations

import contextlib
import gzip
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lineofsight.engines.duckdb import DuckDBEngine
from lineofsight.error_codes import DataCode
from lineofsight.errors import DataError, LineofsightError
from lineofsight.project.load import LoadedProject
from lineofsight.project.models import Episodes, Project
from lineofsight.project.tables import SUFFIXES, Table

LARGE = 64 << 20
"""Bytes of a CSV file beyond which a sample is read."""

_HEAD, _PIECE, _PIECES = 8 << 20, 2 << 20, 8
_MOST_ROWS = 300_000
_ENCODINGS = ("windows-1252", "utf-16", "latin-1")


@dataclass(frozen=True)
class Opened:
    """A table that can be asked.

    Attributes:
        name: In SQL.
        path: As it was named.
        engine: Who reads it.
        source: What stands after FROM: the table, or a sample of its rows.
        rows: How many there are.
        exact: Whether that was counted.
        bytes: On the disk.
        declare: Keys of the table that its reading needs.
    """

    name: str
    path: str
    engine: DuckDBEngine
    source: str
    rows: int
    exact: bool
    bytes: int
    declare: Mapping[str, Any] = field(default_factory=dict)


def files_of(paths: Sequence[str]) -> list[tuple[str, tuple[Path, ...]]]:
    """The tables that are meant: each file is one, those of a pattern are one together, and those of a folder one each.

    Raises:
        DataError: Nothing is there, or a folder has no file of data.
    """
    found: list[tuple[str, tuple[Path, ...]]] = []
    for path in paths:
        place = Path(path).expanduser()
        if place.is_dir():
            inside = sorted(each for each in place.iterdir() if each.is_file() and _is_data(each))
            if not inside:
                raise DataError(
                    DataCode.FILE_NOT_FOUND,
                    f"'{path}' has no file of data",
                    hint=f"files of data end in {', '.join(sorted(SUFFIXES))}",
                )
            found += [(str(each), (each,)) for each in inside]
        elif place.is_file():
            found.append((path, (place,)))
        elif any(mark in path for mark in "*?["):
            matching = tuple(sorted(place.parent.glob(place.name)))
            if not matching:
                raise DataError(DataCode.FILE_NOT_FOUND, f"no file matches '{path}'")
            found.append((path, matching))
        else:
            raise DataError(
                DataCode.FILE_NOT_FOUND,
                f"there is no file '{path}'",
                hint="name a file, a folder or a pattern in quotes",
            )
    return found


def _is_data(path: Path) -> bool:
    return any(path.name.lower().endswith(suffix) for suffix in SUFFIXES)


def table_names(paths: Sequence[str]) -> list[str]:
    """A name in SQL for each path, of its file."""
    names: list[str] = []
    for path in paths:
        stem = re.sub(r"[^0-9a-z]+", "_", Path(path.replace("*", "")).name.split(".")[0].lower()).strip("_")
        stem = re.sub(
            r"^(?:olist|data|export|tbl|dim|fact)_|_(?:dataset|data|export|final|clean|csv|table)$", "", stem
        )
        stem = stem if stem[:1].isalpha() else f"table_{stem}".rstrip("_")
        name, again = stem[:50], 2
        while name in names or name in (
            "episodes",
            "table",
            "order",
            "group",
            "user",
            "end",
            "all",
            "case",
            "check",
            "select",
        ):
            name, again = f"{stem[:50]}_{again}" if name in names else f"{stem[:50]}s", again + 1
        names.append(name)
    return names


@contextlib.contextmanager
def opened(name: str, path: str, files: Sequence[Path]) -> Iterator[Opened]:
    """Reads a table, or a sample of one that is large.

    Raises:
        LineofsightError: It cannot be read.
    """
    size = sum(file.stat().st_size for file in files)
    with tempfile.TemporaryDirectory(prefix="los-look-") as temporary, contextlib.ExitStack() as owned:
        folder = Path(temporary)
        sample = _sampled(files, folder) if size > LARGE else None
        read = tuple(files) if sample is None else (sample.file,)
        engine, declare = _engine(owned, name, read, folder)
        if sample is not None:
            rows, exact = sample.rows_of(engine, name), False
            source = f'"{name}"'
        else:
            ((rows,),) = engine.rows(f'SELECT count(*) FROM "{name}"')
            exact, source = True, f'"{name}"'
            if rows > _MOST_ROWS:
                share = 100 * _MOST_ROWS / rows
                asked = f'SELECT * FROM "{name}" TABLESAMPLE bernoulli({share:.6f}%) REPEATABLE (1)'
                engine.rows(f'CREATE TABLE "{name}:sample" AS {asked}')
                source = f'"{name}:sample"'
        yield Opened(name, path, engine, source, int(rows), exact, size, declare)


def _engine(
    owned: contextlib.ExitStack, name: str, files: tuple[Path, ...], folder: Path
) -> tuple[DuckDBEngine, dict[str, Any]]:
    """The engine with the table; in another encoding where the text is none in UTF-8."""
    tries: list[dict[str, Any]] = [{}, *({"encoding": each} for each in _ENCODINGS)]
    first: LineofsightError | None = None
    for declare in tries:
        try:
            engine = DuckDBEngine(_declared(name, files, declare), folder)
        except DataError as error:
            first = first or error
            if first.code is not DataCode.TEXT_ENCODING:
                raise
            continue
        owned.callback(engine.close)
        return engine, declare
    assert first is not None  # each try ended in an error
    raise first


def _declared(name: str, files: tuple[Path, ...], declare: Mapping[str, Any]) -> LoadedProject:
    """A project that declares this table and nothing else."""
    paths = tuple(str(file.resolve()) for file in files)
    table = Table.model_validate({"path": list(paths), "incremental": False, **declare})
    project = Project(
        name=name,
        tables={name: table},
        episodes=Episodes(each=name),
        operations={},
        perceptions={},
        behaviours={},
    )
    return LoadedProject(project, files[0], files[0].resolve().parent, {}, (), "")


@dataclass(frozen=True, slots=True)
class _Sample:
    """A part of a CSV file, with how many bytes the whole has for each of its own."""

    file: Path
    times: float | None

    def rows_of(self, engine: DuckDBEngine, name: str) -> int:
        ((rows,),) = engine.rows(f'SELECT count(*) FROM "{name}"')
        return int(rows) if self.times is None else round(rows * self.times)


def _sampled(files: Sequence[Path], folder: Path) -> _Sample | None:
    """The head of the first CSV file and pieces of whole lines from all over them; None for other files, which are read in place."""
    first = files[0]
    names = first.name.lower()
    if not any(names.endswith(suffix) for suffix, kind in SUFFIXES.items() if kind == "csv"):
        return None
    target = folder / ("sample.tsv" if ".tsv" in first.suffixes else "sample.csv")
    if names.endswith(".gz"):
        with gzip.open(first, "rb") as stream:
            head = stream.read(_HEAD)
        target.write_bytes(_whole_lines(head))
        return _Sample(target, None)
    with first.open("rb") as stream:
        head = stream.read(_HEAD)
        kept = _whole_lines(head)
        parts = [kept]
        simple = not head.startswith((b"\xff\xfe", b"\xfe\xff")) and _one_line_each(kept)
        size = first.stat().st_size
        for place in range(1, _PIECES) if simple else ():
            stream.seek(_HEAD + (size - _HEAD - _PIECE) * place // _PIECES)
            stream.readline()
            parts.append(_whole_lines(stream.read(_PIECE)))
    target.write_bytes(b"".join(parts))
    every = sum(file.stat().st_size for file in files)
    return _Sample(target, every / sum(map(len, parts)))


def _whole_lines(text: bytes) -> bytes:
    return text[: text.rfind(b"\n") + 1]


def _one_line_each(text: bytes) -> bool:
    """Whether no quoted text reaches over lines."""
    return all(line.count(b'"') % 2 == 0 for line in text.splitlines())
