from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from newsletter.articles.models import Article
from newsletter.issues.models import Issue
from newsletter.management import demo
from subscribers.models import (
    MailingList,
)
from tests.factories import UserFactory
from tests.operations.small_demo import small_content  # noqa: F401 (fixture)

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path, small_content, monkeypatch):  # noqa: F811
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(demo, "CONTENT", small_content)


@pytest.fixture
def els():
    return UserFactory.create(is_superuser=True)


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
