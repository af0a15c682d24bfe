"""Filters for the plain text of a mail."""

from django import template

from newsletter.rendering.text import wrapped

register = template.Library()


@register.filter
def wrap(text: object, indent: str = "") -> str:
    """Return each line of a text in lines of at most 78; ``indent`` after a break."""
    return "\n".join(wrapped(line, rest=indent) for line in str(text).splitlines())
