"""A draft is kept by the page, offered back, and gone on with."""

from uuid import uuid4

import pytest
from django.urls import reverse

from newsletter.issues.blocks import TextBlock
from newsletter.issues.models import Draft, Issue
from tests.factories import IssueFactory, UserFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.admin.forms_of_issues import asked_in, change_url, opened


@pytest.fixture
def els(client, db):
    return log_in(client, "Redactie")


@pytest.fixture
def issue(mailing_list):
    issue = IssueFactory(mailing_list=mailing_list)
    TextBlock.objects.create(
        parent=issue, ordering=10, heading="Tot slot", body="<p>Zet thee.</p>"
    )
    return issue


def keep(client, issue, form):
    return client.post(reverse("admin:newsletter_issue_keep", args=[issue.pk]), form)


def go_on(client, issue):
    draft = Draft.objects.get()
    address = reverse("admin:newsletter_issue_go_on", args=[issue.pk, draft.page])
    return client.post(address, follow=True)


def test_what_is_typed_is_kept_and_nothing_is_saved(client, els, issue):
    form = opened(issue) | {"subject": "Bijna", "csrfmiddlewaretoken": "geheim"}
    assert keep(client, issue, form).json() == {"kept": True}
    assert "Bijna" in Draft.objects.get().form
    assert "geheim" not in Draft.objects.get().form
    assert Issue.objects.get().subject == "Stilte op zondag"


def test_it_is_offered_back_with_what_differs(client, els, issue):
    keep(client, issue, opened(issue) | {"newsletter_textblock_set-0-heading": "Slot"})
    html = client.get(change_url(issue)).content.decode()
    assert "Je was hier nog niet klaar: vandaag" in html
    assert "<del>Tot slot</del><ins>Slot</ins>" in html


def test_a_draft_that_says_nothing_new_is_not_offered(client, els, issue):
    keep(client, issue, opened(issue))
    assert "nog niet klaar" not in client.get(change_url(issue)).content.decode()
    assert not Draft.objects.exists()


def test_going_on_shows_all_of_it_without_finding_fault(client, els, issue):
    form = opened(issue) | {
        "subject": "x" * 200,
        "newsletter_textblock_set-TOTAL_FORMS": "2",
        "newsletter_textblock_set-1-heading": "Nieuw blok",
        "newsletter_textblock_set-1-ordering": "5",
    }
    keep(client, issue, form)
    html = go_on(client, issue).content.decode()
    assert "x" * 200 in html and "Nieuw blok" in html
    assert "errornote" not in html


def test_saving_what_one_went_on_with_ends_the_draft(client, els, issue):
    keep(client, issue, opened(issue) | {"subject": "Bijna"})
    go_on(client, issue)
    page = str(Draft.objects.get().page)
    form = opened(issue) | {"subject": "Klaar", "page": page}
    assert client.post(change_url(issue), form).status_code == 302
    assert not Draft.objects.unfinished(issue, els)


def test_what_was_saved_meanwhile_is_not_undone_by_going_on(client, els, issue):
    keep(client, issue, opened(issue) | {"newsletter_textblock_set-0-heading": "Slot"})
    Issue.objects.update(subject="Van Bob", version=2)
    html = client.get(change_url(issue)).content.decode()
    assert "De editie is sindsdien bewaard" in html
    html = go_on(client, issue).content.decode()
    assert 'value="Van Bob"' in html and 'value="Slot"' in html


def test_what_both_changed_is_asked_before_going_on(client, els, issue):
    keep(client, issue, opened(issue) | {"subject": "Van Els"})
    Issue.objects.update(subject="Van Bob", version=2)
    answer = go_on(client, issue)
    assert answer.status_code == 200
    assert list(asked_in(answer)) == ["Onderwerp"]


def test_a_draft_that_is_gone_opens_the_issue_as_saved(client, els, issue):
    answer = client.get(f"{change_url(issue)}?concept={uuid4()}")
    assert answer["Location"] == change_url(issue)
    assert client.get(f"{change_url(issue)}?concept=x").status_code == 302


def test_nobody_sees_or_takes_the_draft_of_somebody_else(client, els, issue):
    keep(client, issue, opened(issue) | {"subject": "Van Els"})
    log_in(client, "Redactie", "bob")
    assert "Van Els" not in client.get(change_url(issue)).content.decode()
    draft = Draft.objects.get()
    for name in ("go_on", "discard"):
        address = reverse(f"admin:newsletter_issue_{name}", args=[issue.pk, draft.page])
        client.post(address)
    assert Draft.objects.get().page == draft.page


@pytest.mark.parametrize(
    ("form", "status"),
    [({}, 400), ({"page": "x"}, 400), ({"page": str(uuid4()), "turn": "9" * 99}, 200)],
)
def test_a_strange_keeping_is_answered_plainly(client, els, issue, form, status):
    assert keep(client, issue, form).status_code == status
    assert client.get(change_url(issue)).status_code == 200


def test_a_draft_that_cannot_be_read_does_no_harm(client, els, issue, now):
    Draft.objects.create(
        issue=issue,
        user=els,
        page=uuid4(),
        turn=1,
        kept_at=now,
        form="newsletter_textblock_set-TOTAL_FORMS=zeven&seen=%00&subject=Hallo",
    )
    assert client.get(change_url(issue)).status_code == 200


def test_without_the_right_nothing_is_kept(client, issue):
    client.force_login(UserFactory(username="bob"))
    assert keep(client, issue, opened(issue)).status_code == 403
    address = reverse("admin:newsletter_issue_presence", args=[issue.pk])
    assert client.post(address, {"where": "Onderwerp"}).status_code == 403


def test_a_colleague_is_told_who_is_here_and_who_saved(client, els, issue):
    address = reverse("admin:newsletter_issue_presence", args=[issue.pk])
    client.post(address, {"where": "Tekst: Tot slot"})
    client.post(change_url(issue), opened(issue) | {"subject": "Klaar"})
    log_in(client, "Redactie", "bob")
    told = client.post(address, {"where": ""}).json()
    assert told["others"] == ["Els is hier ook bezig, in Tekst: Tot slot."]
    assert told["version"] == 2
    assert told["saved"].startswith("Els heeft deze editie om")
