"""What differs between two texts: block by block, word by word."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.issues.comparing import (
    Mark,
    Piece,
    What,
    compare,
    shortened,
    words_that_differ,
)
from tests.newsletter.issues.texts_of_two import says, text


def as_marked(old, new):
    signs = {Mark.SAME: "{}", Mark.GONE: "[-{}-]", Mark.NEW: "[+{}+]"}
    pieces = words_that_differ(old, new)
    return "".join(signs[piece.mark].format(piece.text) for piece in pieces)


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        (
            "Rust is geen luxe",
            "Rust is geen luxe vandaag",
            "Rust is geen luxe[+ vandaag+]",
        ),
        ("Om 8 uur op", "Om 9 uur op", "Om [-8-][+9+] uur op"),
        ("", "Nieuw", "[+Nieuw+]"),
        ("Weg", "", "[-Weg-]"),
        ("zelfde", "zelfde", "zelfde"),
        ("", "", ""),
        ("a b c", "x y z", "[-a b c-][+x y z+]"),
        ("één café", "één cafe", "één [-café-][+cafe+]"),
    ],
)
def test_the_words_that_differ_are_marked(old, new, marked):
    assert as_marked(old, new) == marked


@given(st.text(alphabet="ab .\n", max_size=40), st.text(alphabet="ab .\n", max_size=40))
def test_both_texts_are_whole_in_the_pieces(old, new):
    pieces = words_that_differ(old, new)
    assert "".join(p.text for p in pieces if p.mark != Mark.NEW) == old
    assert "".join(p.text for p in pieces if p.mark != Mark.GONE) == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rust " * 8000, "rust " * 7999),
        ("rust thee " * 5000, "thee stil " * 5000),
        ("\n".join(map(str, range(5000))), "\n".join(map(str, range(9000, 14000)))),
    ],
)
def test_no_text_however_long_keeps_an_editor_waiting(old, new):
    begun = perf_counter()
    words_that_differ(old, new)
    assert perf_counter() - begun < 5


def test_the_middle_of_what_stayed_is_left_out():
    long = " ".join(f"woord{n}" for n in range(100))
    pieces = shortened(words_that_differ(f"oud {long} eind", f"nieuw {long} slot"))
    same = next(piece.text for piece in pieces if piece.mark == Mark.SAME)
    assert len(same) < 180
    assert "woord1 " in same and "woord99" in same and "…" in same


def test_what_only_stayed_is_shown_whole():
    assert shortened([Piece(Mark.SAME, "a" * 999)]) == (Piece(Mark.SAME, "a" * 999),)


def test_nothing_differs_between_equal_texts():
    assert not compare(says(text("Kop")), says(text("Kop")))


def test_a_changed_field_is_named_with_both_values():
    changes = compare(says(subject="Eerst"), says(subject="Daarna"))
    (field,) = changes.fields
    assert (field.name, field.old, field.new) == ("subject", "Eerst", "Daarna")


def test_blocks_that_came_went_and_changed_are_told_apart():
    old = says(text("Blijft", key="textblock-1"), text("Gaat", key="textblock-2"))
    new = says(text("Anders", key="textblock-1"), text("Komt", key="textblock-3"))
    told = {change.block.key: change.what for change in compare(old, new).blocks}
    assert told == {
        "textblock-1": What.CHANGED,
        "textblock-3": What.ADDED,
        "textblock-2": What.REMOVED,
    }


def test_an_empty_field_of_a_new_block_is_no_change():
    (added,) = compare(says(), says(text("Kop", body=""))).blocks
    assert [field.name for field in added.fields] == ["heading"]


def test_another_order_is_a_change_of_its_own():
    one, two = text("Een", key="textblock-1"), text("Twee", key="textblock-2")
    changes = compare(says(one, two), says(two, one))
    assert changes.is_reordered
    assert not changes.blocks
