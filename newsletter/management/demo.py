"""The demo: a magazine's first Sunday, made by the same functions that people use.

What it says is in ``newsletter/demo_content``; here it passes through the importer,
approval and scheduling, so that what is shown is what works.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction

from newsletter.articles.importing import import_pages, read_pages
from newsletter.articles.models import Article, Expert, Picture
from newsletter.delivery.models import Dispatch
from newsletter.issues.blocks import BLOCK_MODELS
from newsletter.issues.models import Issue
from newsletter.issues.numbering import begin_issue
from newsletter.mistakes.inbound import receive
from newsletter.publishing.approval import approve
from newsletter.publishing.kept_texts import put_in_history
from newsletter.publishing.scheduling import HOLD, send_now
from newsletter.rendering.reply_to import mistake_address, reply_address
from subscribers import choices, consent
from subscribers.addresses import address_hash, address_key
from subscribers.models import (
    Consent,
    ConsentAct,
    MailingList,
    SignUpSource,
    Subscriber,
    Subscription,
    SubscriptionState,
    SuppressionReason,
    Topic,
)
from subscribers.suppression import suppress

CONTENT = Path(__file__).resolve().parent.parent / "demo_content"
WEEK = timedelta(weeks=1)
CHANNEL = "demo"
TOPICS = (
    ("Slapen", "Eens per maand een avond voor wie slecht in slaap komt"),
    ("Werk en rust", "Als we iets schrijven voor wie op zondag al aan maandag denkt"),
)
PROMISE = "Elke zondagochtend met liefde gemaakt, zodat jij heerlijk wakker wordt"


class CannotLoadDemo(Exception):
    """Why the demo is not loaded here."""


@dataclass(frozen=True)
class Demo:
    """What was made: an issue that is leaving, and the draft of the next."""

    dispatch: Dispatch
    draft: Issue


def is_wanted() -> bool:
    """Tell whether this is an empty installation whose mail stays in the house."""
    return settings.EMAIL_PROVIDER == "local" and not MailingList.objects.exists()


def load(*, by: User, now: datetime) -> Demo:
    """Make all of it, or nothing.

    Args:
        by: who composes and approves.

    Raises:
        CannotLoadDemo: there is something here already, or mail would leave.
    """
    if settings.EMAIL_PROVIDER != "local":
        raise CannotLoadDemo(
            "The demo mails readers who do not exist. Set EMAIL_PROVIDER=local first."
        )
    if MailingList.objects.exists():
        raise CannotLoadDemo(
            "There is a list already. Load the demo into an empty DATA_DIR."
        )
    with transaction.atomic():
        mailing_list = make_list()
        add_ways_in(mailing_list)
        add_articles()
        add_readers(mailing_list, now=now)
        # Begun a week ago: its Sunday is the last one that went by.
        issue = compose("issue.json", mailing_list, by=by, now=now - WEEK)
        approve(issue, by=by, now=now - HOLD)
        # The minutes in which it could be taken back lie behind us.
        dispatch = send_now(issue, by=by, now=now - HOLD)
        draft = compose("draft_issue.json", mailing_list, by=by, now=now)
        let_readers_write(issue, now=now)
    return Demo(dispatch, draft)


def make_list() -> MailingList:
    """Make the magazine's Sunday list; it leaves as fast as possible, to be seen."""
    return MailingList.objects.create(
        name="Rock jouw inbox",
        slug="rock-jouw-inbox",
        promise=PROMISE,
        language="nl",
        sender_name="Rock jouw inbox",
        sender_address="zondag@rockjouwinbox.example",
        pace_minutes=0,
        organisation="Rock jouw magazine",
        postal_address="Lindelaan 1, 1234 AB Deventer",
        registration="KvK 12345678",
        list_id="zondag.rockjouwinbox.example",
    )


def add_ways_in(mailing_list: MailingList) -> None:
    """Offer two topics besides, and a link with a QR code for a poster."""
    for place, (name, promise) in enumerate(TOPICS):
        Topic.objects.create(
            mailing_list=mailing_list, name=name, promise=promise, position=place
        )
    SignUpSource.objects.create(
        mailing_list=mailing_list, name="Poster in de bibliotheek", slug="bibliotheek"
    )


# --- Articles and pictures ---


def add_articles() -> None:
    """Import the articles from their files and give them their pictures."""
    for file in sorted((CONTENT / "articles").glob("*.txt")):
        import_pages(read_pages(file.read_bytes()), file_name=file.name)
    for name, words in read("pictures.json").items():
        picture = add_picture(name, words)
        if stem := words.get("article"):
            Article.objects.filter(pk=article(stem).pk).update(picture=picture)


def add_picture(name: str, words: dict[str, str]) -> Picture:
    """Keep one picture of the demo, with its rights, as if it was uploaded."""
    told = {key: value for key, value in words.items() if key != "article"}
    with (CONTENT / "pictures" / name).open("rb") as file:
        return Picture.objects.create(image=File(file, name), **told)


