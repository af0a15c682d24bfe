"""Forgetting who wrote to us; that a piece had a mistake stays."""

from newsletter.mistakes.models import ReaderMail
from subscribers.registry import Leaving


def forget_reader_mail(leaving: Leaving) -> None:
    """Empty everything that names the person in the mail they sent us."""
    ReaderMail.objects.filter(from_address__iexact=leaving.address).update(
        from_name="", from_address="", raw=None, text="", subject=""
    )
