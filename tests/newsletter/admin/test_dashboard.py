"""The front page: to everybody the tiles of their own work."""

import pytest
from django.utils import timezone

from newsletter.delivery.models import DeliveryException, Dispatch, DispatchState
from newsletter.delivery.vital_signs import Heartbeat
from newsletter.issues.numbering import begin_issue
from newsletter.mistakes.models import ReaderMailWay
from newsletter.mistakes.reporting import Remark, take_in
from newsletter.outbox.models import OutgoingMail, OutgoingMailState
from newsletter.publishing.approval import approve
from newsletter.publishing.scheduling import schedule
from newsletter.publishing.sundays import regular_days
from tests.factories import SubscriptionFactory, UserFactory
from tests.newsletter.admin.front_page import a_dispatch_that_left, front_page
from tests.newsletter.publishing.issues import issue_in_order

TILES = {
    "coming-title": {"Redactie", "Uitgever"},
    "sundays-title": {"Redactie", "Uitgever"},
    "recent-title": {"Redactie", "Uitgever"},
    "mail-title": {"Redactie", "Uitgever", "Lezersservice"},
    "readers-title": {"Redactie", "Uitgever", "Lezersservice"},
    "newest-title": {"Uitgever", "Lezersservice"},
    "requests-title": {"Uitgever", "Lezersservice"},
}


@pytest.fixture(autouse=True)
def beating(db):
    """The machine that sends is running."""
    Heartbeat.objects.create(name="sweep", at=timezone.now())


@pytest.mark.parametrize("role", ["Redactie", "Uitgever", "Lezersservice", "Beheer"])
def test_a_role_sees_the_tiles_of_its_own_work(client, mailing_list, role):
    html = front_page(client, role)

    assert {tile for tile in TILES if f'id="{tile}"' in html} == {
        tile for tile, roles in TILES.items() if role in roles
    }


def test_the_reader_service_sees_who_wrote_who_came_and_who_asked(
    client, mailing_list, now
):
    take_in(
        Remark(key="een", way=ReaderMailWay.REPLY, text=".", subject="Mijn adres"),
        now=now,
    )
    SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="nieuw@example.nl"
    )
    SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="vraagt@example.nl", pending=True
    )

    html = front_page(client, "Lezersservice")

    assert "Mijn adres" in html
    newest, requests = html.split('id="requests-title"')
    assert "nieuw@example.nl" in newest
    assert "vraagt@example.nl" in requests


def test_who_has_no_tile_is_led_to_the_menu(client, mailing_list):
    assert "Kies in het menu" in front_page(client, "Beheer")


# --- The next Sunday ---


def test_the_next_sunday_counts_down_and_leads_to_what_is_missing(client, mailing_list):
    issue = begin_issue(mailing_list, now=timezone.now(), by=None)

    html = front_page(client, "Redactie")

    assert "data-countdown=" in html
    assert "nog " in html
    assert f"/admin/newsletter/issue/{issue.pk}/change/#id_subject" in html
    assert "Nog geen akkoord" in html


def test_the_next_sunday_without_an_issue_offers_to_begin_it(client, mailing_list):
    html = front_page(client, "Redactie")

    assert "nog geen editie" in html
    assert "Stel een editie voor" in html


def test_a_scheduled_issue_says_who_approved_it_and_when_it_leaves(
    client, mailing_list
):
    now = timezone.now()
    [sunday] = regular_days(mailing_list, now=now, weeks=1)
    issue = issue_in_order(mailing_list, publication_date=sunday)
    approve(issue, by=UserFactory.create(last_name="de Wit"), now=now)
    schedule(issue, by=None, now=now)

    html = front_page(client, "Redactie")

    assert "Els de Wit" in html
    assert "Ingepland voor zondag" in html


def test_the_readers_are_compared_with_the_last_issue(client, mailing_list, now):
    a_dispatch_that_left(mailing_list, readers=2, at=timezone.now())
    SubscriptionFactory.create_batch(3, mailing_list=mailing_list)

    assert "3 meer dan de vorige keer" in front_page(client, "Redactie")


