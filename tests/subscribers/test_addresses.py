"""Addresses as people type them; numbers are those of the corpus of nasty inputs."""

import pytest

from subscribers.addresses import (
    InvalidAddress,
    address_hash,
    address_key,
    clean_address,
    masked,
    suggested_address,
)

TAKEN = {
    "nasty[1]": ("Jan@Voorbeeld.NL", "Jan@voorbeeld.nl"),
    "nasty[2] blanks": (" \u00a0\tjan@x.nl\n", "jan@x.nl"),
    "nasty[4] a slip stays": ("jan@gmial.com", "jan@gmial.com"),
    "nasty[5] full stop": ("jan@gmail.com.", "jan@gmail.com"),
    "nasty[8] domain": ("info@bücher.de", "info@xn--bcher-kva.de"),
    "nasty[12] wide at": ("jan＠x.nl", "jan@x.nl"),
    "nasty[12] wide dot": ("jan@x．nl", "jan@x.nl"),
    "nasty[13] 64": (f"{'a' * 64}@x.nl", f"{'a' * 64}@x.nl"),
    "nasty[14] plus": ("jan+zondag@gmail.com", "jan+zondag@gmail.com"),
    "nasty[14] dots": ("j.a.n@gmail.com", "j.a.n@gmail.com"),
    "nasty[14] apostrophe": ("o'brien@x.nl", "o'brien@x.nl"),
    "nasty[14] underscore": ("_@x.nl", "_@x.nl"),
    "nasty[14] digits": ("1@1.nl", "1@1.nl"),
    "nasty[15] plus first": ("+31612@x.nl", "+31612@x.nl"),
    "nasty[18] relay": ("jan@duck.com", "jan@duck.com"),
    "nasty[18] apple": ("a1@privaterelay.appleid.com", "a1@privaterelay.appleid.com"),
}
REFUSED = {
    "nasty[3]": "jan@gmail.com\r\nBcc: x@y.nl",
    "nasty[5] two stops": "jan@gmail.com..",
    "nasty[6] double dot": "jan..piet@x.nl",
    "nasty[6] first dot": ".jan@x.nl",
    "nasty[6] last dot": "jan.@x.nl",
    "nasty[7] quoted": '"jan piet"@x.nl',
    "nasty[7] literal": "jan@[127.0.0.1]",
    "nasty[7] localhost": "jan@localhost",
    "nasty[7] no dot": "jan@x",
    "nasty[8] accents": "jürgen@bücher.de",
    "nasty[9] full width": "ＪＡＮ@gmail.com",
    "nasty[10] dotless i": "jan@gmaıl.com",
    "nasty[10] Cyrillic": "jаn@gmail.com",
    "nasty[10] Cyrillic domain": "jan@gmаil.com",
    "nasty[10] mixed scripts": "jan@bаnk.nl",
    "nasty[11] zero width": "jan\u200b@x.nl",
    "nasty[11] bidi": "jan\u202e@x.nl",
    "nasty[13] 65": f"{'a' * 65}@x.nl",
    "nasty[13] total": f"jan@{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 63}.nl",
    "nasty[15] formula": "=cmd|' /C calc'!A0@x.nl",
    "nasty[15] sum": "@SUM(1)@x.nl",
    "nasty[16] mailto": "mailto:jan@x.nl",
    "nasty[16] name": "Jan <jan@x.nl>",
    "nasty[16] two": "jan@x.nl; piet@x.nl",
    "nasty[16] comma": "jan@x.nl,piet@x.nl",
    "nasty[17] postmaster": "postmaster@x.nl",
    "nasty[17] abuse": "Abuse@x.nl",
    "nasty[17] noreply": "noreply@x.nl",
    "nasty[17] ours": "reactie+1.abc@in.example.nl",
    "nasty[22] empty": "",
    "nasty[22] blanks": "   ",
    "nasty[22] long": "a" * 1_000_000,
    "nasty[22] json": '{"address": "jan@x.nl"}',
    "surrogate": "jan\ud800@x.nl",
    "NUL": "jan\x00@x.nl",
}


@pytest.mark.parametrize(("typed", "kept"), TAKEN.values(), ids=TAKEN.keys())
def test_an_address_is_taken_as_it_was_meant(typed, kept):
    assert clean_address(typed) == kept


@pytest.mark.parametrize("typed", REFUSED.values(), ids=REFUSED.keys())
def test_an_address_we_cannot_mail_is_refused_in_plain_words(typed, settings):
    settings.INBOUND_DOMAIN = "in.example.nl"
    with pytest.raises(InvalidAddress) as refused:
        clean_address(typed)
    assert str(refused.value).endswith((".", "nl"))
    assert typed.strip()[:20] == "" or typed[:20] not in str(refused.value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jan@Voorbeeld.NL", "jan@voorbeeld.nl"),  # nasty[1]
        ("info@Bücher.de", "INFO@xn--bcher-kva.de"),  # nasty[8]
        (" jan@x.nl", "jan@x.nl"),
    ],
)
def test_two_spellings_are_one_person(one, other):
    assert address_key(one) == address_key(other)
    assert address_hash(one) == address_hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jan+zondag@x.nl", "jan@x.nl"),
        ("j.an@x.nl", "jan@x.nl"),
        ("jan@straße.de", "jan@strasse.de"),
    ],
)
def test_two_people_stay_two(one, other):
    assert address_key(one) != address_key(other)


@pytest.mark.parametrize(
    "odd", ["İ@x.nl", "", "@", "x", "jan@\ud800", "jan@..", "a@" + "b" * 999]
)
def test_a_key_is_found_for_anything_that_a_header_may_hold(odd):
    address_key(odd)
    assert len(address_hash(odd)) == 64


def test_a_hash_depends_on_the_pepper(settings):
    before = address_hash("jan@x.nl")
    settings.ADDRESS_PEPPER = "another"
    assert address_hash("jan@x.nl") != before


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("jan@gmial.com", "jan@gmail.com"),
        ("jan@gmal.com", "jan@gmail.com"),
        ("jan@gmaill.com", "jan@gmail.com"),
        ("jan@gmeil.com", "jan@gmail.com"),
        ("jan@hotmail.con", "jan@hotmail.com"),
        ("jan@zigo.nl", "jan@ziggo.nl"),
        ("jan@hotmial.con", "jan@hotmail.com"),
        ("jan@bakkerij-jansen.nk", "jan@bakkerij-jansen.nl"),
        ("jan@gmail.com", ""),
        ("jan@voorbeeld.nl", ""),
        ("jan@hotmail.nl", ""),
        ("", ""),
    ],
)
def test_a_slip_in_a_known_provider_is_asked_about(typed, meant):  # nasty[4]
    assert suggested_address(typed) == meant


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sanne@example.nl", "s•••e@example.nl"),
        ("jan@x.nl", "j•••@x.nl"),
        ("a@x.nl", "a•••@x.nl"),
        ("", ""),
    ],
)
def test_a_masked_address_tells_only_its_owner_which_it_is(address, shown):
    assert masked(address) == shown
