"""Ids are opaque, unique and in order."""

import base64
from datetime import UTC, datetime, timedelta

from parley_kit.ids import new_id

NOW = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)


def test_ids_of_one_moment_are_in_order_and_distinct():
    made = [new_id("msg", NOW) for _ in range(5_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_a_later_moment_sorts_later():
    assert new_id("msg", NOW) < new_id("msg", NOW + timedelta(milliseconds=1))


def test_an_id_is_its_prefix_and_26_digits():
    assert len(new_id("usr", NOW)) == len("usr_") + 26


def test_the_digits_are_those_of_base32hex():
    digits = new_id("msg", NOW).removeprefix("msg_")
    whole = base64.b32hexdecode(digits.upper() + "=" * 6)
    assert int.from_bytes(whole[:6]) == int(NOW.timestamp() * 1000)
    assert base64.b32hexencode(whole).decode().lower() == digits + "=" * 6
