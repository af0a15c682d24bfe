"""What templates of the desk ask."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import template
from django.apps import apps
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.views.main import ChangeList
from django.utils.translation import ngettext

from newsletter.issues.models import Issue
from newsletter.publishing.models import Comment

register = template.Library()


@register.simple_tag
def open_remarks(issue: Issue) -> int:
    """Return how many remarks about an issue nobody has dealt with."""
    return Comment.objects.open().filter(issue=issue).count()


@register.simple_tag
def sortable_columns(changelist: ChangeList) -> list[dict[str, Any]]:
    """Return the heads by which a list is put in order, for where it shows none."""
    return [head for head in result_headers(changelist) if head["sortable"]]


@register.filter
def in_words_of_ours(
    model_count: Iterable[tuple[object, int]],
) -> list[tuple[object, int]]:
    """Return how many of each kind go, without the rows that only tie two together."""
    models = [one._meta for one in apps.get_models(include_auto_created=True)]
    ties = {str(one.verbose_name_plural) for one in models if one.auto_created}
    return [(name, count) for name, count in model_count if str(name) not in ties]


@register.filter
def counted(things: Iterable[object]) -> list[tuple[object, int]]:
    """Return each thing once, and how often it was there."""
    return list(Counter(things).items())


@register.filter
def how_long(wait: timedelta) -> str:
    """Return a length of time in its largest unit: "3 days", "5 hours", "1 minute"."""
    minutes = max(1, round(wait.total_seconds() / 60))
    if minutes >= 48 * 60:
        days = round(minutes / 60 / 24)
        return ngettext("%d day", "%d days", days) % days
    if minutes >= 60:
        hours = round(minutes / 60)
        return ngettext("%d hour", "%d hours", hours) % hours
    return ngettext("%d minute", "%d minutes", minutes) % minutes
