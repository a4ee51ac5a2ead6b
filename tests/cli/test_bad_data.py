"""Data that are not what is declared: the file, the line, what was found, and what to do."""

from __future__ import annotations

import pytest

from .shop import Los, Shop
from .test_bad_project import refused


def test_a_missing_table_file_is_named_with_those_that_are_there(los: Los, shop: Shop) -> None:
    shop.say("path: data/orders.csv", "path: data/order.csv")
    error = refused(los("run", shop.folder), shop)
    assert f"SHOP/lineofsight.yml:{shop.line('orders')}: tables.orders.path: there is no file" in error
    assert "in 'SHOP/data': did you mean 'orders.csv'" in error


def test_a_missing_data_folder_is_named(los: Los, shop: Shop) -> None:
    shop.say("path: data/orders.csv", "path: date/orders.csv")
    assert "the folder 'SHOP/date' does not exist; the nearest that does is 'SHOP'" in refused(
        los("run", shop.folder), shop
    )


@pytest.mark.parametrize(
    ("old", "new", "place", "meant"),
    [
        ("key: order_id", "key: ordr_id", "episodes.key", "order_id"),
        ("at: delivered_at", "at: deliverd_at", "episodes.at", "delivered_at"),
        ("value: page_seconds", "value: page_secnds * 2", "operations.page_seconds.value", "page_seconds"),
        ("at: opened_at", "at: openedat", "operations.tickets_open.at", "opened_at"),
        ("on: order_id", "on: ordr_id", "perceptions.satisfaction.on", "order_id"),
        ("value: stars", "value: starz", "perceptions.satisfaction.value", "stars"),
        ("value: paid", "value: payd", "behaviours.spend.value", "paid"),
    ],
)
def test_a_missing_column_is_named_with_the_near_one(
    los: Los, shop: Shop, old: str, new: str, place: str, meant: str
) -> None:
    shop.say(old, new)
    error = refused(los("run", shop.folder), shop)
    assert f"{place}: table '" in error
    assert f"did you mean '{meant}'" in error
    line = shop.line("spend:" if "spend" in place else new)
    assert f"SHOP/lineofsight.yml:{line}: " in error


@pytest.mark.parametrize("group", ["controls", "segments"])
def test_a_missing_control_or_segment_is_named(los: Los, shop: Shop, group: str) -> None:
    shop.say({"controls": "controls: [paid]", "segments": "segments: [region]"}[group], f"{group}: [regoin]")
    assert "has no column 'regoin'\n  → did you mean 'region'" in refused(los("run", shop.folder), shop)


def test_a_key_that_repeats_is_shown(los: Los, shop: Shop) -> None:
    shop.change("orders", "order_id", lambda n, row: "O1" if n < 3 else row["order_id"])
    error = refused(los("run", shop.folder), shop)
    assert f":{shop.line('key')}: episodes.key: the key 'order_id' is not unique in table 'orders'" in error
    assert "2 rows repeat one, as 'O1' (3 times)" in error


def test_text_among_numbers_is_shown_with_its_row(los: Los, shop: Shop) -> None:
    shop.change("orders", "delivery_days", lambda n, row: "soon" if n == 7 else row["delivery_days"])
    error = refused(los("run", shop.folder), shop)
    assert f":{shop.line('value: delivery_days')}: operations.delivery_days.value: 1 of 563 values" in error
    assert "are no numbers: 'soon' (row 8) (data/orders.csv, line 9)" in error
    assert "answers: {soon: …}" in error


def test_a_date_that_is_none_is_shown_with_its_row(los: Los, shop: Shop) -> None:
    shop.change("orders", "delivered_at", lambda n, row: "31.31.2024" if n == 7 else row["delivered_at"])
    error = refused(los("run", shop.folder), shop)
    assert f":{shop.line('at: delivered_at')}: episodes.at: 1 of 563 values" in error
    assert "are no dates or times: '31.31.2024' (row 8)" in error


def test_a_column_with_and_without_zones_is_refused(los: Los, shop: Shop) -> None:
    shop.change("orders", "delivered_at", lambda n, row: row["delivered_at"] + ("Z" if n % 2 else ""))
    error = refused(los("run", shop.folder), shop)
    assert "'delivered_at' in table 'orders' mixes times with and without a time zone: 282 of 563" in error
    assert "with its zone, or every one without" in error


def test_tables_with_and_without_zones_need_to_know_which(los: Los, shop: Shop) -> None:
    shop.change("reviews", "answered_at", lambda n, row: row["answered_at"] + "Z")
    error = refused(los("run", shop.folder), shop)
    assert "carry a time zone" in error
    assert "'timezone: Europe/Berlin'" in error
    shop.say("currency: EUR", "currency: EUR\ntimezone: UTC")
    assert los("check", shop.folder).status == 0


@pytest.mark.parametrize("text", ["", "order_id,answered_at,stars\n"])
def test_an_empty_table_is_refused(los: Los, shop: Shop, text: str) -> None:
    (shop.folder / "data/reviews.csv").write_text(text)
    error = refused(los("run", shop.folder), shop)
    assert (
        f":{shop.line('reviews')}: tables.reviews: the table is empty: no row in SHOP/data/reviews.csv"
        in error
    )
    assert "take it out of the project file" in error


