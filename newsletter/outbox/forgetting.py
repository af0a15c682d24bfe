"""Taking a person out of the outbox."""

from django.db.models import Q

from newsletter.outbox.models import OutgoingMail, OutgoingMailState
from newsletter.outbox.sending import EMPTIED


def forget_mail_to(*, address: str, to_hash: str) -> None:
    """Empty every mail to an address; what has not left yet never will."""
    theirs = OutgoingMail.objects.exclude(to_address="").filter(
        Q(to_hash=to_hash) | Q(to_address__iexact=address)
    )
    # Whoever left already was emptied then, so all of these still wait.
    theirs.update(
        state=OutgoingMailState.FAILED,
        last_error="erased",
        lease_until=None,
        **EMPTIED,
    )
