"""Makes the report's font: IBM Plex Sans, cut to what reports need, under a name of its own as its licence asks.

    npm pack @ibm/plex-sans@1.1.0
    python -m tools.subset_font ibm-plex-sans-1.1.0.tgz

writes each weight as WOFF2 (pages embed it) and as TrueType (pictures are drawn with it, and text is measured by it).
The same archive, FontTools and Brotli give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import sys
import tarfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[1] / "src" / "lineofsight" / "report" / "fonts"
FAMILY = "Lineofsight Sans"
#: The archive that npm serves for @ibm/plex-sans 1.1.0 (IBM Plex Sans 3.005).
ARCHIVE_SHA256 = "c3818979c2a2c82927ea3e7c485e389a18de0b7462887dd4f7acc9a525568962"
#: Style of the family → the name of its files here.
STYLES = {"Regular": "regular", "SemiBold": "semibold"}
#: Of these the font's own characters are kept: Latin of Europe and Vietnam, Greek, Cyrillic, punctuation, currencies,
#: fractions, arrows and mathematical signs.
RANGES = [
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x259, 0x259),
    (0x2B0, 0x52F),
    (0x1E00, 0x1EFF),
    (0x2000, 0x22FF),
    (0x25CA, 0x25CA),
    (0x2713, 0x2713),
]
#: Accents set, and letters moved closer. No ligatures: the width of a text is the sum of its characters'.
FEATURES = ["ccmp", "locl", "mark", "mkmk", "kern"]


def main(archive: Path) -> None:
    """Writes the four files and the licence.

    Raises:
        SystemExit: The archive is another than the one named above.
    """
    packed = archive.read_bytes()
    if hashlib.sha256(packed).hexdigest() != ARCHIVE_SHA256:
        raise SystemExit(
            f"{archive} is not the archive that the font was made of → npm pack @ibm/plex-sans@1.1.0"
        )
    FONTS.mkdir(exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(packed)) as files:
        for style, name in STYLES.items():
            whole = _member(files, f"package/fonts/complete/woff2/IBMPlexSans-{style}.woff2")
            for flavour, ending in (("woff2", "woff2"), (None, "ttf")):
                (FONTS / f"{name}.{ending}").write_bytes(_subset(whole, style, flavour))
        (FONTS / "OFL.txt").write_bytes(_member(files, "package/LICENSE.txt"))


def _member(files: tarfile.TarFile, name: str) -> bytes:
    found = files.extractfile(name)
    assert found is not None, f"the archive has {name}"
    return found.read()


def _subset(whole: bytes, style: str, flavour: str | None) -> bytes:
    font = TTFont(io.BytesIO(whole), recalcTimestamp=False)
    # 0, 13 and 14: whose it is and its licence, which stay.
    options = subset.Options(layout_features=FEATURES, hinting=False, name_IDs=[0, 5, 8, 9, 11, 13, 14])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    cutter.subset(font)
    _rename(font, style)
    font.flavor = flavour
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _rename(font: TTFont, style: str) -> None:
    """Gives the names by which programs find it: 'Plex' is reserved to the font as IBM publishes it."""
    plain = style == "Regular"
    names = {
        1: FAMILY if plain else f"{FAMILY} {style}",
        2: "Regular",
        3: f"{FAMILY} {style}, subset of IBM Plex Sans 3.005",
        4: f"{FAMILY} {style}",
        6: f"{FAMILY.replace(' ', '')}-{style}",
        16: FAMILY,
        17: style,
    }
    for code, text in names.items():
        font["name"].setName(text, code, 3, 1, 0x409)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