def test_a_file_of_another_kind_is_refused(los: Los, shop: Shop) -> None:
    (shop.folder / "data/reviews.parquet").write_bytes(b"order_id,answered_at,stars\n" * 3)
    shop.say("path: data/reviews.csv", "path: data/reviews.parquet")
    error = refused(los("run", shop.folder), shop)
    assert (
        f":{shop.line('reviews')}: tables.reviews.path: cannot read SHOP/data/reviews.parquet as parquet"
        in error
    )


def test_infinity_is_refused(los: Los, shop: Shop) -> None:
    shop.change("orders", "delivery_days", lambda n, row: "inf" if n == 7 else row["delivery_days"])
    error = refused(los("run", shop.folder), shop)
    assert (
        "operations.delivery_days.value: 1 value of 'delivery_days' in table 'orders' is infinite: row 8\n"
        in error
    )
    assert "nullif" in error


def test_a_division_by_zero_is_refused(los: Los, shop: Shop) -> None:
    shop.say("value: page_seconds", "value: page_seconds / (delivery_days * 0)")
    assert "are infinite: row 1, row 2, row 3\n  → look for a division by zero" in refused(
        los("run", shop.folder), shop
    )


def test_an_answer_off_the_scale_is_shown(los: Los, shop: Shop) -> None:
    shop.change("reviews", "stars", lambda n, row: 11 if n in (7, 9) else row["stars"])
    error = refused(los("run", shop.folder), shop)
    assert (
        f":{shop.line('measure: csat')}: perceptions.satisfaction.measure: 2 of 347 answers lie off the scale"
        in error
    )
    assert "1 to 5: 11 (2 times)" in error


def test_an_operation_that_is_never_known_leaves_no_episode(los: Los, shop: Shop) -> None:
    shop.change("orders", "page_seconds", lambda n, row: "" if n else "1.5")
    shop.say("value: page_seconds", "value: nullif(page_seconds, 1.5)")
    error = refused(los("run", shop.folder), shop)
    assert f":{shop.line('operations')}: operations: no episode has all operations and controls" in error
    assert "missing are 'page_seconds' (563 of 563)" in error
    assert "'missing: indicator'" in error


def test_moments_without_a_time_leave_no_episode(los: Los, shop: Shop) -> None:
    shop.say("at: delivered_at", "at: nullif(delivered_at, delivered_at)")
    assert "no episode is left of 563 rows" in refused(los("run", shop.folder), shop)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("value: page_seconds", "value: region::int", "operations.page_seconds.value"),
        ("key: order_id", "key: cast(region as int)", "episodes.key"),
        ("at: delivered_at", "at: strptime(region, '%Y')", "episodes.at"),
        ("at: delivered_at", "at: delivered_at\n  where: region::int > 3", "episodes.where"),
        ("    on: order_id", "    on: cast(order_id || 'x' as int)", "perceptions.satisfaction.on"),
        ("segments: [region]", "segments: {r: {value: region::int}}", "segments.r.value"),
        ("at: opened_at", "at: opened_at\n    where: customer_id::int > 3", "operations.tickets_open.where"),
    ],
)
def test_an_expression_that_fails_is_the_one_that_is_named(
    los: Los, shop: Shop, old: str, new: str, place: str
) -> None:
    shop.say(old, new)
    error = refused(los("run", shop.folder), shop)
    last = new.splitlines()[-1].strip()
    said = last.split(": ")[-1].rstrip("}")
    assert f"SHOP/lineofsight.yml:{shop.line(last)}: {place}: '{said}' fails on table '" in error
    assert "Could not " in error
    assert "try_cast" in error


def test_an_expression_that_fails_in_one_of_many_files(los: Los, shop: Shop) -> None:
    shop.say("path: data/reviews.csv", 'path: "data/rev*.csv"')
    shop.say("    on: order_id", "    on: cast(order_id || 'x' as int)")
    error = refused(los("run", shop.folder), shop)
    assert "perceptions.satisfaction.on: 'cast(order_id || 'x' as int)' fails on table 'reviews'" in error


@pytest.mark.parametrize("factor", ["1e300", "1e-300"])
def test_numbers_whose_squares_cannot_be_computed_are_refused(los: Los, shop: Shop, factor: str) -> None:
    shop.say("value: paid", f"value: paid * {factor}")
    error = refused(los("run", shop.folder), shop)
    assert (
        f"SHOP/lineofsight.yml:{shop.line('spend:')}: behaviours.spend.value: the largest magnitude of"
        in error
    )
    assert "it has to lie between 1e-60 and 1e+60" in error
    assert "units, or mend the data" in error


def test_an_operation_of_hashes_is_computed(los: Los, shop: Shop) -> None:
    shop.say("value: page_seconds", "value: hash(order_id)")
    assert los("check", shop.folder).status == 0
