"""What a contributor expects at the root is there, is valid, and calls what exists."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from lineofsight import __version__

ROOT = Path(__file__).parents[2]
HOOKS = ROOT / ".pre-commit-config.yaml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PHONY = re.findall(r"\S+", re.findall(r"^\.PHONY:(.*)$", MAKEFILE, re.M)[0])


def loaded(file: Path) -> dict[str, Any]:
    found = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    assert isinstance(found, dict)
    return found


def made(text: str) -> list[str]:
    """The targets of a shell line that calls make."""
    words = text.split()
    return [word for word in words[1:] if "=" not in word] if words[0] == "make" else []


# --- make


def test_make_help_tells_every_target_that_can_be_called() -> None:
    told = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = [re.fullmatch(r"make (\w+) +(\S.*)", line) for line in told.splitlines()]
    assert all(lines), told
    assert [line[1] for line in lines if line] == PHONY
    assert {"help", "setup", "demo", "test", "check", "docs"} <= set(PHONY)


def test_make_alone_helps() -> None:
    alone = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert alone.startswith("make help ")


def test_every_phony_target_has_a_rule_and_no_rule_is_missing_there() -> None:
    assert sorted(re.findall(r"^([a-z]+):", MAKEFILE, re.M)) == sorted(PHONY)


# --- hooks and public CI


def test_hooks_call_targets_that_exist() -> None:
    hooks = [hook for repo in loaded(HOOKS)["repos"] for hook in repo["hooks"]]
    assert [repo["repo"] for repo in loaded(HOOKS)["repos"]] == ["local"]
    targets = [target for hook in hooks for target in made(hook["entry"])]
    assert {"style", "check"} <= set(targets) <= set(PHONY)


def test_hooks_are_valid() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-config", str(HOOKS)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_public_ci_calls_targets_that_exist() -> None:
    steps = [step for file in WORKFLOWS for job in loaded(file)["jobs"].values() for step in job["steps"]]
    targets = {target for step in steps for target in made(step.get("run", "-"))}
    assert {"test", "docs", "demo", "wheel"} <= targets <= set(PHONY)


def test_public_ci_begins_with_the_oldest_python_that_is_allowed() -> None:
    ci = loaded(ROOT / ".github" / "workflows" / "ci.yml")
    versions = ci["jobs"]["test"]["strategy"]["matrix"]["python"]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'requires-python = ">={versions[0]}"' in project
    assert versions == [f"3.{minor}" for minor in range(11, 11 + len(versions))]


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("citation-file-format", ROOT / "CITATION.cff"),
        *(("github-workflows", file) for file in WORKFLOWS),
        *(("github-issue-forms", file) for file in FORMS),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_files_that_others_read_follow_their_schemas(schema: str, file: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    checked = subprocess.run(
        [*command, "--default-filetype", "yaml", str(file)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


# --- citing and reporting


def test_the_citation_has_the_version_and_the_licence() -> None:
    cited = loaded(ROOT / "CITATION.cff")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert cited["version"] == __version__
    assert f'license = "{cited["license"]} AND OFL-1.1"' in project  # the font has its own
    assert f'description = "{cited["abstract"]}"' in project


def test_the_form_for_wrong_numbers_asks_for_what_the_doctor_prints() -> None:
    (form,) = [file for file in FORMS if file.stem == "wrong-number"]
    asked = {field["id"]: field for field in loaded(form)["body"] if "id" in field}
    assert "`los doctor PROJECT`" in asked["doctor"]["attributes"]["label"]
    for name in ("number", "expected", "doctor"):
        assert asked[name]["validations"]["required"] == "true"


@pytest.mark.parametrize("page", ["SECURITY.md", "CONTRIBUTING.md"])
def test_pages_of_the_root_name_files_that_exist(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert links
    for link in links:
        assert (ROOT / link).is_file(), link
