from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import pytest
import yaml

from lineofsight.errors import ProjectError
from lineofsight.project.document import CoreLoader, parse_document, read_document

FILE = Path("lineofsight.yml")


def refused(text: str) -> ProjectError:
    with pytest.raises(ProjectError) as caught:
        parse_document(text, FILE)
    return caught.value


def test_scalars_follow_yaml_1_2() -> None:
    text = "on: on\nyes: no\na: true\nb: False\nc: ~\nd: 010\ne: 0o17\nf: 0x1F\ng: 1e3\nh: .5\ni: '5'\nj: 1_000\nk: 12:30:45\n"
    assert parse_document(text, FILE).values == {
        "on": "on",
        "yes": "no",
        "a": True,
        "b": False,
        "c": None,
        "d": 10,
        "e": 15,
        "f": 31,
        "g": 1000.0,
        "h": 0.5,
        "i": "5",
        "j": "1_000",
        "k": "12:30:45",
    }


def test_dates_are_dates_when_the_calendar_has_them() -> None:
    values = parse_document("a: 2024-02-29\nb: 2023-02-29\nc: '2024-02-29'\n", FILE).values
    assert values == {"a": dt.date(2024, 2, 29), "b": "2023-02-29", "c": "2024-02-29"}


def test_infinities_are_read_as_such() -> None:
    values = parse_document("a: .inf\nb: -.INF\nc: .nan\n", FILE).values
    assert (values["a"], values["b"]) == (math.inf, -math.inf)
    assert math.isnan(values["c"])


def test_every_key_and_entry_has_its_line() -> None:
    lines = parse_document("a:\n  b: 1\n\n  c:\n    - x\n    - {d: y}\n", FILE).lines
    assert lines == {
        (): 1,
        ("a",): 1,
        ("a", "b"): 2,
        ("a", "c"): 4,
        ("a", "c", 0): 5,
        ("a", "c", 1): 6,
        ("a", "c", 1, "d"): 6,
    }


