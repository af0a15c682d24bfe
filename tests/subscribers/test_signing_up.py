"""The page of signing up: what it asks, what it takes, what it never tells."""

import re
from datetime import timedelta

import hypothesis
import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import strategies as st

from newsletter.audit.models import AuditEntry
from newsletter.outbox.models import OutgoingMail
from newsletter.signing import make_token
from subscribers import consent
from subscribers.domains import NobodyAnswers
from subscribers.models import (
    Consent,
    ConsentEvidence,
    SignUpSource,
    Subscriber,
    Subscription,
    SubscriptionState,
    SuppressionReason,
    Topic,
)
from subscribers.suppression import suppress
from tests.factories import (
    MailingListFactory,
    SubscriberFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.subscribers.pages import (
    SANNE,
    SIGN_UP,
    confirm_link,
    form_of,
    heading,
    sign_up,
    soup,
)

pytestmark = pytest.mark.django_db


def test_the_road_from_the_form_to_a_confirmed_reader(browser, mailing_list):
    thanks = sign_up(browser, first_name="Sanne")
    assert (thanks.status_code, heading(thanks)) == (200, "Kijk in je mail")
    page = browser.get(confirm_link())
    assert heading(page) == "Nog één klik"
    welcome = browser.post(confirm_link(), form_of(page))
    assert heading(welcome) == "Welkom, wat fijn dat je er bent"
    subscription = Subscription.objects.get()
    assert subscription.state == SubscriptionState.CONFIRMED
    assert subscription.subscriber.first_name == "Sanne"


def test_the_page_says_the_promise_links_privacy_and_bundles_nothing(
    client, mailing_list
):
    page = soup(client.get(SIGN_UP))
    assert mailing_list.promise in page.main.get_text()
    assert page.main.find("a", href=reverse("privacy"))
    assert not page.find("input", type="checkbox")
    assert page.html["lang"] == "nl"
    assert not page.find("script")


def test_every_visible_field_has_a_label(client, mailing_list):
    page = soup(client.get(SIGN_UP))
    for field in page.main.find_all("input", type=["email", "text"]):
        assert page.find("label", attrs={"for": field["id"]}) or field.find_parent(
            "label"
        )


def test_the_words_on_the_page_are_the_words_that_are_kept(browser, mailing_list):
    shown = browser.get(SIGN_UP).content.decode()
    sign_up(browser)
    kept = Consent.objects.get(act="requested")
    assert kept.wording in shown
    assert kept.evidence.ip_address == "127.0.0.1"


def without_own(response, address):
    """A page without what differs for everybody: the address and the tokens."""
    shown = response.content.decode().replace(address, "")
    return re.sub(r'name="(opened|csrf).*', "", shown)


def test_known_unknown_and_blocked_addresses_see_the_same_page(browser, mailing_list):
    known = SubscriptionFactory.create(
        subscriber=SubscriberFactory.create(address="els@example.nl")
    )
    assert known.state == SubscriptionState.CONFIRMED
    suppress("bob@example.nl", SuppressionReason.COMPLAINT, timezone.now())
    pages = {
        without_own(sign_up(browser, address=address), address)
        for address in ("els@example.nl", "bob@example.nl", "new@example.nl")
    }
    assert len(pages) == 1


@pytest.mark.parametrize(
    "address",
    ["", "geen adres", "a@b", "jan@x.nl\r\nBcc: x@y.nl", "a" * 5000, "jan@x.nl\x00"],
)
def test_a_wrong_address_is_explained_and_what_was_typed_stays(
    address, browser, mailing_list
):
    response = sign_up(browser, address=address, first_name="Sanne")
    assert response.status_code == 400
    page = soup(response)
    field = page.find("input", attrs={"name": "address"})
    assert field["aria-invalid"] == "true"
    assert page.find(id=field["aria-describedby"].split()[-1]).get_text(strip=True)
    assert page.find("input", attrs={"name": "first_name"})["value"] == "Sanne"
    assert not OutgoingMail.objects.exists()


def test_our_own_address_cannot_be_signed_up(browser, mailing_list):
    response = sign_up(browser, address=mailing_list.sender_address.upper())
    assert response.status_code == 400


GMIAL, GMAIL = "jan@gmial.com", "jan@gmail.com"


def press(browser, page, label, **changes):
    """Press the button of that name, with what stands in the form around it."""
    button = next(
        one for one in soup(page).main.find_all("button") if label in one.text
    )
    fields = form_of(page) | changes
    if button.get("name"):
        fields[button["name"]] = button["value"]
    with time_machine.travel(timezone.now() + timedelta(seconds=10)):
        return browser.post(SIGN_UP, fields)


def test_a_slip_in_a_known_provider_is_asked_about_before_anything_is_mailed(
    browser, mailing_list
):
    asked = sign_up(browser, address=GMIAL, first_name="Jan")
    assert asked.status_code == 200
    assert f"Bedoelde je {GMAIL}?" in soup(asked).find(role="alert").get_text()
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("label", "address"), [("dat is mijn adres", GMAIL), (GMIAL, GMIAL)]
)
def test_the_answer_about_a_slip_is_taken_at_one_press(
    label, address, browser, mailing_list
):
    asked = sign_up(browser, address=GMIAL, first_name="Jan")
    thanks = press(browser, asked, label, address=GMIAL)
    assert heading(thanks) == "Kijk in je mail"
    assert OutgoingMail.objects.get().to_address == address
    assert Subscriber.objects.get().first_name == "Jan"


