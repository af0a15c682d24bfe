"""What was there before it was taken down: for a lawyer, years later, in one zip file.

Only what we made and decided; of readers there are numbers, never names.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.serializers.json import DjangoJSONEncoder
from django.forms.models import model_to_dict

from newsletter.articles.calm_pictures import files_of
from newsletter.articles.models import Article
from newsletter.articles.picture_models import Picture
from newsletter.audit.models import AuditEntry
from newsletter.delivery.models import Dispatch
from newsletter.delivery.progress import progress
from newsletter.publishing.models import Approval
from newsletter.rendering.models import Link, Rendition

Parts = Iterator[tuple[str, bytes]]


def evidence_of(
    article: Article, reason: str, *, by: AbstractBaseUser, now: datetime
) -> bytes:
    """Return a zip file with the article, its picture and rights, and its issues.

    ``sha256.txt`` in it names the digest of every other file (FIPS 180-4).
    """
    parts = dict(_parts(article, reason, by=by, now=now))
    sums = [
        f"{hashlib.sha256(part).hexdigest()}  {name}" for name, part in parts.items()
    ]
    parts["sha256.txt"] = ("\n".join(sums) + "\n").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, now.timetuple()[:6]), part)
    return out.getvalue()


def renditions_with(article: Article) -> "Iterable[Rendition]":
    """Return every frozen mail that leads to an article, the first one first."""
    links = Link.objects.filter(article=article).values("rendition")
    renditions = Rendition.objects.filter(pk__in=links)
    return renditions.select_related("issue__mailing_list", "created_by").order_by("pk")


def _parts(
    article: Article, reason: str, *, by: AbstractBaseUser, now: datetime
) -> Parts:
    renditions = list(renditions_with(article))
    dispatches = Dispatch.objects.filter(issue__in={r.issue_id for r in renditions})
    told = {"reason": reason, "by": by.get_username(), "at": now}
    yield "takedown.json", _json(told)
    yield "article.json", _json(_article(article))
    if article.picture is not None:
        yield "picture.json", _json(_picture(article.picture))
        yield from _files(article.picture)
    for rendition in renditions:
        yield from _rendition(rendition)
    for dispatch in dispatches.order_by("pk"):
        yield f"dispatch-{dispatch.pk}.json", _json(_dispatch(dispatch))
    yield "acts.json", _json(_acts(article, dispatches))


def _article(article: Article) -> dict[str, Any]:
    columns = model_to_dict(article, exclude=["authors"])
    return {
        **columns,
        "authors": article.author_names,
        "updated_at": article.updated_at,
    }


def _picture(picture: Picture) -> dict[str, Any]:
    rights = model_to_dict(picture, exclude=["image"])
    return {**rights, "file": picture.image.name, "added_at": picture.created_at}


def _files(picture: Picture) -> Parts:
    for path in files_of(picture)[:1]:
        yield f"picture/{path.name}", path.read_bytes()


def _rendition(rendition: Rendition) -> Parts:
    place = f"issue-{rendition.issue.number}-{rendition.pk}"
    yield f"{place}/mail.html", rendition.html.encode()
    yield f"{place}/mail.txt", rendition.text.encode()
    links = rendition.links.values("position", "target", "label", "block_kind")
    approval = Approval.objects.filter(rendition=rendition).first()
    yield (
        f"{place}/rendition.json",
        _json(
            {
                "newsletter": rendition.issue.mailing_list.name,
                "issue": rendition.issue.number,
                "subject": rendition.subject,
                "sha256": rendition.sha256,
                "frozen_at": rendition.created_at,
                "frozen_by": _name(rendition.created_by),
                "approved_by": _name(approval.approved_by) if approval else None,
                "approved_at": approval.approved_at if approval else None,
                "links": list(links.order_by("position")),
            }
        ),
    )


def _dispatch(dispatch: Dispatch) -> dict[str, Any]:
    account = progress(dispatch)
    return {
        "issue": dispatch.issue_id,
        "state": dispatch.state,
        "due_at": dispatch.due_at,
        "started_at": dispatch.started_at,
        "finished_at": dispatch.finished_at,
        "audience": account.audience,
        "accepted": account.accepted,
        "waiting": account.waiting,
    }


def _acts(article: Article, dispatches: Iterable[Dispatch]) -> "list[Any]":
    sendings = list(dispatches)
    issues = (dispatch.issue for dispatch in sendings)
    acts = AuditEntry.objects.about(article, *sendings, *issues).order_by("at", "pk")
    return [*acts.values("at", "actor_name", "act", "subject", "details")]


def _name(user: AbstractBaseUser | None) -> str | None:
    return user.get_username() if user else None


def _json(value: Any) -> bytes:
    text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()
