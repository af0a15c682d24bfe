"""Who may open what, and do what: the table of roles, door by door."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from newsletter.delivery.models import Dispatch, DispatchState
from tests.factories import SubscriptionFactory, UserFactory
from tests.newsletter.admin.colleagues import log_in, role_of
from tests.newsletter.admin.front_page import a_dispatch_that_left
from tests.newsletter.publishing.issues import issue_in_order

ROLES = ("Redactie", "Uitgever", "Lezersservice", "Beheer")
EDITORS = {"Redactie", "Uitgever"}
PUBLISHER = {"Uitgever"}
MAIL = {"Redactie", "Uitgever", "Lezersservice"}
READERS = {"Uitgever", "Lezersservice"}
HOUSE = {"Beheer"}

LISTS = {
    "newsletter_article": EDITORS,
    "newsletter_author": EDITORS,
    "newsletter_category": EDITORS,
    "newsletter_expert": EDITORS,
    "newsletter_picture": EDITORS,
    "newsletter_issue": EDITORS,
    "newsletter_feed": EDITORS | HOUSE,
    "newsletter_dispatch": EDITORS,
    "newsletter_groupmember": EDITORS,
    "newsletter_readermail": MAIL,
    "newsletter_mistakereport": MAIL,
    "newsletter_auditentry": HOUSE,
    "newsletter_alert": EDITORS | HOUSE,
    "subscribers_subscriber": READERS,
    "subscribers_suppression": READERS,
    "subscribers_tag": READERS,
    "subscribers_stayround": READERS,
    "subscribers_privacyrequest": READERS,
    "subscribers_mailinglist": HOUSE,
    "auth_user": HOUSE,
    "auth_group": HOUSE,
}
# What one sees and what one does: the address, and whether it is pressed.
ACTS = {
    ("newsletter_issue_publish", "get"): EDITORS,
    ("newsletter_issue_approve", "post"): PUBLISHER,
    ("newsletter_issue_schedule", "get"): PUBLISHER,
    ("newsletter_issue_schedule", "post"): PUBLISHER,
    ("newsletter_issue_send_now", "get"): PUBLISHER,
    ("newsletter_issue_send_now", "post"): PUBLISHER,
    ("newsletter_issue_cancel", "post"): PUBLISHER,
    ("newsletter_issue_trial", "post"): EDITORS,
    ("newsletter_issue_comments", "get"): EDITORS,
    ("newsletter_issue_proposal", "get"): EDITORS,
    ("newsletter_issue_reject", "post"): PUBLISHER,
    ("use_reserve", "post"): PUBLISHER,
}
DISPATCH_ACTS = {"pauzeren": EDITORS, "hervatten": PUBLISHER, "stoppen": PUBLISHER}
READER_ACTS = ("afmelden", "blokkeren", "vergeten")


@pytest.fixture
def colleague(client, db):
    def enter(role):
        log_in(client, role, role.lower())
        return client

    return enter


def may(table, role):
    """What of a table is for somebody of this role."""
    return {what for what, roles in table.items() if role in roles}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_own_lists_and_no_others(colleague, role):
    client = colleague(role)

    answers = {
        page: client.get(reverse(f"admin:{page}_changelist")).status_code
        for page in LISTS
    }

    assert set(answers.values()) == {200, 403}
    assert {page for page in LISTS if answers[page] == 200} == may(LISTS, role)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_sees_and_does_its_own_part_of_publishing(colleague, mailing_list, role):
    issue = issue_in_order(mailing_list)
    client = colleague(role)

    answers = {}
    for page, method in ACTS:
        address = reverse(f"admin:{page}", args=[issue.pk])
        answer = getattr(client, method)(address, {"day": "", "time": ""})
        answers[page, method] = answer.status_code

    assert {act for act in ACTS if answers[act] != 403} == may(ACTS, role)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_holds_or_stops_an_issue_only_if_it_may(
    colleague, mailing_list, now, role
):
    dispatch = a_dispatch_that_left(mailing_list, readers=1, at=now)
    client = colleague(role)

    answers = {}
    for act in DISPATCH_ACTS:
        state = DispatchState.PAUSED if act == "hervatten" else DispatchState.SENDING
        Dispatch.objects.update(state=state)
        address = reverse("admin:newsletter_dispatch_act", args=[dispatch.pk, act])
        answers[act] = client.post(address).status_code

    assert set(answers.values()) <= {302, 403}
    assert {act for act in answers if answers[act] == 302} == may(DISPATCH_ACTS, role)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_acts_on_readers_only_if_it_may(colleague, mailing_list, role):
    client = colleague(role)

    answers = set()
    for act in READER_ACTS:
        reader = SubscriptionFactory(mailing_list=mailing_list).subscriber
        address = reverse("admin:subscribers_subscriber_act", args=[reader.pk, act])
        answers.add(client.post(address, {"note": "op eigen verzoek"}).status_code)

    assert answers == {302 if role in READERS else 403}


@pytest.mark.parametrize("role", ROLES)
def test_only_editors_take_in_articles(colleague, role):
    answer = colleague(role).get(reverse("admin:newsletter_article_take_in"))

    assert answer.status_code == (200 if role in EDITORS else 403)


def test_someone_without_a_role_opens_nothing(client, db):
    client.force_login(UserFactory.create())

    for page in LISTS:
        assert client.get(reverse(f"admin:{page}_changelist")).status_code == 403


def test_a_stranger_is_asked_to_log_in(client, db):
    for page in LISTS:
        answer = client.get(reverse(f"admin:{page}_changelist"))

        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]


def test_who_keeps_the_house_makes_nobody_a_superuser(colleague):
    client = colleague("Beheer")
    els = UserFactory.create(username="els")

    client.post(
        reverse("admin:auth_user_change", args=[els.pk]),
        {
            "username": "els",
            "is_active": "on",
            "is_superuser": "on",
            "date_joined_0": "2026-01-01",
            "date_joined_1": "00:00:00",
        },
    )

    els.refresh_from_db()
    assert not els.is_superuser


def colleague_form(username, **fields):
    return {
        "username": username,
        "is_active": "on",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00:00",
        **fields,
    }


def test_who_keeps_the_house_gives_a_role_to_a_colleague(colleague):
    client = colleague("Beheer")
    els = UserFactory.create(username="els")

    client.post(
        reverse("admin:auth_user_change", args=[els.pk]),
        colleague_form("els", groups=[role_of("Uitgever").pk]),
    )

    assert list(els.groups.all()) == [role_of("Uitgever")]


@pytest.mark.parametrize("is_superuser", [False, True])
def test_nobody_changes_their_own_powers(colleague, is_superuser):
    client = colleague("Beheer")
    User.objects.update(is_superuser=is_superuser)
    self = User.objects.get()

    answer = client.post(
        reverse("admin:auth_user_change", args=[self.pk]),
        colleague_form(
            "beheer", is_superuser="on", groups=[role_of("Uitgever").pk], last_name="B"
        ),
    )

    self.refresh_from_db()
    assert (answer.status_code, self.last_name) == (302, "B")
    assert (self.is_superuser, self.is_staff) == (is_superuser, True)
    assert list(self.groups.all()) == [role_of("Beheer")]


def test_who_has_a_role_does_not_widen_it(colleague):
    client = colleague("Beheer")
    role = role_of("Beheer")
    kept = role.permissions.count()

    answer = client.post(
        reverse("admin:auth_group_change", args=[role.pk]),
        {"name": "Beheer", "permissions": role_of("Uitgever").permissions.values("pk")},
    )

    assert answer.status_code == 403
    assert role.permissions.count() == kept


def test_who_keeps_the_house_does_not_touch_a_superuser(colleague):
    client = colleague("Beheer")
    boss = UserFactory.create(username="boss", is_superuser=True)

    answer = client.post(
        reverse("admin:auth_user_password_change", args=[boss.pk]),
        {"password1": "nieuw-en-lang-genoeg", "password2": "nieuw-en-lang-genoeg"},
    )

    assert answer.status_code == 403
