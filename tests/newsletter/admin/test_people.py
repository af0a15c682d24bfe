"""The record of acts: readable, and changed by nobody."""

import pytest
from django.urls import reverse

from newsletter.audit.models import AuditEntry
from newsletter.audit.recording import record_act
from tests.factories import IssueFactory
from tests.newsletter.admin.colleagues import log_in, role_of


@pytest.fixture
def entry(client, mailing_list, now):
    beheer = log_in(client, "Beheer", "beheer")
    return record_act(
        "approved", IssueFactory.create(mailing_list=mailing_list), by=beheer, now=now
    )


def test_an_act_is_told_in_words(client, entry):
    html = client.get(
        reverse("admin:newsletter_auditentry_changelist")
    ).content.decode()

    assert "akkoord gegeven" in html
    assert f"editie {entry.subject.split()[1]}" in html


def test_the_page_of_an_act_is_headed_in_words(client, entry):
    page = client.get(reverse("admin:newsletter_auditentry_change", args=[entry.pk]))
    assert "<h1>Akkoord gegeven (beheer, 27-11-2026 19:00)</h1>" in page.text


def test_what_a_worker_did_is_called_the_machines(client, entry, now):
    record_act("paused", IssueFactory.create(publication_date=None), by=None, now=now)

    html = client.get(
        reverse("admin:newsletter_auditentry_changelist")
    ).content.decode()

    assert "de machine" in html


def test_nobody_changes_or_deletes_an_act(client, entry):
    client.post(
        reverse("admin:newsletter_auditentry_change", args=[entry.pk]), {"act": "x"}
    )
    client.post(
        reverse("admin:newsletter_auditentry_delete", args=[entry.pk]), {"post": "yes"}
    )

    assert AuditEntry.objects.get().act == "approved"


def test_what_a_role_may_do_is_ticked_in_dutch(client, mailing_list):
    log_in(client, "Beheer", "beheer")
    role = role_of("Redactie")

    page = client.get(reverse("admin:auth_group_change", args=[role.pk])).text

    assert "artikel: wijzigen" in page
    assert "Can change" not in page


def test_a_role_keeps_what_was_ticked(client, mailing_list):
    log_in(client, "Beheer", "beheer")
    role = role_of("Redactie")
    before = set(role.permissions.values_list("pk", flat=True))

    client.post(
        reverse("admin:auth_group_change", args=[role.pk]),
        {"name": role.name, "permissions": sorted(before)},
    )

    assert before == set(role.permissions.values_list("pk", flat=True))
