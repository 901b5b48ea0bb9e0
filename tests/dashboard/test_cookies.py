"""A cookie or form that this desk did not sign is nothing."""

from __future__ import annotations

import pytest

from dashboard.cookies import SESSION, Signer, WeakSecret

KEY = b"k" * 32


def test_a_key_below_thirty_two_bytes_is_refused():
    with pytest.raises(WeakSecret):
        Signer(b"k" * 31)
    Signer(KEY)


def test_a_sealed_token_opens_again():
    signer = Signer(KEY)
    assert signer.opened(signer.sealed("a.b_c-d")) == "a.b_c-d"
    assert signer.token_in({SESSION: signer.sealed("t")}) == "t"


@pytest.mark.parametrize("value", [None, "", ".", "t", "t.", ".mark", "t.0123", "票.假"])
def test_what_was_not_signed_here_does_not_open(value: str | None):
    assert Signer(KEY).opened(value) is None


def test_another_key_opens_nothing():
    assert Signer(KEY).opened(Signer(b"x" * 32).sealed("t")) is None


def test_a_form_counts_only_with_the_nonce_of_its_browser():
    signer = Signer(KEY)
    token = signer.form_token("n1")
    assert signer.is_form_token("n1", token)
    for nonce, given in (("n2", token), (None, token), ("n1", None), ("n1", ""), ("", signer.form_token(""))):
        assert not signer.is_form_token(nonce, given)


def test_a_sealed_session_is_no_form_token():
    signer = Signer(KEY)
    mark = signer.sealed("same").rpartition(".")[2]
    assert not signer.is_form_token("same", mark)
