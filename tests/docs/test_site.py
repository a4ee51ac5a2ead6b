"""Links, anchors, images and the site itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .markdown import DOCS, OUTSIDE, PAGES, ROOT, anchors, links


@pytest.mark.parametrize("page", [*PAGES, *OUTSIDE], ids=lambda page: str(page.relative_to(ROOT)))
def test_links_go_somewhere(page: Path) -> None:
    for image, target in links(page):
        if target.startswith(("https://", "http://")):
            continue
        name, _, anchor = target.partition("#")
        file = page if not name else (page.parent / name).resolve()
        assert file.exists(), f"{target} is missing"
        if DOCS in page.parents:
            assert DOCS in file.parents, f"{target} is outside the site"
        if image:
            assert file.suffix == ".png" and file.stat().st_size < 400_000
        if anchor:
            assert anchor in anchors(file), f"{target}: no such heading"


def test_every_image_is_used() -> None:
    used = {
        (page.parent / target).resolve()
        for page in [*PAGES, *OUTSIDE]
        for image, target in links(page)
        if image
    }
    assert set((DOCS / "images").iterdir()) <= used


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    built = subprocess.run(
        [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--strict",
            "--quiet",
            "--site-dir",
            str(tmp_path / "site"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "fonts.googleapis.com" not in page


def test_pages_do_not_need_a_network() -> None:
    for page in PAGES:
        for image, target in links(page):
            assert not (image and "://" in target)
