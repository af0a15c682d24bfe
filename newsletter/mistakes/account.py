"""What one person wrote to us: for themselves, and for who helps them."""

from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from newsletter.mistakes.answer_models import PublishingConsent
from newsletter.mistakes.forgetting import mails_of
from newsletter.mistakes.models import ReaderMail
from subscribers.addresses import address_hash
from subscribers.models import Subscriber
from subscribers.registry import Chapter, Happening, Person


def reader_mail_of(subscriber: Subscriber) -> Chapter:
    """Return every mail from their address, newest first."""
    theirs = [
        pk for one in subscriber.rows for pk in mails_of(one.address, one.address_hash)
    ]
    mails = ReaderMail.objects.filter(pk__in=theirs).defer("raw")
    mails = mails.prefetch_related("answers").select_related("publishing_consent")
    rows = [
        {
            gettext_noop("when"): date_format(localtime(mail.received_at), "j F Y H:i"),
            gettext_noop("how"): str(mail.get_way_display()),
            gettext_noop("subject"): mail.subject,
            gettext_noop("text"): mail.text,
            gettext_noop("our answer"): "\n\n".join(
                answer.text for answer in mail.answers.all()
            ),
            gettext_noop("whether we may print it"): _consent_of(mail),
        }
        for mail in mails
    ]
    return Chapter("reader mail", _("What you wrote to us"), rows)


def _consent_of(mail: ReaderMail) -> str:
    """Return what they said when we asked whether we may print it; "" if we did not."""
    consent: PublishingConsent | None = getattr(mail, "publishing_consent", None)
    if consent is None:
        return ""
    return str(consent.get_said_display() or _("asked"))


def who_wrote_since(moment: datetime) -> set[str]:
    """Return the hashes of the addresses that wrote to us since then."""
    mails = ReaderMail.objects.filter(received_at__gte=moment).exclude(from_address="")
    addresses = mails.values_list("from_address", flat=True).distinct()
    return {address_hash(address) for address in addresses}


def mails_in_story(person: Person, newest: int) -> list[Happening]:
    """Return the mails somebody wrote, each leading to the mail itself."""
    theirs = [
        pk
        for address in person.addresses
        for pk in mails_of(address, address_hash(address))
    ]
    mails = ReaderMail.objects.filter(pk__in=theirs).defer("raw")
    return [
        Happening(
            at=mail.received_at,
            kind="mail",
            title=_("wrote to us: %(subject)s")
            % {"subject": mail.subject or mail.text[:60]},
            more=(str(mail.get_state_display()),),
            url=reverse("admin:newsletter_readermail_change", args=[mail.pk]),
        )
        for mail in mails[:newest]
    ]
