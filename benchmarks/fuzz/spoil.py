"""How a project file and a table are spoilt, by chance and by a seed."""

from __future__ import annotations

import random
import re
from typing import Any

from benchmarks.fuzz.world import Row

#: What a value of a project file is exchanged for.
WRITTEN = (
    "", "null", "~", "[]", "{}", "[[]]", "{a: b}", "true", "-1", "0", "1e999", "-.inf", ".nan", "9" * 400, "0x10", "1_000", "3.5",
    "2024-01-31", "2024-02-31", "9999-12-31", "10 %", "-5 %", "1000 %", "14 days", "0 days", "1e9 years", "4 GB", "yes",
    '"\\x00"', '"\\x1b[2J"', '"\\u202e"', '"\\uffff"', '"\\n"', "'", '"', "`x`", "*a", "&a x", "!!python/object:os.system x", "!x y",
    "${HOME}", "${NOBODY_SETS_THIS}", "${X:-}", "${", "$${", "{{ x }}", "@x", "%x", "|", ">", "? x", "- x", "é", "日本語", "🙂" * 50,
    "select 1", "select * from orders", "paid + ", "paid; drop table orders", "read_text('/etc/passwd')", "count(*)", "1/0",
    "(" * 200, "case when", "cast(paid as blob)", "random()", "now()", "orders", "/", "..", "/etc/passwd", "http://x/y.csv", "*",
    "a" * 5000, "[1, 2", "{x: 1", "duckdb", "spark", "stay", "lower", "csat", "region",
)  # fmt: skip
#: What a value of a table is exchanged for.
HELD: tuple[Any, ...] = (
    None, "", " ", 0, -1, 1, 5, 1e308, -1e308, 1e-320, float("inf"), float("nan"), 2**63, -(2**70), True, "true", "NULL", "NA", "-",
    "1,5", "1.234,56", "12 %", "€12", "1e5", "0x10", "2024-02-31", "2024-13-01", "31.12.2024", "12/31/24", "0000-00-00",
    "99999-01-01", "infinity", "2024-01-01T10:00:00+05:30", "02:30 PM", "now", "\x00", "\x1b[2J", "\u202e", "\uffff", "\ud800",
    "\ufeff", "a\nb", 'a"b', "a,b", "'", "=1+1", "é", "日本語", "🙂", "x" * 10_000, "north", "C000", "O0001",
)  # fmt: skip


def spoilt_text(text: str, rng: random.Random) -> bytes:
    """A project file with one to four places changed."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
        text = rng.choices((_value, _key, _line, _character, _slice), (50, 30, 8, 8, 4))[0](text, rng)
    raw = text.encode("utf-8", "surrogatepass")
    return _bytes(raw, rng) if rng.random() < 0.05 else raw


def _places(text: str, pattern: str) -> list[re.Match[str]]:
    return list(re.finditer(pattern, text))


def _put(text: str, place: re.Match[str], new: str) -> str:
    return text[: place.start(1)] + new + text[place.end(1) :]


def _value(text: str, rng: random.Random) -> str:
    found = _places(text, r"(?:: |\[|, |- )([^,\[\]{}\n:]+)")
    return _put(text, rng.choice(found), rng.choice(WRITTEN)) if found else text


def _key(text: str, rng: random.Random) -> str:
    found = _places(text, r"([A-Za-z_]+):")
    if not found:
        return text
    place = rng.choice(found)
    key = place.group(1)
    at = rng.randrange(len(key))
    other = rng.choice(found).group(1)
    return _put(
        text,
        place,
        rng.choice(
            (key[:at] + key[at + 1 :], key[:at] + "x" + key[at:], other, "1", "null", "a b", key.upper())
        ),
    )


def _line(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(5):
        case 0:
            del lines[at]
        case 1:
            lines.insert(to, lines[at])
        case 2:
            lines[at], lines[to] = lines[to], lines[at]
        case 3:
            lines[at] = " " * rng.randrange(1, 5) + lines[at]
        case _:
            lines[at] = lines[at].lstrip() if rng.random() < 0.5 else "\t" + lines[at]
    return "\n".join(lines)


def _character(text: str, rng: random.Random) -> str:
    if not text:
        return text
    at = rng.randrange(len(text))
    new = rng.choice(("", *"{}[]:,-#&*!|>'\"%@`$\\\t\n\r \x00\x07\x7f\x85\u2028\ufeff\ud800é"))
    return text[:at] + new + text[at + (rng.random() < 0.7) :]


def _slice(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] if rng.random() < 0.3 else text[:at] + text[rng.randrange(len(text) + 1) :]


def _bytes(raw: bytes, rng: random.Random) -> bytes:
    spoilt = bytearray(raw)
    for _ in range(rng.randrange(1, 6)):
        if spoilt:
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
    return bytes(spoilt)


def spoilt_rows(rows: list[Row], rng: random.Random) -> list[Row]:
    """A table with some values, columns or rows changed."""
    rows = [dict(row) for row in rows]
    for _ in range(rng.choice((1, 1, 2, 3))):
        if not rows or not rows[0]:
            break
        column = rng.choice(list(rows[0]))
        match rng.randrange(8):
            case 0 | 1 | 2:
                for row in rng.sample(rows, min(len(rows), rng.choice((1, 1, 3, len(rows))))):
                    row[column] = rng.choice(HELD)
            case 3:
                same = rng.choice(HELD)
                for row in rows:
                    row[column] = same
            case 4:
                other = rng.choice(
                    (column.upper(), f" {column}", "", "a b", "a.b", "select", "\x1b", '"', "rowid", "_at")
                )
                rows = [
                    {other if key == column else key: value for key, value in row.items()} for row in rows
                ]
            case 5:
                rows = [{key: value for key, value in row.items() if key != column} for row in rows]
            case 6:
                rows = rows[: rng.choice((0, 1, 2, len(rows) // 2))] if rng.random() < 0.5 else rows * 2
            case _:
                rows = [row | {"more": rng.choice(HELD)} for row in rows]
    return rows


def spoilt_file(raw: bytes, rng: random.Random) -> bytes:
    """The bytes of a file, of which some are changed, lost or there twice; most files are left as they are."""
    match rng.randrange(10):
        case 0:
            return _bytes(raw, rng)
        case 1:
            return raw[: rng.randrange(len(raw) + 1)]
        case 2:
            at = rng.randrange(len(raw) + 1)
            return raw[:at] + raw[at // 2 :]
        case 3:
            return rng.choice(
                (
                    raw.replace(b",", b";"),
                    raw.replace(b"\n", b"\r"),
                    b"\xef\xbb\xbf" + raw,
                    raw.replace(b",", b"\t"),
                )
            )
        case 4:
            return raw.decode("utf-8", "replace").encode(
                rng.choice(("utf-16", "utf-16-le", "cp1252", "utf-8")), "replace"
            )
        case _:
            return raw
