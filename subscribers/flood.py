"""More sign-ups than a newsletter takes in an hour: colleagues hear of it, once."""

from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from newsletter.audit.recording import record_act
from newsletter.links import absolute_url
from newsletter.outbox.models import OutgoingMail
from newsletter.outbox.writing import write_mail
from subscribers.models import MailingList

# Publishers and the readers' desk, who are asked about it; Beheer, who may allow more.
_CONCERNED = ("subscribers.add_suppression", "subscribers.change_mailinglist")


def tell_of_flood(mailing_list: MailingList, *, now: datetime) -> None:
    """Mail everyone whom it concerns, once in an hour, and keep it on record."""
    hour = timezone.localtime(now, mailing_list.zone)
    key = f"flood-{mailing_list.pk}-{hour:%Y%m%d%H}"
    if OutgoingMail.objects.filter(key__startswith=key).exists():
        return
    record_act("sign-ups held", mailing_list, by=None, now=now)
    with override(mailing_list.language):
        for colleague in _whom_it_concerns():
            write_mail(
                purpose="flood",
                key=f"{key}-{colleague.pk}",
                to=colleague.email,
                subject=_("Many sign-ups for %(list)s") % {"list": mailing_list.name},
                template="subscribers/email/flood",
                context={
                    "count": mailing_list.sign_ups_per_hour,
                    "url": absolute_url(
                        "admin:subscribers_mailinglist_change", mailing_list.pk
                    ),
                },
                from_header=mailing_list.from_header,
                now=now,
            )


def _whom_it_concerns() -> list[User]:
    colleagues: dict[int, User] = {}
    for permission in _CONCERNED:
        theirs = User.objects.with_perm(
            permission,
            include_superusers=False,
            backend="django.contrib.auth.backends.ModelBackend",
        )
        reachable = theirs.filter(is_active=True).exclude(email="")
        colleagues |= {one.pk: one for one in reachable}
    return list(colleagues.values())
