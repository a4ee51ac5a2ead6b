"""What SQL of a project file may do: read the tables that are declared, and compute; nothing else."""

from __future__ import annotations

import duckdb
import pytest

from lineofsight.project.sql_functions import AGGREGATE, SCALAR, TABLE, WINDOW
from lineofsight.project.sql_parsing import SqlError
from lineofsight.project.sql_rules import check_scalar, tables_read

from .duckdb_functions import FILE, MISLABELLED, listing


@pytest.mark.parametrize(
    ("sql", "read"),
    [
        ("select 1", ()),
        ("select 1;", ()),
        ("(select * from orders)", ("orders",)),
        ('select * from "ORDERS" o semi join reviews r using (id)', ("orders", "reviews")),
        ("from orders select id where exists (from reviews)", ("orders", "reviews")),
        ("select * from orders union all by name select * from reviews", ("orders", "reviews")),
        ("with x as (select * from orders) select * from x", ("orders",)),
        ("with reviews as (select * from orders) select * from reviews", ("orders",)),
        ("with orders as (select * from orders) select * from orders", ("orders",)),
        ("with a as (from orders), b as (from a, reviews) from b", ("orders", "reviews")),
        ("with recursive t(n) as (select 1 union all select n + 1 from t where n < 5) from t", ()),
        ("select * from (values (1), (2)) v(x), unnest([1, 2]) u, range(3), generate_series(1, 2)", ()),
        ("select * from (pivot orders on state using sum(paid))", ("orders",)),
        ("select id, row_number() over (partition by who order by day) n from orders qualify n = 1", ("orders",)),
        ("select arg_max(a, b), count(*) filter (where c), median(d), quantile_cont(e, 0.9) from orders", ("orders",)),
        ("select list_transform([1], x -> x + 1), strptime(a, '%Y')::date, day - interval 3 day from orders", ("orders",)),
        ("select 'read_csv', a.name.upper(), columns('x.*') from orders a asof join reviews b on a.x >= b.x", ("orders", "reviews")),
        ("select * /* ' */ from orders -- 'it''s'", ("orders",)),
    ],
)  # fmt: skip
def test_queries_that_only_compute_are_read(sql: str, read: tuple[str, ...]) -> None:
    assert tables_read(sql, ["orders", "reviews"]) == read


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("copy orders to '/tmp/x.csv'", "found COPY: a table's 'sql' is one SELECT (WITH is allowed)"),
        ("insert into orders select 1", "found INSERT"),
        ("attach '/etc/x.db' as y", "found ATTACH"),
        ("detach y", "found DETACH"),
        ("pragma database_list", "found PRAGMA"),
        ("set memory_limit = '1GB'", "found SET"),
        ("reset memory_limit", "found RESET"),
        ("create table x as select 1", "found CREATE"),
        ("create or replace macro orders() as 1", "found CREATE"),
        ("install httpfs", "found INSTALL"),
        ("force install httpfs", "found FORCE"),
        ("load httpfs", "found LOAD"),
        ("call pragma_version()", "found CALL"),
        ("export database '/tmp/x'", "found EXPORT"),
        ("import database '/tmp/x'", "found IMPORT"),
        ("drop table orders", "found DROP"),
        ("delete from orders", "found DELETE"),
        ("update orders set a = 1", "found UPDATE"),
        ("alter table orders add b int", "found ALTER"),
        ("explain analyze select 1", "found EXPLAIN"),
        ("prepare x as select 1", "found PREPARE"),
        ("execute x", "found EXECUTE"),
        ("vacuum", "found VACUUM"),
        ("checkpoint", "found CHECKPOINT"),
        ("use x", "found USE"),
        ("describe orders", "found DESCRIBE"),
        ("show tables", "found SHOW"),
        ("begin", "found BEGIN"),
        ("merge into orders using reviews on true when matched then delete", "found MERGE"),
        ("-- harmless\ncopy orders to 'x'", "found COPY"),
        ("/* select */ copy orders to 'x'", "found COPY"),
        ("(copy orders to 'x')", "the SQL cannot be read"),
        ("values (1)", "found VALUES"),
        ("select 1; copy orders to 'x'", "found more than one statement: one SELECT is allowed"),
        ("select 1; select 2", "found more than one statement"),
        ("with a as (insert into orders select 1 returning *) select * from a", "found INSERT"),
        ("select * from (describe orders)", "found DESCRIBE"),
        ("select * from (summarize orders)", "found SUMMARIZE"),
        ("select * from (show tables)", "found the table 'show', which is not declared"),
        ("select * into x from orders", "found INTO"),
        ("select * from 'a.csv'", "found the file 'a.csv' in SQL"),
        ('select * from "../a.parquet"', "found the file '../a.parquet' in SQL"),
        ("from 'a.csv'", "found the file 'a.csv'"),
        ("select * from orders where exists (from '/etc/passwd')", "found the file '/etc/passwd'"),
        ("with \"/etc/passwd\" as (select 1) select * from '/etc/passwd'", "found the file '/etc/passwd'"),
        ('with "a b" as (select 1) select 1', "found WITH 'a b': name it with letters"),
        ("select * from (with x as (select 1) from x), x", "found the table 'x', which is not declared"),
        ("select * from ['a.csv']", "the SQL cannot be read at '['"),
        ("select * from read_csv('a')", "found read_csv(), which reads files"),
        ("select * from READ_CSV_AUTO('a')", "found read_csv_auto(), which reads files"),
        ("select * from read_parquet(['a'])", "found read_parquet(), which reads files"),
        ("select * from \"read_text\"('/etc/passwd')", "found read_text(), which reads files"),
        ("select * from main.read_csv('a')", "found read_csv(), which reads files"),
        ("select * from system.main.read_blob('a')", "found read_blob(), which reads files"),
        ("select * from orders, lateral (from read_json('a')) x", "found read_json(), which reads files"),
        ("select (select content from read_text('a'))", "found read_text(), which reads files"),
        ("select 1 from orders limit (select count(*) from read_csv('x'))", "which reads files"),
        ("select * from orders order by (select 1 from glob('*'))", "found glob(), which reads files"),
        ("select 'a'.read_text()", "found read_text(), which reads files"),
        ("select * from parquet_scan('a')", "found parquet_scan(), which reads files"),
        ("select * from parquet_metadata('a')", "found parquet_metadata(), which reads files"),
        ("select * from sniff_csv('a')", "found sniff_csv(), which reads files"),
        ("select * from read_json('x').foo", "read_json"),
        ("select * from query('copy orders to ''x''')", "the function query(), which is not allowed"),
        ("select * from query_table('orders')", "the function query_table(), which is not allowed"),
        ("select * from json_execute_serialized_sql('{}')", "which is not allowed"),
        ("select * from duckdb_secrets()", "the function duckdb_secrets(), which is not allowed"),
        ("select * from pragma_table_info('orders')", "which is not allowed"),
        ("select * from python_map_function(1)", "which is not allowed"),
        ("select getenv('HOME')", "found the function getenv(), which is not allowed"),
        ("select current_setting('threads')", "which is not allowed"),
        ("select current_setting\u00a0('threads')", "current_setting"),
        ("select getvariable('x'), 1 from orders", "which is not allowed"),
        ("select nextval('x')", "which is not allowed"),
        ("select write_log('x')", "which is not allowed"),
        ("select random()", "which answers differently each time"),
        ("select uuid() from orders", "which answers differently each time"),
        ("select ago(interval 1 day) from orders", "found ago(), which answers differently each time"),
        ("select reservoir_quantile(a, 0.5) from orders", "which answers differently each time"),
        ("select age(a) from orders", "found age() of one instant, which counts up to today"),
        ("select * from orders using sample 50 percent (bernoulli)", "found a sample, which draws other rows"),
        ("select * from orders tablesample 10%", "found a sample, which draws other rows each time"),
        ("select * from orders tablesample reservoir(20) repeatable (1)", "found a sample"),
        ("with a as (from orders using sample 3) select * from a", "found a sample"),
        ("select lenght(a) from orders", "the function lenght(), which is not allowed; did you mean 'length'"),
        ("select * from information_schema.tables", "found the table 'information_schema.tables', which is not"),
        ("select * from sqlite_master", "found the table 'sqlite_master', which is not declared"),
        ("select * from main.orders", "found the table 'main.orders', which is not declared"),
        ("select * from oders", "found the table 'oders', which is not declared; did you mean 'orders'?"),
        ("select $1 from orders", "found a parameter"),
        ("select ? from orders", "found a parameter"),
        ("select $$ ' $$ from orders", "a text in another form than 'text'"),
        ("select E'\\' from orders --'", "a text in another form than 'text'"),
        ("/* /* */ select 1 -- */ */", "a comment '/*' stands inside a comment"),
        ("select 1 -- x\r, (from read_csv('a'))", "a character that does not show (U+000D)"),
        ("select 1 \u202e from orders", "a character that does not show (U+202E)"),
        ("select 'a", "a quote or a comment is not closed"),
        ("select (1", "'(' is not closed (character 8)"),
        ("select 1)", "')' closes nothing (character 9)"),
        ("select (1]", "']' closes nothing"),
        ("select\n  a b c\nfrom orders", "the SQL cannot be read at 'c' (line 2, character 7 of the SQL)"),
        ("selct a from orders", "found SELCT: a table's 'sql' is one SELECT"),
        ("", "the SQL is empty"),
        ("-- nothing", "the SQL is empty"),
        ("select " + "(" * 5000 + "1" + ")" * 5000, "nested deeper than 100 levels"),
        ("select " + "not " * 9000 + "a from orders", "the SQL cannot be read"),
        ("select 1 " + " " * 60_000, "the SQL has 60,009 characters; at most 50,000"),
    ],
)  # fmt: skip
def test_queries_that_do_more_are_refused(sql: str, message: str) -> None:
    with pytest.raises(SqlError) as caught:
        tables_read(sql, ["orders", "reviews"])
    assert message in caught.value.message


