"""What decides when signs point both ways: nobody's mail vanishes."""

import pytest

from newsletter.mistakes.models import ReaderMailKind, ReaderMailWay
from newsletter.mistakes.reading import read
from newsletter.mistakes.sorting import sort
from newsletter.mistakes.trimming import part


def sorted_as(head, words, **known):
    raw = f"{head}\nContent-Type: text/plain; charset=utf-8\n\n{words}\n".encode()
    letter = read(raw)
    return sort(letter, part(letter.words), **known)


def test_who_writes_to_a_tagged_address_is_no_spam_whatever_a_filter_says():
    head = "X-Spam-Flag: YES\nFrom: ben@example.nl"

    assert sorted_as(head, "De link werkt niet.").kind == ReaderMailKind.SPAM
    known = sorted_as(head, "De link werkt niet.", way=ReaderMailWay.REPLY)
    assert known.kind == ReaderMailKind.MISTAKE


def test_one_sign_of_a_machine_is_not_enough_and_two_are():
    one = "Precedence: list\nFrom: ben@example.nl\nSubject: foutje"
    two = "Precedence: bulk\nFrom: noreply@example.nl\nSubject: ontvangen"

    assert sorted_as(one, "Er staat een fout in.").kind == ReaderMailKind.MISTAKE
    assert sorted_as(two, "Dank voor uw mail.").kind == ReaderMailKind.AUTOMATIC


def test_what_decided_is_told():
    automatic = sorted_as("Auto-Submitted: auto-replied", "Ik ben er niet.")
    wish = sorted_as("Subject: Re: Stilte", "Graag   uitschrijven!")

    assert automatic.because == "Auto-Submitted: auto-replied"
    assert wish.because == "uitschrijven"


def test_a_robot_at_somebodys_own_address_to_leave_has_them_leave():
    head = "Auto-Submitted: auto-generated\nFrom: mail@program.example"

    assert sorted_as(head, "", to_leave=True).kind == ReaderMailKind.UNSUBSCRIBE


def test_who_asks_about_leaving_in_the_subject_is_answered_by_a_person():
    head = "Subject: uitgeschreven\nFrom: ben@example.nl"

    assert sorted_as(head, "Waarom?").kind == ReaderMailKind.QUESTION


@pytest.mark.parametrize(
    "words",
    ["Wanneer komt de volgende editie uit", "Kunnen jullie iets over slaap schrijven"],
)
def test_a_question_needs_no_question_mark(words):
    head = "Subject: Re: Stilte\nFrom: ben@example.nl"

    assert sorted_as(head, words).kind == ReaderMailKind.QUESTION


def test_our_own_mail_sent_on_to_us_makes_nobody_leave(settings):
    head = f"List-Unsubscribe: <{settings.SITE_URL}/afmelden/x/>\nSubject: Stilte"

    assert sorted_as(head, "Foutje gezien? Afmelden").kind == ReaderMailKind.AUTOMATIC
