"""What `los look` sees: roles, leaks, copies, joins, encodings; of large files in a sample."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lineofsight.cli import app
from lineofsight.look import reading
from lineofsight.look.facts import Looked, LookedFile
from lineofsight.look.files import look
from lineofsight.words.look import looked_words

from . import public

TODAY = dt.date(2026, 1, 1)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LookedFile]:
    folder = tmp_path_factory.mktemp("public")
    for name, make in public.ONE_FILE.items():
        public.write(folder, name, make())
    return {file.table: file for file in look([str(folder)], today=TODAY).files}


OUTCOMES = {
    "telco_churn": "Churn Label", "bank_churn": "Exited", "card_attrition": "Attrition_Flag", "hillstrom": "visit",
    "airline_satisfaction": None, "hotel_bookings": "is_canceled", "shipping": None, "hr_attrition": "Attrition",
    "insurance": "status", "nps_survey": "churned",
}  # fmt: skip
LEAKS = {
    "telco_churn": {"Total Charges", "Churn Value", "Churn Score", "CLTV", "Churn Reason"},
    "bank_churn": {"Complain"},
    "card_attrition": {"Naive_Bayes_Classifier_Attrition_Flag_1", "Naive_Bayes_Classifier_Attrition_Flag_2"},
    "hotel_bookings": {"reservation_status", "reservation_status_date", "assigned_room_type"},
    "insurance": {"cancellation_reason", "customer_lifetime_value"},
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_outcomes_and_what_gives_them_away(files: dict[str, LookedFile], name: str) -> None:
    assert files[name].outcome == OUTCOMES[name]
    assert set(files[name].leaks) == LEAKS.get(name, set())


@pytest.mark.parametrize(
    ("name", "column", "role"),
    [
        ("telco_churn", "CustomerID", "customer"), ("telco_churn", "Tenure Months", "duration"), ("telco_churn", "Monthly Charges", "money"),
        ("telco_churn", "Count", "constant"), ("telco_churn", "Number of Service Calls", "count"), ("telco_churn", "Contract", "category"),
        ("bank_churn", "Surname", "personal"), ("bank_churn", "RowNumber", "id"), ("bank_churn", "CreditScore", "number"),
        ("card_attrition", "CLIENTNUM", "customer"), ("card_attrition", "Attrition_Flag", "status"),
        ("insurance", "status", "status"), ("nps_survey", "Why did you give this score?", "text"), ("nps_survey", "Start Date", "time"),
        ("nps_survey", "IP Address", "personal"), ("hotel_bookings", "lead_time", "duration"), ("hotel_bookings", "is_repeated_guest", "flag"),
    ],
)  # fmt: skip
def test_roles(files: dict[str, LookedFile], name: str, column: str, role: str) -> None:
    found = files[name].column(column)
    assert found is not None and found.role == role


@pytest.mark.parametrize(
    ("name", "column", "measure", "scale", "off"),
    [
        ("telco_churn", "Satisfaction Score", "csat", (1, 5), 0),
        ("nps_survey", "How likely are you to recommend us?", "nps", (0, 10), 0),
        ("nps_survey", "How easy was it (effort)?", "ces", (1, 7), 0),
        ("nps_survey", "Staff were friendly", "csat", (1, 5), 0),
        ("hr_attrition", "JobSatisfaction", "score", (1, 4), 0),
        ("hr_attrition", "WorkLifeBalance", "score", (1, 4), 0),
        ("airline_satisfaction", "Food and drink", "csat", (1, 5), 0),
        ("airline_satisfaction", "Inflight wifi service", "csat", (1, 5), None),
        ("airline_satisfaction", "satisfaction", "score", (0, 1), 0),
    ],
)  # fmt: skip
def test_scores(
    files: dict[str, LookedFile],
    name: str,
    column: str,
    measure: str,
    scale: tuple[float, float],
    off: int | None,
) -> None:
    found = files[name].column(column)
    assert found is not None
    assert (found.role, found.measure, found.scale) == ("score", measure, scale)
    assert (found.off_scale > 0) if off is None else found.off_scale == off


def test_every_screen_says_what_it_saw(files: dict[str, LookedFile]) -> None:
    said = looked_words(Looked((files["telco_churn"], files["bank_churn"]), ()))
    assert "700 rows, 22 columns" in said
    assert "'Churn Reason' gives 'Churn Label' away: it is filled just where it says yes, or no" in said
    assert "personal data: 'Surname' (names of people)" in said
    assert "Reason." not in said and "None" not in said


def test_joins_and_names_of_tables(tmp_path: Path) -> None:
    for name, rows in public.shop().items():
        public.write(tmp_path, name, rows)
    looked = look([str(tmp_path)], today=TODAY)
    assert {file.table for file in looked.files} == {
        "shop_customers",
        "shop_orders",
        "shop_order_reviews",
        "shop_order_payments",
    }
    joins = {(j.left, j.left_on, j.right, j.right_on): round(j.matched, 1) for j in looked.joins}
    assert joins["shop_customers", "customer_id", "shop_orders", "customer_id"] > 0.9
    assert joins["shop_order_reviews", "order_id", "shop_orders", "order_id"] == 1.0


def test_keys_that_the_reading_needs(tmp_path: Path) -> None:
    file = tmp_path / "kunden.csv"
    lines = ["kunde;land;seit", *(f"k{i};Österreich;0{1 + i % 9}/0{1 + i % 8}/2024" for i in range(60))]
    file.write_bytes("\n".join(lines).encode("windows-1252"))
    (looked,) = look([str(file)], today=TODAY).files
    assert looked.declare["encoding"] == "windows-1252"
    assert looked.declare["dates"] in ("%d/%m/%Y", "%m/%d/%Y")


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_three_header_lines_of_qualtrics_whatever_ends_a_line(tmp_path: Path, ends: str) -> None:
    names = ["ResponseId", "Q1_NPS_GROUP", "Q1", "renewed"]
    ids = ",".join(f'"{{""ImportId"":""{name}""}}"' for name in names)
    rows = [f"R_{i:05d},Passive,{i % 11},{'Yes' if i % 3 else 'No'}" for i in range(400)]
    file = tmp_path / "survey.csv"
    file.write_bytes(
        (ends.join([",".join(names), "Response,Group,How likely,Renewed?", ids, *rows]) + ends).encode()
    )
    (looked,) = look([str(file)], today=TODAY).files
    assert looked.error is None and looked.rows == 400
    score = looked.column("Q1")
    assert score is not None and (score.role, score.measure) == ("score", "nps")


def test_of_a_large_file_a_sample_is_read_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGE", 10_000)
    monkeypatch.setattr(reading, "_HEAD", 4_000)
    monkeypatch.setattr(reading, "_PIECE", 1_000)
    file = tmp_path / "many.csv"
    file.write_text("id,score\n" + "".join(f"{i:06d},{i % 5 + 1}\n" for i in range(20_000)))
    (looked,) = look([str(file)], today=TODAY).files
    assert not looked.exact and looked.looked < 2_000
    assert abs(looked.rows - 20_000) < 200
    assert "about 20,000 rows" in looked_words(Looked((looked,), ()))
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_looked_at(tmp_path: Path) -> None:
    public.write(tmp_path, "good", public.telco_churn()[:50])
    (tmp_path / "bad.parquet").write_bytes(b"no parquet")
    bad, good = look([str(tmp_path)], today=TODAY).files
    assert bad.error is not None and good.error is None and good.rows == 50


def test_the_command_prints_one_object_and_writes_nothing(tmp_path: Path) -> None:
    file = public.write(tmp_path, "insurance", public.insurance())
    done = CliRunner().invoke(app, ["look", str(file), "--format", "json"])
    (found,) = json.loads(done.stdout)["files"]
    assert found["outcome"] == "status" and found["rows"] == public.N
    assert list(tmp_path.iterdir()) == [file]
    missing = CliRunner().invoke(app, ["look", str(tmp_path / "none.csv")])
    assert missing.exit_code == 2 and "LOS-D001" in missing.stderr
