"""The text of a project file as plain values, with the line of every key and entry."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml

from lineofsight.error_codes import ProjectCode
from lineofsight.errors import ProjectError
from lineofsight.project.problems import KeyPath, describe, quote
from lineofsight.project.yaml_errors import explain

MOST_BYTES = 1_000_000
MOST_VALUES = 100_000
DEEPEST = 50

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_Fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAG = "tag:yaml.org,2002:"
TEXT, NULL, BOOL, INT, FLOAT, DATE = (_TAG + kind for kind in ("str", "null", "bool", "int", "float", "date"))

_PATTERNS = (
    (NULL, re.compile(r"(?:~|null|Null|NULL|)\Z")),
    (BOOL, re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")),
    (INT, re.compile(r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z")),
    (FLOAT, re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")),
    (FLOAT, re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")),
    (DATE, re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")),
)
_DOT = re.compile(r"\.(inf|nan)", re.IGNORECASE)
_LONGEST_NUMBER = 100

Scalar = str | int | float | bool | dt.date | None


@dataclass(frozen=True, slots=True)
class Document:
    """A project file.

    Attributes:
        file: Where it is.
        text: As written.
        values: Its top-level mapping, of plain values.
        lines: The line (from 1) of every path of keys.
    """

    file: Path
    text: str
    values: Mapping[str, Any]
    lines: Mapping[KeyPath, int]


def read_document(file: Path) -> Document:
    """Reads a project file.

    Raises:
        ProjectError: It cannot be read, is larger than 1 MB or not UTF-8, or `parse_document` refuses it.
    """
    try:
        if not file.is_file():
            raise ProjectError(
                ProjectCode.PROJECT_NOT_FOUND,
                "there is no such file",
                file=file,
                hint="`los init` writes an example",
            )
        size = file.stat().st_size
        if size <= MOST_BYTES:
            with file.open("rb") as stream:
                raw = stream.read(MOST_BYTES + 1)
            size = len(raw)
    except OSError as error:
        raise ProjectError(
            ProjectCode.FILE_UNREADABLE, f"the file cannot be read: {error.strerror}", file=file
        ) from error
    if size > MOST_BYTES:
        raise ProjectError(
            ProjectCode.TOO_LARGE,
            f"the file is {size / 1e6:,.1f} MB; a project file has at most {MOST_BYTES / 1e6:.0f} MB",
            file=file,
            hint="keep data in files of their own and name them under tables: with path:",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ProjectError(
            ProjectCode.NOT_UTF8,
            f"the file is not UTF-8 text: byte {error.start + 1} cannot be read",
            file=file,
            line=line,
            hint="save it with the encoding UTF-8",
        ) from error
    return parse_document(text, file)


def parse_document(text: str, file: Path) -> Document:
    """The values and lines of a YAML text.

    Args:
        text: The YAML.
        file: What errors name.

    Raises:
        ProjectError: It is empty, no YAML or no mapping, has a key twice, a key that is no text or a tag of
            its own, or holds too much: over 100,000 values with aliases written out, or 50 levels.
    """
    unprintable = _UNPRINTABLE.search(text)
    if unprintable is not None:
        line = text.count("\n", 0, unprintable.start()) + 1
        raise ProjectError(
            ProjectCode.UNPRINTABLE,
            f"the line has a character that cannot be printed (U+{ord(unprintable.group()):04X})",
            file=file,
            line=line,
            hint="remove it",
        )
    builder = _Builder(file)
    try:
        builder.check_size(text)
        root = yaml.compose(text, Loader=CoreLoader)
    except yaml.YAMLError as error:
        complaint = explain(error, text)
        at = f" (column {complaint.column})" if complaint.column is not None else ""
        raise ProjectError(
            ProjectCode.NOT_YAML, complaint.message + at, file=file, line=complaint.line, hint=complaint.hint
        ) from error
    if root is None or root.tag == NULL:
        raise ProjectError(
            ProjectCode.EMPTY_FILE, "the file is empty", file=file, hint="`los init` writes an example"
        )
    values = builder.build(root, (), 0)
    if not isinstance(values, dict):
        raise ProjectError(
            ProjectCode.NOT_A_MAPPING,
            f"found {describe(values)}: a project file is a mapping of sections, as in 'name: My shop'",
            file=file,
            line=root.start_mark.line + 1,
            hint="is a space missing after a colon?" if isinstance(values, str) and ":" in values else None,
        )
    return Document(file, text, values, builder.lines)


class _Builder:
    """Turns YAML nodes into values and notes their lines."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines: dict[KeyPath, int] = {}
        self.count = 0

    def check_size(self, text: str) -> None:
        """Refuses deep nesting before nodes are composed: the composer recurses, the event parser does not."""
        depth = count = 0
        for event in yaml.parse(text, Loader=CoreLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            count += isinstance(event, yaml.NodeEvent)
            self._limit(depth, count, event.start_mark.line + 1 if event.start_mark else 1)

    def build(self, node: yaml.Node, path: KeyPath, depth: int) -> Any:
        """The node's value; `lines` grows by the paths in it."""
        line = node.start_mark.line + 1
        self.count += 1
        self._limit(depth, self.count, line)
        self.lines.setdefault(path, line)
        if isinstance(node, yaml.MappingNode) and node.tag == CoreLoader.DEFAULT_MAPPING_TAG:
            return self._mapping(node, path, depth + 1)
        if isinstance(node, yaml.SequenceNode) and node.tag == CoreLoader.DEFAULT_SEQUENCE_TAG:
            return [self.build(item, (*path, index), depth + 1) for index, item in enumerate(node.value)]
        try:
            if isinstance(node, yaml.ScalarNode):
                return scalar(node.tag, node.value)
        except ValueError as error:
            if not node.tag.startswith("!"):
                raise self._error(
                    ProjectCode.YAML_FEATURE, str(error), line, "put it in quotes if it is text"
                ) from error
        raise self._error(
            ProjectCode.YAML_FEATURE,
            f"found the tag {quote(node.tag)}: values have no tags",
            line,
            "put a text that starts with '!' in quotes",
        )

    def _mapping(self, node: yaml.MappingNode, path: KeyPath, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = self._key(key_node)
            if key in values:
                first = self.lines[(*path, key)]
                raise self._error(
                    ProjectCode.DUPLICATE_KEY,
                    f"the key '{key}' is there twice: on line {first} and on line {line}",
                    line,
                    "keep one of them",
                )
            self.lines[(*path, key)] = line
            values[key] = self.build(value_node, (*path, key), depth)
        return values

    def _key(self, node: yaml.Node) -> str:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.ScalarNode):
            raise self._error(
                ProjectCode.KEY_NOT_TEXT,
                "found a mapping or list where a key is expected",
                line,
                "put a text that starts with '{' or '[' in quotes; a variable is written ${NAME}",
            )
        try:
            key = scalar(node.tag, node.value)
        except ValueError:
            key = None
        if not isinstance(key, str):
            raise self._error(
                ProjectCode.KEY_NOT_TEXT,
                f"found {describe(key)} as a key: a key is text",
                line,
                "put it in quotes or give it a name",
            )
        if key == "<<":
            raise self._error(
                ProjectCode.YAML_FEATURE,
                "merge keys ('<<') are not part of YAML 1.2",
                line,
                "write the keys out",
            )
        return key

    def _limit(self, depth: int, count: int, line: int) -> None:
        if depth > DEEPEST:
            raise self._error(
                ProjectCode.TOO_LARGE,
                f"sections are nested deeper than {DEEPEST} levels, or one contains itself",
                line,
                None,
            )
        if count > MOST_VALUES:
            raise self._error(
                ProjectCode.TOO_LARGE,
                f"the file has more than {MOST_VALUES:,} values, counting each alias (*name) with all it stands for",
                line,
                "keep data in files of their own and name them under tables: with path:",
            )

    def _error(self, code: ProjectCode, message: str, line: int, hint: str | None) -> ProjectError:
        return ProjectError(code, message, file=self.file, line=line, hint=hint)


class CoreLoader(_Fast):  # type: ignore[misc]
    """A safe loader whose plain scalars follow the core schema, with dates as written in ISO 8601."""

    yaml_implicit_resolvers: ClassVar[dict[str | None, list[tuple[str, re.Pattern[str]]]]] = {
        None: list(_PATTERNS)
    }


def scalar(tag: str, text: str) -> Scalar:
    """The value of a scalar with this tag. A date that is not in the calendar stays text; `010` is ten.

    Raises:
        ValueError: The tag is not of the core schema, or the text is not of its kind.
    """
    if tag == TEXT:
        return text
    if tag == NULL:
        return None
    pattern = next((p for t, p in _PATTERNS if t == tag and p.match(text)), None)
    if pattern is None or len(text) > _LONGEST_NUMBER:
        raise ValueError(f"'{text[:40]}' cannot be read as {tag.removeprefix(_TAG)}")
    if tag == BOOL:
        return text.lower() == "true"
    if tag == INT:
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if tag == FLOAT:
        return float(_DOT.sub(r"\1", text))
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text
