"""Beheer connects other systems: tokens and keys are shown once."""

import re

import pytest
from django.urls import reverse

from newsletter.audit.models import AuditEntry
from newsletter.clients.models import Client
from newsletter.clients.tokens import client_of, give_token
from newsletter.hooks.announcing import announce_to
from newsletter.hooks.models import Listener, Notice, NoticeState
from newsletter.hooks.signing import key_of
from tests.newsletter.admin.colleagues import log_in, messages_of

SITE = {"name": "Website", "scopes": ["subscribe", "issues"], "requests_per_minute": 60}
CRM = {"name": "CRM", "address": "https://crm.example.nl/", "happenings": ["left"]}
NO_DATE = {"expires_at_0": "", "expires_at_1": ""}


def add(client, model, values):
    return client.post(reverse(f"admin:newsletter_{model}_add"), values)


def change(client, row, values):
    name = f"admin:newsletter_{row._meta.model_name}_change"
    return client.post(
        reverse(name, args=[row.pk]), {"is_on": "on", **values}, follow=True
    )


def press(client, row, act):
    """Look at the page that asks, which changes nothing, and press."""
    page = reverse(f"admin:newsletter_{row._meta.model_name}_{act}", args=[row.pk])
    assert client.get(page).status_code == 200
    return client.post(page, follow=True)


def secret_on(answer):
    (secret,) = re.findall(r'class="secret">([^<]+)<', answer.content.decode())
    return secret


def test_a_token_is_shown_once_and_works(client, db, now):
    log_in(client, "Beheer")
    answer = add(client, "client", SITE | NO_DATE)
    token = secret_on(answer)
    assert "no-store" in answer["Cache-Control"]
    system = client_of(token, now=now)
    assert system.scopes == ["subscribe", "issues"]
    page = client.get(reverse("admin:newsletter_client_change", args=[system.pk]))
    assert token not in page.content.decode()
    assert AuditEntry.objects.get(act="token made").details["may"] == system.scopes


def test_a_new_token_ends_the_old_one(client, db, now):
    log_in(client, "Beheer")
    old = secret_on(add(client, "client", SITE | NO_DATE))
    answer = press(client, Client.objects.get(), "token")
    assert client_of(old, now=now) is None
    assert client_of(secret_on(answer), now=now)


def test_an_ordinary_change_leaves_the_token_alone(client, db, now):
    log_in(client, "Beheer")
    token = secret_on(add(client, "client", SITE | NO_DATE))
    change(client, Client.objects.get(), SITE | NO_DATE | {"name": "Site"})
    assert client_of(token, now=now).name == "Site"


def test_a_scope_that_is_none_is_refused(client, db):
    log_in(client, "Beheer")
    assert (
        add(client, "client", SITE | NO_DATE | {"scopes": ["all"]}).status_code == 200
    )
    assert not Client.objects.exists()


def test_a_listener_gets_a_key_that_is_shown_once(client, db):
    log_in(client, "Beheer")
    assert secret_on(add(client, "listener", CRM)) == key_of(Listener.objects.get())
    old = key_of(Listener.objects.get())
    answer = press(client, Listener.objects.get(), "key")
    assert secret_on(answer) == key_of(Listener.objects.get()) != old


@pytest.mark.parametrize("address", ["http://crm.example.nl/", "ftp://x.nl/", "x"])
def test_a_listener_listens_where_nobody_else_does(client, db, address):
    log_in(client, "Beheer")
    add(client, "listener", CRM | {"address": address})
    assert not Listener.objects.exists()


def test_a_listener_is_tried_and_what_became_of_it_is_seen(client, db):
    log_in(client, "Beheer")
    listener = Listener.objects.create(**CRM)
    page = press(client, listener, "trial")
    notice = Notice.objects.get()
    assert "CRM" in page.content.decode()
    page = client.get(reverse("admin:newsletter_notice_change", args=[notice.pk]))
    assert "ping" in page.content.decode()


def test_what_was_given_up_is_sent_once_more(client, db, now):
    log_in(client, "Beheer")
    notice = Notice.objects.create(
        listener=Listener.objects.create(**CRM),
        key="a",
        kind="left",
        body="{}",
        state=NoticeState.FAILED,
        not_before=now,
        created_at=now,
    )
    answer = client.post(
        reverse("admin:newsletter_notice_changelist"),
        {"action": "once_more", "_selected_action": [notice.pk]},
        follow=True,
    )
    notice.refresh_from_db()
    assert notice.state == NoticeState.READY
    assert "1 bericht" in messages_of(answer)


@pytest.mark.parametrize("role", ["Redactie", "Uitgever", "Lezersservice"])
@pytest.mark.parametrize("model", ["client", "listener", "notice"])
def test_only_beheer_connects_systems(client, db, role, model):
    log_in(client, role)
    page = reverse(f"admin:newsletter_{model}_changelist")
    assert client.get(page).status_code == 403


def test_who_may_not_connect_systems_gets_no_token(client, db, now):
    system = Client(name="CRM")
    token = give_token(system)
    system.save()
    log_in(client, "Uitgever")
    page = reverse("admin:newsletter_client_token", args=[system.pk])
    assert client.post(page).status_code == 403
    assert client_of(token, now=now) == system


def test_the_ticks_begin_with_everything_for_who_listens(client, db):
    log_in(client, "Beheer")
    page = client.get(reverse("admin:newsletter_listener_add")).content.decode()
    assert page.count('name="happenings"') == page.count(" checked") == 7


def test_a_listening_system_goes_with_its_notices(client, db, now):
    log_in(client, "Beheer")
    crm = Listener.objects.create(name="CRM", address=CRM["address"])
    announce_to(crm, now=now)
    page = reverse("admin:newsletter_listener_delete", args=[crm.pk])
    assert client.post(page, {"post": "yes"}).status_code == 302
    assert not Notice.objects.exists()
