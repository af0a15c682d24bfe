"""Mail to one person is looked at, not read and not changed."""

import pytest
from django.urls import reverse

from newsletter.outbox.models import OutgoingMail, OutgoingMailState
from tests.newsletter.admin.colleagues import log_in


@pytest.fixture
def mail(db, now):
    return OutgoingMail.objects.create(
        purpose="reminder",
        key="een",
        to_address="els@example.nl",
        text="Een geheim.",
        state=OutgoingMailState.READY,
        not_before=now,
        created_at=now,
    )


def test_the_administrator_sees_what_waits_and_neither_to_whom_nor_what_it_says(
    client, mail
):
    log_in(client, "Beheer")

    for address in (
        reverse("admin:newsletter_outgoingmail_changelist"),
        reverse("admin:newsletter_outgoingmail_change", args=[mail.pk]),
    ):
        html = client.get(address).content.decode()
        assert "herinnering" in html
        assert "els@example.nl" not in html
        assert "geheim" not in html


@pytest.mark.parametrize("role", ["Redactie", "Uitgever", "Lezersservice"])
def test_nobody_else_has_this_page(client, mail, role):
    log_in(client, role)

    address = reverse("admin:newsletter_outgoingmail_changelist")
    assert client.get(address).status_code == 403


def test_nothing_of_it_is_changed_by_hand(client, mail):
    log_in(client, "Beheer")

    for page, arguments in (("add", []), ("delete", [mail.pk])):
        address = reverse(f"admin:newsletter_outgoingmail_{page}", args=arguments)
        assert client.post(address).status_code == 403
