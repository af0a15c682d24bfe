"""Two editors in one issue: what goes together by itself and what has to be asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.issues.merging import (
    ORDER,
    Keep,
    Merge,
    Seen,
    seen,
    seen_from_json,
)
from tests.newsletter.issues.texts_of_two import keys, merged, says, text

ONE, TWO, THREE = (text(f"Kop {n}", key=f"textblock-{n}") for n in (1, 2, 3))
FIRST = says(ONE, TWO, THREE)


def test_what_only_one_of_two_changed_is_taken_by_itself():
    merge = merged(
        says(text("Kop", "Tekst")),
        mine=says(text("Mijn kop", "Tekst")),
        theirs=says(text("Kop", "Tekst van Bob"), subject="Van Bob"),
    )
    together = merge.together({})
    assert merge.questions == ()
    assert together.fields["subject"] == "Van Bob"
    assert together.blocks[0].fields == {"heading": "Mijn kop", "body": "Tekst van Bob"}


def test_what_both_changed_alike_is_no_question():
    merge = merged(FIRST, mine=says(subject="Zelfde"), theirs=says(subject="Zelfde"))
    assert merge.questions == ()


def test_what_both_changed_is_asked_with_both_texts():
    merge = merged(says(), mine=says(subject="Mijn"), theirs=says(subject="Van Bob"))
    (question,) = merge.questions
    assert (question.name, question.mine, question.theirs) == (
        "subject",
        "Mijn",
        "Van Bob",
    )


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (Keep.MINE, "<p>Van mij</p>"),
        (Keep.THEIRS, "<p>Van Bob</p>"),
        (Keep.BOTH, "<p>Van mij</p><p>Van Bob</p>"),
    ],
)
def test_the_answer_decides(answer, kept):
    merge = merged(
        says(text(body="<p>Eerst</p>")),
        mine=says(text(body="<p>Van mij</p>")),
        theirs=says(text(body="<p>Van Bob</p>")),
    )
    (question,) = merge.questions
    assert merge.together({question.id: answer}).blocks[0].fields["body"] == kept


def test_a_line_has_no_room_for_both():
    merge = merged(says(), mine=says(subject="Mijn"), theirs=says(subject="Van Bob"))
    (question,) = merge.questions
    assert Keep.BOTH not in question.options
    assert merge.together({question.id: Keep.BOTH}).fields["subject"] == "Mijn"


def test_an_answer_holds_only_for_the_texts_it_was_given_for():
    """A third who saves meanwhile is not saved over by an answer about the second."""
    asked = merged(says(), mine=says(subject="Mijn"), theirs=says(subject="Van Bob"))
    later = merged(says(), mine=says(subject="Mijn"), theirs=says(subject="Van Cas"))
    assert asked.questions[0].id != later.questions[0].id


def test_new_blocks_of_both_come_in_where_each_put_them():
    mine = says(ONE, text("Mijn", key="textblock-new-0"), TWO, THREE)
    theirs = says(ONE, TWO, THREE, text("Van Bob", key="quoteblock-9"))
    merge = merged(FIRST, mine=mine, theirs=theirs)
    assert merge.questions == ()
    assert keys(merge.together({})) == [
        "textblock-1",
        "textblock-new-0",
        "textblock-2",
        "textblock-3",
        "quoteblock-9",
    ]


def test_blocks_put_into_an_empty_issue_by_two_are_both_there():
    mine = says(text("Mijn", key="textblock-new-0"))
    merge = merged(says(), mine=mine, theirs=says(ONE))
    assert merge.questions == ()
    assert sorted(keys(merge.together({}))) == ["textblock-1", "textblock-new-0"]


def test_a_block_taken_out_by_one_and_left_by_the_other_goes():
    for mine, theirs in ((says(ONE, TWO), FIRST), (FIRST, says(ONE, TWO))):
        merge = merged(FIRST, mine=mine, theirs=theirs)
        assert merge.questions == ()
        assert keys(merge.together({})) == ["textblock-1", "textblock-2"]


@pytest.mark.parametrize(("answer", "stays"), [(Keep.MINE, False), (Keep.THEIRS, True)])
def test_a_block_that_i_took_out_and_they_changed_is_asked(answer, stays):
    theirs = says(text("Van Bob", key="textblock-1"), TWO, THREE)
    merge = merged(FIRST, mine=says(TWO, THREE), theirs=theirs)
    (question,) = merge.questions
    kept = merge.together({question.id: answer})
    assert ("textblock-1" in keys(kept)) is stays
    if stays:
        assert kept.blocks[0].fields["heading"] == "Van Bob"


@pytest.mark.parametrize(("answer", "stays"), [(Keep.MINE, True), (Keep.THEIRS, False)])
def test_a_block_that_i_changed_and_they_took_out_is_asked(answer, stays):
    mine = says(text("Van mij", key="textblock-1"), TWO, THREE)
    merge = merged(FIRST, mine=mine, theirs=says(TWO, THREE))
    (question,) = merge.questions
    assert ("textblock-1" in keys(merge.together({question.id: answer}))) is stays


def test_an_order_that_one_changed_is_taken():
    moved = says(THREE, ONE, TWO)
    for mine, theirs in ((moved, FIRST), (FIRST, moved)):
        merge = merged(FIRST, mine=mine, theirs=theirs)
        assert merge.questions == ()
        assert keys(merge.together({})) == keys(moved)


def test_an_order_that_both_changed_is_asked():
    merge = merged(FIRST, mine=says(THREE, ONE, TWO), theirs=says(ONE, THREE, TWO))
    (question,) = merge.questions
    assert question.name == ORDER
    assert keys(merge.together({question.id: Keep.THEIRS})) == keys(
        says(ONE, THREE, TWO)
    )


def test_who_saw_nothing_is_asked_about_all_that_differs():
    theirs = says(text("Van Bob", key="textblock-1"), TWO)
    merge = Merge(Seen((), {}), says(ONE, subject="Mijn"), theirs)
    assert [(one.key, one.name) for one in merge.questions] == [
        ("issue", "subject"),
        ("textblock-1", "heading"),
        ("textblock-2", ""),
    ]


def test_what_was_seen_travels_with_the_form():
    assert seen_from_json(seen(FIRST).as_json()) == seen(FIRST)


@pytest.mark.parametrize(
    "told",
    ["", "null", "[]", "{", '{"order": 3, "marks": {}}', '{"marks": []}', "[" * 9999],
)
def test_what_cannot_be_read_was_not_seen(told):
    assert seen_from_json(told) == Seen((), {})


LINES = st.sampled_from(["", "a", "b", "c"])
TEXTS = st.builds(
    lambda order, heads, subject: says(
        *(text(heads[n], key=f"textblock-{n}") for n in order), subject=subject
    ),
    st.lists(st.integers(0, 4), unique=True),
    st.lists(LINES, min_size=5, max_size=5),
    LINES,
)


@given(TEXTS, TEXTS, TEXTS)
def test_no_words_are_lost_without_a_question(first, mine, theirs):
    """Whatever two do: what one wrote is in the result, asked about, or was theirs."""
    merge = merged(first, mine=mine, theirs=theirs)
    together = merge.together({question.id: Keep.MINE for question in merge.questions})
    asked = {(question.key, question.name) for question in merge.questions}
    for block in theirs.blocks:
        old, kept = first.block(block.key), together.block(block.key)
        is_news = old is None or old.fields != block.fields
        if is_news and (block.key, "") not in asked:
            assert kept is not None
            heading = block.fields["heading"]
            if old is None or old.fields["heading"] != heading:
                asked_or_kept = (block.key, "heading") in asked
                assert asked_or_kept or kept.fields["heading"] == heading


@given(TEXTS, TEXTS)
def test_who_was_alone_gets_exactly_what_they_wrote(first, mine):
    merge = merged(first, mine=mine, theirs=first)
    assert merge.questions == ()
    assert merge.together({}) == mine