def test_reading_files_is_answered_with_what_to_write() -> None:
    with pytest.raises(SqlError) as caught:
        tables_read("select * from 'a.csv'", [])
    assert caught.value.hint == "declare the file under tables: with path:"


@pytest.mark.parametrize(
    "text",
    [
        "paid",
        '"Order Date"',
        "date_diff('day', a, b)",
        "coalesce(a, b) > 5 and not c",
        "case when a in ('x', 'y') then 1 else 0 end",
        "(a, b) in ((1, 2), (3, 4))",
        "a between 1 and 2",
        "extract(year from a)",
        "a::decimal(10, 2) / nullif(b, 0)",
        "list_sum([a, b]) + list_transform(c, x -> x + 1)[1]",
        "a like 'x;%' -- with a comment",
        "a - interval 3 day",
        "if(a > b, a, b)",
        "concat(a, '-', b)",
        "date",
        "a.b",
        "greatest(a, b)",
        "strftime(a, '%Y') = '2024'",
        "dayname(a)",
        "1",
        "true",
    ],
)
def test_expressions_that_give_one_value(text: str) -> None:
    check_scalar(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the SQL is empty"),
        ("a; drop table b", "found ';'"),
        ("select 1", "found a query"),
        ("(select 1)", "found a subquery"),
        ("a in (select b from c)", "found a subquery"),
        ("exists (from c)", "found a subquery"),
        ("array(select 1)", "found a subquery"),
        ("a > (from 'x.csv')", "found a subquery"),
        ("sum(a)", "found sum(), which puts rows together"),
        ("count(*)", "found count(), which puts rows together"),
        ("a / avg(a)", "found avg(), which puts rows together"),
        ("sum(a) filter (where b)", "found sum(), which puts rows together"),
        ("kahan_sum(a)", "found kahan_sum(), which puts rows together"),
        ("sum(a) over ()", "found a window function"),
        ("row_number() over (order by a)", "found a window function"),
        ("lag(a)", "found a window function"),
        ("a, b", "an expression gives one value"),
        ("(a, b)", "an expression gives one value"),
        ("*", "an expression gives one value"),
        ("t.*", "an expression gives one value"),
        ("columns('a')", "an expression gives one value"),
        ("a as b", "an expression gives one value"),
        ("unnest(a)", "an expression gives one value"),
        ("#1", "by name"),
        ("?", "found a parameter"),
        (":a", "an expression gives one value"),
        ("a from b", "the SQL cannot be read at 'from' (character 3)"),
        ("a) from b where (c", "')' closes nothing (character 2)"),
        ("1), (2", "')' closes nothing (character 2)"),
        ("1) union (select 2", "')' closes nothing (character 2)"),
        ("a where b", "the SQL cannot be read at 'where' (character 3)"),
        ("date_diff('day' a)", "the SQL cannot be read at 'a' (character 17)"),
        ("a +", "it ends too early"),
        ("a b c", "the SQL cannot be read at 'c' (character 5)"),
        ("{{ a }}", "found '{{', which is not SQL"),
        ("read_text('x')", "found read_text(), which reads files"),
        ("getenv('HOME')", "found the function getenv(), which is not allowed"),
        ("random()", "which answers differently each time"),
        ("now()", "which answers differently each time"),
        ("current_date", "which answers differently each time"),
        ("today()", "which answers differently each time"),
        ("ago(interval 1 day)", "which answers differently each time"),
        (
            "age(a)",
            "found age() of one instant, which counts up to today and so answers differently each time",
        ),
        ("a.age()", "found age() of one instant"),
        ("year(age(a)) + 1", "found age() of one instant"),
        ("timestamp 'now' - a", "found 'now' as a time, which is another each time"),
        ("cast(' Today' as date)", "found 'today' as a time"),
        ("date_dif('day', a, b)", "the function date_dif(), which is not allowed; did you mean 'date_diff'"),
    ],
)
def test_expressions_that_do_not(text: str, message: str) -> None:
    with pytest.raises(SqlError) as caught:
        check_scalar(text)
    assert message in caught.value.message