def test_who_presses_on_past_the_question_means_what_they_typed(browser, mailing_list):
    asked = sign_up(browser, address=GMIAL)
    press(browser, asked, "Ja, meld me aan", address=GMIAL)
    assert OutgoingMail.objects.get().to_address == GMIAL


def test_another_slip_after_the_question_is_asked_about_as_well(browser, mailing_list):
    asked = sign_up(browser, address=GMIAL)
    again = press(browser, asked, "Ja, meld me aan", address="jan@hotmial.com")
    assert "jan@hotmail.com" in soup(again).find(role="alert").get_text()
    assert not OutgoingMail.objects.exists()


def test_a_domain_that_gets_no_mail_is_refused_with_what_was_typed_kept(
    browser, mailing_list
):
    refused = sign_up(browser, address="jan@bedrijf.invalid", first_name="Jan")
    assert refused.status_code == 400
    refused = sign_up(browser, address="jan@bedrijf.internal", first_name="Jan")
    assert "bedrijf.internal" in soup(refused).find(class_="error").get_text()
    assert not OutgoingMail.objects.exists()


def test_a_name_server_in_doubt_keeps_nobody_out(
    browser, mailing_list, settings, monkeypatch
):
    def silent(domain):
        raise NobodyAnswers

    settings.EMAIL_PROVIDER = "mailgun"
    monkeypatch.setattr("subscribers.domains.takes_mail", silent)
    assert heading(sign_up(browser)) == "Kijk in je mail"


def test_the_mail_is_sent_again_at_a_press_after_ten_minutes(browser, mailing_list):
    thanks = sign_up(browser, first_name="Sanne")
    for minutes, mails in ((1, 1), (11, 2)):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            again = browser.post(SIGN_UP, form_of(thanks))
        assert "een nieuwe onderweg" in soup(again).find(role="status").get_text()
        assert OutgoingMail.objects.count() == mails


def test_asking_for_the_mail_again_tells_nothing_about_an_address(
    browser, mailing_list
):
    SubscriptionFactory.create(subscriber=SubscriberFactory.create(address=SANNE))
    pages = {
        without_own(browser.post(SIGN_UP, form_of(sign_up(browser, one))), one)
        for one in (SANNE, "new@example.nl")
    }
    assert len(pages) == 1


def test_a_blocked_address_costs_the_same_work_and_leaves_nothing(
    mailing_list, now, django_assert_num_queries
):
    """No clock tells who is blocked: the mail is made as for anybody."""
    made = []
    for number, reason in enumerate(("", SuppressionReason.COMPLAINT)):
        address = f"lezer{number}@example.nl"
        if reason:
            suppress(address, reason, now)
        with CaptureQueriesContext(connection) as queries:
            take(mailing_list, now, address)
        made.append(kinds(queries))
    assert made[0] == made[1]
    assert Subscriber.objects.count() == OutgoingMail.objects.count() == 1


def test_a_mail_too_many_costs_the_same_work_as_well(mailing_list, now):
    with CaptureQueriesContext(connection) as first:
        take(mailing_list, now, SANNE)
    with CaptureQueriesContext(connection) as second:
        take(mailing_list, now, SANNE)
    wrote = [
        sum("outgoingmail" in one for one in kinds(made)) for made in (first, second)
    ]
    assert wrote[0] == wrote[1] > 0
    assert OutgoingMail.objects.count() == 1


def take(mailing_list, now, address):
    consent.subscribe(
        mailing_list=mailing_list,
        address=address,
        wording="Ja",
        channel="sign-up page",
        now=now,
    )


def kinds(queries):
    """What was asked of the database, without the values and the savepoints."""
    asked = [one["sql"] for one in queries.captured_queries]
    return [" ".join(sql.split()[:3]) for sql in asked if "SAVEPOINT" not in sql]


