from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User

from newsletter.delivery.progress import Progress
from newsletter.management.first_login import Login, make_first_login
from newsletter.management.telling import Story, arrival, tell
from tests.factories import IssueFactory, UserFactory

STARTED = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)


def account(accepted: int, audience: int, seconds: float | None) -> Progress:
    finished = STARTED + timedelta(seconds=seconds) if seconds is not None else None
    return Progress(
        audience=audience,
        accepted=accepted,
        skipped=0,
        rejected=0,
        unknown=0,
        cancelled=0,
        waiting=audience - accepted,
        started_at=STARTED,
        finished_at=finished,
        expected_finish=None,
    )


@pytest.fixture
def issue():
    return IssueFactory.build(mailing_list=None, number=1, subject="Stilte op zondag")


def test_the_arrival_is_one_sentence_with_the_readers_and_the_time(issue):
    assert arrival(issue, account(24, 24, 0.84)) == (
        "Editie 1 “Stilte op zondag” is aangekomen bij 24 van 24 abonnees in 0,8 s"
    )


def test_big_numbers_are_written_the_dutch_way(issue):
    assert "12.345 van 12.346" in arrival(issue, account(12_345, 12_346, 61.0))


def test_what_is_not_there_yet_is_not_claimed(issue):
    words = arrival(issue, account(12, 24, None))
    assert "onderweg" in words
    assert "12 van 24" in words


def test_the_first_start_shows_the_password_and_where_it_is_kept():
    login = Login("redactie", "een-geheim", Path("/srv/data/login.txt"))
    told = tell(Story(site_url="http://localhost:8000", login=login))
    assert "een-geheim" in told
    assert "/srv/data/login.txt" in told


def test_a_later_start_only_says_where_the_password_is():
    kept = Path("/srv/data/login.txt")
    told = tell(Story(site_url="http://localhost:8000", kept_login=kept))
    assert "/srv/data/login.txt" in told
    assert "Wachtwoord" not in told


def test_the_addresses_are_those_of_the_site():
    told = tell(Story(site_url="http://localhost:8000"))
    for address in ("/", "/admin/", "/postvak/"):
        assert f"http://localhost:8000{address}" in told


def test_mail_that_leaves_has_no_local_mailbox_to_read():
    story = Story(site_url="http://localhost:8000", has_local_mailbox=False)
    assert "/postvak/" not in tell(story)


@pytest.mark.django_db
def test_the_draft_that_waits_is_named_with_its_day(mailing_list):
    draft = IssueFactory.create(
        mailing_list=mailing_list, number=2, publication_date=date(2026, 12, 6)
    )
    told = tell(Story(site_url="http://localhost:8000", draft=draft))
    assert "editie 2" in told
    assert "zondag 6 december" in told
    assert f"/admin/newsletter/issue/{draft.pk}/change/" in told


# --- The first login ---


@pytest.mark.django_db
def test_the_first_login_opens_the_admin_and_is_kept_for_its_owner_only(tmp_path):
    login = make_first_login(tmp_path)
    assert login is not None
    user = authenticate(username=login.username, password=login.password)
    assert isinstance(user, User)
    assert user.is_superuser
    assert login.kept_in.read_text().split() == [login.username, login.password]
    assert login.kept_in.stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_no_login_is_made_where_colleagues_are(tmp_path):
    UserFactory.create()
    assert make_first_login(tmp_path) is None
    assert not (tmp_path / "login.txt").exists()


@pytest.mark.django_db
def test_a_login_that_cannot_be_kept_is_not_made(tmp_path):
    with pytest.raises(OSError):
        make_first_login(tmp_path / "missing")
    assert not User.objects.exists()
