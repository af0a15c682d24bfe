"""A reader points at a mistake or writes to us: store it once, tell the editors."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from newsletter.articles.models import Article
from newsletter.issues.models import Issue
from newsletter.links import absolute_url
from newsletter.mistakes import returned
from newsletter.mistakes.attachments import keep_list
from newsletter.mistakes.crisis import sounds_of_need
from newsletter.mistakes.leaving import act_on_wish
from newsletter.mistakes.letters import list_of
from newsletter.mistakes.models import (
    KINDS_OF_MACHINES,
    Crisis,
    MistakeReport,
    ReaderMail,
    ReaderMailKind,
    ReaderMailState,
    ReaderMailWay,
)
from newsletter.mistakes.reading import Enclosure
from newsletter.outbox.writing import write_mail
from subscribers.limits import NOTICES_OF_READER_MAIL, allow
from subscribers.models import Subscriber


@dataclass(frozen=True)
class Remark:
    """What came in, whichever door it took.

    Attributes:
        key: equal for the same message, however often it arrives.
        said: what of the text the person wrote now; all of it when left out.
        kind: what it is; the way it came decides when left out.
        because: what decided the kind, as it stood in the mail.
        points_at_a_mistake: it does so besides, whatever else it is.
        answer_address: where they ask to be answered, if that is elsewhere.
        concerns: whose mail came back, where it is about that; else who wrote.
        leave_tokens: tokens of links to unsubscribe that the mail shows.
        is_to_leave: it came to a reader's own address to unsubscribe, with its token.
        thread: the Message-IDs it answers, oldest first, with spaces.
        raw: the mail as it came, for what we did not understand.
    """

    key: str
    way: ReaderMailWay
    text: str
    subject: str = ""
    from_name: str = ""
    from_address: str = ""
    answer_address: str = ""
    issue: Issue | None = None
    article: Article | None = None
    said: str | None = None
    kind: ReaderMailKind | None = None
    because: str = ""
    points_at_a_mistake: bool = False
    concerns: str = ""
    leave_tokens: frozenset[str] = frozenset()
    is_to_leave: bool = False
    enclosures: tuple[Enclosure, ...] = ()
    message_id: str = ""
    thread: str = ""
    provider_id: str | None = None
    raw: bytes | None = None

    @property
    def words(self) -> str:
        """Return what the person wrote now, as far as that is known."""
        return self.text if self.said is None else self.said

    @property
    def sort(self) -> ReaderMailKind:
        """Return what it is."""
        if self.kind is not None:
            return self.kind
        is_one = self.way in _WAYS_OF_A_MISTAKE
        return ReaderMailKind.MISTAKE if is_one else ReaderMailKind.OTHER


# These ways say by themselves that something is wrong in a piece.
_WAYS_OF_A_MISTAKE = (ReaderMailWay.FORM, ReaderMailWay.MISTAKE_ADDRESS)
# Who writes more than this to leave says something else besides: a person reads it.
_LONGEST_WISH = 200


def take_in(remark: Remark, *, now: datetime) -> ReaderMail:
    """Store a remark exactly once and give the editors notice of a new one."""
    with transaction.atomic():
        if known := _known(remark):
            return known
        mail, is_new = ReaderMail.objects.get_or_create(
            key=remark.key[:255], defaults=_columns(remark, now=now)
        )
        if is_new:
            keep_list(mail, remark.enclosures)
            _begin(mail, remark, now=now)
    return mail


def _begin(mail: ReaderMail, remark: Remark, *, now: datetime) -> None:
    """Do what a new mail asks for: a report, leaving, a colleague's eyes."""
    if remark.sort in (ReaderMailKind.BOUNCE, ReaderMailKind.COMPLAINT):
        returned.tell(mail, now=now)
    if remark.sort in KINDS_OF_MACHINES:
        return
    if is_a_report := _is_a_report(remark):
        MistakeReport.objects.create(
            reader_mail=mail, article=remark.article, created_at=now
        )
    if remark.sort == ReaderMailKind.UNSUBSCRIBE:
        act = act_on_wish(
            mail, remark.leave_tokens, is_addressed=remark.is_to_leave, now=now
        )
        is_all = len(mail.said) <= _LONGEST_WISH and not (is_a_report or mail.crisis)
        _remember(mail, act, is_handled=bool(act) and is_all)
    if mail.state == ReaderMailState.NEW and _may_tell(mail, now=now):
        _tell_the_editors(mail, now=now)


