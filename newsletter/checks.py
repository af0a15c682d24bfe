"""System checks: settings that would fail on Sunday fail at start-up instead."""

import os
import re
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from newsletter.mistakes.mailbox import BadMailbox, mailbox_at

TIMES = (
    "PROVIDER_CONNECT_SECONDS",
    "PROVIDER_READ_SECONDS",
    "TASK_SECONDS",
    "LEASE_SECONDS",
    "VISIBILITY_SECONDS",
)
NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph"}
)
OWN_PROVIDERS = ("local", "smtp")


@register()
def times_are_in_order(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A late worker must lose its batch before another may take it."""
    found: list[CheckMessage] = []
    for shorter, longer in zip(TIMES, TIMES[1:], strict=False):
        if getattr(settings, shorter) >= getattr(settings, longer):
            found.append(
                Error(
                    f"{shorter} is not shorter than {longer}.",
                    hint="Readers could get an issue twice. Keep "
                    + " < ".join(TIMES)
                    + ".",
                    id="newsletter.E001",
                )
            )
    if settings.QUARANTINE_SECONDS < settings.LEASE_SECONDS:
        found.append(
            Error(
                "QUARANTINE_SECONDS is shorter than LEASE_SECONDS.",
                hint="Evidence would be looked for while the worker may still send.",
                id="newsletter.E001",
            )
        )
    return found


@register()
def witness_stands_apart(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """In the same database it would be rewound together with what it watches."""
    place = ("ENGINE", "NAME", "HOST", "PORT")
    witness, default = settings.WITNESS_DATABASE, settings.DATABASES["default"]
    if any(witness.get(part) != default.get(part) for part in place):
        return []
    return [
        Error(
            "WITNESS_DATABASE_URL names the same database as DATABASE_URL.",
            hint="Give the witness a small database of its own that no backup holds, "
            "or leave WITNESS_DATABASE_URL out: then it is a file in DATA_DIR.",
            id="newsletter.E009",
        )
    ]


@register()
def sqlite_keeps_its_word(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Any other options lose writes or answer "database is locked" under load."""
    return [
        Error(
            f"The SQLite database {name!r} lacks: {', '.join(lacking)}.",
            hint="Use SQLITE_OPTIONS of newsletter/settings.py as they are.",
            id="newsletter.E002",
        )
        for name, database in settings.DATABASES.items()
        if database["ENGINE"].endswith("sqlite3")
        if (lacking := list(_lacking(database.get("OPTIONS", {}))))
    ]


def _lacking(options: dict[str, Any]) -> Iterator[str]:
    if options.get("transaction_mode") != "IMMEDIATE":
        yield "transaction_mode IMMEDIATE"
    if options.get("timeout", 0) < 20:
        yield "timeout 20"
    pragmas = options.get("init_command", "").replace(" ", "").lower()
    for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on"):
        if pragma not in pragmas:
            yield f"PRAGMA {pragma}"


@register()
def sqlite_is_on_a_local_disk(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """SQLite's locks do not hold over a network."""
    uses_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    file_system = file_system_of(Path(settings.DATA_DIR)) if uses_sqlite else ""
    if file_system not in NETWORK_FILE_SYSTEMS:
        return []
    return [
        Error(
            f"DATA_DIR is on a network file system ({file_system}).",
            hint="Choose a DATA_DIR on a local disk, or use PostgreSQL (DATABASE_URL).",
            id="newsletter.E003",
        )
    ]


def file_system_of(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """Return the kind of file system a folder is on, "" where that is not told."""
    try:
        lines = [line.split() for line in mounts.read_text().splitlines()]
    except OSError:
        return ""
    above = {str(folder), *map(str, folder.parents)}
    matches = [(len(point), kind) for _, point, kind, *_ in lines if point in above]
    return max(matches, default=(0, ""))[1]


@register()
def data_folder_can_be_written(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Pictures, the witness and the local mailbox live there."""
    folder = Path(settings.DATA_DIR)
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if existing.is_dir() and os.access(existing, os.W_OK):
        return []
    return [
        Error(
            f"DATA_DIR ({folder}) cannot be written to.",
            hint=f"Make {existing} writable for this user, or set another DATA_DIR.",
            id="newsletter.E004",
        )
    ]


@register()
def site_is_reached_over_https(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Mail programs press one-click unsubscribe over https only (RFC 8058)."""
    if settings.IS_TRIAL or settings.SITE_URL.startswith("https://"):
        return []
    return [
        Error(
            f"SITE_URL is {settings.SITE_URL}, not an https address.",
            hint="Set SITE_URL to the https address that readers use.",
            id="newsletter.E005",
        )
    ]


@register()
def provider_exists(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A misspelled provider would be noticed when the first mail leaves."""
    provider = settings.EMAIL_PROVIDER
    if provider in OWN_PROVIDERS or find_spec(f"anymail.backends.{provider}"):
        return []
    return [
        Error(
            f"EMAIL_PROVIDER {provider!r} is not known.",
            hint="Use local, smtp, or the name of a django-anymail backend, "
            "such as mailgun, postmark, brevo or amazon_ses.",
            id="newsletter.E006",
        )
    ]


@register()
def webhooks_have_a_secret(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Without one, anyone may report a bounce and block a reader."""
    if settings.IS_TRIAL or settings.EMAIL_PROVIDER in OWN_PROVIDERS:
        return []
    if settings.ANYMAIL.get("WEBHOOK_SECRET"):
        return []
    return [
        Error(
            "ANYMAIL_WEBHOOK_SECRET is empty.",
            hint="Set it to <name>:<long random value> and give the provider the "
            "same, in the address of its webhook.",
            id="newsletter.E007",
        )
    ]


@register()
def topics_of_amazon_are_named(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Anyone with an account there may have Amazon sign messages to us."""
    if settings.EMAIL_PROVIDER != "amazon_ses" or settings.SNS_TOPICS:
        return []
    return [
        Warning(
            "SNS_TOPICS is empty: nothing that Amazon tells of mails is taken in.",
            hint="Set it to the TopicArn to which Amazon SES publishes its events, "
            "such as arn:aws:sns:eu-west-1:123456789012:zondag.",
            id="newsletter.W003",
        )
    ]


@register()
def mail_leaves_the_house(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """The local mailbox is for trying; nobody outside would get anything."""
    if settings.IS_TRIAL or settings.EMAIL_PROVIDER != "local":
        return []
    return [
        Warning(
            "EMAIL_PROVIDER is local: mail stays on this machine.",
            hint="Set EMAIL_PROVIDER to smtp or to the name of your provider.",
            id="newsletter.W001",
        )
    ]


@register()
def private_hosts_are_named_on_purpose(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Each of them can be asked by whoever may take in an article."""
    hosts = settings.FETCH_PRIVATE_HOSTS
    wrong = [host for host in hosts if not re.fullmatch(r"[^\s/@]+:\d{1,5}", host)]
    if wrong:
        return [
            Error(
                f"FETCH_PRIVATE_HOSTS has no host:port in {', '.join(wrong)}.",
                hint="Write it as intranet.example.nl:80, several with commas.",
                id="newsletter.E010",
            )
        ]
    if settings.IS_TRIAL or not hosts:
        return []
    return [
        Warning(
            f"FETCH_PRIVATE_HOSTS lets editors ask {', '.join(hosts)}.",
            hint="Leave it empty unless the magazine's pages are on a machine that "
            "only your own network reaches.",
            id="newsletter.W002",
        )
    ]


# Less than this would take away what is still needed: a link to confirm works for seven
# days, providers tell of a mail for weeks, and an answer may be complained about.
SHORTEST_KEPT = {
    "CONSENT_EVIDENCE": 1,
    "UNCONFIRMED": 7,
    "OUTGOING_MAIL": 7,
    "READER_MAIL": 30,
    "PROVIDER_EVENTS": 60,
    "PRIVACY_REQUESTS": 365,
    "ADMIN_LOG": 30,
}


@register()
def nothing_is_kept_too_shortly(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """What is let go of tonight may be needed tomorrow."""
    return [
        Error(
            f"KEEP_{name}_DAYS is {settings.KEEP_DAYS[name]}, less than {shortest}.",
            hint=f"Set KEEP_{name}_DAYS to {shortest} or more, or leave it out.",
            id="newsletter.E011",
        )
        for name, shortest in SHORTEST_KEPT.items()
        if settings.KEEP_DAYS[name] < shortest
    ]


@register()
def the_mailbox_can_be_found(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A misspelled mailbox would leave readers without an answer, unnoticed."""
    if not settings.INBOUND_IMAP_URL:
        return []
    try:
        mailbox_at(settings.INBOUND_IMAP_URL)
    except BadMailbox as bad:
        return [
            Error(
                f"INBOUND_IMAP_URL cannot be used: {bad}.",
                hint="Write it as imaps://name:password@imap.example.nl/INBOX, with "
                "%40 for an @ in the name.",
                id="newsletter.E012",
            )
        ]
    return []


@register()
def mjml_is_the_rust_one(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Another package uses the same module name and renders differently."""
    try:
        distribution("mjml")
    except PackageNotFoundError:
        return []
    return [
        Error(
            "The package mjml is installed beside mjml-python.",
            hint="Remove it (pip uninstall mjml) and install mjml-python again.",
            id="newsletter.E008",
        )
    ]
