"""Origins of sites, as browsers write them: ``https://www.example.nl``."""

from urllib.parse import urlsplit

import idna
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from newsletter.installation import is_loopback
from subscribers.models import FormSite, MailingList

_USUAL_PORTS = {"http": 80, "https": 443}


class InvalidOrigin(ValueError):
    """The text names no site on which a form of ours may stand; it says why."""


def clean_origin(typed: str) -> str:
    """Return the origin of an address, typed with or without scheme and path.

    Raises:
        InvalidOrigin: no address of a site, or one that anybody could listen to.
    """
    typed = typed.strip()
    if "://" not in typed:
        typed = f"https://{typed}"
    try:
        parts = urlsplit(typed)
        host = idna.encode(parts.hostname or "", uts46=True).decode()
        port = parts.port
    except (ValueError, UnicodeError) as error:
        raise InvalidOrigin(_("Give the address of a site: www.example.nl")) from error
    if parts.scheme not in _USUAL_PORTS or not ("." in host or host == "localhost"):
        raise InvalidOrigin(_("Give the address of a site: www.example.nl"))
    suffix = f":{port}" if port and port != _USUAL_PORTS[parts.scheme] else ""
    origin = f"{parts.scheme}://{host}{suffix}"
    if parts.scheme == "http" and not is_loopback(origin):
        raise InvalidOrigin(_("Only a site with https keeps what readers type safe."))
    return origin


def origins_of(mailing_list: MailingList) -> list[str]:
    """Return which sites may show the form of a list."""
    sites = FormSite.objects.filter(mailing_list=mailing_list)
    return list(sites.values_list("origin", flat=True))


def is_our_own(request: HttpRequest) -> bool:
    """Tell whether a form was sent from a page of ours, by what the browser says."""
    here = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin", "") in (here, settings.SITE_URL)


def host_of(origin: str) -> str:
    """Return an origin without its scheme, as people say it."""
    return origin.partition("://")[2]
