"""The change form of an issue as a browser would post it, filled from what is saved."""

from uuid import uuid4

from django.urls import reverse

from newsletter.admin.typed import as_form
from newsletter.issues.merging import seen
from newsletter.issues.models import Issue
from newsletter.issues.texts import text_of


def change_url(issue):
    """Where an issue is changed."""
    return reverse("admin:newsletter_issue_change", args=[issue.pk])


def opened(issue):
    """What the page of an issue holds when it is just opened."""
    issue = Issue.objects.get(pk=issue.pk)
    saved = text_of(issue)
    form = as_form(saved, over=saved).dict()
    return form | {
        "seen_version": str(issue.version),
        "seen": seen(saved).as_json(),
        "page": str(uuid4()),
        "turn": "1",
        "_continue": "1",
    }


def asked_in(answer):
    """The questions of the page that asks, by their headings."""
    return {one.heading: one for one in answer.context["asked"]}


def form_in(answer):
    """What that page posts back, without the answers."""
    return dict(answer.context["form"]) | {"met": "1"}
