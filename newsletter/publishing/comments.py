"""Talking about an issue beside it: remarks, answers, done.

They stand in rows of their own, which no form of the issue knows: saving, restoring or
taking a block out leaves them as they are.
"""

import re
import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from newsletter.characters import FORBIDDEN_IN_TEXT
from newsletter.issues.models import Issue
from newsletter.issues.texts import name_of, text_of
from newsletter.links import absolute_url
from newsletter.outbox.writing import write_mail
from newsletter.publishing.deputies import LOOKING
from newsletter.publishing.models import Comment
from newsletter.publishing.second_eyes import name_of as called

PURPOSE = "comment"
LONGEST = 2000
_BACKEND = "django.contrib.auth.backends.ModelBackend"
# Not the second half of an address; a full stop after a name ends the sentence.
_NAMED = re.compile(r"(?<![\w.+-])@([\w+-]+(?:\.[\w+-]+)*)")


class CannotComment(Exception):
    """Why this is not written down, and what to do about it."""


# --- Acts ---


def write_comment(
    issue: Issue,
    text: str,
    *,
    by: User,
    now: datetime,
    key: uuid.UUID,
    block: str = "",
    answers: Comment | None = None,
) -> Comment:
    """Write a remark, or an answer to one; tell by mail whoever is named with @.

    Args:
        key: the same key twice is one remark.
        block: the block it is about, as ``issues.texts`` names it.

    Raises:
        CannotComment: nothing said, too much, or about a block that is gone.
    """
    text = text.replace("\r\n", "\n").strip()
    _refuse(text)
    about = _about(issue, block) if block else ""
    try:
        with transaction.atomic():
            comment = Comment.objects.create(
                issue=issue,
                key=key,
                answers=answers and (answers.answers or answers),
                block=block,
                about=about,
                text=text,
                written_by=by,
                written_at=now,
            )
            _tell(comment, people_named(text), by=by, now=now)
    except IntegrityError:
        return Comment.objects.get(key=key)
    return comment


def finish_comment(comment: Comment, *, by: User, now: datetime) -> None:
    """Say that a remark is dealt with; the first who says so is written down."""
    Comment.objects.open().filter(pk=comment.pk).update(done_at=now, done_by=by)


def reopen_comment(comment: Comment) -> None:
    """Say that it is not dealt with after all."""
    Comment.objects.filter(pk=comment.pk).update(done_at=None, done_by=None)


def _refuse(text: str) -> None:
    if not text:
        raise CannotComment(_("Write something first."))
    if len(text) > LONGEST:
        raise CannotComment(
            _("That is %(length)d characters; %(most)d will do. Make it shorter.")
            % {"length": len(text), "most": LONGEST}
        )
    if FORBIDDEN_IN_TEXT.search(text):
        raise CannotComment(_("This contains an invisible character. Type it again."))


def _about(issue: Issue, key: str) -> str:
    """Return what to call the block from now on, also once it is gone."""
    block = text_of(issue).block(key)
    if block is None:
        raise CannotComment(
            _("That block is not in the issue any more. Choose another, or none.")
        )
    return name_of(block)[:120]


# --- Whoever is named ---


def colleagues() -> "QuerySet[User]":
    """Return who can read what is said of an issue."""
    return User.objects.with_perm(LOOKING, backend=_BACKEND).order_by("pk")


def people_named(text: str) -> list[User]:
    """Return the colleagues named with @, by user name or by a first name of one."""
    people = list(colleagues())
    found = {
        person.pk: person
        for name in _names_in(text)
        if (person := _who_is(name, people))
    }
    return list(found.values())


def names_unknown(text: str) -> list[str]:
    """Return the names after an @ that are nobody's, or more than one person's."""
    people = list(colleagues())
    return [name for name in _names_in(text) if _who_is(name, people) is None]


def _names_in(text: str) -> list[str]:
    return list(dict.fromkeys(_NAMED.findall(text)))


def _who_is(name: str, people: Iterable[User]) -> User | None:
    wanted = name.casefold()
    by_name = [one for one in people if one.get_username().casefold() == wanted]
    found = by_name or [one for one in people if one.first_name.casefold() == wanted]
    return found[0] if len(found) == 1 else None


def _tell(comment: Comment, people: list[User], *, by: User, now: datetime) -> None:
    others = [person for person in people if person.pk != by.pk]
    comment.named.set(others)
    mailing_list = comment.issue.mailing_list
    with override(settings.LANGUAGE_CODE):
        for person in others:
            if not person.email:
                continue
            write_mail(
                purpose=PURPOSE,
                key=f"{PURPOSE}-{comment.pk}-{person.pk}",
                to=person.email,
                subject=_("%(name)s asks you something about %(issue)s")
                % {"name": called(by), "issue": str(comment.issue).lower()},
                template=f"newsletter/email/{PURPOSE}",
                context={
                    "comment": comment,
                    "who": called(by),
                    "address": absolute_url(
                        "admin:newsletter_issue_comments", comment.issue_id
                    ),
                },
                from_header=mailing_list.from_header,
                mailing_list=mailing_list,
                now=now,
            )
