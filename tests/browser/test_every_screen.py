"""Every screen of the desk and of the readers, by day, by night and on a phone.

Each is loaded once and looked at twice: by day on a desk, by night on a phone. A model
that gets a place in the admin is looked at from then on.
"""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from PIL import Image

from newsletter.articles.models import Article
from newsletter.audit.recording import record_act
from newsletter.events.calls import keep_call
from newsletter.management import demo
from newsletter.mistakes.correcting import Wording, put_right
from newsletter.mistakes.inbound import receive
from newsletter.mistakes.models import MistakeReport
from newsletter.rendering.models import LinkDay
from newsletter.rendering.reply_to import mistake_address, reply_address
from newsletter.reports.alerting import watch
from newsletter.reports.counting_issues import count_issue
from newsletter.reports.issue_models import IssueCount
from subscribers.models import PrivacyRequest, Subscription
from tests.browser.axe import DESK, OF_COLOUR_AND_SIZE, PHONE, violations
from tests.factories import ArticleFactory, IssueFactory
from tests.newsletter.reports.left import an_issue_that_left

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.django_db(transaction=True),
]
PAYLOADS = Path(__file__).parents[1] / "payloads" / "inbound"


@pytest.fixture
def house(els, now, settings, tmp_path, monkeypatch):
    """The demo, with small pictures, and a letter of each kind."""
    settings.MEDIA_ROOT = tmp_path / "media"
    content = tmp_path / "content"
    shutil.copytree(demo.CONTENT, content)
    for path in (content / "pictures").iterdir():
        with Image.open(path) as picture:
            picture.resize((60, 40)).save(path)
    monkeypatch.setattr(demo, "CONTENT", content)
    loaded = demo.load(by=els, now=now)
    issue = loaded.dispatch.issue
    for name in ("gmail-reply.eml", "mistake-note.eml"):
        raw = (PAYLOADS / name).read_bytes()
        raw = raw.replace(b"@REPLY@", reply_address(issue).encode())
        article = issue.newsletter_cardblock_set.first().article_id
        receive(
            raw.replace(b"@MISTAKE@", mistake_address(issue, article).encode()), now=now
        )
    keep_call("postmark", {"Svix-Id": "1"}, b'{"RecordType": "Nieuw"}', now=now)
    put_right(
        MistakeReport.objects.first().article,
        issue,
        Wording("Een uur."),
        by=els,
        now=now,
    )
    return loaded


def pages_of(model: type[Model], model_admin, request):
    """Where a model is listed, and where one of it is changed or else added."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    yield reverse(f"{name}_changelist")
    row = model._default_manager.first()
    if row is not None:
        yield reverse(f"{name}_change", args=[row.pk])
    elif model_admin.has_add_permission(request):
        yield reverse(f"{name}_add")


def pages_of_the_desk(request):
    for model, model_admin in admin.site._registry.items():
        yield from pages_of(model, model_admin, request)
    for name in (
        "index",
        "password_change",
        "deputies",
        "growth",
        "list_health",
        "weekly_summary",
        "subscribers_export",
        "subscribers_signupsource_form",
        "subscribers_consent_add",
        "subscribers_doubles",
        "subscribers_stay_begin",
    ):
        yield reverse(f"admin:{name}")


def pages_of_the_demo(house):
    draft, dispatch = house.draft.pk, house.dispatch.pk
    for name in ("publish", "schedule", "send_now", "change", "history", "delete"):
        yield reverse(f"admin:newsletter_issue_{name}", args=[draft])
    for tail in ("lezers/waiting", "link", "tekst", "wie-heeft-welke"):
        yield f"/admin/newsletter/dispatch/{dispatch}/{tail}/"
    yield f"/admin/newsletter/dispatch/{dispatch}/er-is-iets-mis/"
    yield from pages_of_numbers(house)
    yield reverse("admin:newsletter_article_take_in")
    told = house.dispatch.rendition.links.exclude(article=None).first()
    yield reverse("admin:newsletter_article_takedown", args=[told.article_id])
    yield reverse("admin:newsletter_article_takedown", args=[taken_down(house).pk])
    reader = Subscription.objects.filter(state="confirmed").first().subscriber_id
    yield reverse("admin:subscribers_merge", args=[reader])
    asked = PrivacyRequest.objects.create(
        kind="access",
        way="mail",
        received_on=date(2026, 11, 1),
        answer_by=date(2026, 12, 1),
        address="noor@example.nl",
        taken_in_at=house.dispatch.created_at,
        taken_in_by="els",
    )
    yield reverse("admin:subscribers_privacyrequest_change", args=[asked.pk])
    for act in ("identiteit", "beantwoorden", "sluiten"):
        yield reverse("admin:subscribers_privacyrequest_act", args=[asked.pk, act])


def taken_down(house):
    """An article that was taken offline, was shown again, and is offline once more."""
    article = ArticleFactory(title="Slaap als een roos", state="withdrawn")
    at = house.dispatch.created_at
    article.takedowns.create(reason="Op verzoek.", evidence=b"", made_at=at)
    record_act("put back", article, by=None, now=at, reason="Het klopte toch.")
    return article


def pages_of_numbers(house):
    """An issue that left, with something in each of its tables and plots."""
    mailing_list, at = house.draft.mailing_list, house.dispatch.created_at
    readers = [{"event": "delivered", "event_at": at}, {"exception": "rejected"}] * 9
    for weeks in (2, 1):
        dispatch = an_issue_that_left(
            mailing_list,
            at=at - timedelta(weeks=weeks),
            readers=readers,
            links=[{"article": Article.objects.first()}],
            issue=IssueFactory(
                mailing_list=mailing_list, number=100 - weeks, publication_date=None
            ),
        )
        LinkDay.objects.create(
            link=dispatch.rendition.links.get(), day=at.date(), presses=3
        )
        count_issue(dispatch, now=at)
    IssueCount.objects.update(warning="Te veel kwam terug.")
    watch(at)
    yield reverse("admin:newsletter_dispatch_figures", args=[dispatch.pk])


PAGES_OF_READERS = (
    "/",
    "/aanmelden/",
    "/voorkeuren/",
    "/edities/",
    "/edities/1/",
    "/rechtzettingen/",
    "/zoeken/?q=ochtend",
    "/api/v1/docs/",
    "/privacy/",
    "/postvak/",
    "/nergens/",
    "/admin/nergens/",
    "/afmelden/unknown-unknown-unkno/",
)
PAGES_OF_STRANGERS = ("/admin/login/", "/admin/wachtwoord/")


def faults(page, address, answering):
    """What is wrong with a page, on a desk by day and on a phone by night."""
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(address)
    # Scripts name what Django and select2 leave nameless.
    answering.wait_until_done()
    yield from ((address, "by day", *fault) for fault in violations(page))
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > PHONE["width"]:
        yield address, f"{wide} pixels wide"
    for fault in violations(page, OF_COLOUR_AND_SIZE):
        yield address, "by night", *fault


def test_every_screen_can_be_used_by_everyone(
    desk, house, rf, els, everything_is_answered
):
    request = rf.get("/")
    request.user = els
    addresses = [
        *pages_of_the_demo(house),
        *pages_of_the_desk(request),
        *PAGES_OF_READERS,
    ]
    found = []
    for address in addresses:
        found += faults(desk, address, everything_is_answered)
    desk.context.clear_cookies()
    for address in PAGES_OF_STRANGERS:
        found += faults(desk, address, everything_is_answered)
    assert not found, "\n".join(str(fault) for fault in found)
