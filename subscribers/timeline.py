"""What happened with one person, newest first: consents, issues, mail, what we did.

What this app keeps is told here; every other app tells its own (``registry``).
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.db.models import F, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from newsletter.audit.models import AuditEntry
from newsletter.audit.recording import MACHINE
from subscribers.models import (
    Consent,
    ConsentEvidence,
    Subscriber,
    Suppression,
)
from subscribers.registry import Happening, Person, stories_of

PAGE = 20


def person_of(subscriber: Subscriber) -> Person:
    """Return somebody with all that is theirs."""
    rows = subscriber.rows
    return Person(
        ids=tuple(one.pk for one in rows),
        addresses=tuple(one.address for one in rows if one.address),
        hashes=tuple(one.address_hash for one in rows if one.address_hash),
    )


def timeline_of(person: Person, page: int = 1) -> tuple[list[Happening], bool]:
    """Return one page of happenings, and whether there are older ones.

    Each part is asked for no more than the pages so far can show.

    Args:
        page: from 1, the newest.
    """
    newest = page * PAGE + 1
    told = [one for of in _PARTS for one in of(person, newest)]
    told += stories_of(person, newest)
    told.sort(key=lambda one: one.at, reverse=True)
    shown = list(islice(told, (page - 1) * PAGE, page * PAGE))
    return shown, len(told) > page * PAGE


def _consents(person: Person, newest: int) -> Iterator[Happening]:
    acts = Consent.objects.filter(subscriber__in=person.ids).select_related(
        "mailing_list", "evidence"
    )
    for act in acts.order_by("-at", "-pk")[:newest]:
        about = f" · {act.mailing_list.name}" if act.mailing_list else ""
        title = f"{act.get_act_display()}{about}"
        yield Happening(act.at, "consent", title, tuple(_proof(act)))


def _proof(act: Consent) -> Iterator[str]:
    """Say how, in which words, on what it rests, and from where."""
    yield _(act.channel) if act.channel else ""
    if act.wording:
        told = {"words": _(act.wording), "version": act.version}
        yield _("“%(words)s” (version %(version)s)") % told
    if act.given_on:
        yield _("given on %(day)s: %(origin)s") % {
            "day": date_format(act.given_on, "j F Y"),
            "origin": act.origin,
        }
    if act.by_name:
        yield _("by %(name)s") % {"name": act.by_name}
    evidence: ConsentEvidence | None = getattr(act, "evidence", None)
    if evidence and evidence.ip_address:
        yield _("from %(address)s") % {"address": evidence.ip_address}


def _blocks(person: Person, newest: int) -> Iterator[Happening]:
    rows = Suppression.objects.filter(address_hash__in=person.hashes)
    for row in rows.order_by("-at")[:newest]:
        why = str(row.get_reason_display())
        yield Happening(
            row.at, "trouble", _("blocked"), tuple(filter(None, (why, row.note)))
        )


def _acts_on_record(person: Person, newest: int) -> Iterator[Happening]:
    for entry in acts_about(person)[:newest]:
        by = _("the machine") if entry.actor_name == MACHINE else entry.actor_name
        yield Happening(
            entry.at, "desk", _(entry.act), (_("by %(name)s") % {"name": by},)
        )


def acts_about(person: Person) -> "QuerySet[AuditEntry]":
    """Return what colleagues did about a person that is kept on record."""
    subjects = [f"{Subscriber._meta.model_name} {pk}" for pk in person.ids]
    acts = AuditEntry.objects.filter(subject__in=subjects)
    return acts.order_by(F("at").desc(), "-pk")


_PARTS: tuple[Callable[[Person, int], Iterable[Happening]], ...] = (
    _consents,
    _blocks,
    _acts_on_record,
)
