"""Sealed values open for their own row and field only."""

import pytest

from parley_kit.sealing import KeyRing, Secret, UnsealError

OLD, NEW = Secret("o" * 40), Secret("n" * 40)


def test_a_value_survives_and_does_not_show():
    ring = KeyRing([NEW])
    sealed = ring.seal(Secret("canary"), row="con_1", field="token")
    assert "canary" not in sealed
    assert ring.unseal(sealed, row="con_1", field="token").reveal() == "canary"


@pytest.mark.parametrize(("row", "field"), [("con_2", "token"), ("con_1", "refresh")])
def test_a_swapped_row_or_field_fails(row, field):
    ring = KeyRing([NEW])
    sealed = ring.seal(Secret("canary"), row="con_1", field="token")
    with pytest.raises(UnsealError):
        ring.unseal(sealed, row=row, field=field)


def test_rotation_opens_the_old_and_seals_with_the_new():
    sealed = KeyRing([OLD]).seal(Secret("x"), row="r", field="f")
    both = KeyRing([NEW, OLD])
    assert both.unseal(sealed, row="r", field="f").reveal() == "x"
    assert both.key_id_of(sealed) != both.newest_id
    with pytest.raises(UnsealError):
        KeyRing([NEW]).unseal(sealed, row="r", field="f")


@pytest.mark.parametrize("rubbish", ["", "a.b", "v1.x.%%%", "v9.k.AAAA"])
def test_rubbish_fails_to_open(rubbish):
    with pytest.raises(UnsealError):
        KeyRing([NEW]).unseal(rubbish, row="r", field="f")


def test_a_secret_prints_as_stars():
    assert f"{Secret('canary')!r} {Secret('canary')}" == "*** ***"


def test_signatures_differ_by_purpose_and_hold_across_rotation():
    token = KeyRing([OLD]).sign("link", "dlv_1")
    assert len(token) == 32
    assert KeyRing([NEW, OLD]).is_signed("link", "dlv_1", token)
    assert not KeyRing([NEW, OLD]).is_signed("reply", "dlv_1", token)
