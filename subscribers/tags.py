"""Tags: words by which colleagues find readers again."""

from collections.abc import Iterable

from django.db import transaction

from subscribers.models import ImportTag, Subscriber, Tag


def tag(subscriber: Subscriber, tags: Iterable[Tag], *, also: str = "") -> None:
    """Give a reader these tags and no others.

    Args:
        also: the name of one more, made when there is none of that name yet.
    """
    with transaction.atomic():
        named = {_called(also)} if also else set()
        chosen = named.union(tags)
        still_there = Subscriber.objects.select_for_update().filter(
            pk=subscriber.pk, erased_at=None
        )
        if still_there.first() is not None:
            # A box that was ticked already is nobody's word.
            touched = chosen.symmetric_difference(subscriber.tags.all())
            keys = [one.pk for one in touched | named]
            leave_to_us(keys, [subscriber.pk])
            subscriber.tags.set(chosen)


def leave_to_us(tags: Iterable[int | None], readers: Iterable[int]) -> None:
    """Let no import take tags back that a colleague gave or took off by hand.

    Args:
        tags: keys of tags, of which ``None`` is none.
        readers: the keys of those whose tags these are.
    """
    ImportTag.objects.filter(tag__in=tags, subscriber__in=readers).delete()


def _called(name: str) -> Tag:
    known = Tag.objects.filter(name__iexact=name).first()
    return known or Tag.objects.create(name=name)
