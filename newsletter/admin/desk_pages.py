"""What the pages on which an issue gets out share: who may, which issue, the frame."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from newsletter.issues.models import Issue
from newsletter.publishing.deputies import may

MAY_LOOK = "newsletter.view_issue"


def user_of(request: HttpRequest) -> User:
    """Return who is at the desk.

    Raises:
        PermissionDenied: nobody is.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def issue_for(request: HttpRequest, issue_id: int, permission: str = MAY_LOOK) -> Issue:
    """Return the issue, for whoever may do this with it or stands in for who may.

    Raises:
        PermissionDenied: they may not.
        Http404: it is not there.
    """
    user = user_of(request)
    if not user.has_perm(MAY_LOOK) or not may(user, permission, now=timezone.now()):
        raise PermissionDenied
    issues = Issue.objects.select_related("mailing_list", "updated_by")
    return get_object_or_404(issues, pk=issue_id)


def issue_page(
    request: HttpRequest, template: str, issue: Issue, status: int = 200, **context: Any
) -> TemplateResponse:
    """Return a page about an issue in the frame of the desk."""
    return TemplateResponse(
        request,
        f"admin/newsletter/issue/{template}.html",
        {
            **admin.site.each_context(request),
            "opts": Issue._meta,
            "issue": issue,
            "issue_url": change_url(issue),
            **context,
        },
        status=status,
    )


def titled(words: str, issue: Issue) -> str:
    """Return a title that names the issue as one does within a sentence."""
    title = words % {"issue": str(issue).lower()}
    return title[:1].upper() + title[1:]


def change_url(row: models.Model) -> str:
    """Return the page on which a row is changed; "" where there is none."""
    try:
        return reverse(
            f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]
        )
    except NoReverseMatch:
        return ""
