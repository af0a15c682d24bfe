"""“How do you want to begin?”: one press fills an issue, one press empties it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from reversion.models import Version

from newsletter.issues.blocks import CardBlock, HeroBlock, QuoteBlock, blocks_of
from newsletter.issues.models import Issue
from tests.factories import ArticleFactory, IssueFactory, UserFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.admin.test_composer import typed
from tests.newsletter.publishing.issues import issue_in_order


@pytest.fixture
def editor(client, db):
    return log_in(client, "Redactie")


@pytest.fixture
def issue(mailing_list):
    return IssueFactory(mailing_list=mailing_list, number=70041)


def page_of(issue):
    return reverse("admin:newsletter_issue_change", args=[issue.pk])


def press(client, issue, **pressed):
    """Press a button of the panel in the form as it stands."""
    issue.refresh_from_db()
    return client.post(page_of(issue), typed(issue, **pressed))


def seen_after(client, answer):
    """Look at the page that a press leads to; making it takes long, so ask seldom."""
    return client.get(answer.url).content.decode()


def take_out(client, issue):
    return client.post(reverse("admin:newsletter_issue_take_out", args=[issue.pk]))


def kinds(issue):
    return [block.KIND for block in blocks_of(issue)]


def test_an_empty_issue_asks_how_to_begin(client, editor, issue):
    html = client.get(page_of(issue)).content.decode()
    assert "Hoe wil je beginnen?" in html
    assert "Stel een editie voor" in html
    assert "Zoals editie" not in html


def test_with_an_issue_before_it_its_composition_is_offered(
    client, editor, issue, mailing_list
):
    issue_in_order(mailing_list, number=70040, publication_date=date(2026, 11, 22))
    assert "Zoals editie 70040" in client.get(page_of(issue)).content.decode()


def test_one_press_puts_a_composition_in_and_saves_what_was_typed(
    client, editor, issue
):
    answer = press(client, issue, subject="Net getypt", _begin="rustig")
    assert len(kinds(issue)) == 10
    assert Issue.objects.get().subject == "Net getypt"
    assert "10 blokken staan in de editie." in seen_after(client, answer)


def test_the_composition_of_the_issue_before_is_taken_over(
    client, editor, issue, mailing_list
):
    issue_in_order(mailing_list, number=70040, publication_date=date(2026, 11, 22))
    press(client, issue, _begin="vorige")
    assert kinds(issue) == ["opening", "card"]
    assert CardBlock.objects.get(parent=issue).article is None


def test_a_suggestion_comes_with_articles_and_with_the_reasons(client, editor, issue):
    ArticleFactory(title="Brood dat slaapt", published_on=date(2026, 11, 20))
    html = seen_after(client, press(client, issue, _begin="rustig-met-artikelen"))
    assert HeroBlock.objects.get().article.title == "Brood dat slaapt"
    assert "20 november: het nieuwste uit Welzijn" in html
    assert "4 plekken zijn leeg gebleven" in html


def test_the_blocks_are_part_of_the_history(client, editor, issue):
    press(client, issue, _begin="rustig")
    version = Version.objects.get_for_object(issue)[0]
    assert len(version.revision.version_set.all()) == 11


def test_an_issue_with_blocks_gets_nothing_by_the_same_press(client, editor, issue):
    QuoteBlock.objects.create(parent=issue, text="Rust")
    answer = press(client, issue, _begin="rustig")
    assert kinds(issue) == ["quote"]
    assert "staan al blokken" in seen_after(client, answer)


def test_it_gets_them_beside_its_own_when_that_is_asked(client, editor, issue):
    QuoteBlock.objects.create(parent=issue, text="Rust")
    press(client, issue, _begin_beside="rustig")
    assert len(kinds(issue)) == 11


@pytest.mark.parametrize("asked", ["onbekend", "vorige", "rustig-met-slagroom"])
def test_a_way_to_begin_that_is_none_changes_nothing(client, editor, issue, asked):
    answer = press(client, issue, _begin=asked)
    assert kinds(issue) == []
    assert "Kies een van de manieren" in seen_after(client, answer)


def test_a_form_that_cannot_be_saved_begins_nothing(client, editor, issue):
    press(client, issue, subject="x" * 200, _begin="rustig")
    assert kinds(issue) == []


def test_one_press_takes_all_of_it_out_again(client, editor, issue):
    press(client, issue, _begin="rustig")
    answer = take_out(client, issue)
    assert kinds(issue) == []
    assert "Hoe wil je beginnen?" in seen_after(client, answer)


@pytest.mark.parametrize(
    ("composition", "tint"),
    [("rustig", ""), ("feestelijk", "glow"), ("dossier", "mist")],
)
def test_a_composition_has_a_tint_of_its_own(client, editor, issue, composition, tint):
    press(client, issue, _begin=composition)
    assert Issue.objects.get().tint == tint
    take_out(client, issue)
    assert Issue.objects.get().tint == ""


def test_blocks_put_beside_others_leave_the_tint_as_it_is(client, editor, issue):
    QuoteBlock.objects.create(parent=issue, text="Rust")
    press(client, issue, _begin_beside="feestelijk")
    assert Issue.objects.get().tint == ""


def test_after_saving_it_is_too_late_for_that(client, editor, issue):
    press(client, issue, _begin="rustig")
    press(client, issue, subject="Verder")
    assert "Haal ze er weer uit" not in client.get(page_of(issue)).content.decode()
    Issue.objects.filter(pk=issue.pk).update(version=99)
    take_out(client, issue)
    assert kinds(issue) != []


def test_a_second_press_on_taking_out_takes_out_nothing_more(client, editor, issue):
    press(client, issue, _begin="rustig")
    take_out(client, issue)
    press(client, issue, _begin="dossier")
    client.session.flush()
    client.force_login(editor)
    take_out(client, issue)
    assert len(kinds(issue)) == 12


def test_a_stranger_takes_nothing_out(client, issue):
    client.force_login(UserFactory(username="bob"))
    assert client.get(take_out(client, issue).url).status_code == 403


def test_a_composition_is_saved_before_all_of_it_is_written(client, editor, issue):
    """A draft may be unfinished; what leaves may not."""
    press(client, issue, _begin="rustig")
    block = QuoteBlock.objects.get()
    prefix = "newsletter_quoteblock_set"
    form = {
        f"{prefix}-TOTAL_FORMS": 1,
        f"{prefix}-INITIAL_FORMS": 1,
        f"{prefix}-0-id": block.pk,
        f"{prefix}-0-parent": issue.pk,
        f"{prefix}-0-region": "main",
        f"{prefix}-0-ordering": 10,
        f"{prefix}-0-text": "",
        f"{prefix}-0-speaker": "Joost",
    }
    issue.refresh_from_db()
    answer = client.post(page_of(issue), typed(issue) | form)
    assert answer.status_code == 302
    assert QuoteBlock.objects.get().speaker == "Joost"


# --- From the front page ---


def begin_on(client, mailing_list, day, **pressed):
    address = reverse("admin:sunday", args=[mailing_list.slug, day, "beginnen"])
    return client.post(address, pressed, follow=True)


def next_sunday():
    today = timezone.now().date()
    return today + timedelta(days=7 + 6 - today.weekday())


def test_an_empty_sunday_offers_to_begin_with_these(client, editor, mailing_list):
    html = client.get(reverse("admin:index")).content.decode()
    assert "Hoe wil je beginnen?" in html
    assert "Dossier" in html


def test_one_press_on_the_front_page_begins_the_issue_and_fills_it(
    client, editor, mailing_list
):
    answer = begin_on(client, mailing_list, next_sunday(), _begin="dossier")
    issue = Issue.objects.get()
    assert issue.publication_date == next_sunday()
    assert len(kinds(issue)) == 12
    assert "12 blokken staan in de editie." in answer.content.decode()
    assert Version.objects.get_for_object(issue).count() == 1


def test_without_a_choice_it_begins_empty_and_asks(client, editor, mailing_list):
    answer = begin_on(client, mailing_list, next_sunday())
    assert kinds(Issue.objects.get()) == []
    assert "Hoe wil je beginnen?" in answer.content.decode()
