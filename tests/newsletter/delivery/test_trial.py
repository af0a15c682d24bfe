"""Test mails say that they are one, and readers never get what stands above them."""

from uuid import uuid4

import pytest
from django.db import IntegrityError

from newsletter.audit.models import AuditEntry
from newsletter.delivery.trial import CannotSendTest, send_test, send_to_test_group
from newsletter.delivery.trial_group import GroupMember, TrialMail, names_for
from newsletter.issues.blocks import OpeningBlock
from newsletter.outbox.models import OutgoingMail
from newsletter.rendering.freezing import freeze
from tests.factories import MailingListFactory, UserFactory
from tests.newsletter.publishing.issues import issue_in_order

YELLOW = "Lezers krijgen dit gele stuk niet"


@pytest.fixture
def issue(mailing_list):
    issue = issue_in_order(mailing_list, number=42, version=7)
    OpeningBlock.objects.filter(parent=issue).update(greeting="Goedemorgen")
    return issue


@pytest.fixture
def els(db):
    return UserFactory.create()


@pytest.fixture
def group(mailing_list):
    return [
        GroupMember.objects.create(
            mailing_list=mailing_list,
            name=name,
            address=f"{number}@example.nl",
            first_name=first_name,
        )
        for number, (name, first_name) in enumerate(
            [("iPhone van Els", "Els"), ("Outlook", "Pien"), ("Gmail", "")]
        )
    ]


def test_above_a_test_stands_what_it_is_and_who_asked(issue, els, now):
    mail = send_test(issue, to="els@example.nl", by=els, now=now)

    assert mail.subject == "[TEST] Stilte op zondag"
    for body in (mail.html, mail.text):
        assert "Proef van Editie 42, versie 7" in body
        assert "Gevraagd door Els, vrijdag 27 november, 19:00 uur." in body
        assert "Als een lezer zonder voornaam" in body


@pytest.mark.parametrize("client", ["Gmail", "Outlook", "Apple Mail", "Telefoon"])
def test_it_says_what_to_look_at_in_each_mail_program(issue, els, now, client):
    mail = send_test(issue, to="els@example.nl", by=els, now=now)

    assert f"<strong>{client}</strong>:" in mail.html


def test_the_line_in_the_inbox_stays_that_of_the_issue(issue, els, now):
    html = send_test(issue, to="els@example.nl", by=els, now=now).html

    assert html.index(issue.preheader) < html.index(YELLOW) < html.index("<h1")


def test_readers_never_get_what_stands_above_a_test(issue, els, now):
    send_test(issue, to="els@example.nl", by=els, now=now)
    rendition = freeze(issue, by=els, now=now)

    assert YELLOW not in rendition.html
    assert "Proef van" not in rendition.text


def test_half_of_the_group_or_more_has_no_first_name():
    assert names_for(["Els", "Pien", "", "Jan"], turn=0) == ["", "Pien", "", "Jan"]
    assert names_for(["Els", "Pien", "", "Jan"], turn=1) == ["Els", "", "", ""]
    assert names_for([], turn=3) == []


def test_everyone_in_the_group_gets_it_each_as_somebody(issue, els, group, now):
    assert send_to_test_group(issue, by=els, now=now, press=uuid4()) == 3

    sent = TrialMail.objects.of(issue)
    assert {(one.to_name, one.first_name, one.issue_version) for one in sent} == {
        ("iPhone van Els", "Els", 7),
        ("Outlook", "", 7),
        ("Gmail", "", 7),
    }
    of_els = sent.get(to_name="iPhone van Els").mail
    assert "Goedemorgen Els" in of_els.text
    assert "Als een lezer die Els heet" in of_els.text
    assert AuditEntry.objects.get().details == {"mails": 3}


def test_the_same_press_twice_mails_the_group_once(issue, els, group, now):
    press = uuid4()
    send_to_test_group(issue, by=els, now=now, press=press)
    late = GroupMember.objects.create(
        mailing_list=issue.mailing_list, name="Laat", address="laat@example.nl"
    )

    assert send_to_test_group(issue, by=els, now=now, press=press) == 1
    assert send_to_test_group(issue, by=els, now=now, press=press) == 0

    assert OutgoingMail.objects.filter(to_address=late.address).count() == 1
    assert OutgoingMail.objects.count() == TrialMail.objects.count() == 4


def test_without_a_group_it_says_what_to_do(issue, els, now):
    with pytest.raises(CannotSendTest, match="Zet er iemand in"):
        send_to_test_group(issue, by=els, now=now, press=uuid4())


def test_the_group_of_another_list_gets_nothing(issue, els, group, now):
    monday = MailingListFactory.create(slug="maandag", list_id="maandag.example.nl")
    GroupMember.objects.update(mailing_list=monday)

    with pytest.raises(CannotSendTest):
        send_to_test_group(issue, by=els, now=now, press=uuid4())


def test_an_address_stands_in_a_group_once(group):
    with pytest.raises(IntegrityError):
        GroupMember.objects.create(
            mailing_list=group[0].mailing_list, name="Nog eens", address="0@example.nl"
        )