def _may_tell(mail: ReaderMail, *, now: datetime) -> bool:
    """Tell whether colleagues get notice: in a flood they read on at the desk."""
    return mail.may_be_in_need or allow(NOTICES_OF_READER_MAIL, "", now=now)


def _remember(mail: ReaderMail, act: str | None, *, is_handled: bool) -> None:
    mail.acted = act or ""
    if is_handled:
        mail.state = ReaderMailState.HANDLED
    # It is ours alone until the transaction that keeps it ends.
    ReaderMail.objects.filter(pk=mail.pk).update(acted=mail.acted, state=mail.state)


def _known(remark: Remark) -> ReaderMail | None:
    """Return the mail of an arrival that the provider tells of once more."""
    if remark.provider_id is None:
        return None
    return ReaderMail.objects.filter(provider_id=remark.provider_id).first()


def _is_a_report(remark: Remark) -> bool:
    by_way = remark.way in _WAYS_OF_A_MISTAKE
    wants_to_leave = remark.sort == ReaderMailKind.UNSUBSCRIBE
    return (
        remark.points_at_a_mistake
        or remark.sort == ReaderMailKind.MISTAKE
        or (by_way and not wants_to_leave)
    )


def _columns(remark: Remark, *, now: datetime) -> dict[str, object]:
    by_machine = remark.sort in KINDS_OF_MACHINES
    return {
        "way": remark.way,
        "kind": remark.sort,
        "because": remark.because[:120],
        "state": ReaderMailState.FILED if by_machine else ReaderMailState.NEW,
        "received_at": now,
        "from_name": remark.from_name[:120],
        "from_address": remark.from_address[:254],
        "answer_address": remark.answer_address[:254],
        "subject": remark.subject[:300],
        "text": remark.text,
        "said": remark.words,
        "message_id": remark.message_id,
        "thread": remark.thread,
        "provider_id": remark.provider_id,
        "raw": remark.raw,
        "issue": remark.issue,
        "article": remark.article,
        "crisis": _crisis_in(remark),
        "subscriber": _whose_address(remark.concerns or remark.from_address),
    }


def _crisis_in(remark: Remark) -> str:
    """Return whether a person who writes this may be in need; machines never are."""
    if remark.sort in KINDS_OF_MACHINES:
        return ""
    is_in_need = sounds_of_need(remark.subject, remark.words)
    return Crisis.SUGGESTED if is_in_need else ""


def _whose_address(address: str) -> Subscriber | None:
    found = Subscriber.objects.select_related("merged_into").by_address(address)
    one = found.first() if address else None
    return one.now if one else None


def _tell_the_editors(mail: ReaderMail, *, now: datetime) -> None:
    mailing_list = list_of(mail)
    if mailing_list is None:
        return
    with override(settings.LANGUAGE_CODE):
        for editor in editors_with_an_address():
            write_mail(
                purpose="reader mail",
                key=f"{notice_key(mail.pk)}{editor.pk}",
                to=editor.email,
                subject=_subject_of_notice(mail),
                template="newsletter/email/reader_mail",
                context={
                    "mail": mail,
                    "address": absolute_url(
                        "admin:newsletter_readermail_change", mail.pk
                    ),
                },
                from_header=mailing_list.from_header,
                mailing_list=mailing_list,
                now=now,
            )


def _subject_of_notice(mail: ReaderMail) -> str:
    about = {"subject": _subject_of(mail)}
    if mail.may_be_in_need:
        # Nobody should find this among the rest on Monday.
        return _("Perhaps in need: %(subject)s") % about
    return _("Reader's mail: %(subject)s") % about


def notice_key(mail_id: int) -> str:
    """Return how the keys of the notices of one mail begin: they quote its text."""
    return f"reader-mail-{mail_id}-"


def _subject_of(mail: ReaderMail) -> str:
    subject = mail.article.title if mail.article else mail.subject
    return " ".join((subject or _("without a subject")).split())[:120]


def editors_with_an_address() -> list[User]:
    """Return the colleagues who look after reader mail and can be mailed."""
    return list(colleagues_for_mail().exclude(email=""))


def colleagues_for_mail() -> "QuerySet[User]":
    """Return the colleagues who look after reader mail."""
    may_look = Permission.objects.filter(
        content_type__app_label="newsletter", codename="change_readermail"
    )
    theirs = User.objects.filter(
        Q(groups__permissions__in=may_look) | Q(user_permissions__in=may_look),
        is_active=True,
        is_staff=True,
    )
    return theirs.distinct().order_by("pk")
