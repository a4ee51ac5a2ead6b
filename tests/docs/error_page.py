"""The codes of errors as Markdown. `python -m tests.docs.error_page` writes them into docs/reference/errors.md.

`error_codes.txt` holds every code that there has been, with its name. New ones are added to it; one that is no longer there, or has
another name, is refused: programs rely on them.
"""

from __future__ import annotations

from pathlib import Path

from lineofsight import error_codes
from lineofsight.error_codes import Code

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "errors.md"
KEPT = Path(__file__).with_name("error_codes.txt")
BEGIN, END = "<!-- codes: begin -->", "<!-- codes: end -->"
_HEADINGS = {
    "ProjectCode": "ProjectError: LOS-P",
    "DataCode": "DataError: LOS-D",
    "EngineCode": "EngineError: LOS-E",
    "RunCode": "RunError: LOS-R",
    "CommandCode": "The command: LOS-U",
}

KINDS: list[type[Code]] = [getattr(error_codes, name) for name in _HEADINGS]
CODES: list[Code] = [code for kind in KINDS for code in kind]


def render() -> str:
    """All codes, kind by kind."""
    parts = []
    for kind in KINDS:
        parts += [
            f"### {_HEADINGS[kind.__name__]}\n",
            "| code | name | what happened | what to do |",
            "|---|---|---|---|",
        ]
        parts += [f"| `{code}` | `{code.name}` | {code.happened} | {code.remedy} |" for code in kind]
        parts.append("")
    return "\n".join(parts)


def with_codes(page: str) -> str:
    """The page with its codes made anew, the rest untouched."""
    head, rest = page.split(BEGIN, 1)
    return f"{head}{BEGIN}\n\n{render()}\n{END}{rest.split(END, 1)[1]}"


def kept() -> dict[str, str]:
    """Every code that there has been, and its name."""
    lines = KEPT.read_text(encoding="utf-8").splitlines() if KEPT.exists() else []
    return dict(line.split(" ", 1) for line in lines)


def listed(codes: list[Code], before: dict[str, str]) -> dict[str, str]:
    """The codes there were with those there are.

    Raises:
        ValueError: One has gone, or means something else.
    """
    now = {str(code): code.name for code in codes}
    changed = [code for code, name in before.items() if now.get(code) != name]
    if changed:
        raise ValueError(f"programs rely on these codes, which have gone or have another name: {changed}")
    return dict(sorted(now.items()))


if __name__ == "__main__":
    every = listed(CODES, kept())
    KEPT.write_text("".join(f"{code} {name}\n" for code, name in every.items()), encoding="utf-8")
    PAGE.write_text(with_codes(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
