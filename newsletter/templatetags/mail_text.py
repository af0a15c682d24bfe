"""Filters for the plain text of a mail."""

from django import template

from newsletter.rendering.text import wrapped

register = template.Library()


@register.filter
def wrap(text: object) -> str:
    """Return each line of a text in lines of at most 78 characters."""
    return "\n".join(wrapped(line) for line in str(text).splitlines())