def test_five_hundred_sign_ups_of_one_address_at_once_make_one_reader_and_one_mail(
    mailing_list, now, in_threads, transactional_db
):
    def many_times():
        for _ in range(125):
            take(mailing_list, now, SANNE)
        return Subscriber.objects.count(), OutgoingMail.objects.count()

    assert in_threads(*[many_times] * 4)[-1] == (1, 1)
    (counted,) = in_threads(
        lambda: (
            Subscriber.objects.count(),
            Subscription.objects.count(),
            Consent.objects.count(),
            OutgoingMail.objects.count(),
        )
    )
    assert counted == (1, 1, 1, 1)


# --- Topics ---


@pytest.fixture
def topics(mailing_list):
    return [
        Topic.objects.create(mailing_list=mailing_list, name=name, promise=promise)
        for name, promise in (("Slaap", "Elke maand een zachte nacht"), ("Werk", ""))
    ]


def test_topics_are_offered_and_none_is_chosen_beforehand(client, topics):
    page = soup(client.get(SIGN_UP))
    boxes = page.main.find_all("input", type="checkbox")
    assert [box.find_parent("label").get_text(" ", strip=True) for box in boxes] == [
        "Slaap Elke maand een zachte nacht",
        "Werk",
    ]
    assert not any(box.has_attr("checked") for box in boxes)


def test_chosen_topics_go_along_and_stand_in_the_consent(browser, topics):
    sign_up(browser, topics=[str(topics[0].pk)])
    assert list(Subscription.objects.get().topics.all()) == topics[:1]
    assert Consent.objects.get().wording.endswith("Slaap")
    assert "Slaap" not in OutgoingMail.objects.get().text


def test_a_stranger_chooses_nothing_for_a_reader(browser, topics):
    reader = SubscriptionFactory.create(
        subscriber=SubscriberFactory.create(address=SANNE)
    )
    sign_up(browser, topics=[str(topics[0].pk)])
    assert not reader.topics.exists()


@pytest.mark.parametrize("chosen", ["999999", "x", "-1", "99999999999999999999"])
def test_a_topic_that_is_not_on_offer_is_refused_and_nothing_is_lost(
    chosen, browser, topics
):
    other = MailingListFactory.create(slug="rest", list_id="rest.example.nl")
    foreign = Topic.objects.create(mailing_list=other, name="Slaap")
    for value in (chosen, str(foreign.pk)):
        refused = sign_up(browser, topics=[value], first_name="Sanne")
        assert refused.status_code == 400
        assert form_of(refused)["first_name"] == "Sanne"


# --- Where people come from ---


@pytest.mark.parametrize(
    ("path", "source"), [("", "poster"), ("qr/", "poster (QR)")], ids=["link", "code"]
)
def test_the_way_in_is_kept_with_the_subscription(path, source, browser, mailing_list):
    SignUpSource.objects.create(mailing_list=mailing_list, name="Poster", slug="poster")
    sign_up(browser, at=f"/aanmelden/via/poster/{path}")
    assert Subscription.objects.get().source == source


def test_a_way_in_leads_to_its_own_list(client, mailing_list):
    other = MailingListFactory.create(
        slug="rest", name="Rust", promise="Eens per maand", list_id="rest.example.nl"
    )
    SignUpSource.objects.create(mailing_list=other, name="Poster", slug="poster")
    assert "Eens per maand" in client.get("/aanmelden/via/poster/").content.decode()


def test_a_link_on_old_paper_still_leads_to_the_form(browser, mailing_list):
    sign_up(browser, at="/aanmelden/via/verdwenen/")
    assert Subscription.objects.get().source == "sign-up page"


# --- Anything at all ---

ANYTHING = st.text(st.characters(codec=None), max_size=80)


