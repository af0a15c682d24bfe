"""What the desks of readers' mail share: a letter typed, an act tried."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from newsletter.characters import refuse_in_text, without_forbidden
from newsletter.mistakes.handling import ChangedMeanwhile
from newsletter.mistakes.letters import CannotWrite
from newsletter.mistakes.road import WrongStep

LONGEST_LETTER = 5000
_LONGEST_KEY = 18


class LetterForm(forms.Form):
    """What is written to readers."""

    words = forms.CharField(
        max_length=LONGEST_LETTER,
        validators=[refuse_in_text],
        error_messages={"required": gettext_lazy("Write them a few words.")},
    )


def try_to(request: HttpRequest, act: Callable[[], object], told: str = "") -> None:
    """Do something and say what happened: ``told``, else what the act returns."""
    try:
        said = act()
    except ChangedMeanwhile as meanwhile:
        messages.warning(request, str(meanwhile))
    except (WrongStep, CannotWrite) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, told or str(said))


def typed(request: HttpRequest, name: str) -> str:
    """Return what was typed, without signs that no database or mail may hold."""
    return without_forbidden(request.POST.get(name, "")).strip()


def typed_number(request: HttpRequest, name: str) -> int | None:
    """Return the key of a row that was sent, if it is one that a database can hold."""
    number = request.POST.get(name, "")
    return int(number) if number.isdecimal() and len(number) <= _LONGEST_KEY else None


def first_error(form: forms.Form) -> str:
    """Return what is wrong with a form, in one sentence."""
    errors: Any = next(iter(form.errors.values()))
    return str(errors[0])
