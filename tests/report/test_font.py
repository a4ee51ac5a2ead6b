from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont

from lineofsight.report.charts.font import FAMILY, FOLDER, WEIGHTS, advances, css

#: A name or two of each language, and what reports write beside them.
NEEDED = (
    "Größe Straße ÄÖÜ ẞ · Satisfação às ações · Éléphant œuvre Ÿ · ¿Cuánto? señal · Zażółć gęślą jaźń · "
    "Příliš žluťoučký kůň · Őrült tűz · Șomaj, țară · Ærø Åsa Þór · İstanbul ığş · Ελλάδα · Москва Київ ґ"
    " → − × ² ³ ≥ ≤ ≠ ≈ ± … – — ‘’ “” „ « » ‰ € £ ¥ ₹ ₺ ₴ zł Kč R$ ₩ ° µ § † • ½"
)


@pytest.mark.parametrize("ending", ["ttf", "woff2"])
@pytest.mark.parametrize("weight", WEIGHTS)
def test_pages_and_pictures_have_the_font_that_text_is_measured_by(weight: int, ending: str) -> None:
    font = TTFont(FOLDER / f"{WEIGHTS[weight]}.{ending}")
    units = font["head"].unitsPerEm
    assert advances(weight) == {
        code: font["hmtx"][glyph][0] / units for code, glyph in font.getBestCmap().items()
    }
    assert (font["name"].getDebugName(16), font["OS/2"].usWeightClass) == (FAMILY, weight)
    assert "Plex" not in FAMILY, "the name is reserved to the font as IBM publishes it"
    assert {it.FeatureTag for it in font["GSUB"].table.FeatureList.FeatureRecord} <= {"ccmp", "locl"}, (
        "no ligatures"
    )


@pytest.mark.parametrize("weight", WEIGHTS)
def test_the_font_has_the_letters_of_europe_and_figures_of_one_width(weight: int) -> None:
    widths = advances(weight)
    assert [char for char in NEEDED if ord(char) not in widths] == []
    assert len({widths[ord(char)] for char in "0123456789+−"}) == 1


def test_the_font_is_small_and_its_licence_lies_beside_it() -> None:
    assert sum((FOLDER / f"{name}.woff2").stat().st_size for name in WEIGHTS.values()) < 120_000
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert css().count("@font-face") == len(WEIGHTS)
