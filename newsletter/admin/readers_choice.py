"""Choosing for whom an issue is: everyone, who chose a topic, or a segment."""

from typing import Any

from django.utils.translation import gettext as _

from newsletter.issues.models import Issue
from subscribers.models import Topic


def fields_for_readers(issue: Issue) -> tuple[str, ...]:
    """Return what there is to choose from on the list of an issue."""
    mailing_list = issue.mailing_list
    there_are = {
        "topic": issue.topic_id or mailing_list.topics.exists(),
        "segment": issue.segment_id or mailing_list.segments.exists(),
    }
    return tuple(name for name, any_there in there_are.items() if any_there)


def offer_readers(fields: dict[str, Any], issue: Issue) -> None:
    """Let a form offer the topics and segments of the list of an issue."""
    mailing_list = issue.mailing_list
    offered = {
        "topic": Topic.objects.offered(mailing_list)
        | mailing_list.topics.filter(pk=issue.topic_id or 0),
        "segment": mailing_list.segments.order_by("name"),
    }
    for name in offered.keys() & fields.keys():
        field = fields[name]
        field.queryset = offered[name]
        field.empty_label = _("everyone")
        # They are made on pages of their own, where one sees what one does.
        for may in ("add", "change", "delete", "view"):
            setattr(field.widget, f"can_{may}_related", False)
