"""Beheer sets how fast a provider is spoken to; the rest is only read."""

from django.urls import reverse

from newsletter.delivery.models import ProviderPace
from tests.newsletter.admin.colleagues import log_in


def test_beheer_sets_the_rate_before_the_first_mail(client, db):
    log_in(client, "Beheer")
    page = client.get(reverse("admin:newsletter_providerpace_changelist"))
    assert "local" in page.content.decode()
    change = reverse("admin:newsletter_providerpace_change", args=["local"])
    client.post(change, {"allowed_rate": "25"})
    assert ProviderPace.objects.get(pk="local").allowed_rate == 25


def test_a_rate_of_nothing_is_refused(client, db):
    log_in(client, "Beheer")
    client.get(reverse("admin:newsletter_providerpace_changelist"))
    change = reverse("admin:newsletter_providerpace_change", args=["local"])
    client.post(change, {"allowed_rate": "0"})
    assert ProviderPace.objects.get(pk="local").allowed_rate is None


def test_an_editor_does_not_set_it(client, db):
    log_in(client, "Redactie")
    page = client.get(reverse("admin:newsletter_providerpace_changelist"))
    assert page.status_code == 403
