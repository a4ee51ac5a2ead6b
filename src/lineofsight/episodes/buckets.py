"""Buckets of customers: what is resampled, and the order in which episodes are stored."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from lineofsight.episodes.columns import BUCKET, CUSTOMER, KEY

_HEX = "0123456789abcdef"
_DIGITS = 4


def bucketed(episodes: ir.Table, customers: int, most: int) -> tuple[ir.Table, int]:
    """Adds each customer's bucket and sorts, so that every fold meets the rows in the same order.

    The bucket is the number that the first four hexadecimal digits of the MD5 of the customer's text are, modulo
    `most`; with no more customers than that, each customer is a bucket, numbered in the order of their MD5.

    Args:
        episodes: Episodes with their customer and key.
        customers: Different customers among them.
        most: The most buckets there may be.

    Returns:
        The episodes by bucket, customer and key, and the number of buckets.
    """
    text = episodes[CUSTOMER].cast("string")
    hashed = episodes.mutate(_text=text, _digest=text.hexdigest("md5"))
    if customers <= most:
        place = ibis.dense_rank().over(order_by=[hashed["_digest"], hashed["_text"]])
        numbered, buckets = hashed.mutate(**{BUCKET: place.cast("int16")}), customers
    else:
        worth = {at: 16 ** (_DIGITS - 1 - at) for at in range(_DIGITS)}
        digits = [
            ibis.literal(_HEX).find(hashed["_digest"].substr(at, 1)) * each
            for at, each in worth.items()
            if each % most  # the others change nothing
        ]
        number = sum(digits, ibis.literal(0))
        numbered, buckets = hashed.mutate(**{BUCKET: (number % most).cast("int16")}), most
    ordered = numbered.drop("_digest", "_text")
    return ordered.order_by([ordered[BUCKET], ordered[CUSTOMER], ordered[KEY]]), buckets
