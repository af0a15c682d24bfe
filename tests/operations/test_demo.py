import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from PIL import Image

from newsletter.articles.models import Article
from newsletter.delivery import sweeping
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import DispatchState
from newsletter.delivery.progress import progress
from newsletter.delivery.submission import submit_batch
from newsletter.issues.blocks import blocks_of
from newsletter.issues.models import Issue
from newsletter.management import demo
from newsletter.outbox.models import OutgoingMail
from subscribers.models import (
    MailingList,
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
)
from tests.factories import UserFactory

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def small_content(tmp_path_factory):
    """The demo with pictures that are processed in no time."""
    folder = tmp_path_factory.mktemp("demo") / "content"
    shutil.copytree(demo.CONTENT, folder)
    for path in (folder / "pictures").iterdir():
        with Image.open(path) as picture:
            picture.resize((60, 40)).save(path)
    return folder


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path, small_content, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(demo, "CONTENT", small_content)


@pytest.fixture
def els():
    return UserFactory.create(is_superuser=True)


@pytest.fixture
def loaded(els, now):
    return demo.load(by=els, now=now)


def test_it_is_wanted_in_an_empty_installation_only(els, now):
    assert demo.is_wanted()
    demo.load(by=els, now=now)
    assert not demo.is_wanted()


def test_it_is_not_wanted_where_mail_leaves(settings):
    settings.EMAIL_PROVIDER = "mailgun"
    assert not demo.is_wanted()


def test_it_never_mails_its_invented_readers_for_real(settings, els, now):
    settings.EMAIL_PROVIDER = "smtp"
    with pytest.raises(demo.CannotLoadDemo, match="EMAIL_PROVIDER=local"):
        demo.load(by=els, now=now)
    assert not MailingList.objects.exists()


def test_it_stays_away_from_what_people_made(mailing_list, els, now):
    with pytest.raises(demo.CannotLoadDemo, match="empty DATA_DIR"):
        demo.load(by=els, now=now)


def test_a_demo_that_fails_half_way_leaves_nothing(els, now, monkeypatch):
    monkeypatch.setattr(demo, "send_now", lambda issue, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        demo.load(by=els, now=now)
    assert demo.is_wanted()
    assert not Article.objects.exists()


def test_every_picture_of_the_demo_is_small_enough_to_mail():
    pictures = list((ROOT / "newsletter/demo_content/pictures").iterdir())
    assert pictures
    assert all(path.stat().st_size < 250_000 for path in pictures)


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


# --- The command ---


def test_the_command_says_that_the_issue_leaves(capsys, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    call_command("demo")
    said = capsys.readouterr().out
    assert "Editie 1" in said
    assert str(tmp_path / "login.txt") in said
    assert Issue.objects.count() == 2


def test_the_command_twice_says_why_not(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    call_command("demo", verbosity=0)
    with pytest.raises(CommandError, match="empty DATA_DIR"):
        call_command("demo")


def test_the_command_asks_for_a_colleague_first(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    UserFactory.create()
    with pytest.raises(CommandError, match="createsuperuser"):
        call_command("demo")
