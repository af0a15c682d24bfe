"""First names as people type them; numbers are those of the corpus of nasty inputs."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError

from subscribers.names import InvalidName, clean_name, refuse_name_like_spam

KEPT = {
    "plain": ("Sanne", "Sanne"),
    "blanks": ("  Anna   Sophie ", "Anna Sophie"),
    "nasty[23]": ("Zoe\u0308", "Zoë"),
    "nasty[24] quotes": ('Jan "de" Vries', 'Jan "de" Vries'),
    "nasty[24] comma": ("Naam, B.V.", "Naam, B.V."),
    "nasty[25] markup": ("<b>x</b>", "<b>x</b>"),
    "nasty[25] template": ("{{7*7}}", "{{7*7}}"),
    "nasty[25] tag": ("{% debug %}", "{% debug %}"),
    "nasty[25] mailgun": ("%recipient.x%", "%recipient.x%"),
    "nasty[28] family": ("👨‍👩‍👧", "👨‍👩‍👧"),
    "nasty[31] null": ("null", ""),
    "nasty[31] None": ("None", ""),
    "nasty[31] dash": ("-", ""),
    "nasty[32] empty": ("", ""),
    "initials": ("J.P.", "J.P."),
}
REFUSED = {
    "nasty[26]": "a\r\nBcc: x@y.nl",
    "nasty[27]": "=?utf-8?q?evil?=",
    "nasty[29] bidi": "\u202eevil",
    "nasty[29] surrogate": "x\ud800",
    "nasty[30]": "Gefeliciteerd, u wint http://x.nl",
    "www": "kijk op www.winnen",
    "bare domain": "winnen.nl",
    "address": "jan@x.nl",
    "NUL": "a\x00b",
    "slot mark": "a\ue000b",
}


@pytest.mark.parametrize(("typed", "kept"), KEPT.values(), ids=KEPT.keys())
def test_a_name_is_kept_as_it_is_meant(typed, kept):
    assert clean_name(typed) == kept


@pytest.mark.parametrize("typed", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_name_is_refused(typed):
    with pytest.raises(InvalidName):
        clean_name(typed)


def test_a_very_long_name_is_cut_at_sixty():  # nasty[28]
    assert clean_name("a" * 10_000) == "a" * 60


def test_a_cut_never_splits_an_emoji_or_a_letter_from_its_mark():
    family = "👨‍👩‍👧"
    cut = clean_name("a" * 58 + family)
    assert cut == "a" * 58
    assert not unicodedata.combining(clean_name("a" * 59 + "x\u0323\u0324\u0325")[-1])


def test_a_tower_of_marks_becomes_a_small_one():  # nasty[28]
    assert len(clean_name("z" + "\u0337" * 200)) == 4


@pytest.mark.parametrize(
    "name", ["Zondag ☀", "Els (2)", "Els [1]", "els@example.nl", "Lees dit!!"]
)
def test_a_sender_who_is_called_as_spam_is_refused(name):
    with pytest.raises(ValidationError, match="Laat “"):
        refuse_name_like_spam(name)


@pytest.mark.parametrize("name", ["Els van Zondag", "Rust & Co. (weekend)", "Hé! Zin?"])
def test_a_sender_who_says_who_it_is_may(name):
    refuse_name_like_spam(name)
