from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

OLIST = """\
name: Olist
currency: BRL
tables:
  orders_raw: {path: data/olist_orders_dataset.csv}
  customers:  {path: data/olist_customers_dataset.csv}
  reviews:    {path: data/olist_order_reviews_dataset.csv}
  payments:   {path: data/olist_order_payments_dataset.csv}
  orders:
    sql: >
      select o.*, c.customer_unique_id, c.customer_state, p.paid
      from orders_raw o join customers c using (customer_id)
      left join (select order_id, sum(payment_value) as paid from payments group by 1) p using (order_id)
episodes:
  each: orders
  key: order_id
  customer: customer_unique_id
  at: coalesce(order_delivered_customer_date, order_estimated_delivery_date)
operations:
  delivery_days:
    value: date_diff('day', order_purchase_timestamp, order_delivered_customer_date)
    unit: days
    better: lower
    function: Logistics
perceptions:
  satisfaction:
    table: reviews
    on: order_id
    at: review_answer_timestamp
    value: review_score
    measure: csat
    scale: [1, 5]
    within: 14 days
behaviours:
  returned: {kind: stay, table: orders, at: order_purchase_timestamp, within: 180 days}
  spend:    {kind: buy_more, table: orders, at: order_purchase_timestamp, value: paid, within: 180 days}
controls: [paid, customer_state]
segments: [customer_state]
value: {margin: 20 %, horizon: 12 months, discount_rate: 10 %}
"""

SMALL = """\
name: Small
tables:
  orders: {path: orders.csv}
episodes: {each: orders, key: id, customer: who, at: day}
operations:
  wait: {value: minutes, better: lower}
perceptions:
  mood: {value: stars, measure: csat}
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a project file and returns it."""

    def _write(text: str) -> Path:
        file = tmp_path / "lineofsight.yml"
        file.write_bytes(text.encode("utf-8"))
        return file

    return _write
