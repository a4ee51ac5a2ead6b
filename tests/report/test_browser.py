from __future__ import annotations

import pytest

from .conftest import Opener

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


@pytest.mark.parametrize("device", SIZES)
def test_drawn_text_is_readable_and_not_cut(open_page: Opener, device: str) -> None:
    page, _ = open_page(*SIZES[device])
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


def test_wide_tables_scroll_in_their_own_place(open_page: Opener) -> None:
    page, _ = open_page(*SIZES["phone"])
    wide = page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter(it => it.scrollWidth > it.clientWidth).length"
    )
    assert wide > 0
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
