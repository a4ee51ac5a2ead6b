from __future__ import annotations

import xml.etree.ElementTree as ET

from lineofsight.analyses.bands.charts import bands_chart
from lineofsight.analyses.overview.charts import Node, chain_chart
from lineofsight.report.charts import theme
from lineofsight.report.charts.render import to_png, to_svg
from lineofsight.report.charts.text import Box, place, text_width, wrap

from .marketplace import HOSTILE


def test_svg_keeps_every_digit_and_label_and_ids_differ() -> None:
    node = Node("a", f'{HOSTILE} class="x" 0.123456')
    svg = to_svg(chain_chart([node], [], [], [], [], 1040), "a & <b>")
    texts = "".join(ET.fromstring(svg).itertext())
    assert "0.123456" in texts and 'class="x"' in texts and "<script>" in texts
    assert "<script>" not in svg
    other = to_svg(chain_chart([Node("b", "B")], [], [], [], [], 1040), "")
    ids = [{it.attrib["id"] for it in ET.fromstring(one).iter() if "id" in it.attrib} for one in (svg, other)]
    assert not ids[0] & ids[1]


def test_standalone_svg_and_png() -> None:
    chart = bands_chart([], "Outcome", "points", "days")
    svg = ET.fromstring(to_svg(chart, "alone", inline=False))
    assert svg.attrib["role"] == "img"
    assert to_png(chart).startswith(b"\x89PNG")


def test_colours_are_one_a_role() -> None:
    assert len({role.light for role in theme.ROLES.values()}) == len(theme.ROLES)


def test_text_is_laid_out() -> None:
    assert text_width("iii", 10) < text_width("mmm", 10) < text_width("漢漢漢漢", 10)
    lines = wrap("a rather long label for so small a place, is it not", 90, 12, lines=2)
    assert len(lines) == 2 and lines[1].endswith("…")
    assert all(text_width(line, 12) <= 90 for line in lines)
    assert wrap("", 90, 12) == [""]


def test_names_on_the_map_do_not_collide() -> None:
    points = [(100.0 + 12 * (i % 4), 100.0 + 9 * (i // 4)) for i in range(12)]
    boxes = place(points, [(110.0, 16.0)] * 12, Box(0, 0, 900, 400))
    for i, box in enumerate(boxes):
        assert box.x >= 0 and box.x2 <= 900 and box.y >= 0 and box.y2 <= 400
        assert all(box.overlap(other) == 0 for other in boxes[i + 1 :])
