from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lineofsight.pipeline.report import write_report
from lineofsight.runs.reader import Run

from .fake_run import make_run


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return make_run(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="session")
def report(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(run, tmp_path_factory.mktemp("report") / "made" / "report.html")


@pytest.fixture(scope="session")
def html(report: Path) -> str:
    return report.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = os.environ.get("LINEOFSIGHT_CHROMIUM") or shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path = None
    if path is None:
        reason = "no Chromium: set LINEOFSIGHT_CHROMIUM to one, and install playwright"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--headless=new"])
        yield opened
        opened.close()


Opener = Callable[..., tuple[Any, list[str]]]


@pytest.fixture
def open_page(browser: Any, report: Path) -> Iterator[Opener]:
    """Opens the report with the network off; with the page come its console errors and any request that left it."""
    contexts = []

    def opener(width: int, height: int, scheme: str = "light") -> tuple[Any, list[str]]:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, offline=True
        )
        contexts.append(context)
        page, trouble = context.new_page(), []
        page.on("console", lambda it: trouble.append(it.text) if it.type in ("error", "warning") else None)
        page.on("pageerror", lambda it: trouble.append(str(it)))
        page.on("dialog", lambda it: (trouble.append(f"dialog: {it.message}"), it.dismiss()))
        page.on(
            "request", lambda it: None if it.url.startswith(("file:", "data:")) else trouble.append(it.url)
        )
        page.goto(report.as_uri())
        return page, trouble

    yield opener
    for context in contexts:
        context.close()
