"""What the system does not let the command do is told in a sentence, never by a traceback."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest

from .shop import Los, Shop


def in_a_shell(line: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The command in a shell that sets its surroundings; `LOS` in the line stands for it."""
    command = shlex.join([sys.executable, "-m", "lineofsight", *map(str, arguments)])
    shell = ["bash", "-c", line.replace("LOS", command)]
    return subprocess.run(shell, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("kilobytes", [300_000, 800_000, 1_600_000, 2_400_000])
def test_too_few_addresses(ran: Shop, kilobytes: int) -> None:
    said = in_a_shell(f"ulimit -v {kilobytes}; LOS", "run", ran.folder)
    assert said.returncode == 2
    assert said.stderr.startswith("Error LOS-E001: the system lets this process reserve")
    assert len(said.stderr.splitlines()) == 2
    assert len(ran.runs) == 1


def test_enough_addresses(ran: Shop) -> None:
    said = in_a_shell("ulimit -v 6000000; LOS", "show", "effects", "--project", ran.folder)
    assert said.returncode == 0
    assert said.stderr == ""


@pytest.mark.parametrize("command", ["show effects --project", "check", "report"])
def test_a_closed_output(ran: Shop, command: str) -> None:
    arguments = [*command.split(), ran.folder]
    said = in_a_shell("LOS >&-", *arguments)
    assert said.returncode == 2
    assert said.stderr.startswith("Error LOS-U060: the standard output is closed")
    assert in_a_shell("LOS >&- 2>&-", *arguments).returncode == 2


def test_a_closed_error_output(ran: Shop) -> None:
    said = in_a_shell("LOS 2>&-", "show", "effects", "--project", ran.folder, "--format", "csv")
    assert said.returncode == 0
    assert said.stdout.startswith("cause,")
    said = in_a_shell("LOS 2>&-", "check", ran.folder / "nowhere")
    assert (said.returncode, said.stdout, said.stderr) == (2, "", "")


def test_a_reader_that_goes(ran: Shop) -> None:
    said = in_a_shell("LOS | head -1", "show", "effects", "--project", ran.folder, "--format", "csv")
    assert (said.returncode, said.stderr) == (0, "")
    assert len(said.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError("becuse"), "Error LOS-E062: this was not foreseen: KeyError: 'becuse'"),
        (
            RuntimeError("can't start new thread"),
            "Error LOS-E061: the system lets this process start no further thread",
        ),
        (RecursionError(), "Error LOS-E062: something is nested too deeply"),
        (MemoryError(), "Error LOS-E001: the memory ran out"),
    ],
)
def test_whatever_happens(
    los: Los, ran: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("lineofsight.commands.show_table", fails)
    said = los("show", "effects", "--project", ran.folder)
    assert said.status == 2
    assert said.err.startswith(told)
    assert "Traceback" not in said.err


@pytest.mark.parametrize("key", ["becuse", "couse", "outcomes", "x"])
def test_a_misspelt_key_in_a_list(shop: Shop, los: Los, key: str) -> None:
    entry = f"  - {{cause: paid, outcome: returned, because: it is so, {key}: 1}}\n"
    shop.say("estimation:", f"insist:\n{entry}{entry}estimation:")
    said = los("check", shop.folder)
    assert said.status == 2
    assert f"insist[1]: unknown key '{key}'" in said.err
    assert f"line {shop.line('- {cause')}" in said.err
