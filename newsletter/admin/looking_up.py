"""What the forms of blocks choose, looked up at once: it is asked at every pause."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.forms import ModelChoiceField

# What the mail tells of a chosen row stands in these rows beside it.
_WITH_IT = {"article": ("category", "picture"), "expert": ("portrait",)}
# A number that fits the database; the field itself refuses a longer one.
_LONGEST_KEY = 18


def look_up_at_once(forms: Iterable[Any]) -> None:
    """Let the fields of unchecked forms find what is chosen with one query for each.

    A block finds its own row already: its form was made of it.
    """
    fields: dict[str, list[tuple[Any, str]]] = defaultdict(list)
    for form in forms:
        form.fields.pop("id", None)
        for name, field in form.fields.items():
            chosen = form.data.get(form.add_prefix(name), "")
            is_key = chosen.isdecimal() and len(chosen) <= _LONGEST_KEY
            if isinstance(field, ModelChoiceField) and is_key:
                fields[name].append((field, chosen))
    for name, choices in fields.items():
        _look_up(name, choices)


def _look_up(name: str, choices: list[tuple[Any, str]]) -> None:
    offered = choices[0][0].queryset.select_related(*_WITH_IT.get(name, ()))
    rows = {
        str(row.pk): row for row in offered.filter(pk__in={key for _, key in choices})
    }
    for field, key in choices:
        if row := rows.get(key):
            field.to_python = _always(row)


def _always(row: Any) -> Any:
    return lambda _value: row
