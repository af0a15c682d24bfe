"""The look over an issue: what stops it, what to look at, and where to put it right."""

import dataclasses
from datetime import date

import pytest

from newsletter.articles.models import ArticleState, Picture
from newsletter.articles.pictures import safe_picture
from newsletter.issues.blocks import (
    CardBlock,
    HelpLineBlock,
    HeroBlock,
    ImageBlock,
    OpeningBlock,
    TextBlock,
)
from newsletter.publishing import mail_checks
from newsletter.publishing.readiness import Severity, preflight
from newsletter.rendering import email
from newsletter.rendering.personal import replace_marks
from tests.factories import ArticleFactory, IssueFactory
from tests.newsletter.articles.images import a_jpeg
from tests.newsletter.publishing.issues import add_card


def told(issue, now, severity=None):
    return [
        finding.message
        for finding in preflight(issue, now=now)
        if severity in (None, finding.severity)
    ]


def only(issue, now):
    [finding] = preflight(issue, now=now)
    return finding


def test_an_issue_in_order_has_no_findings(issue, now):
    assert preflight(issue, now=now) == []


@pytest.mark.parametrize(
    ("subject", "severity", "words"),
    [
        ("  ", Severity.STOP, "Het onderwerp is leeg"),
        ("TK titel over slapen", Severity.STOP, "“TK”"),
        ("Onderwerp xxx voor zondag", Severity.STOP, "“xxx”"),
        ("Lorem ipsum dolor", Severity.STOP, "“Lorem ipsum”"),
        ("Re: jouw zondag", Severity.STOP, "antwoord"),
        ("Fwd: jouw zondag", Severity.STOP, "antwoord"),
        ("Zon", Severity.HINT, "erg kort"),
        ("Stilte op zondag " * 5, Severity.STOP, "84 tekens"),
    ],
)
def test_a_subject_that_readers_should_not_get_is_named(
    issue, now, subject, severity, words
):
    issue.subject = subject

    finding = only(issue, now)

    assert finding.severity == severity
    assert words in finding.message
    assert (finding.about, finding.field) == (issue, "id_subject")


@pytest.mark.parametrize("subject", ["Reizen begint thuis", "Maxxxi en de zee"])
def test_a_subject_that_only_resembles_something_bad_is_fine(issue, now, subject):
    issue.subject = subject

    assert preflight(issue, now=now) == []


def test_the_subject_of_last_time_is_a_warning(issue, mailing_list, now):
    IssueFactory(
        mailing_list=mailing_list,
        number=issue.number - 1,
        subject=issue.subject.upper(),
        preheader="Wat er vorige week was",
        publication_date=date(2026, 11, 22),
    )

    assert only(issue, now).severity == Severity.WARN


@pytest.mark.parametrize("preheader", ["", "Stilte op zondag!"])
def test_a_preheader_that_adds_nothing_is_a_warning(issue, now, preheader):
    issue.preheader = preheader

    finding = only(issue, now)

    assert (finding.severity, finding.field) == (Severity.WARN, "id_preheader")


def test_an_issue_without_blocks_does_not_leave(issue, now):
    CardBlock.objects.all().delete()
    OpeningBlock.objects.all().delete()

    assert "geen blokken" in told(issue, now, Severity.STOP)[0]


def test_a_story_without_title_or_link_does_not_leave(issue, now):
    HeroBlock.objects.create(parent=issue, ordering=30)

    stops = told(issue, now, Severity.STOP)

    assert len(stops) == 2
    assert all(stop.startswith("Blok 3 (hoofdverhaal)") for stop in stops)


def test_a_draft_article_leads_nowhere_unless_it_has_an_address_of_its_own(issue, now):
    article = ArticleFactory.create(state=ArticleState.DRAFT)
    block = add_card(issue, article)

    finding = only(issue, now)
    assert finding.severity == Severity.STOP
    assert "niet openbaar" in finding.message
    # The second story on the page of the issue.
    assert finding.field == "id_newsletter_cardblock_set-1-article"

    block.url = "https://example.nl/stuk"
    block.save()
    # Whether that opens is tried apart from the page.
    assert "geprobeerd" in only(issue, now).message


def test_a_piece_that_was_taken_offline_does_not_leave_whatever_its_link(issue, now):
    site = "https://example.nl/stuk"
    article = ArticleFactory.create(state=ArticleState.WITHDRAWN, source_url=site)
    add_card(issue, article, url=site)

    assert "offline gehaald" in told(issue, now, Severity.STOP)[0]


