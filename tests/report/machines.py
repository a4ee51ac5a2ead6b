"""Machines as readers have them: which fonts lie on one is said by a configuration of fontconfig."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

#: Fonts on the machine → a file that one of their folders holds. `none` has one font, without a letter.
FONTS = {"none": None, "dejavu": "DejaVuSans.ttf", "liberation": "LiberationSans-Regular.ttf"}
PLACES = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")


def fontconfig(fonts: str, folder: Path) -> Path | None:
    """A configuration, written to `folder`, that shows these fonts and no other; None where the machine lacks them."""
    file = FONTS[fonts]
    found = _blank(folder) if file is None else _folder_of(file)
    if found is None:
        return None
    written = folder / f"{fonts}.conf"
    parts = f"<dir>{escape(str(found))}</dir><cachedir>{escape(str(folder / 'cache'))}</cachedir>"
    written.write_text(
        f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>{parts}</fontconfig>',
        encoding="utf-8",
    )
    return written


def _folder_of(file: str) -> Path | None:
    return next((it.parent for place in PLACES if place.is_dir() for it in place.rglob(file)), None)


def _blank(folder: Path) -> Path:
    """A folder with a font of no letter, whose box for what is missing is wider than any: without one font Chromium
    refuses those of pages, too."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((1900, 0), (1900, 700), (0, 700)):
        pen.lineTo(corner)
    pen.closePath()
    builder = FontBuilder(1000)
    builder.setupGlyphOrder([".notdef"])
    builder.setupCharacterMap({})
    builder.setupGlyf({".notdef": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (2000, 0)})
    builder.setupHorizontalHeader(ascent=900, descent=-200)
    builder.setupOS2()
    builder.setupNameTable({"familyName": "Blank", "styleName": "Regular"})
    builder.setupPost()
    place = folder / "blank"
    place.mkdir(exist_ok=True)
    builder.save(place / "blank.ttf")
    return place
