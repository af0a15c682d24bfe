"""Tables whose rows the database itself refuses to change."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from newsletter.audit.models import AuditEntry
from newsletter.audit.recording import record_act
from newsletter.rendering.models import Rendition
from subscribers.models import Consent, ConsentAct
from tests.factories import IssueFactory, SubscriberFactory


@pytest.fixture
def rows(mailing_list, now, admin_user):
    issue = IssueFactory(mailing_list=mailing_list)
    return {
        AuditEntry: record_act("paused", issue, by=admin_user, now=now),
        Rendition: Rendition.objects.create(
            issue=issue,
            number=1,
            issue_version=1,
            created_at=now,
            created_by=admin_user,
        ),
        Consent: Consent.objects.create(
            subscriber=SubscriberFactory(),
            act=ConsentAct.CONFIRMED,
            at=now,
            channel="page",
        ),
    }


CHANGES = [
    (AuditEntry, {"act": "nothing at all"}),
    (AuditEntry, {"details": {}}),
    (Rendition, {"html": "<p>other</p>"}),
    (Rendition, {"sha256": "0"}),
    (Consent, {"wording": "I agreed to everything"}),
]


@pytest.mark.parametrize(("model", "columns"), CHANGES)
def test_what_was_written_once_cannot_be_changed(rows, model, columns):
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        model.objects.filter(pk=rows[model].pk).update(**columns)


@pytest.mark.parametrize("model", [AuditEntry, Rendition, Consent])
def test_on_postgresql_it_cannot_be_deleted_either(rows, model):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's own tests empty tables by deleting")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        model._base_manager.filter(pk=rows[model].pk).delete()


def test_no_consent_is_deleted_by_code_of_ours_on_any_database(rows):
    consent = rows[Consent]
    for delete in (consent.delete, Consent.objects.all().delete):
        with pytest.raises(TypeError, match="never deleted"):
            delete()
    with pytest.raises(ProtectedError):
        consent.subscriber.delete()


def test_a_colleague_who_leaves_can_be_deleted_and_their_acts_stay(rows, admin_user):
    admin_user.delete()
    entry = AuditEntry.objects.get(pk=rows[AuditEntry].pk)
    assert (entry.actor, entry.actor_name) == (None, "admin")


def test_an_act_cannot_be_put_in_another_name(rows, django_user_model):
    other = django_user_model.objects.create_user("bob")
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.filter(pk=rows[AuditEntry].pk).update(actor=other)
