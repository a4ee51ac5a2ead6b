"""The one font of reports: text is measured by it, pictures are drawn with it, and pages carry it.

Readers, and the machines that write reports, have other fonts each; a layout made for one is cut off in another. The
files in `report/fonts` are written by `tools/subset_font.py`.
"""

from __future__ import annotations

import base64
import struct
from functools import cache
from pathlib import Path

import vl_convert

FAMILY = "Lineofsight Sans"
#: Characters that the font has not are drawn by whichever font the reader has.
STACK = f'"{FAMILY}", "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif'
FOLDER = Path(__file__).parents[1] / "fonts"
#: CSS weight → the name of its files.
WEIGHTS = {400: "regular", 600: "semibold"}


@cache
def advances(weight: int) -> dict[int, float]:
    """Width of each character that the font has, in parts of its size, by code point; read from the font itself."""
    font = (FOLDER / f"{WEIGHTS[weight]}.ttf").read_bytes()
    tables = _tables(font)
    (units,) = struct.unpack_from(">H", font, tables["head"] + 18)
    (widths,) = struct.unpack_from(">H", font, tables["hhea"] + 34)
    # Each glyph has its advance and left bearing; those after the last are as wide as it.
    wide = struct.unpack_from(">" + "Hh" * widths, font, tables["hmtx"])[::2]
    return {
        code: wide[min(glyph, widths - 1)] / units for code, glyph in _glyphs(font, tables["cmap"]).items()
    }


@cache
def css() -> str:
    """Puts the font into a page, or a picture that stands alone, and sets drawn text at the widths it was laid out with.

    Else pairs of letters are moved closer, and some browsers round each letter to whole pixels.
    """
    faces = (
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};src:url(data:font/woff2;base64,{_packed(name)}) format("woff2")}}'
        for weight, name in WEIGHTS.items()
    )
    return "\n".join([*faces, "svg text{font-kerning:none;text-rendering:geometricPrecision}"])


@cache
def register() -> None:
    """Lets the renderer draw with the font; once is enough for the life of the process."""
    vl_convert.register_font_directory(str(FOLDER))


def _packed(name: str) -> str:
    return base64.b64encode((FOLDER / f"{name}.woff2").read_bytes()).decode("ascii")


def _tables(font: bytes) -> dict[str, int]:
    """Where each table of a TrueType file begins."""
    (count,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * at) for at in range(count))
    return {tag.decode("ascii"): start for tag, _, start, _ in records}


def _glyphs(font: bytes, cmap: int) -> dict[int, int]:
    """Code point → glyph, from the character map in segments (format 4) for Windows and Unicode, which fonts have."""
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    maps = (struct.unpack_from(">HHI", font, cmap + 4 + 8 * at) for at in range(count))
    at = cmap + next(start for platform, encoding, start in maps if (platform, encoding) == (3, 1))
    kind, _, _, twice = struct.unpack_from(">4H", font, at)
    assert kind == 4, "the font was written with a map in segments"
    segments = twice // 2
    ends, at = _numbers(font, at + 14, segments), at + 16 + twice
    starts, deltas = _numbers(font, at, segments), _numbers(font, at + twice, segments)
    ranges = at + 2 * twice
    found = {}
    for segment, offset in enumerate(_numbers(font, ranges, segments)):
        for code in range(starts[segment], min(ends[segment], 0xFFFE) + 1):
            glyph = code
            if offset:  # counted from its own place in the table
                place = ranges + 2 * segment + offset + 2 * (code - starts[segment])
                (glyph,) = struct.unpack_from(">H", font, place)
            if glyph or not offset:
                found[code] = (glyph + deltas[segment]) % 0x10000
    return found


def _numbers(font: bytes, at: int, count: int) -> tuple[int, ...]:
    return struct.unpack_from(f">{count}H", font, at)
