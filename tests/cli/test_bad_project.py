"""What is wrong with a project file is said with its line and what to do; nothing is written."""

from __future__ import annotations

import re

import pytest

from .shop import Los, Said, Shop

EVIL = '  evil: {{sql: "{}"}}\n  tickets: {{path'


def refused(said: Said, shop: Shop) -> str:
    """The message of a run that was refused, and left nothing behind."""
    assert (said.status, said.out) == (2, ""), said
    assert re.match(r"Error LOS-[PDE]\d{3}: ", said.err)
    assert "Traceback" not in said.err
    assert not shop.runs
    assert not shop.left
    return said.err.replace(str(shop.folder), "SHOP")


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_missing_folder_is_named(los: Los, shop: Shop, command: str) -> None:
    said = los(command, shop.folder / "nowhere")
    assert "SHOP/nowhere: there is no such folder or file\n  → name the project's folder" in refused(
        said, shop
    )


def test_a_folder_without_a_project_says_how_to_begin(los: Los, shop: Shop) -> None:
    shop.file.unlink()
    assert refused(los("run", shop.folder), shop).endswith(
        "SHOP: the folder has no lineofsight.yml\n  → `los init` writes an example\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("controls: [paid]", "contrls: [paid]", "contrls", "unknown key 'contrls': did you mean 'controls'?"),
        ("controls: [paid]", "controls: [paid", "controls", "lacks a ',' or its ']'"),
        ("kind: buy_more", "kind: buymore", "spend", "found 'buymore': allowed are"),
        ("measure: csat", "measure: stars", "measure", "found 'stars': allowed are 'nps', 'csat', 'ces' and 'score'"),
        ("name: Corner shop", "name:Corner shop", "name", "a space is missing after the colon"),
        ("currency: EUR", "currency: EUR\ncurrency: USD", "currency: USD", "the key 'currency' is there twice"),
        ("    agg: count\n", "", "tickets_open", "needs 'agg': mean, median"),
        ("    over: 30 days", "    over: 30 dayz", "over", "30 dayz"),
        ("table: reviews", "table: review", "table: review", "the table 'review' is not declared; did you mean 'reviews'?"),
        ("value: page_seconds", "value: page_seconds +", "value: page_seconds", "it ends too early"),
        ("value: page_seconds", "value: nosuch(page_seconds)", "value: nosuch", "the function nosuch(), which is not allowed"),
        ("margin: 20 %", "margin: lots", "value: {margin", "lots"),
        ("replicates: 100", "replicates: 7", "estimation", "at least 100 is allowed"),
    ],
)  # fmt: skip
def test_a_slip_is_named_with_its_line(
    los: Los, shop: Shop, old: str, new: str, at: str, message: str
) -> None:
    shop.say(old, new)
    error = refused(los("run", shop.folder), shop)
    assert message in error
    line = shop.line(at)
    assert (
        f"SHOP/lineofsight.yml:{line}: " in error or f":{line + 1}: " in error
    )  # a list is unclosed at the next key


def test_all_slips_are_named_at_once(los: Los, shop: Shop) -> None:
    shop.say("kind: stay", "kind: stey").say("better: lower\n    function", "bettr: lower\n    function")
    error = refused(los("check", shop.folder), shop)
    assert "stey" in error
    assert "bettr" in error


def test_a_huge_file_is_refused_before_it_is_read(los: Los, shop: Shop) -> None:
    shop.text += "# " + "x" * 10_000_000
    shop.write()
    assert "the file is 10.0 MB; a project file has at most 1 MB\n  → keep data in files" in refused(
        los("run", shop.folder), shop
    )


