"""Each thing that is looked at: a small issue in which that is wrong is told of it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from newsletter.articles.models import Picture
from newsletter.issues.block import Block
from newsletter.issues.blocks import (
    AdvertorialBlock,
    ButtonBlock,
    CardBlock,
    HelpLineBlock,
    OpeningBlock,
    QuoteBlock,
    TextBlock,
)
from newsletter.issues.subject_tests import SubjectTest, SubjectVariant
from newsletter.publishing import mail_checks
from newsletter.publishing.approval import approve
from newsletter.publishing.checklist import CHECKS, in_order_of
from newsletter.publishing.finding_models import DomainCheck, LinkCheck, LinkState
from newsletter.publishing.readiness import preflight
from newsletter.publishing.scheduling import schedule
from newsletter.publishing.trying_links import key_of
from subscribers.models import MailingList, Subscription
from tests.factories import IssueFactory, SubscriptionFactory, UserFactory
from tests.newsletter.publishing.issues import (
    a_kept_picture,
    add_card,
    change,
    issue_in_order,
)

NOW = datetime(2026, 11, 27, 18, tzinfo=UTC)
GONE = "https://www.example.nl/weg"
# These look only at an installation that mails for real.
FOR_REAL = {"sender", "sender domain"}


def with_block(kind: type[Block], **fields):
    return lambda issue, _patch: kind.objects.create(
        parent=issue, **{"ordering": 50, **fields}
    )


def with_link(address, words="Doe mee"):
    return with_block(ButtonBlock, label=words, url=address)


def with_lines(**fields):
    return lambda issue, _patch: change(issue, **fields)


def with_list(**fields):
    def breaks(issue, _patch):
        MailingList.objects.filter(pk=issue.mailing_list_id).update(**fields)
        issue.mailing_list.refresh_from_db()

    return breaks


def with_picture(**fields):
    def breaks(issue, _patch):
        picture = a_kept_picture("Een stoel")
        Picture.objects.filter(pk=picture.pk).update(**fields)
        add_card(issue, picture=Picture.objects.get(pk=picture.pk))

    return breaks


def with_mail(change_html, change_text=lambda text: text):
    """What is made of the issue is wrong: a template was changed carelessly."""

    def breaks(issue, patch):
        whole = mail_checks.RenderedEmail.preview

        def careless(self, personal):
            html, text = whole(self, personal)
            return change_html(html), change_text(text)

        patch.setattr(mail_checks.RenderedEmail, "preview", careless)

    return breaks


def with_advertorial_unlabelled(issue, patch):
    with_block(AdvertorialBlock, advertiser="De Linde", title="T", body="<p>Thee</p>")(
        issue, patch
    )
    with_mail(lambda html: html.replace("Advertentie", "Van ons"))(issue, patch)


def with_other_subject(issue, _patch):
    test = SubjectTest.objects.create(issue=issue)
    SubjectVariant.objects.create(test=test, position=1, subject="Re: stilte op zondag")


def with_the_lines_of_last_time(issue, _patch):
    IssueFactory.create(
        mailing_list=issue.mailing_list,
        number=issue.number - 1,
        publication_date=date(2026, 11, 22),
        subject=issue.subject,
        preheader=issue.preheader,
    )


def with_a_story_of_a_coming_issue(issue, _patch):
    coming = IssueFactory.create(
        mailing_list=issue.mailing_list, publication_date=date(2026, 12, 6)
    )
    add_card(coming, issue.newsletter_cardblock_set.get().article)


def with_the_same_story_twice(issue, _patch):
    add_card(issue, issue.newsletter_cardblock_set.get().article)


def with_a_dead_link(issue, patch):
    with_link(GONE)(issue, patch)
    LinkCheck.objects.create(
        key=key_of(GONE),
        address=GONE,
        state=LinkState.GONE,
        reason="404",
        asked_at=NOW,
        tried_at=NOW,
    )


def without_a_mail(issue, patch):
    def refuse(*_given):
        raise mail_checks.CannotRender("Een sjabloon is stuk.")

    patch.setattr(mail_checks, "render", refuse)


def with_an_article_changed_since(issue, _patch):
    approve(issue, by=UserFactory.create(), now=NOW)
    article = issue.newsletter_cardblock_set.get().article
    article.lead = "Heel andere woorden dan bij het akkoord."
    article.save()


def with_nameless_readers(issue, _patch):
    SubscriptionFactory.create_batch(3, mailing_list=issue.mailing_list)


def with_far_fewer_readers(issue, _patch):
    then = NOW - timedelta(weeks=1)
    last = issue_in_order(
        issue.mailing_list,
        number=issue.number - 1,
        publication_date=date(2026, 11, 22),
        subject="Het onderwerp van toen",
        preheader="Wat er toen was",
    )
    approve(last, by=UserFactory.create(), now=then)
    dispatch = schedule(last, by=UserFactory.create(), now=then)
    type(dispatch).objects.filter(pk=dispatch.pk).update(
        started_at=then, audience_count=500
    )


def with_a_domain_that_lacks_spf(issue, _patch):
    DomainCheck.objects.create(
        domain=issue.mailing_list.sender_address.rpartition("@")[2],
        has_spf=False,
        has_dkim=True,
        has_dmarc=True,
        asked_at=NOW,
        tried_at=NOW,
    )


BROKEN = {
    "subject": with_lines(subject=" "),
    "subject length": with_lines(subject="Stilte op zondag " * 6),
    "subject honest": with_lines(subject="Fwd: stilte op zondag"),
    "subject calm": with_lines(subject="Stilte op zondag!!!"),
    "subject emoji": with_lines(subject="Stilte 🌿 op zondag 🍵"),
    "tried subjects": with_other_subject,
    "preheader": with_lines(preheader=""),
    "preheader adds": with_lines(subject="Stil zijn", preheader="Stil zijn."),
    "preheader length": with_lines(preheader="Over ochtenden en meer. " * 6),
    "filled in": with_block(TextBlock, body="<p>De TK slaapt.</p>"),
    "dates": with_block(TextBlock, body="<p>Kom op zaterdag 29 november.</p>"),
    "subject new": with_the_lines_of_last_time,
    "preheader new": with_the_lines_of_last_time,
    "articles new": with_a_story_of_a_coming_issue,
    "blocks": lambda issue, _patch: [
        kind.objects.filter(parent=issue).delete() for kind in (OpeningBlock, CardBlock)
    ],
    "titles": with_block(CardBlock, url="https://www.example.nl/"),
    "reads on": with_block(CardBlock, title="Een verhaal"),
    "article once": with_the_same_story_twice,
    "advertorials": with_block(
        AdvertorialBlock, advertiser="", title="T", body="<p>Thee</p>"
    ),
    "blocks filled in": with_block(QuoteBlock),
    "alt texts": with_picture(alt="IMG_2041.jpg"),
    "picture files": with_picture(image="pictures/weg.jpg"),
    "picture rights": with_picture(licence=""),
    "link addresses": with_link("mailto:"),
    "link private": with_link("https://192.168.1.4/"),
    "link secure": with_link("http://www.example.nl/"),
    "link shortened": with_link("https://bit.ly/3xYz"),
    "link tracking": with_link("https://www.example.nl/?fbclid=1"),
    "link words": with_link("https://www.example.nl/", "Klik hier"),
    "link once": lambda issue, patch: [
        with_link(f"https://www.example.nl/{place}")(issue, patch) for place in "ab"
    ],
    "links answer": with_a_dead_link,
    "help lines": with_block(TextBlock, body="<p>Leven na anorexia.</p>"),
    "lock screen": with_lines(subject="Alles over seks na je vijftigste"),
    "claims": with_block(TextBlock, body="<p>Kurkuma geneest migraine.</p>"),
    "renders": without_a_mail,
    "blocks shown": with_block(HelpLineBlock, help_line="999"),
    "size": with_block(TextBlock, body=f"<p>{'Stilte. ' * 12_000}</p>"),
    "unsubscribe": with_mail(lambda html: html.replace("/afmelden/", "/weg/")),
    "advertorial label": with_advertorial_unlabelled,
    "plain text": with_mail(lambda html: html, lambda text: ""),
    "accessible": with_mail(lambda html: html.replace('lang="nl"', "")),
    "harmless": with_mail(lambda html: html.replace("</body>", "<form></form></body>")),
    "css": with_mail(
        lambda html: html.replace("</body>", '<p style="display:grid"></p></body>')
    ),
    "contrast": with_list(accent_colour="#E0A0A0"),
    "contrast dark": with_mail(
        lambda html: html.replace(
            "</head>",
            "<style>@media (prefers-color-scheme: dark) { body { background-color: "
            "#222222 } .ink { color: #333333 } }</style></head>",
        )
    ),
    "behind": with_an_article_changed_since,
    "names": with_nameless_readers,
    "day": with_lines(publication_date=date(2026, 11, 20)),
    "postal address": with_list(postal_address=""),
    "sender": with_list(sender_address="els@gmail.com"),
    "provider": with_lines(),
    "readers": lambda issue, _patch: Subscription.objects.all().delete(),
    "audience": with_far_fewer_readers,
    "sender domain": with_a_domain_that_lacks_spf,
}


@pytest.fixture
def installation(settings):
    """Mail leaves for real where the check asks for it."""

    def for_check(code):
        if code in FOR_REAL:
            settings.EMAIL_PROVIDER = "mailgun"
        if code == "provider":
            settings.SITE_URL = "https://nieuws.example.nl"

    return for_check


def test_every_check_calls_an_issue_in_order_where_nothing_is_wrong(issue):
    in_order = in_order_of(preflight(issue, now=NOW))

    assert [check.code for check in CHECKS if str(check.fine) not in in_order] == []


@pytest.mark.parametrize("code", [check.code for check in CHECKS])
def test_what_is_wrong_is_told_and_is_not_called_in_order(
    issue, monkeypatch, installation, code
):
    check = next(check for check in CHECKS if check.code == code)
    installation(code)
    BROKEN[code](issue, monkeypatch)

    findings = preflight(issue, now=NOW)

    assert code in [finding.code for finding in findings]
    assert str(check.fine) not in in_order_of(findings)
    assert all(finding.message and finding.about.pk for finding in findings)
