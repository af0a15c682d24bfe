"""What a request names: a list, topics, a person, somebody's place on a list."""

from collections.abc import Sequence
from uuid import UUID

from newsletter.api.problems import Problem, nothing_here
from subscribers.models import MailingList, Subscriber, Subscription, Topic


def list_called(slug: str) -> MailingList:
    """Return a newsletter.

    Raises:
        Problem: there is none of that name.
    """
    found = MailingList.objects.filter(slug=slug).first()
    if found is None:
        raise nothing_here()
    return found


def person_called(uuid: UUID) -> Subscriber:
    """Return who has this id, or had it before two rows of theirs were made one.

    Raises:
        Problem: nobody has; who was erased is nobody.
    """
    known = Subscriber.objects.filter(uuid=uuid, erased_at=None)
    found = known.select_related("merged_into").first()
    if found is None:
        raise nothing_here()
    return found.now


def place_of(uuid: UUID, slug: str) -> Subscription | None:
    """Return somebody's place on a newsletter, if they have one.

    Raises:
        Problem: there is no such person or newsletter.
    """
    theirs = Subscription.objects.filter(
        subscriber=person_called(uuid), mailing_list=list_called(slug)
    )
    return theirs.select_related("subscriber", "mailing_list").first()


def topics_called(names: Sequence[str], mailing_list: MailingList) -> list[Topic]:
    """Return topics that a newsletter offers now.

    Raises:
        Problem: one of them is not on offer.
    """
    offered = {topic.name: topic for topic in Topic.objects.offered(mailing_list)}
    unknown = [name for name in names if name not in offered]
    if unknown:
        raise Problem(
            422,
            "not-valid",
            "Something in the request is not as it should be; errors says what.",
            errors=[("topics", f"Not on offer: {name}") for name in unknown],
        )
    return [offered[name] for name in dict.fromkeys(names)]