def test_a_file_that_is_no_text_is_refused(los: Los, shop: Shop) -> None:
    shop.file.write_bytes(b"name: caf\xe9\n")
    assert "lineofsight.yml:1: the file is not UTF-8 text" in refused(los("run", shop.folder), shop)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("copy orders to 'evil.csv'", "found COPY: a table's 'sql' is one SELECT"),
        ("select * from read_csv('/etc/passwd')", "found read_csv(), which reads files"),
        ("select * from '/etc/passwd'", "found the file '/etc/passwd' in SQL"),
        ("create table x as select 1", "found CREATE"),
        ("insert into orders select * from orders", "found INSERT"),
        ("select 1; drop table orders", "more than one statement"),
        ("attach 'evil.db'", "found ATTACH"),
        ("pragma database_list", "found PRAGMA"),
        ("install httpfs", "found INSTALL"),
        ("set memory_limit = '1TB'", "found SET"),
        ("select * from glob('/*')", "found glob(), which reads files"),
        ("select getenv('HOME') as home", "the function getenv(), which is not allowed"),
        ("select * from duckdb_settings()", "duckdb_settings(), which is not allowed"),
    ],
)
def test_sql_reads_declared_tables_and_nothing_else(los: Los, shop: Shop, sql: str, message: str) -> None:
    shop.say("  tickets: {path", EVIL.format(sql).replace("{{", "{").replace("}}", "}"))
    error = refused(los("run", shop.folder), shop)
    assert f"SHOP/lineofsight.yml:{shop.line('evil')}: tables.evil.sql: " in error
    assert message in error
    assert not list(shop.folder.rglob("evil.*"))


def test_an_expression_reads_its_row_and_nothing_else(los: Los, shop: Shop) -> None:
    shop.say("value: page_seconds", "value: (select count(*) from read_csv('/etc/passwd'))")
    assert "found a subquery: an expression gives one value from one row" in refused(
        los("run", shop.folder), shop
    )


def test_too_little_memory_is_said(los: Los, shop: Shop) -> None:
    shop.say("tables:\n", "engine: {duckdb: {memory: 1MB}}\ntables:\n")
    error = refused(los("run", shop.folder), shop)
    assert "out of memory" in error.lower()
    assert "engine: {duckdb: {memory:" in error


# ---- variables ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("argument", ["DATA", "=data", "A-B=data", ""])
def test_a_variable_is_given_as_name_and_value(los: Los, shop: Shop, argument: str) -> None:
    assert "a variable is given as NAME=VALUE" in refused(los("run", shop.folder, "--var", argument), shop)


def test_a_variable_that_is_not_set_is_named_with_the_near_one(los: Los, shop: Shop) -> None:
    shop.say("path: data/orders.csv", 'path: "${DATA}/orders.csv"')
    error = refused(los("run", shop.folder), shop)
    assert f":{shop.line('orders')}: tables.orders.path: the variable 'DATA' is not set\n" in error
    error = refused(los("run", shop.folder, "--var", "DATE=data"), shop)
    assert "did you mean 'DATE'?" in error
    assert "pass --var DATA=..." in error


def test_a_variable_the_file_does_not_use_is_no_wish_to_be_ignored(los: Los, shop: Shop) -> None:
    error = refused(los("run", shop.folder, "--var", "DATA=data"), shop)
    assert "the variable 'DATA' is given, but the file has no ${DATA}\n  → it has no variables" in error
    shop.say("path: data/orders.csv", 'path: "${DATA:-data}/orders.csv"')
    error = refused(los("run", shop.folder, "--var", "DATE=data"), shop)
    assert "the file has no ${DATE}; did you mean 'DATA'?" in error
    assert los("check", shop.folder, "--var", "DATA=data").status == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--seed", "-1"], "greater than or equal to 0"),
        (["run", "--seed", "x"], "valid integer"),
        (["rn"], "Did you mean 'run'?"),
        (["run", "--sed", "1"], "--seed"),
        (["run", "a", "b"], "unexpected"),
        (["show", "effects", "--format", "jsn"], "'table', 'csv', 'json'"),
        (["demo", "--customers", "3"], "500"),
    ],
)
def test_a_wrong_call_says_what_is_right(los: Los, arguments: list[str], message: str) -> None:
    said = los(*arguments)
    assert said.status == 2
    assert message in said.err
    assert "--help" in said.err