def article(stem: str) -> Article:
    """Return the article that was imported from ``<stem>.txt``."""
    return Article.objects.get(imported_from=f"{stem}.txt")


# --- Readers, one way or another ---


def add_readers(mailing_list: MailingList, *, now: datetime) -> None:
    """Add readers in every state that there is."""
    for number, reader in enumerate(read("readers.json")):
        since = now - WEEK * (2 + number % 40)
        state = reader.get("state", "confirmed")
        if state == "pending":
            sign_up(mailing_list, reader, now=now)
        else:
            subscription = add_reader(mailing_list, reader, since=since)
            CHANGES[state](subscription, now)


def sign_up(
    mailing_list: MailingList, reader: dict[str, str], *, now: datetime
) -> None:
    """Let someone sign up as on the page: their mail to confirm is in the mailbox."""
    consent.subscribe(
        mailing_list=mailing_list,
        address=reader["address"],
        first_name=reader.get("first_name", ""),
        wording=mailing_list.promise,
        channel=CHANNEL,
        source=CHANNEL,
        now=now,
    )


def add_reader(
    mailing_list: MailingList, reader: dict[str, str], *, since: datetime
) -> Subscription:
    """Add someone who subscribed long ago."""
    subscriber = Subscriber.objects.create(
        address=reader["address"],
        address_key=address_key(reader["address"]),
        address_hash=address_hash(reader["address"]),
        first_name=reader.get("first_name", ""),
        created_at=since,
    )
    Consent.objects.create(
        subscriber=subscriber,
        mailing_list=mailing_list,
        act=ConsentAct.IMPORTED,
        at=since,
        channel=CHANNEL,
        wording=mailing_list.promise,
        language=mailing_list.language,
    )
    return Subscription.objects.create(
        subscriber=subscriber,
        mailing_list=mailing_list,
        state=SubscriptionState.CONFIRMED,
        source=CHANNEL,
        created_at=since,
        confirmed_at=since,
    )


def _block(reason: SuppressionReason) -> Callable[[Subscription, datetime], object]:
    return lambda subscription, now: suppress(
        subscription.subscriber.address_hash, reason, now, note=CHANNEL
    )


CHANGES: dict[str, Callable[[Subscription, datetime], object]] = {
    "confirmed": lambda subscription, now: None,
    "unsubscribed": lambda subscription, now: consent.unsubscribe(
        subscription, through=CHANNEL, now=now
    ),
    "paused": lambda subscription, now: choices.pause(
        subscription, weeks=4, channel=CHANNEL, now=now
    ),
    "erased": lambda subscription, now: consent.erase(
        subscription.subscriber, channel=CHANNEL, now=now
    ),
    "hard_bounce": _block(SuppressionReason.HARD_BOUNCE),
    "complaint": _block(SuppressionReason.COMPLAINT),
    "staff": _block(SuppressionReason.STAFF),
}


# --- What readers write back ---


def let_readers_write(issue: Issue, *, now: datetime) -> None:
    """Let a mistake, an answer, a question and an absence note come in by mail."""
    brood = article("brood-bakken").pk
    told = {
        "mistake": mistake_address(issue, brood),
        "reply": reply_address(issue),
        "date": format_datetime(now),
    }
    for file in sorted((CONTENT / "mails").glob("*.eml")):
        mail = file.read_text(encoding="utf-8").format(**told)
        receive(mail.encode(), now=now)


# --- Issues ---


def compose(name: str, mailing_list: MailingList, *, by: User, now: datetime) -> Issue:
    """Compose an issue of the blocks in a file of the demo."""
    told = read(name)
    issue = begin_issue(mailing_list, now=now, by=by)
    issue.subject, issue.preheader = told["subject"], told["preheader"]
    issue.save(update_fields=["subject", "preheader"])
    for place, block in enumerate(told["blocks"]):
        add_block(issue, block, ordering=10 * (place + 1))
    put_in_history(issue, "", by=by)
    return issue


def add_block(issue: Issue, block: dict[str, Any], *, ordering: int) -> None:
    """Add one block; articles, experts and pictures are named in the file."""
    fields = {key: find(key, value) for key, value in block.items() if key != "kind"}
    models = {model.KIND: model for model in BLOCK_MODELS}
    made = models[block["kind"]](parent=issue, ordering=ordering, **fields)
    made.full_clean()
    made.save()


def find(field: str, value: Any) -> Any:
    """Return what a field of a block refers to, or the value itself."""
    if field == "article":
        return article(value)
    if field == "expert":
        return Expert.objects.get(name=value)
    if field in ("picture", "portrait"):
        return picture(value)
    return value


def picture(name: str) -> Picture:
    """Return a picture of the demo by the alternative text it was given."""
    words = read("pictures.json")[name]
    found = Picture.objects.filter(alt=words["alt"]).first()
    return found or add_picture(name, words)


def read(name: str) -> Any:
    """Return what one JSON file of the demo says."""
    return json.loads((CONTENT / name).read_text(encoding="utf-8"))
