from __future__ import annotations

import base64
from pathlib import Path

import pytest

from lineofsight.report.charts import canvas, theme
from lineofsight.report.charts.canvas import dress, make_frame
from lineofsight.report.charts.font import STACK, advances, css
from lineofsight.report.charts.render import to_png, to_svg
from lineofsight.report.charts.text import text_width

from .conftest import Opener
from .machines import FONTS

pytestmark = pytest.mark.browser

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.mark.parametrize("device", SIZES)
def test_the_page_opens_whole_and_alone(open_page: Opener, device: str) -> None:
    width, height = SIZES[device]
    page, trouble = open_page(width, height)
    assert trouble == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for heading in page.locator("h2").all():
        assert heading.is_visible()
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == width, "no sideways scrolling, all open"
    assert trouble == []


@pytest.mark.parametrize(("device", "height"), [("desktop", 800), ("phone", 3 * 844)])
def test_the_first_page_is_whole_on_one_screen_and_three_of_a_phone(
    open_page: Opener, device: str, height: int
) -> None:
    page, _ = open_page(*SIZES[device])
    assert page.evaluate("document.querySelector('header').getBoundingClientRect().bottom") <= height
    dead = page.evaluate(
        """() => [...document.querySelectorAll('header a, nav a')].map(it => it.getAttribute('href'))
        .filter(it => !document.querySelector(it))"""
    )
    assert dead == []
    lines = page.eval_on_selector_all(
        ".dots li:not(.axis) .zero", "all => all.map(it => it.getBoundingClientRect().left)"
    )
    assert len(lines) > 1 and max(lines) - min(lines) < 0.5, "one scale for all rows"


@pytest.mark.parametrize("device", SIZES)
def test_the_contents_stay_in_view(open_page: Opener, device: str) -> None:
    page, _ = open_page(*SIZES[device])
    page.evaluate("document.querySelector('#method').scrollIntoView({behavior: 'instant'})")
    top = page.evaluate("document.querySelector('nav').getBoundingClientRect().top")
    assert -1 <= top <= 20
    assert page.locator("nav a.part").first.is_visible()


@pytest.mark.parametrize("device", SIZES)
def test_each_figure_shows_the_drawing_for_its_width(open_page: Opener, device: str) -> None:
    page, _ = open_page(*SIZES[device])
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    shown, hidden = (".desktop", ".phone") if device == "desktop" else (".phone", ".desktop")
    sizes = page.eval_on_selector_all(
        f"figure {shown}", "all => all.map(it => it.getBoundingClientRect().width)"
    )
    assert len(sizes) > 20
    assert min(sizes) > 300
    gone = page.eval_on_selector_all(
        f"figure {hidden}", "all => all.map(it => it.getBoundingClientRect().width)"
    )
    assert max(gone) == 0


@pytest.mark.parametrize("fonts", FONTS)
@pytest.mark.parametrize("device", SIZES)
def test_drawn_text_is_readable_and_not_cut(open_page: Opener, device: str, fonts: str) -> None:
    page, _ = open_page(*SIZES[device], fonts=fonts)
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    found = page.evaluate(
        """() => [...document.querySelectorAll('figure svg text')].filter(it => it.getBoundingClientRect().width)
        .map(it => { const box = it.getBoundingClientRect(), svg = it.ownerSVGElement, frame = svg.getBoundingClientRect();
        const scale = frame.width / svg.viewBox.baseVal.width;
        return {text: it.textContent, size: parseFloat(getComputedStyle(it).fontSize) * scale,
                over: Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom)} })"""
    )
    assert len(found) > 500
    small = 11 if device == "phone" else 10.5
    assert [it for it in found if it["size"] < small - 0.1] == []
    assert [it for it in found if it["over"] > 3] == []


@pytest.mark.parametrize("fonts", FONTS)
def test_drawn_text_is_as_wide_as_it_was_laid_out(open_page: Opener, fonts: str) -> None:
    page, _ = open_page(*SIZES["desktop"], fonts=fonts)
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    lines = page.evaluate(
        """() => [...document.querySelectorAll('figure .desktop text, figure .desktop tspan')].filter(it => !it.children.length)
        .map(it => [it.textContent, parseFloat(getComputedStyle(it).fontSize), getComputedStyle(it).fontWeight === '600',
                    it.getComputedTextLength()])"""
    )
    assert len(lines) > 500 and {bold for _, _, bold, _ in lines} == {True, False}
    ours = [line for line in lines if all(ord(char) in advances(400) for char in line[0])]
    assert 500 < len(ours) < len(lines), "one label has letters that another font draws"
    off = {text: drawn - text_width(text, size, bold) for text, size, bold, drawn in ours}
    assert {text: by for text, by in off.items() if abs(by) > 0.5} == {}


