"""Reading the readers' pages as a person does, and filling in their forms."""

import re
from typing import Any

import time_machine
from bs4 import BeautifulSoup
from django.apps import apps
from django.utils import timezone

from newsletter.outbox.models import OutgoingMail

SIGN_UP = "/aanmelden/"
SANNE = "sanne@example.nl"


def soup(response) -> Any:
    """Return the page, to look around in."""
    return BeautifulSoup(response.content, "html.parser")


def path_of(url):
    return url.removeprefix("http://localhost:8000")


def everything():
    """Return every row of both apps, to see that nothing changed."""
    models: list[Any] = [*apps.get_app_config("subscribers").get_models(), OutgoingMail]
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in models
    }


def form_of(response, act=None):
    """Return the fields of a form on a page, as a browser would send them."""
    page = soup(response)
    for form in page.main.find_all("form"):
        fields = {
            field["name"]: field.get("value", "")
            for field in form.find_all("input")
            if field.get("type") not in ("radio", "checkbox")
        }
        if act is None or fields.get("act") == act:
            return fields
    raise AssertionError(f"no form {act}")


def heading(response):
    return soup(response).h1.get_text(strip=True)


def sign_up(browser, address=SANNE, first_name="", wait=5, at=SIGN_UP, **changes):
    """Fill in the form as a reader who takes a few seconds."""
    opened = timezone.now()
    with time_machine.travel(opened, tick=False) as clock:
        fields = form_of(browser.get(at))
        clock.shift(wait)
        fields |= {"address": address, "first_name": first_name, **changes}
        return browser.post(at, fields)


def confirm_link():
    text = OutgoingMail.objects.latest("pk").text
    (link,) = re.findall(r"http://\S+/bevestigen/\S+", text)
    return path_of(link)