@pytest.mark.parametrize(
    "text", ["age(a, b)", "a.age(b)", "cast('2024-01-31' as date)", "cast('now' as text)"]
)
def test_expressions_that_look_like_the_clock(text: str) -> None:
    check_scalar(text)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("select randn(1) from orders", "found randn(), which answers differently each time"),
        ("select shuffle(collect_list(a)) from orders", "found shuffle()"),
        ("select unix_timestamp() from orders", "which answers differently each time"),
        ("select uniform(1, 2) from orders", "found uniform()"),
        ("select date'yesterday' from orders", "found 'yesterday' as a time"),
        ("select * from orders tablesample (10 percent)", "found a sample"),
    ],
)
def test_queries_for_spark_that_answer_differently_each_time(query: str, message: str) -> None:
    with pytest.raises(SqlError) as caught:
        tables_read(query, ["orders"], "spark")
    assert message in caught.value.message


def _functions(*kinds: str) -> list[str]:
    marks = ", ".join("?" * len(kinds))
    rows = duckdb.execute(
        f"select distinct function_name from duckdb_functions() where function_type in ({marks}) order by 1",
        kinds,
    )
    return [name for (name,) in rows.fetchall() if name.replace("_", "").isalnum()]


def test_no_table_function_of_the_engine_passes_unless_listed() -> None:
    for name in _functions("table", "pragma", "table_macro"):
        if name.lower() not in TABLE:
            for call in (f"{name}()", f"{name}('x')", f"{name}('x', 'y')"):
                with pytest.raises(SqlError):
                    tables_read(f"select * from {call}", ["orders"])