@pytest.mark.parametrize("fonts", FONTS)
def test_characters_of_other_fonts_have_room(open_page: Opener, tmp_path: Path, fonts: str) -> None:
    """The widest letters of other scripts that DejaVu and Liberation have, beside ours; a box stands for those of none."""
    texts = [
        "Þjónusta og verð ≥ 10 % → Łódź, Ğ, ș",
        "Ελληνικά",
        "Доставка",
        "שירות",
        "خدمة",
        "ქართული",
        "ԱԲԳ",
        "∀∃∮⊂",
    ]
    lines = "".join(f"<text y='20' font-size='20'>{text}</text>" for text in texts)
    path = tmp_path / "page.html"
    path.write_text(
        f"<meta charset=utf-8><style>{css()}</style><svg font-family='{STACK}'>{lines}</svg>",
        encoding="utf-8",
    )
    page, _ = open_page(*SIZES["desktop"], fonts=fonts, path=path)
    drawn = page.eval_on_selector_all("text", "all => all.map(it => it.getComputedTextLength())")
    for text, width in zip(texts, drawn, strict=True):
        ours = all(ord(char) in advances(400) for char in text)
        assert width <= text_width(text, 20) + 0.5 or (fonts == "none" and not ours), text


@pytest.mark.parametrize("fonts", FONTS)
@pytest.mark.parametrize("kind", ["png", "svg+xml"])
def test_pictures_that_stand_alone_are_drawn_with_the_same_font(
    open_page: Opener, tmp_path: Path, kind: str, fonts: str
) -> None:
    text = "Illi ≥ 1111 ij → Illi 1111"  # other fonts differ most in narrow letters
    layer = canvas.labels([{"x": 20, "y": 30, "text": text}], theme.TITLE, weight=600)
    chart = dress([layer], make_frame(600, ""), 60, text)
    drawn = to_png(chart, scale=1) if kind == "png" else to_svg(chart, text, inline=False).encode()
    path = tmp_path / "page.html"
    path.write_text(f"<img src='data:image/{kind};base64,{base64.b64encode(drawn).decode()}'>")
    page, _ = open_page(*SIZES["desktop"], fonts=fonts, path=path)
    ink = page.evaluate(
        """async () => { const it = document.querySelector('img'); await it.decode();
        const paper = Object.assign(document.createElement('canvas'), {width: 600, height: 60}).getContext('2d');
        paper.fillStyle = 'white'; paper.fillRect(0, 0, 600, 60); paper.drawImage(it, 0, 0);
        const found = [], data = paper.getImageData(0, 0, 600, 60).data;
        for (let x = 0; x < 600; x++) for (let y = 0; y < 60; y++) if (data[4 * (600 * y + x)] < 128) { found.push(x); break }
        return found }"""
    )
    # Letters begin and end a little within their own width, and PNG moves pairs of them closer.
    assert ink[0] >= 20 and ink[-1] - 20 == pytest.approx(text_width(text, theme.TITLE, bold=True), abs=3)


def test_details_open_by_click(open_page: Opener) -> None:
    page, _ = open_page(*SIZES["phone"])
    closed = page.locator("details:not([open]) > summary", has_text="What the words mean")
    inside = page.get_by_text("one customer around one moment")
    assert not inside.is_visible()
    closed.click()
    assert inside.is_visible()


def test_text_in_pictures_can_be_selected(open_page: Opener) -> None:
    page, _ = open_page(*SIZES["desktop"])
    selected = page.evaluate(
        """() => { const it = [...document.querySelectorAll('#chain .desktop text')].find(t => t.textContent.includes('Days'));
        getSelection().selectAllChildren(it); return getSelection().toString() }"""
    )
    assert "Days from order to delivery" in selected


@pytest.mark.parametrize("device", SIZES)
def test_no_table_is_wider_than_its_page(open_page: Opener, device: str) -> None:
    page, _ = open_page(*SIZES[device])
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    wide = page.evaluate(
        """() => [...document.querySelectorAll('.scroll')].filter(it => it.scrollWidth > it.clientWidth)
        .map(it => it.getAttribute('aria-label'))"""
    )
    assert wide == []
    assert page.evaluate(
        "[...document.querySelectorAll('table')].every(it => it.parentElement.matches('.scroll'))"
    )


def test_dark_paper_has_light_ink(open_page: Opener) -> None:
    page, trouble = open_page(*SIZES["desktop"], scheme="dark")
    paper, ink = page.evaluate(
        """() => { const sum = text => text.match(/\\d+/g).slice(0, 3).map(Number).reduce((a, b) => a + b);
        return [sum(getComputedStyle(document.body).backgroundColor),
                sum(getComputedStyle(document.querySelector('#chain .desktop text')).fill)] }"""
    )
    assert paper < 120 and ink > 400
    assert trouble == []


def test_on_paper_everything_is_open_and_fits(open_page: Opener) -> None:
    page, _ = open_page(703, 1000)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 703
    assert page.locator("#chain .desktop svg").is_visible()
