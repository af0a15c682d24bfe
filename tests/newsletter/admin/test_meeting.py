"""Two who save the same issue: nothing of either is lost or saved over unseen."""

import pytest
from django.test import Client

from newsletter.issues.blocks import QuoteBlock, TextBlock, blocks_of
from newsletter.issues.models import Draft, Issue
from tests.factories import IssueFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.admin.forms_of_issues import (
    asked_in,
    change_url,
    form_in,
    opened,
)

HEADING = "newsletter_textblock_set-0-heading"
BODY = "newsletter_textblock_set-0-body"


@pytest.fixture
def els(client, db):
    return log_in(client, "Redactie")


@pytest.fixture
def bobs(db):
    bobs = Client()
    log_in(bobs, "Redactie", "bob")
    return bobs


@pytest.fixture
def issue(mailing_list):
    issue = IssueFactory(mailing_list=mailing_list)
    TextBlock.objects.create(
        parent=issue, ordering=10, heading="Tot slot", body="<p>Zet thee.</p>"
    )
    return issue


def save(client, issue, form, **changes):
    return client.post(change_url(issue), form | changes)


def test_what_each_changed_alone_goes_together_by_itself(client, els, bobs, issue):
    mine, theirs = opened(issue), opened(issue)
    save(bobs, issue, theirs, subject="Van Bob")
    answer = client.post(change_url(issue), mine | {HEADING: "Van Els"}, follow=True)
    saved = Issue.objects.get()
    assert (saved.subject, saved.version) == ("Van Bob", 3)
    assert TextBlock.objects.get().heading == "Van Els"
    assert "Samengevoegd met wat intussen bewaard was" in answer.content.decode()


def test_what_both_changed_is_asked_and_not_saved(client, els, bobs, issue):
    mine, theirs = opened(issue), opened(issue)
    save(bobs, issue, theirs, subject="Van Bob")
    answer = save(client, issue, mine, subject="Van Els")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Bob heeft deze editie om" in html
    assert list(asked_in(answer)) == ["Onderwerp"]
    assert Issue.objects.get().subject == "Van Bob"
    assert Draft.objects.unfinished(issue, els).count() == 1


@pytest.mark.parametrize(
    ("answer", "kept"), [("mine", "Van Els"), ("theirs", "Van Bob")]
)
def test_the_choice_is_saved_as_a_new_version(client, els, bobs, issue, answer, kept):
    mine, theirs = opened(issue), opened(issue)
    save(bobs, issue, theirs, subject="Van Bob")
    asked = save(client, issue, mine, subject="Van Els", **{BODY: "<p>Zet koffie.</p>"})
    choice = {asked_in(asked)["Onderwerp"].id: answer}
    assert save(client, issue, form_in(asked), **choice).status_code == 302
    saved = Issue.objects.get()
    assert (saved.subject, saved.version) == (kept, 3)
    assert TextBlock.objects.get().body == "<p>Zet koffie.</p>"
    assert not Draft.objects.unfinished(issue, els)


def test_both_texts_may_stay_below_each_other(client, els, bobs, issue):
    mine, theirs = opened(issue), opened(issue)
    save(bobs, issue, theirs, **{BODY: "<p>Zet koffie.</p>"})
    asked = save(client, issue, mine, **{BODY: "<p>Zet water op.</p>"})
    (question,) = asked_in(asked).values()
    assert question.heading == "Tekst: Tot slot – Tekst"
    save(client, issue, form_in(asked), **{question.id: "both"})
    assert TextBlock.objects.get().body == "<p>Zet water op.</p><p>Zet koffie.</p>"


def test_a_question_left_open_is_asked_again(client, els, bobs, issue):
    mine, theirs = opened(issue), opened(issue)
    save(bobs, issue, theirs, subject="Van Bob")
    asked = save(client, issue, mine, subject="Van Els")
    again = save(client, issue, form_in(asked))
    assert again.status_code == 409
    assert "Kies hieronder bij elke vraag" in again.content.decode()


def test_a_third_who_saves_meanwhile_is_not_saved_over_either(client, els, bobs, issue):
    mine, theirs = opened(issue), opened(issue)
    save(bobs, issue, theirs, subject="Van Bob", preheader="Ook van Bob")
    asked = save(client, issue, mine, subject="Van Els", preheader="Ook van Els")
    answers = {one.id: "mine" for one in asked_in(asked).values()}
    save(bobs, issue, opened(issue), subject="Nog eens van Bob")
    again = save(client, issue, form_in(asked), **answers)
    assert again.status_code == 409
    chosen = {
        heading: any(is_chosen for _value, _words, is_chosen in one.options)
        for heading, one in asked_in(again).items()
    }
    assert chosen == {"Onderwerp": False, "Voorproefje": True}
    assert Issue.objects.get().subject == "Nog eens van Bob"


def test_a_block_that_one_took_out_and_the_other_changed_is_asked(
    client, els, bobs, issue
):
    mine, theirs = opened(issue), opened(issue)
    save(bobs, issue, theirs, **{"newsletter_textblock_set-0-DELETE": "on"})
    asked = save(client, issue, mine, **{HEADING: "Van Els"})
    (question,) = asked_in(asked).values()
    assert question.why == "Bob haalde dit blok weg; jij veranderde het."
    save(client, issue, form_in(asked), **{question.id: "mine"})
    assert TextBlock.objects.get().heading == "Van Els"


def test_blocks_that_both_put_in_are_both_there(client, els, bobs, issue):
    quote = {
        "newsletter_quoteblock_set-TOTAL_FORMS": "1",
        "newsletter_quoteblock_set-0-region": "main",
        "newsletter_quoteblock_set-0-ordering": "20",
    }
    text = "newsletter_quoteblock_set-0-text"
    mine, theirs = opened(issue) | quote, opened(issue) | quote
    save(bobs, issue, theirs, **{text: "Van Bob"})
    assert save(client, issue, mine, **{text: "Van Els"}).status_code == 302
    assert {one.text for one in QuoteBlock.objects.all()} == {"Van Bob", "Van Els"}
    assert [block.KIND for block in blocks_of(issue)] == ["text", "quote", "quote"]


def test_what_may_not_be_saved_comes_back_with_what_is_wrong(client, els, bobs, issue):
    mine, theirs = opened(issue), opened(issue)
    save(bobs, issue, theirs, subject="Van Bob")
    answer = save(client, issue, mine, publication_date="gauw", preheader="Van Els")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Van Bob" in html and "Van Els" in html and "gauw" in html
    assert Issue.objects.get().version == 2


@pytest.mark.parametrize("version", ["", "1e9", "-1", "9" * 40, "\x00"])
@pytest.mark.parametrize("told", ["", "{", "[]"])
def test_a_form_that_lies_about_its_version_saves_over_nothing(
    client, els, issue, version, told
):
    form = opened(issue) | {"seen_version": version, "seen": told}
    answer = save(client, issue, form, subject="Van Els")
    assert answer.status_code == 409
    assert Issue.objects.get().subject == "Stilte op zondag"


def test_who_may_only_look_is_not_asked_anything(client, issue):
    log_in(client, "Beheer", "cas")
    assert save(client, issue, opened(issue), seen_version="0").status_code in (
        302,
        403,
    )
    assert Issue.objects.get().version == 1
