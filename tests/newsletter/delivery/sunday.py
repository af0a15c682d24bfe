"""A Sunday for the programs: an issue that is due, with as many readers as asked.

``python -m tests.newsletter.delivery.sunday 10000`` fills the database that the
environment names; the dispatch is due in that moment.
"""

import sys

import django
from django.core.management import call_command


def fill(readers: int) -> None:
    """Write list, readers, issue and a dispatch that is due now."""
    from django.utils import timezone

    from newsletter.issues.blocks import OpeningBlock, TextBlock
    from tests.factories import DispatchFactory, IssueFactory, MailingListFactory

    mailing_list = MailingListFactory.create()
    add_readers(mailing_list, readers)
    issue = IssueFactory.create(mailing_list=mailing_list)
    OpeningBlock.objects.create(parent=issue, ordering=1, body="<p>Dag.</p>")
    TextBlock.objects.create(
        parent=issue,
        ordering=2,
        body='<p>Lees <a href="https://example.nl/rust">dit stuk</a>.</p>',
    )
    DispatchFactory(issue=issue, due_at=timezone.now())


def add_readers(mailing_list, count: int) -> None:
    from subscribers.addresses import address_hash, address_key
    from subscribers.models import Subscriber, Subscription, SubscriptionState
    from tests.factories import LONG_AGO

    first = Subscriber.objects.count()
    numbers = range(first, first + count)
    addresses = [f"Lezer{number}@post.example.nl" for number in numbers]
    people = Subscriber.objects.bulk_create(
        (
            Subscriber(
                address=address,
                address_key=address_key(address),
                address_hash=address_hash(address),
                first_name=f"Lezer {number}",
                created_at=LONG_AGO,
            )
            for number, address in zip(numbers, addresses, strict=True)
        ),
        batch_size=1000,
    )
    Subscription.objects.bulk_create(
        (
            Subscription(
                subscriber=person,
                mailing_list=mailing_list,
                state=SubscriptionState.CONFIRMED,
                created_at=LONG_AGO,
                confirmed_at=LONG_AGO,
            )
            for person in people
        ),
        batch_size=1000,
    )


if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0)
    fill(int(sys.argv[1]))