def test_scalar_functions_that_reach_outside_do_not_pass() -> None:
    harmless = {"current_catalog", "current_database", "current_role", "current_schema", "current_schemas", "current_user", "session_user", "user", "version"}  # fmt: skip
    passed = set()
    for name in set(_functions("scalar", "macro")) - SCALAR - AGGREGATE - TABLE:
        for arguments in ("", "x", "x, y"):
            try:
                tables_read(f"select {name}({arguments}) from orders", ["orders"])
            except SqlError:
                continue
            passed.add(name.lower())
    assert passed - SCALAR - AGGREGATE <= harmless


def test_the_list_of_functions_is_that_of_the_engine_that_is_installed() -> None:
    assert FILE.read_text(encoding="utf-8") == listing(), (
        "write it with `python -m tests.project.duckdb_functions`, and read in its difference what would be allowed"
    )


def test_what_the_engine_calls_unstable_is_not_listed() -> None:
    rows = duckdb.execute(
        "select distinct lower(function_name) from duckdb_functions() where stability <> 'CONSISTENT'"
    ).fetchall()
    unstable = {name for (name,) in rows}
    assert {"random", "now", "nextval", "current_setting", "getvariable", "write_log"} <= unstable
    assert (SCALAR | AGGREGATE | WINDOW | TABLE).isdisjoint(unstable)


@pytest.mark.parametrize("name", sorted(MISLABELLED))
def test_what_the_engine_calls_consistent_and_is_not_is_refused(name: str) -> None:
    stability = duckdb.execute(
        "select distinct stability from duckdb_functions() where function_name = ? and schema_name = 'main'",
        [name],
    ).fetchall()
    assert stability == [("CONSISTENT",)]  # else DuckDB has set it right, and the name can leave the list
    with pytest.raises(SqlError):
        tables_read(f"select {name}(a, 0.5) from orders", ["orders"])
