"""Tags: words by which colleagues find readers again."""

from collections.abc import Iterable

from django.db import transaction

from subscribers.models import Subscriber, Tag


def tag(subscriber: Subscriber, tags: Iterable[Tag], *, also: str = "") -> None:
    """Give a reader these tags and no others.

    Args:
        also: the name of one more, made when there is none of that name yet.
    """
    with transaction.atomic():
        chosen = set(tags)
        if also:
            chosen.add(_called(also))
        still_there = Subscriber.objects.select_for_update().filter(
            pk=subscriber.pk, erased_at=None
        )
        if still_there.first() is not None:
            subscriber.tags.set(chosen)


def _called(name: str) -> Tag:
    known = Tag.objects.filter(name__iexact=name).first()
    return known or Tag.objects.create(name=name)