def test_aliases_are_written_out() -> None:
    document = parse_document("a: &w {within: 14 days}\nb: *w\n", FILE)
    assert document.values["b"] == {"within": "14 days"}
    assert document.lines[("b",)] == 2


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("a:\n\tb: 1\n", 2, "the line is indented with a tab (column 1)", "indent with spaces"),
        ("a:b\nc: 1\n", 1, "a space is missing after the colon", "write 'key: value'"),
        ("a: 1\nb:\n  c:d\n  e: f\n", 3, "a space is missing after the colon", "write 'key: value'"),
        ("a: b: c\n", 1, "there is a second ': ' in the value (column 5)", "put the text in quotes"),
        ("x: 1\na: {{ x }}\n", 2, "found a mapping or list where a key is expected", "${NAME}"),
        ("a: {p: ${X}/b}\n", 1, "a variable inside { } or [ ] stands without quotes", "${NAME}"),
        ("a: {{x\n", 1, "'{{' opens a mapping inside a mapping", "put the text in quotes"),
        ("x: 1\na: @b\n", 2, "a value cannot start with '@' (column 4)", "put the text in quotes"),
        ("a: *b\n", 1, "a value that starts with '*' or '&'", "put the text in quotes"),
        ("a: 'x\nb: 1\n", 1, "the quote that is opened on line 1 is never closed", "close it"),
        ("a: 'it's'\n", 1, "there is text after the closing quote", "twice: 'it''s'"),
        ("a: [1, 2\nb: 1\n", 2, "opened on line 1 lacks a ',' or its ']'", "close it"),
        ('a: "\\d"\n', 1, "a backslash in double quotes", "use single quotes"),
        ("a:\n  b: 1\n c: 2\n", 3, "does not fit the indentation of the lines above", "indent all keys"),
        ("a: 1\n  b: 2\n", 2, "a key stands where none can be", "indent all keys"),
        ("a: | x\n  y\n", 1, "there is text after '|' or '>'", "begin the text on the next line"),
        ("a: &x 1\nb: &x 2\n", 2, "the same anchor (&name) is there twice", "rename the anchor"),
        ("a: 1\n---\nb: 2\n", 2, "more than one document", "one project per file"),
        ("a: 1\nb: \x07\n", 2, "a character that cannot be printed (U+0007)", "remove it"),
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' is there twice: on line 1 and on line 3", "keep one"),
        ("1: a\n", 1, "found the number 1 as a key: a key is text", "put it in quotes"),
        ("true: a\n", 1, "found true as a key", "put it in quotes"),
        ("? [a]\n: b\n", 1, "found a mapping or list where a key is expected", "in quotes"),
        ("a: 1\nb: !foo x\n", 2, "found the tag '!foo': values have no tags", "in quotes"),
        ("a: !!python/object/apply:os.system [x]\n", 1, "values have no tags", "in quotes"),
        ("a: !!int x\n", 1, "'x' cannot be read as int", "put it in quotes"),
        ("<<: {a: 1}\n", 1, "merge keys ('<<') are not part of YAML 1.2", "write the keys out"),
        ("a: " + "9" * 5000, 1, "cannot be read as int", "put it in quotes"),
        ("- a\n- b\n", 1, "found a list: a project file is a mapping of sections", None),
        ("name:My shop", 1, "found 'name:My shop': a project file is a mapping", "space missing"),
        ("a: &a [*a]\n", 1, "nested deeper than 50 levels, or one contains itself", None),
        ("[" * 300_000 + "]" * 300_000, 1, "nested deeper than 50 levels", None),
        ("%YAML 3.0\n---\na: 1\n", 1, "this is not YAML: found incompatible YAML document", None),
    ],
)
def test_bad_yaml_is_said_in_plain_words(
    text: str, line: int, message: str, hint: str | None, loader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fallback = type(
        "Loader",
        (getattr(yaml, loader),),
        {"yaml_implicit_resolvers": CoreLoader.yaml_implicit_resolvers},
    )
    monkeypatch.setattr("lineofsight.project.document.CoreLoader", fallback)
    error = refused(text)
    assert error.line == line
    assert message in error.message
    assert (hint is None and error.hint is None) or (hint is not None and hint in (error.hint or ""))
    assert str(error).startswith(f"lineofsight.yml:{line}: ")


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n...\n", "~\n", "\n\n"])
def test_an_empty_file_is_refused(text: str) -> None:
    error = refused(text)
    assert error.message == "the file is empty"
    assert error.hint == "`los init` writes an example"


def test_a_billion_laughs_are_cut_short() -> None:
    rows = ["a0: &a0 [" + ", ".join("x" * 10) + "]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    assert "more than 100,000 values, counting each alias" in refused("\n".join(rows)).message


def test_aliases_of_aliases_nest_no_deeper_than_text() -> None:
    rows = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 2000)]
    assert "nested deeper than 50 levels" in refused("\n".join(rows)).message


def test_too_many_values_are_refused() -> None:
    assert "more than 100,000 values" in refused("a: [" + "1," * 100_001 + "]").message


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "lineofsight.yml"
    with file.open("wb") as stream:
        stream.truncate(5_000_000_000)
    with pytest.raises(ProjectError) as caught:
        read_document(file)
    assert caught.value.message == "the file is 5,000.0 MB; a project file has at most 1 MB"
    assert "tables: with path:" in (caught.value.hint or "")


def test_what_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "lineofsight.yml"
    file.write_bytes(b"name: shop\ncurrency: \xa4\n")
    with pytest.raises(ProjectError) as caught:
        read_document(file)
    assert (caught.value.line, caught.value.message) == (
        2,
        "the file is not UTF-8 text: byte 22 cannot be read",
    )


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "lineofsight.yml"
    file.write_bytes(b"\xef\xbb\xbfname: shop\n")
    assert read_document(file).values == {"name": "shop"}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="there is no such file"):
        read_document(tmp_path / "nothing.yml")
