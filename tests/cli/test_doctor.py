"""`los doctor` prints what a report of a wrong number needs, and nothing of people."""

from __future__ import annotations

import importlib.metadata
import json
import re
from pathlib import Path

import pytest

from lineofsight import __version__
from lineofsight.doctor import Redactor

from .shop import Los, Said, Shop

HEADS = ["Installed", "Declared in lineofsight.yml", "What `los check` says", "The newest run"]


def parts(said: Said) -> dict[str, str]:
    """The blocks that were printed, by heading."""
    assert (said.status, said.err) == (0, ""), said
    found = re.findall(r"^### ([^\n]+)\n\n(`{3,})\w+\n(.*?)\n\2$", said.out, re.M | re.S)
    return {head: text for head, _, text in found}


def test_without_a_project_it_tells_what_is_installed(los: Los) -> None:
    (head, text), *more = parts(los("doctor")).items()
    assert (head, more) == ("Installed", [])
    assert text.startswith(f"lineofsight {__version__}\npython 3.")
    for name in ("duckdb", "ibis-framework", "pyarrow", "numpy", "scipy", "pyspark"):
        assert f"\n{name} {importlib.metadata.version(name)}\n" in text
    assert "pytest" not in text
    assert re.search(r"^system \S+, \d+ cores$", text, re.M)
    assert re.search(r"^linear algebra \w+ \d", text, re.M)


def test_of_a_project_it_tells_the_file_the_check_and_the_newest_run(los: Los, ran: Shop) -> None:
    told = parts(los("doctor", ran.folder))
    assert list(told) == HEADS
    assert told[HEADS[1]] == ran.text.strip()
    said = los("check", ran.folder).out
    assert told[HEADS[2]].splitlines()[0] == "Corner shop: the project file and the data fit together."
    assert told[HEADS[2]] in said
    manifest = json.loads((ran.runs[-1] / "manifest.json").read_text(encoding="utf-8"))
    for key in ("seed", "replicates", "project_hash", "engine"):
        assert f"\n{key} {manifest[key]}\n" in told[HEADS[3]]
    for name, version in manifest["versions"].items():
        assert f"{name} {version}\n" in told[HEADS[3]]
    assert told[HEADS[3]].endswith("The project file is as this run read it.")


def test_it_tells_that_the_project_changed_since_the_run(los: Los, ran: Shop) -> None:
    ran.file.write_text(ran.text.replace("margin: 20 %", "margin: 21 %"), encoding="utf-8")
    assert parts(los("doctor", ran.folder))[HEADS[3]].endswith("is no longer as this run read it.")


def test_a_project_without_a_run_is_told_of(los: Los, shop: Shop) -> None:
    assert "PROJECT has no run yet" in parts(los("doctor", shop.folder))[HEADS[3]]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kind: stay", "kind: stey", "behaviours.returned.kind: found 'stey'"),
        ("controls: [paid]", "controls: [paid", "lacks a ',' or its ']'"),
    ],
)
def test_a_file_that_cannot_be_meant_is_shown_with_its_error(
    los: Los, shop: Shop, old: str, new: str, says: str
) -> None:
    shop.say(old, new)
    told = parts(los("doctor", shop.folder))
    assert new in told[HEADS[1]]
    assert re.match(r"LOS-P\d{3}: PROJECT/lineofsight\.yml:", told[HEADS[2]])
    assert says in told[HEADS[2]]


def test_a_folder_without_a_project_is_an_error(los: Los, tmp_path: Path) -> None:
    said = los("doctor", tmp_path / "nowhere")
    assert said.status == 2
    assert "there is no such folder or file" in said.err


