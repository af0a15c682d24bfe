"""Beheer sees what could not be read, and has it tried again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from newsletter.events.calls import keep_call, try_again, work_out
from newsletter.events.models import ProviderCall, ProviderEvent
from tests.newsletter.admin.colleagues import log_in, messages_of

LIST = reverse("admin:newsletter_providercall_changelist")
STRANGERS = reverse("admin:newsletter_providerevent_changelist")
pytestmark = pytest.mark.django_db


@pytest.fixture
def unreadable(now, settings):
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": "name:secret"}
    keep_call("postmark", {"X-Token": "xyzzy"}, b'["alice@example.nl", ""]', now=now)
    for minute in (0, 1, 3):
        at = now + timedelta(minutes=minute)
        work_out(clock=lambda at=at: at, within=timedelta(seconds=1))
    return ProviderCall.objects.get()


def test_it_is_shown_with_its_trouble_and_without_secrets(client, unreadable):
    log_in(client, "Beheer")
    page = reverse("admin:newsletter_providercall_change", args=[unreadable.pk])
    for address in (LIST, page):
        html = client.get(address).content.decode()
        assert "postmark" in html
        assert unreadable.trouble.split(":")[0] in html
        assert "xyzzy" not in html
        assert "alice@" not in html


def test_the_front_page_calls_for_it_until_it_is_read(client, unreadable, mailing_list):
    log_in(client, "Beheer")
    words = "bericht van een mailprovider kan niet worden gelezen"
    assert words in client.get("/admin/").content.decode()
    unreadable.delete()
    assert words not in client.get("/admin/").content.decode()


def test_it_is_tried_again_by_a_press(client, unreadable):
    log_in(client, "Beheer")
    press = {"action": "once_more", "_selected_action": [unreadable.pk]}
    answer = client.post(LIST, press, follow=True)
    assert "1 bericht wordt opnieuw gelezen" in messages_of(answer)
    unreadable.refresh_from_db()
    assert (unreadable.tries, unreadable.given_up_at) == (0, None)
    assert unreadable in ProviderCall.objects.waiting(timezone.now())


def test_what_was_never_tried_is_not_tried_again(now):
    keep_call("postmark", {}, b"{}", now=now)
    assert try_again(ProviderCall.objects.all(), now=now) == 0


def test_what_is_about_no_issue_is_counted_apart(client, now):
    for number, delivery in enumerate((None, 1)):
        ProviderEvent.objects.create(
            provider="postmark",
            event_id=str(number),
            kind="bounced",
            received_at=now,
            delivery_id=delivery,
            description=f"van {delivery}",
        )
    log_in(client, "Beheer")
    answer = client.get(STRANGERS)
    assert answer.context["cl"].result_count == 1
    assert "van None" in answer.content.decode()


@pytest.mark.parametrize("role", ["Redactie", "Uitgever", "Lezersservice"])
@pytest.mark.parametrize("address", [LIST, STRANGERS])
def test_nobody_else_has_these_pages(client, role, address):
    log_in(client, role)
    assert client.get(address).status_code == 403
