"""The first bytes of a text file: how long its rows are, and how far it is compressed."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

#: Bytes of the file that are looked at.
SAMPLED_BYTES = 1 << 20
_FEWEST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """What the start of a file tells.

    Attributes:
        row_bytes: Bytes of a row as text; None where too few are seen.
        unpacked: Bytes of text per byte of the file: 1 where it is not compressed.
    """

    row_bytes: float | None
    unpacked: float


def take_sample(file: Path) -> Sample:
    """Looks at the start of a text file, compressed or not."""
    try:
        with file.open("rb") as stream:
            text, unpacked = stream.read(SAMPLED_BYTES), 1.0
        if file.suffix.lower() == ".gz":
            text, unpacked = _unpacked(text)
    except (OSError, zlib.error):  # whoever reads it will say what is wrong
        return Sample(None, 1.0)
    end = b"}" if text.lstrip()[:1] == b"[" else b"\n"  # a JSON list may stand in one line
    rows = text.count(end)
    return Sample(len(text) / rows if rows >= _FEWEST_ROWS else None, unpacked)


def _unpacked(packed: bytes) -> tuple[bytes, float]:
    """As much as the first bytes of a gzip file hold, and how many bytes each of them became."""
    unpacker = zlib.decompressobj(wbits=31)
    text = unpacker.decompress(packed)
    used = len(packed) - len(unpacker.unused_data)
    return text, len(text) / max(1, used)
