"""What is said of an issue stays, whoever is named hears of it once."""

from uuid import uuid4

import pytest

from newsletter.issues.blocks import CardBlock
from newsletter.outbox.models import OutgoingMail
from newsletter.publishing.comments import (
    CannotComment,
    finish_comment,
    names_unknown,
    people_named,
    reopen_comment,
    write_comment,
)
from newsletter.publishing.models import Comment
from tests.factories import UserFactory
from tests.newsletter.admin.colleagues import role_of
from tests.newsletter.publishing.issues import change


@pytest.fixture
def els(db):
    return colleague("els")


@pytest.fixture
def pien(db):
    return colleague("pien")


def colleague(name, role="Redactie", **fields):
    made = {"first_name": name.capitalize(), "email": f"{name}@example.nl", **fields}
    person = UserFactory.create(username=name, **made)
    person.groups.add(role_of(role))
    return person


def said(issue, text, by, now, **more):
    return write_comment(issue, text, by=by, now=now, key=uuid4(), **more)


def test_a_remark_is_open_until_somebody_says_it_is_done(issue, els, pien, now):
    comment = said(issue, "Is dit cijfer zeker?", els, now)
    assert list(Comment.objects.open()) == [comment]

    finish_comment(comment, by=pien, now=now)
    finish_comment(comment, by=els, now=now)

    comment.refresh_from_db()
    assert (comment.done_by, comment.done_at) == (pien, now)
    assert not Comment.objects.open().exists()


def test_what_is_done_may_be_opened_again(issue, els, now):
    comment = said(issue, "Toch nog even", els, now)
    finish_comment(comment, by=els, now=now)

    reopen_comment(comment)

    assert Comment.objects.open().exists()


def test_an_answer_belongs_to_its_remark_and_is_not_open_itself(issue, els, pien, now):
    comment = said(issue, "Klopt de naam?", els, now)
    answer = said(issue, "Ja, nagebeld.", pien, now, answers=comment)
    other = said(issue, "Dank!", els, now, answers=answer)

    assert answer.answers == other.answers == comment
    assert list(Comment.objects.open()) == [comment]


def test_a_remark_about_a_block_stays_when_the_block_is_taken_out(issue, els, now):
    card = CardBlock.objects.get(parent=issue)
    comment = said(issue, "Te lang", els, now, block=f"cardblock-{card.pk}")

    card.delete()
    change(issue, subject="Zonder dat verhaal")

    comment.refresh_from_db()
    assert comment.about.startswith("Verhaal: Waarom stilte helpt")
    assert list(Comment.objects.open()) == [comment]


def test_a_block_that_is_gone_gets_no_new_remark(issue, els, now):
    with pytest.raises(CannotComment, match="niet meer in de editie"):
        said(issue, "Te lang", els, now, block="cardblock-4004")


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001, "raar \x07 teken"])
def test_what_cannot_be_kept_is_refused(issue, els, now, text):
    with pytest.raises(CannotComment):
        said(issue, text, els, now)
    assert not Comment.objects.exists()


def test_the_same_press_twice_is_one_remark_and_one_mail(issue, els, pien, now):
    key = uuid4()
    for _press in range(2):
        write_comment(issue, "@pien kijk jij?", by=els, now=now, key=key)

    assert Comment.objects.count() == OutgoingMail.objects.count() == 1


def test_who_is_named_gets_one_mail_with_the_words_and_the_way(issue, els, pien, now):
    comment = said(issue, "@Pien en nog eens @pien: klopt dit?", els, now)

    mail = OutgoingMail.objects.get()
    assert mail.to_address == "pien@example.nl"
    assert mail.subject.startswith("Els vraagt je iets over editie")
    assert "klopt dit?" in mail.text
    assert f"/editie/{issue.pk}/opmerkingen/" in mail.text
    assert list(comment.named.all()) == [pien]


def test_naming_oneself_mails_nobody(issue, els, now):
    said(issue, "@els niet vergeten", els, now)

    assert not OutgoingMail.objects.exists()


def test_a_colleague_without_an_address_is_named_without_a_mail(issue, els, now):
    bob = colleague("bob", email="")

    comment = said(issue, "@bob", els, now)

    assert list(comment.named.all()) == [bob]
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@pien, @Els.", ["els", "pien"]),
        ("Mail pien@pien of x@els.nl", []),
        ("(@pien)", ["pien"]),
        ("@niemand", []),
    ],
)
def test_names_are_found_in_a_sentence(els, pien, text, names):
    assert sorted(person.username for person in people_named(text)) == names


def test_a_first_name_of_two_is_nobodys(els, pien):
    colleague("pien2", first_name="Pien")

    assert [one.username for one in people_named("@pien")] == ["pien"]
    pien.username = "pv"
    pien.save()
    assert names_unknown("@pien en @jan") == ["pien", "jan"]


def test_who_cannot_read_it_is_not_mailed(issue, els, now):
    colleague("bob", "Beheer")

    said(issue, "@bob", els, now)

    assert not OutgoingMail.objects.exists()
