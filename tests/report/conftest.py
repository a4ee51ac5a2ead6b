from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.stored import stored

from lineofsight.pipeline.report import write_report
from lineofsight.pipeline.run import run as run_project
from lineofsight.report.data import ReportData
from lineofsight.runs.reader import Run, latest_run

from .machines import FONTS, fontconfig
from .projects import KINDS

Runs = Callable[[str], Run]
FILE = "report.html"


@pytest.fixture(scope="session")
def run_of(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The run of a kind of company, of `projects.KINDS`."""

    def of(kind: str) -> Run:
        name = f"company-{kind.replace(' ', '-')}"
        return latest_run(stored(tmp_path_factory, name, lambda folder: run_project(KINDS[kind](folder))))

    return of


@pytest.fixture(scope="session")
def page_of(tmp_path_factory: pytest.TempPathFactory, run_of: Runs) -> Callable[[str], Path]:
    """The whole report of a kind of company."""

    def of(kind: str) -> Path:
        run = run_of(kind)
        name = f"report-{kind.replace(' ', '-')}"
        return stored(tmp_path_factory, name, lambda folder: write_report(run, folder / FILE)) / FILE

    return of


@pytest.fixture(scope="session")
def run(run_of: Runs) -> Run:
    """The run of the marketplace, which has everything."""
    return run_of("marketplace")


@pytest.fixture(scope="session")
def data(run: Run) -> ReportData:
    return ReportData(run)


@pytest.fixture(scope="session")
def report(page_of: Callable[[str], Path]) -> Path:
    return page_of("marketplace")


@pytest.fixture(scope="session")
def html(report: Path) -> str:
    return report.read_text(encoding="utf-8")


def _lacking(reason: str) -> None:
    """Skips, but not where everything was to be installed."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser_with(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """Chromium on a machine with the fonts named, of `machines.FONTS`, whatever this machine has."""
    path = os.environ.get("LINEOFSIGHT_CHROMIUM") or shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path = None
    if path is None:
        _lacking("no Chromium: set LINEOFSIGHT_CHROMIUM to one, and install playwright")
    opened: dict[str, Any] = {}
    with sync_playwright() as playwright:

        def launch(fonts: str) -> Any:
            if fonts not in opened:
                config = fontconfig(fonts, tmp_path_factory.mktemp("fonts"))
                if config is None:
                    _lacking(f"no {FONTS[fonts]} on this machine")
                env = {**os.environ, "FONTCONFIG_FILE": str(config), "TZ": "UTC", "LANGUAGE": "en"}
                opened[fonts] = playwright.chromium.launch(
                    executable_path=path, args=["--no-sandbox", "--headless=new"], env=env
                )
            return opened[fonts]

        yield launch
        for browser in opened.values():
            browser.close()


Opener = Callable[..., tuple[Any, list[str]]]


@pytest.fixture
def open_page(browser_with: Callable[[str], Any], report: Path) -> Iterator[Opener]:
    """Opens the report with the network off; with the page come its console errors and any request that left it."""
    contexts = []

    def opener(
        width: int, height: int, scheme: str = "light", fonts: str = "none", path: Path = report
    ) -> tuple[Any, list[str]]:
        context = browser_with(fonts).new_context(
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
        page.goto(path.as_uri())
        page.evaluate("document.fonts.ready.then(() => null)")
        return page, trouble

    yield opener
    for context in contexts:
        context.close()
