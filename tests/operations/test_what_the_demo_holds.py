"""What somebody finds who has just begun; loaded once, for these tests look on."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import override_settings

from newsletter.articles.models import Article
from newsletter.delivery import sweeping
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import DispatchState
from newsletter.delivery.progress import progress
from newsletter.delivery.submission import submit_batch
from newsletter.issues.blocks import blocks_of
from newsletter.management import demo
from newsletter.mistakes.correcting import places_of
from newsletter.mistakes.models import MistakeReport, ReaderMail
from newsletter.outbox.models import OutgoingMail
from subscribers.models import (
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
)
from tests.factories import UserFactory
from tests.operations.small_demo import small_content  # noqa: F401 (fixture)

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)


@pytest.fixture
def now():
    return FRIDAY


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, small_content, tmp_path_factory):  # noqa: F811
    """What one test changes is taken back before the next begins, as always."""
    pictures = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as environment,
        pictures,
        transaction.atomic(),
    ):
        environment.setattr(demo, "CONTENT", small_content)
        yield demo.load(by=UserFactory.create(is_superuser=True), now=FRIDAY)
        transaction.set_rollback(True)


def test_the_articles_came_through_the_importer_with_their_pictures(loaded):
    articles = Article.objects.all()
    assert len(articles) >= 3
    assert all(article.imported_from for article in articles)
    assert all(article.picture for article in articles)
    assert all(article.body for article in articles)


def test_there_are_readers_in_every_state(loaded):
    states = set(Subscription.objects.values_list("state", flat=True))
    assert states == set(SubscriptionState.values)
    assert Subscription.objects.filter(paused_until__isnull=False).exists()
    assert Subscriber.objects.filter(erased_at__isnull=False).exists()
    assert set(Suppression.objects.values_list("reason", flat=True)) == {
        "hard_bounce",
        "complaint",
        "erasure",
        "staff",
    }


def test_who_signed_up_has_a_mail_to_confirm(loaded):
    pending = Subscription.objects.filter(state=SubscriptionState.PENDING)
    assert OutgoingMail.objects.count() == pending.count() > 0


def test_the_first_issue_is_approved_and_due_at_once(loaded, now):
    dispatch = loaded.dispatch
    assert dispatch.due_at == now
    assert dispatch.pace_minutes == 0
    assert dispatch.rendition.approval
    assert dispatch.issue.number == 1
    assert dispatch.issue.publication_date <= now.date()


def test_the_next_issue_is_a_draft_for_a_sunday_to_come(loaded, now):
    assert loaded.draft.number == 2
    assert now.date() < loaded.draft.publication_date <= now.date() + timedelta(days=7)
    assert blocks_of(loaded.draft)
    assert not loaded.draft.dispatches.exists()


def test_the_issue_reaches_all_who_may_get_it(loaded, now):
    work = sweeping.sweep(now)
    for batch in work.to_submit:
        submit_batch(batch, clock=lambda: now)
    sweeping.sweep(now)
    loaded.dispatch.refresh_from_db()
    assert loaded.dispatch.state == DispatchState.SENT
    account = progress(loaded.dispatch)
    readers = Subscription.objects.mailable(now.date()).count()
    assert account.accepted == account.audience == readers >= 20
    assert broken_invariants(now=now) == []


def test_readers_wrote_back_and_each_mail_lies_in_its_tray(loaded):
    assert sorted(ReaderMail.objects.values_list("kind", flat=True)) == [
        "automatic",
        "mistake",
        "other",
        "question",
    ]
    report = MistakeReport.objects.get()
    assert report.article.imported_from == "brood-bakken.txt"
    assert places_of(report.article, "230 graden")