# --- What left ---


def test_one_issue_alone_is_told_in_words_and_not_plotted(client, mailing_list):
    a_dispatch_that_left(mailing_list, readers=2, at=timezone.now())

    html = front_page(client, "Redactie")

    assert "2 aangenomen" in html
    assert 'class="plot"' not in html


def test_two_issues_are_plotted_with_the_same_in_words(client, mailing_list, now):
    a_dispatch_that_left(mailing_list, readers=2, at=now)
    a_dispatch_that_left(mailing_list, readers=5, at=now.replace(day=28))

    html = front_page(client, "Redactie")

    assert html.count('class="plot"') == 4
    assert "Editie" in html.split('role="img" aria-label="')[1].split('"')[0]


def test_an_issue_on_its_way_says_how_far_it_is(client, mailing_list):
    a_dispatch_that_left(mailing_list, readers=4, at=timezone.now())
    Dispatch.objects.update(state=DispatchState.SENDING)

    assert "Onderweg · 4 aangenomen" in front_page(client, "Redactie")


# --- What asks for attention ---


def test_a_quiet_day_asks_for_nothing(client, mailing_list):
    a_dispatch_that_left(mailing_list, readers=2, at=timezone.now())

    for role in ("Redactie", "Uitgever", "Beheer"):
        assert "attention-title" not in front_page(client, role)


def test_a_paused_issue_asks_with_its_reason(client, mailing_list):
    a_dispatch_that_left(mailing_list, readers=2, at=timezone.now())
    Dispatch.objects.update(state=DispatchState.PAUSED, pause_reason="Even wachten.")

    html = front_page(client, "Redactie")

    assert "is gepauzeerd" in html
    assert "Even wachten." in html


def test_uncertain_readers_ask_and_are_one_press_away(client, mailing_list):
    dispatch = a_dispatch_that_left(mailing_list, readers=3, at=timezone.now())
    one = dispatch.deliveries.order_by("pk")[:1]
    dispatch.deliveries.filter(pk__in=one).update(exception=DeliveryException.UNKNOWN)

    html = front_page(client, "Redactie")

    assert "van 1 lezer is onzeker" in html
    assert f"/admin/newsletter/dispatch/{dispatch.pk}/lezers/unknown/" in html


@pytest.mark.parametrize(
    ("role", "is_told", "may_look"),
    [("Redactie", False, False), ("Uitgever", True, False), ("Beheer", True, True)],
)
def test_mail_that_failed_is_told_to_those_who_can_do_something(
    client, mailing_list, role, is_told, may_look
):
    OutgoingMail.objects.create(
        purpose="confirm",
        key="een",
        state=OutgoingMailState.FAILED,
        tries=20,
        not_before=timezone.now(),
        created_at=timezone.now(),
    )

    html = front_page(client, role)

    assert ("1 losse mail kon niet weg" in html) is is_told
    assert ("/admin/newsletter/outgoingmail/?state__exact=failed" in html) is may_look


def test_mail_of_somebody_who_was_forgotten_asks_for_nobody(client, mailing_list):
    OutgoingMail.objects.create(
        purpose="confirm",
        key="een",
        state=OutgoingMailState.FAILED,
        not_before=timezone.now(),
        created_at=timezone.now(),
    )

    assert "losse mail" not in front_page(client, "Uitgever")


def test_a_machine_that_stands_still_is_told(client, mailing_list):
    Heartbeat.objects.all().delete()

    assert "vertrekt op dit moment niets" in front_page(client, "Redactie")


def test_mistakes_that_nobody_took_up_are_counted(client, mailing_list, now):
    take_in(
        Remark(key="een", way=ReaderMailWay.FORM, text="knopen", subject="Foutje"),
        now=now,
    )

    html = front_page(client, "Redactie")

    assert "1 foutje gemeld" in html
    assert "mistakereport/?state__exact=new" in html