def test_a_picture_without_alternative_text_stops_where_it_leads_somewhere(issue, now):
    picture = Picture.objects.create(
        image=safe_picture(a_jpeg((600, 400))), licence="own", portrait_consent="nobody"
    )
    add_card(issue, picture=picture)
    ImageBlock.objects.create(parent=issue, ordering=40, picture=picture)

    stop, warning = preflight(issue, now=now)

    assert (stop.severity, warning.severity) == (Severity.STOP, Severity.WARN)
    assert "alternatieve tekst" in stop.message
    assert "alternatieve tekst" in warning.message
    assert (stop.about, stop.field) == (picture, "id_alt")


def test_the_same_article_twice_is_a_warning_at_the_second_place(issue, now):
    add_card(issue, issue.newsletter_cardblock_set.get().article)

    finding = only(issue, now)

    assert "al in blok 2" in finding.message
    assert finding.message.startswith("Blok 3")


def test_words_to_be_filled_in_stop_and_impossible_dates_are_warnings(issue, now):
    TextBlock.objects.create(
        parent=issue, ordering=40, body="<p>Kom op zondag 5 december. TK plaats.</p>"
    )

    [stop] = told(issue, now, Severity.STOP)
    [warning] = told(issue, now, Severity.WARN)

    assert "“TK”" in stop
    assert "zondag 5 december" in warning


def test_a_piece_about_something_hard_asks_for_a_help_line(issue, now):
    TextBlock.objects.create(
        parent=issue, ordering=40, body="<p>Leven na een suïcidepoging.</p>"
    )
    assert "hulplijn" in only(issue, now).message

    HelpLineBlock.objects.create(parent=issue, ordering=50, help_line="113")
    assert preflight(issue, now=now) == []


@pytest.mark.parametrize(
    ("size", "severity"),
    [(79_999, None), (80_000, Severity.WARN), (90_000, Severity.STOP)],
)
def test_a_mail_that_gmail_would_cut_off_is_named_in_time(
    issue, now, monkeypatch, size, severity
):
    monkeypatch.setattr(
        email.RenderedEmail, "size_in_bytes", property(lambda self: size)
    )

    assert [finding.severity for finding in preflight(issue, now=now)] == (
        [severity] if severity else []
    )


def test_a_mail_without_a_way_out_does_not_leave(issue, now, monkeypatch):
    def without_slots(issue, blocks=None):
        rendered = email.render(issue, blocks)
        bare = replace_marks(rendered.text, lambda slot: "")
        return dataclasses.replace(rendered, text=bare)

    monkeypatch.setattr(mail_checks, "render", without_slots)

    [stop] = told(issue, now, Severity.STOP)
    assert "afmelden" in stop


def test_a_block_that_cannot_be_shown_is_named(issue, now):
    block = HelpLineBlock.objects.create(parent=issue, ordering=50, help_line="999")

    finding = only(issue, now)

    assert finding.severity == Severity.STOP
    assert finding.message.startswith("Blok 3 (hulplijn)")
    assert block.parent == finding.about


def test_a_link_without_its_beginning_is_a_warning(issue, now):
    TextBlock.objects.create(
        parent=issue, ordering=50, body='<p><a href="/welkom">Welkom</a></p>'
    )

    assert "https://" in only(issue, now).message


def test_a_list_without_readers_stops_and_points_at_the_list(issue, mailing_list, now):
    mailing_list.subscriptions.all().delete()

    finding = only(issue, now)

    assert (finding.severity, finding.about) == (Severity.STOP, mailing_list)


def test_a_list_without_a_postal_address_stops(issue, mailing_list, now):
    issue.mailing_list.postal_address = " "

    assert only(issue, now).field == "id_postal_address"


@pytest.mark.parametrize(
    "address", ["zondag@mail.localdomain", "zondag@intern", "rockjouwinbox@gmail.com"]
)
def test_a_sender_that_providers_refuse_stops(issue, now, settings, address):
    settings.EMAIL_PROVIDER = "mailgun"
    issue.mailing_list.sender_address = address

    finding = only(issue, now)

    assert (finding.severity, finding.field) == (Severity.STOP, "id_sender_address")


def test_the_local_mailbox_is_refused_on_a_public_site(issue, now, settings):
    settings.SITE_URL = "https://nieuws.example.nl"

    assert "eigen postvak" in only(issue, now).message


@pytest.mark.parametrize(
    ("day", "severity"),
    [
        (None, Severity.WARN),
        (date(2026, 11, 22), Severity.WARN),
        (date(2026, 12, 1), Severity.HINT),
    ],
)
def test_a_day_that_is_missing_past_or_unusual_is_told(issue, now, day, severity):
    issue.publication_date = day

    finding = only(issue, now)

    assert (finding.severity, finding.field) == (severity, "id_publication_date")


def test_what_stops_an_issue_comes_first(issue, now):
    issue.subject = "Zon"
    issue.preheader = ""
    issue.mailing_list.postal_address = ""

    assert [finding.severity for finding in preflight(issue, now=now)] == [
        Severity.STOP,
        Severity.WARN,
        Severity.HINT,
    ]