@hypothesis.settings(
    max_examples=30,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@hypothesis.given(address=ANYTHING | st.emails(), name=ANYTHING, meant=ANYTHING)
def test_whatever_is_typed_is_answered_and_never_breaks(
    address, name, meant, client, mailing_list
):
    opened = make_token("form", int(timezone.now().timestamp()) - 60)
    fields = {"address": address, "first_name": name, "meant": meant, "opened": opened}
    typed = {key: value.encode("utf-8", "replace") for key, value in fields.items()}
    answer = client.post(SIGN_UP, typed)
    assert answer.status_code in (200, 400, 429)


def test_a_machine_that_fills_in_everything_gets_thanks_and_nothing_is_kept(
    browser, mailing_list
):
    response = sign_up(browser, website="http://spam.example")
    assert heading(response) == "Kijk in je mail"
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("wait", [0, 1, 25 * 3600], ids=["at once", "1 s", "a day"])
def test_an_improbably_quick_or_old_page_asks_for_one_more_press(
    wait, browser, mailing_list
):
    refused = sign_up(browser, wait=wait)
    assert refused.status_code == 400
    assert not Subscriber.objects.exists()
    again = form_of(refused)
    assert again["address"] == SANNE
    with time_machine.travel(timezone.now() + timedelta(seconds=wait + 1)):
        assert browser.post(SIGN_UP, again).status_code == 200
    assert Subscriber.objects.exists()


@pytest.mark.parametrize(
    "opened", ["", "x", make_token("erase", 1)], ids=["empty", "no token", "foreign"]
)
def test_a_made_up_moment_asks_for_one_more_press(opened, browser, mailing_list):
    assert sign_up(browser, opened=opened).status_code == 400


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "{{ settings.SECRET_KEY }}", '" onfocus="x']
)
def test_markup_in_a_name_is_shown_as_it_was_typed(name, browser, mailing_list):
    refused = sign_up(browser, address="", first_name=name)
    page = soup(refused)
    assert page.find("input", attrs={"name": "first_name"})["value"] == name
    assert not page.find("script")


def test_markup_in_a_name_stands_in_no_mail_of_ours(browser, mailing_list):
    sign_up(browser, first_name="<b>Win</b>")
    mail = OutgoingMail.objects.get()
    assert "Win" not in mail.subject + mail.text + mail.html


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", "application/json"),
        ('{"address": "jan@x.nl"}', "application/json"),
        ("address[]=jan@x.nl", "application/x-www-form-urlencoded"),
        ("\xff\xfe%zz", "application/x-www-form-urlencoded"),
        ("--x", "multipart/form-data; boundary=x"),
    ],
)
def test_a_body_that_is_no_form_is_refused_without_fuss(
    body, content_type, client, mailing_list
):  # nasty[22]
    response = client.post(SIGN_UP, body, content_type=content_type)
    assert response.status_code == 400


def test_thirty_sign_ups_an_hour_come_from_one_network(browser, mailing_list):
    for number in range(30):
        assert sign_up(browser, address=f"lezer{number}@example.nl").status_code == 200
    refused = sign_up(browser, address="een-te-veel@example.nl")
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    assert OutgoingMail.objects.count() == 30


def test_a_flood_is_held_and_colleagues_hear_of_it_once(browser, mailing_list):
    publisher = UserFactory.create(username="bob", email="bob@example.nl")
    publisher.groups.add(Group.objects.get(name="Uitgever"))
    UserFactory.create(username="roos", email="roos@example.nl")
    mailing_list.sign_ups_per_hour = 2
    mailing_list.save()
    answers = [
        sign_up(browser, address=f"lezer{number}@example.nl").status_code
        for number in range(5)
    ]
    assert answers == [200, 200, 429, 429, 429]
    alarm = OutgoingMail.objects.get(purpose="flood")
    assert alarm.to_address == "bob@example.nl"
    assert "Meer dan 2 mensen" in alarm.text
    assert AuditEntry.objects.get().act == "sign-ups held"


def test_the_network_is_that_of_the_visitor_not_of_a_forged_header(
    browser, mailing_list, settings
):
    forged = {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 203.0.113.9"}
    browser.defaults.update(forged)
    sign_up(browser)
    assert ConsentEvidence.objects.get().ip_address == "127.0.0.1"
    settings.TRUSTED_PROXY = True
    sign_up(browser, address="els@example.nl")
    assert ConsentEvidence.objects.latest("pk").ip_address == "203.0.113.9"


def test_a_second_list_has_its_own_sign_up_in_its_own_language(browser, mailing_list):
    second = MailingListFactory.create(
        slug="rest",
        name="Quiet post",
        promise="Once a month",
        language="en",
        list_id="rest.example.nl",
    )
    page = browser.get(f"{SIGN_UP}?lijst=rest")
    assert "Once a month" in page.content.decode()
    assert soup(page).html["lang"] == "en"
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        fields = form_of(page) | {"address": SANNE}
        browser.post(f"{SIGN_UP}?lijst=rest", fields)
    assert Subscription.objects.get().mailing_list == second
    assert "Confirm your subscription" in OutgoingMail.objects.get().subject


@pytest.mark.parametrize("slug", ["nergens", "%00", "' or 1=1"])
def test_a_list_that_does_not_exist_is_not_found(slug, client, mailing_list):
    assert client.get(f"{SIGN_UP}?lijst={slug}").status_code == 404


def test_without_a_list_there_is_nothing_to_sign_up_for(client, db):
    assert client.get(SIGN_UP).status_code == 404
