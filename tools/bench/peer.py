"""One peer sends; run by the Python of the peers' own folder."""

import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

SENDER = "zondag@nieuws.example.nl"
INSTALLED = (
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sites",
    "newsletter",
    "post_office",
    "sorl.thumbnail",
)
POST_OFFICE = "post_office.template.backends.post_office"
Parts = dict[str, str]


def main() -> None:
    """``peer.py NAME COUNT PORT MESSAGE``: print messages a second."""
    name, count, port, message = sys.argv[1:]
    folder = Path(message).parent
    parts = {
        part: Path(message).with_suffix(f".{part}").read_text()
        for part in ("subject", "text", "html")
    }
    _set_up(int(port), folder)
    ways: dict[str, Callable[[Parts, int], float]] = {
        "plain Django, one connection": _plain,
        "django-post_office": _post_office,
        "django-newsletter": _newsletter,
    }
    print(int(count) / ways[name](parts, int(count)), flush=True)


def _set_up(port: int, folder: Path) -> None:
    database = folder / f"peer-{time.time_ns()}.sqlite3"
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(database),
            }
        },
        INSTALLED_APPS=INSTALLED,
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [str(folder / "templates")],
                "APP_DIRS": True,
            },
            {
                "BACKEND": f"{POST_OFFICE}.PostOfficeTemplates",
                "APP_DIRS": True,
                "OPTIONS": {},
            },
        ],
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        POST_OFFICE={"BATCH_SIZE": 1000, "THREADS_PER_PROCESS": 1},
        ROOT_URLCONF="newsletter.urls",
        SITE_ID=1,
        USE_TZ=True,
        SECRET_KEY="secret-of-a-peer",  # noqa: S106 (nothing is signed for anybody)
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        LOGGING_CONFIG=None,
    )
    django.setup()
    call_command("migrate", verbosity=0)


def _plain(parts: Parts, count: int) -> float:
    from django.core.mail import EmailMultiAlternatives, get_connection

    with get_connection() as connection:
        began = time.perf_counter()
        for number in range(count):
            message = EmailMultiAlternatives(
                parts["subject"],
                parts["text"],
                SENDER,
                [f"lezer{number}@example.nl"],
                connection=connection,
            )
            message.attach_alternative(parts["html"], "text/html")
            message.send()
        return time.perf_counter() - began


def _post_office(parts: Parts, count: int) -> float:
    mail = import_module("post_office.mail")
    began = time.perf_counter()
    mail.send_many(
        [
            {
                "recipients": [f"lezer{number}@example.nl"],
                "sender": SENDER,
                "subject": parts["subject"],
                "message": parts["text"],
                "html_message": parts["html"],
            }
            for number in range(count)
        ]
    )
    mail.send_queued_mail_until_done(processes=1)
    return time.perf_counter() - began


def _newsletter(parts: Parts, count: int) -> float:
    from django.utils import timezone

    # The peer's package has our name; it is the one this Python finds.
    models = import_module("newsletter.models")
    _write_templates(parts)
    newsletter = models.Newsletter.objects.create(
        title="Zondag", slug="zondag", email=SENDER, sender="Zondag", send_html=True
    )
    message = models.Message.objects.create(
        title="Editie", slug="editie", newsletter=newsletter
    )
    for number in range(count):
        models.Subscription.objects.create(
            newsletter=newsletter,
            name_field="Sanne",
            email_field=f"lezer{number}@example.nl",
            subscribed=True,
        )
    submission = models.Submission.from_message(message)
    submission.prepared = True
    submission.publish_date = timezone.now()
    submission.save()
    began = time.perf_counter()
    models.Submission.submit_queue()
    return time.perf_counter() - began


def _write_templates(parts: Parts) -> None:
    """Give it the same words, so that it sends as many bytes as we do."""
    folder = Path(settings.TEMPLATES[0]["DIRS"][0]) / "newsletter" / "message"
    folder.mkdir(parents=True, exist_ok=True)
    raw = "{%% verbatim %%}%s{%% endverbatim %%}"
    for ending, words in (
        ("_subject.txt", parts["subject"]),
        (".txt", parts["text"]),
        (".html", parts["html"]),
    ):
        (folder / f"message{ending}").write_text(raw % words)


if __name__ == "__main__":
    main()
