"""What the composer costs to load: an editor also works in a train."""

import json
import re
from pathlib import Path
from urllib.parse import urljoin

import brotli
import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from tests.factories import IssueFactory
from tests.newsletter.admin.colleagues import log_in

MOST = 450_000
# What files name in turn: modules their modules, style sheets their fonts and pictures.
_IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["']([^"']+)["']""")
_URL = re.compile(r"""url\(\s*["']?([^"')#?]+)""")
_PACKED = frozenset({".woff2", ".png", ".jpg", ".jpeg", ".gif"})


@pytest.fixture
def page(client, mailing_list):
    log_in(client, "Redactie", "redactie")
    issue = IssueFactory.create(mailing_list=mailing_list)
    address = reverse("admin:newsletter_issue_change", args=[issue.pk])
    return client.get(address).content


def files_of(page):
    """Every static file that the page asks for, by its address."""
    soup = BeautifulSoup(page, "html.parser")
    maps = [json.loads(tag.text) for tag in soup.select("script[type=importmap]")]
    names = {name: to for one in maps for name, to in one["imports"].items()}
    waiting = [str(tag["src"]) for tag in soup.select("script[src]")]
    waiting += [str(tag["href"]) for tag in soup.select("link[rel=stylesheet]")]
    found: dict[str, bytes] = {}
    while waiting:
        address = waiting.pop()
        if address in found or not address.startswith(settings.STATIC_URL):
            continue
        found[address] = content_of(address)
        waiting += asked_by(address, found[address], names)
    return found


def content_of(address):
    path = finders.find(address.removeprefix(settings.STATIC_URL))
    assert path, address
    return Path(path).read_bytes()


def asked_by(address, content, names):
    if address.endswith(".css"):
        return [urljoin(address, found) for found in _URL.findall(content.decode())]
    if not address.endswith(".js"):
        return []
    imported = _IMPORT.findall(content.decode())
    beside = [urljoin(address, name) for name in imported if name.startswith(".")]
    return beside + [names[name] for name in imported if name in names]


def weight_of(address, content):
    if Path(address).suffix in _PACKED:
        return len(content)
    return len(brotli.compress(content, quality=9))


def test_the_composing_page_stays_light(page):
    # Both editors bring the same font; a browser takes the one that it is told last.
    files = files_of(page)
    last = {one.rpartition("/")[2]: one for one in files if one.endswith(".woff2")}
    weights = {
        one: weight_of(one, content)
        for one, content in files.items()
        if not one.endswith(".woff2") or one in last.values()
    }
    own = len(brotli.compress(page, quality=5))
    print(f"{len(weights)} files of {sum(weights.values())} bytes, page of {own}")
    print(sorted(weights.items(), key=lambda item: -item[1])[:8])
    assert own + sum(weights.values()) <= MOST


def test_a_page_without_slugs_does_not_load_what_makes_them(page):
    assert not [one for one in files_of(page) if "xregexp" in one or "urlify" in one]


def test_what_is_weighed_is_what_the_page_loads(page):
    names = " ".join(files_of(page))
    for name in ("desk.css", "composer.js", "composer/preview.js", "editor", "woff2"):
        assert name in names
