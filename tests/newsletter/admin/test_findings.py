"""The list of what was looked at: what it shows, and what one presses on it."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse
from reversion.models import Version

from newsletter.issues.blocks import ButtonBlock, CardBlock, ImageBlock, TextBlock
from newsletter.issues.models import Issue
from newsletter.issues.subject_tests import SubjectTest, SubjectVariant
from newsletter.publishing.finding_models import LinkCheck, Waiver
from newsletter.publishing.readiness import preflight
from newsletter.publishing.waiving import waive
from tests.newsletter.admin.colleagues import log_in, messages_of
from tests.newsletter.publishing.issues import (
    a_kept_picture,
    change,
    issue_in_order,
)

FRIDAY = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
WHY = "De TK is hier de Tweede Kamer."


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(FRIDAY, tick=False):
        yield


@pytest.fixture
def issue(mailing_list):
    return issue_in_order(mailing_list)


@pytest.fixture
def els(client, db):
    return log_in(client, "Uitgever")


def page(client, issue):
    address = reverse("admin:newsletter_issue_publish", args=[issue.pk])
    return client.get(address).content.decode()


def press(client, name, issue, finding, data=None):
    address = reverse(f"admin:newsletter_issue_{name}", args=[issue.pk, finding.key])
    return client.post(address, data or {}, follow=True)


def only(issue):
    [finding] = preflight(issue, now=FRIDAY)
    return finding


def a_stop(issue):
    TextBlock.objects.create(parent=issue, ordering=50, body="<p>De TK slaapt.</p>")
    return only(issue)


def test_what_is_in_order_is_folded_and_named(client, els, issue):
    html = page(client, issue)

    assert "dingen in orde" in html
    assert "Het postadres staat in de mail." in html


def test_no_more_than_three_pieces_of_advice_are_shown_at_once(client, els, issue):
    for number in range(5):
        ButtonBlock.objects.create(
            parent=issue,
            ordering=50 + number,
            label=f"Doe mee {number}",
            url=f"{issue.mailing_list.website or 'http://localhost:8000'}/{number}",
        )
        TextBlock.objects.create(
            parent=issue,
            ordering=60 + number,
            body=f"<p>Van stress slaapt {number + 1}0% slechter.</p>",
        )

    html = page(client, issue)

    assert "nog 2 adviezen" in html


def test_one_press_puts_it_right_and_looks_again(client, els, issue):
    change(issue, subject="Eindelijk rust!!")
    finding = only(issue)
    assert "Houd er één over" in page(client, issue)

    answer = press(client, "mend", issue, finding)

    assert "Gedaan: Houd er één over" in messages_of(answer)
    assert "Alles is in orde" in answer.content.decode()
    assert Issue.objects.get().subject == "Eindelijk rust!"
    assert Version.objects.get_for_object(issue).first().revision.user == els


def test_pressing_twice_is_told_as_done_already(client, els, issue):
    change(issue, subject="Eindelijk rust!!")
    finding = only(issue)

    press(client, "mend", issue, finding)
    answer = press(client, "mend", issue, finding)

    assert "Dat is al in orde" in messages_of(answer)


def test_an_editor_mends_what_she_may_change_and_nothing_else(client, issue):
    log_in(client, "Redactie", "roos")
    issue.mailing_list.accent_colour = "#E0A0A0"
    issue.mailing_list.save()
    finding = only(issue)

    html = page(client, issue)
    answer = press(client, "mend", issue, finding)

    assert str(finding.mend.label) not in html
    assert answer.status_code == 403


def test_a_publisher_lets_a_stop_go_with_a_reason_that_stays_in_sight(
    client, els, issue
):
    finding = a_stop(issue)
    assert "Toch doorlaten…" in page(client, issue)

    answer = press(client, "waive", issue, finding, {"reason": WHY})

    html = answer.content.decode()
    assert "Het mag zo door" in messages_of(answer)
    assert "Toch doorgelaten" in html
    assert WHY in html
    assert "Akkoord geven" in html or "Geef akkoord" in html or "akkoord/" in html


@pytest.mark.parametrize("reason", ["", "mag wel"])
def test_a_reason_that_says_too_little_is_asked_again_and_kept(
    client, els, issue, reason
):
    finding = a_stop(issue)

    answer = press(client, "waive", issue, finding, {"reason": reason})

    assert answer.status_code == 400
    assert "minstens 10 tekens" in answer.content.decode()
    assert f">\n{reason}</textarea>" in answer.content.decode()
    assert not Waiver.objects.exists()


def test_an_editor_lets_nothing_go(client, issue):
    log_in(client, "Redactie", "roos")
    finding = a_stop(issue)

    assert "Toch doorlaten" not in page(client, issue)
    assert press(client, "waive", issue, finding, {"reason": WHY}).status_code == 403


def test_what_nobody_may_let_go_is_not_offered(client, els, issue):
    issue.mailing_list.postal_address = ""
    issue.mailing_list.save()
    finding = only(issue)

    assert "Toch doorlaten" not in page(client, issue)
    press(client, "waive", issue, finding, {"reason": WHY})
    assert not Waiver.objects.exists()


def test_what_was_let_go_is_taken_back_by_a_press(client, els, issue):
    waiver = waive(issue, a_stop(issue), reason=WHY, by=els, now=FRIDAY)
    address = reverse("admin:newsletter_issue_take_back", args=[issue.pk, waiver.pk])

    answer = client.post(address, follow=True)

    assert "1 ding moet eerst goed" in answer.content.decode()


def test_links_are_tried_again_by_a_press(client, els, issue):
    ButtonBlock.objects.create(
        parent=issue, ordering=50, label="Doe mee", url="https://www.example.nl/"
    )

    answer = client.post(
        reverse("admin:newsletter_issue_look_again", args=[issue.pk]), follow=True
    )

    assert "opnieuw geprobeerd" in messages_of(answer)
    assert LinkCheck.objects.get().is_waiting


@pytest.mark.parametrize("name", ["mend", "waive"])
def test_a_finding_that_is_gone_leads_back(client, els, issue, name):
    address = reverse(f"admin:newsletter_issue_{name}", args=[issue.pk, "weg"])

    assert client.post(address, {"reason": WHY}, follow=True).status_code == 200


def test_nothing_is_put_right_by_following_a_link(client, els, issue):
    for name, last in (("mend", "k"), ("take_back", 1)):
        address = reverse(f"admin:newsletter_issue_{name}", args=[issue.pk, last])
        assert client.get(address).status_code == 405


def test_a_stranger_sees_nothing(client, issue):
    address = reverse("admin:newsletter_issue_findings", args=[issue.pk])

    assert client.get(address).status_code == 302


def test_the_composer_hears_what_only_the_saved_issue_tells(client, els, issue):
    change(issue, preheader="")
    coming = issue_in_order(
        issue.mailing_list, number=issue.number + 1, publication_date="2026-12-06"
    )
    CardBlock.objects.filter(parent=coming).update(
        article=issue.newsletter_cardblock_set.get().article
    )
    stop = next(iter(preflight(issue, now=FRIDAY)))
    address = reverse("admin:newsletter_issue_findings", args=[issue.pk])

    answer = client.get(address).json()

    told = [finding["message"] for finding in answer["findings"]]
    assert any("staat ook in" in words for words in told)
    # The empty line is told from the form, as it is typed.
    assert not any("leeg" in words for words in told)
    assert answer["letGo"] == []
    assert stop.waiver is None


# --- What a press beside the mail does ---


def mends_of(client, issue):
    address = reverse("admin:newsletter_issue_findings", args=[issue.pk])
    return list(client.get(address).json()["mends"].values())


def test_a_mend_of_the_issue_fills_in_its_form(client, els, issue):
    change(issue, publication_date=None)

    [told] = mends_of(client, issue)

    assert told == {
        "label": "Neem zondag 29 november",
        "fills": {"id_publication_date": "2026-11-29"},
    }


def test_a_mend_of_a_block_fills_in_the_form_it_has_on_the_page(client, els, issue):
    for number, address in enumerate(("https://a.example/", "https://b.nl/?gclid=1")):
        ButtonBlock.objects.create(
            parent=issue, ordering=50 + number, label=f"Doe mee {number}", url=address
        )

    [told] = mends_of(client, issue)

    assert told["fills"] == {"id_newsletter_buttonblock_set-1-url": "https://b.nl/"}


def test_a_help_line_is_put_in_behind_the_block_that_asks_for_it(client, els, issue):
    TextBlock.objects.create(parent=issue, ordering=50, body="<p>Over anorexia.</p>")

    [told] = mends_of(client, issue)

    assert told == {
        "label": "Zet de hulplijn erin",
        "behind": "newsletter_textblock_set-0",
        "puts": "newsletter_helplineblock_set",
        "values": {"help_line": "slankofniet"},
    }


def test_a_mend_of_another_page_is_pressed_there_and_answers_in_words(
    client, els, issue
):
    picture = a_kept_picture("Foto van een stoel")
    ImageBlock.objects.create(parent=issue, ordering=50, picture=picture)

    [told] = mends_of(client, issue)
    answer = client.post(told["url"], headers={"accept": "application/json"})

    assert told["note"] == "wordt meteen bewaard (afbeelding)"
    assert answer.json() == {"said": "Gedaan: Haal “Foto van” weg."}
    picture.refresh_from_db()
    assert picture.alt == "Een stoel"


def test_what_an_editor_may_not_change_she_is_not_offered(client, issue):
    log_in(client, "Redactie", "roos")
    issue.mailing_list.accent_colour = "#E0A0A0"
    issue.mailing_list.save()

    assert mends_of(client, issue) == []


def test_another_subject_is_put_right_on_its_own_page(client, els, issue):
    test = SubjectTest.objects.create(issue=issue)
    SubjectVariant.objects.create(
        test=test, position=1, subject="Eindelijk weer rust!!"
    )
    address = reverse("admin:newsletter_issue_findings", args=[issue.pk])

    told = client.get(address).json()

    assert told["mends"] == {}
    [finding] = told["findings"]
    assert finding["address"].endswith("/onderwerpen/#id_second")
