"""Beheer sets how fast a provider is spoken to; the rest is only read."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from newsletter.delivery.vital_signs import ProviderPace
from tests.factories import UserFactory
from tests.newsletter.admin.colleagues import log_in


@pytest.fixture
def beheer(client, db):
    """Somebody with the permissions that the migration gives the role."""
    person = UserFactory(username="bas")
    person.user_permissions.add(
        *Permission.objects.filter(
            codename__in=("view_providerpace", "change_providerpace")
        )
    )
    client.force_login(person)
    return person


def test_beheer_sets_the_rate_before_the_first_mail(client, beheer):
    page = client.get(reverse("admin:newsletter_providerpace_changelist"))
    assert "local" in page.content.decode()
    change = reverse("admin:newsletter_providerpace_change", args=["local"])
    client.post(change, {"allowed_rate": "25"})
    assert ProviderPace.objects.get(pk="local").allowed_rate == 25


def test_a_rate_of_nothing_is_refused(client, beheer):
    client.get(reverse("admin:newsletter_providerpace_changelist"))
    change = reverse("admin:newsletter_providerpace_change", args=["local"])
    client.post(change, {"allowed_rate": "0"})
    assert ProviderPace.objects.get(pk="local").allowed_rate is None


def test_an_editor_does_not_set_it(client, db):
    log_in(client, "Redactie")
    page = client.get(reverse("admin:newsletter_providerpace_changelist"))
    assert page.status_code == 403
