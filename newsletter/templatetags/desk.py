"""What templates of the desk ask of an issue."""

from django import template

from newsletter.issues.models import Issue
from newsletter.publishing.models import Comment

register = template.Library()


@register.simple_tag
def open_remarks(issue: Issue) -> int:
    """Return how many remarks about an issue nobody has dealt with."""
    return Comment.objects.open().filter(issue=issue).count()