@pytest.mark.parametrize(
    ("table", "column", "value", "says"),
    [
        ("orders", "delivery_days", "Jane O'Hara", "values of 'delivery_days' in table 'orders' are no numbers: …"),
        ("orders", "delivered_at", "Jane O'Hara", "values of 'delivered_at' in table 'orders' are no dates or times: …"),
        ("orders", "order_id", "Jane O'Hara", "the key 'order_id' is not unique in table 'orders': …"),
        ("reviews", "stars", "7041", "answers lie off the scale 1 to 5: …"),
    ],
)  # fmt: skip
def test_an_error_shows_no_value_of_the_data(
    los: Los, shop: Shop, table: str, column: str, value: str, says: str
) -> None:
    shop.change(table, column, lambda n, row: value if n < 3 else row[column])
    assert value in los("check", shop.folder).err
    said = los("doctor", shop.folder)
    assert says in parts(said)[HEADS[2]]
    for word in value.split():
        assert word not in said.out


def test_ids_and_levels_that_a_check_names_are_left_out(los: Los, shop: Shop) -> None:
    shop.change("orders", "region", lambda n, row: "Jane O'Hara" if n < 9 else row["region"])
    shop.change("tickets", "customer_id", lambda _, row: row["customer_id"].lower())
    checked = los("check", shop.folder).out
    assert "Jane" in checked
    assert "'c0" in checked
    said = los("doctor", shop.folder)
    assert "any effect in 1 of 3 segments, which have too few episodes: '…'" in parts(said)[HEADS[2]]
    assert "No row of table 'tickets' has the customer of any moment" in parts(said)[HEADS[2]]
    for word in ("Jane", "Hara", "'c0", "'C0"):
        assert word not in said.out


def test_values_of_variables_and_places_are_left_out(
    los: Los, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_CURRENCY", "GBP")
    shop.say("currency: EUR", "currency: ${SHOP_CURRENCY}")
    shop.say("path: data/reviews.csv", "path: '${PLACE}/reviews.csv'")
    place = shop.folder.parent / "secret"
    (shop.folder / "data").rename(place)
    shop.say("path: data/orders.csv", "path: '${PLACE}/order.csv'")
    said = los("doctor", shop.folder, "--var", f"PLACE={place}")
    told = parts(said)
    assert "path: '${PLACE}/reviews.csv'" in told[HEADS[1]]
    assert "tables.orders.path: there is no file '${PLACE}/order.csv'" in told[HEADS[2]]
    for private in ("GBP", "secret", str(shop.folder)):
        assert private not in said.out


def test_a_value_that_an_error_quotes_in_part_is_left_out(los: Los, shop: Shop) -> None:
    shop.say("measure: csat", "measure: '${MEASURE}'")
    secret = "topsecret" * 10
    assert secret[:50] in los("check", shop.folder, "--var", f"MEASURE={secret}").err
    assert "topsecret" not in los("doctor", shop.folder, "--var", f"MEASURE={secret}").out


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("values of 'delivery_days' in table 'orders'", "values of 'delivery_days' in table 'orders'"),
        ("the effect of 'delivery days' on 'Came back'", "the effect of 'delivery days' on 'Came back'"),
        ("as 'Anna' and 'orders', later", "as '…', later"),
        ("as 'O'Hara', later", "as '…', later"),
        ("as ' Anna', later", "as '…', later"),
        ("as 'Anna", "as '…'"),
        ("customers' answers are few", "customers' answers are few"),
        ("there is no file '{folder}/data/a.csv'", "there is no file 'PROJECT/data/a.csv'"),
    ],
)
def test_quoted_texts_that_are_not_declared_go(text: str, left: str, tmp_path: Path) -> None:
    declared = "tables: {orders: {path: data/a.csv}}\noperations: {delivery_days: {label: Came back}}"
    assert Redactor(tmp_path / "lineofsight.yml", declared, {}).redact(text.format(folder=tmp_path)) == left


def test_no_text_of_the_project_ends_its_block(los: Los, shop: Shop) -> None:
    shop.say("name: Corner shop", "# ```\n# ````\nname: Corner shop")
    assert parts(los("doctor", shop.folder))[HEADS[1]] == shop.text.strip()
