import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import CheckMessage
from django.core.checks.registry import registry

from newsletter import checks


def messages() -> list[CheckMessage]:
    ours = [c for c in registry.get_checks() if c.__module__ == checks.__name__]
    return [
        message for check in ours for message in check(app_configs=None, databases=None)
    ]


def ids() -> list[str]:
    return sorted({str(message.id) for message in messages()})


def hint(message_id: str) -> str:
    return next(str(m.hint) for m in messages() if m.id == message_id)


@pytest.fixture
def on_sqlite(settings, monkeypatch):
    def use(**changes):
        options = settings.SQLITE_OPTIONS | changes
        database = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": options}
        monkeypatch.setitem(settings.DATABASES, "default", database)

    return use


@pytest.fixture(autouse=True)
def options_of_the_product(settings, monkeypatch):
    """Look at what the product runs with; the tests' own database is careless."""
    default = settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        monkeypatch.setitem(default, "OPTIONS", settings.SQLITE_OPTIONS)


@pytest.fixture
def in_production(settings):
    settings.IS_TRIAL = False
    settings.SITE_URL = "https://nieuws.example.nl"
    settings.EMAIL_PROVIDER = "mailgun"
    settings.ANYMAIL = settings.ANYMAIL | {"WEBHOOK_SECRET": "a:secret"}
    return settings


def test_the_settings_as_they_come_are_in_order():
    assert ids() == []


def test_production_settings_that_are_complete_are_in_order(in_production):
    assert ids() == []


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("PROVIDER_CONNECT_SECONDS", 45.0),
        ("PROVIDER_READ_SECONDS", 120.0),
        ("TASK_SECONDS", 301.0),
        ("LEASE_SECONDS", 900.0),
        ("VISIBILITY_SECONDS", 10.0),
        ("QUARANTINE_SECONDS", 299.0),
    ],
)
def test_a_time_out_of_order_is_an_error(settings, name, seconds):
    setattr(settings, name, seconds)
    assert ids() == ["newsletter.E001"]


@pytest.mark.parametrize(
    "change",
    [
        {"transaction_mode": "DEFERRED"},
        {"timeout": 5},
        {"init_command": "PRAGMA journal_mode=WAL;"},
    ],
)
def test_other_sqlite_options_are_an_error(on_sqlite, change):
    on_sqlite(**change)
    assert ids() == ["newsletter.E002"]


def test_sqlite_on_a_network_disk_is_an_error(on_sqlite, monkeypatch):
    on_sqlite()
    monkeypatch.setattr(checks, "file_system_of", lambda folder: "nfs4")
    assert ids() == ["newsletter.E003"]


def test_the_file_system_is_that_of_the_nearest_mount(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\nserver:/x /srv nfs4 rw 0 0\n/dev/b /srv/in xfs rw\n"
    )
    assert checks.file_system_of(Path("/home/els"), mounts) == "ext4"
    assert checks.file_system_of(Path("/srv/data"), mounts) == "nfs4"
    assert checks.file_system_of(Path("/srv/in/data"), mounts) == "xfs"
    assert checks.file_system_of(Path("/"), tmp_path / "none") == ""


def test_a_data_folder_that_is_a_file_is_an_error(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.DATA_DIR = tmp_path / "file" / "data"
    assert ids() == ["newsletter.E004"]
    assert str(tmp_path / "file") in hint("newsletter.E004")


def test_a_public_site_without_https_is_an_error(in_production):
    in_production.SITE_URL = "http://nieuws.example.nl"
    assert ids() == ["newsletter.E005"]


def test_a_misspelled_provider_is_an_error(in_production):
    in_production.EMAIL_PROVIDER = "malgun"
    assert ids() == ["newsletter.E006"]
    assert "mailgun" in hint("newsletter.E006")


@pytest.mark.parametrize("secret", ["", None])
def test_a_provider_without_a_webhook_secret_is_an_error(in_production, secret):
    in_production.ANYMAIL = in_production.ANYMAIL | {"WEBHOOK_SECRET": secret}
    assert ids() == ["newsletter.E007"]


def test_a_mail_server_needs_no_webhook_secret(in_production):
    in_production.EMAIL_PROVIDER = "smtp"
    in_production.ANYMAIL = {}
    assert ids() == []


def test_amazon_without_topics_is_a_warning(in_production):
    in_production.EMAIL_PROVIDER = "amazon_ses"
    assert ids() == ["newsletter.W003"]
    in_production.SNS_TOPICS = ["arn:aws:sns:eu-west-1:123456789012:zondag"]
    assert ids() == []


def test_the_local_mailbox_on_a_public_site_is_a_warning(in_production):
    in_production.EMAIL_PROVIDER = "local"
    assert ids() == ["newsletter.W001"]


def test_another_mjml_package_is_an_error(monkeypatch):
    monkeypatch.setattr(checks, "distribution", lambda name: name)
    assert ids() == ["newsletter.E008"]


def test_a_witness_in_the_same_database_is_an_error(settings):
    settings.WITNESS_DATABASE = settings.DATABASES["default"]
    assert ids() == ["newsletter.E009"]


@pytest.mark.services
def test_a_worker_with_times_out_of_order_does_not_start(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-m", "celery", "--app=newsletter.celery", "worker"],
        env={
            **os.environ,
            "DATA_DIR": str(tmp_path),
            "REDIS_URL": f"filesystem://{tmp_path}/queue",
            "C_FORCE_ROOT": "1",
            "LEASE_SECONDS": "10",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 78
    assert "TASK_SECONDS is not shorter than LEASE_SECONDS" in ended.stderr


def test_a_machine_inside_that_editors_may_ask_is_told_in_production(in_production):
    in_production.FETCH_PRIVATE_HOSTS = ["intranet.example.nl:80", "[::1]:8080"]
    assert ids() == ["newsletter.W002"]


@pytest.mark.parametrize("host", ["intranet", "http://intranet:80", "a@b:80", "x:"])
def test_a_machine_inside_without_its_port_is_an_error(settings, host):
    settings.FETCH_PRIVATE_HOSTS = [host]
    assert ids() == ["newsletter.E010"]
