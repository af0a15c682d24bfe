"""The OpenAPI file is current, and whatever fits or breaks it gets no 5xx."""

import json
import random
import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.api.site import openapi
from newsletter.management.commands.write_openapi import FILE, as_text
from tests.factories import IssueFactory, SubscriptionFactory
from tests.newsletter.archive.test_searching import left

SCHEMA = openapi()
PARTS = SCHEMA["components"]["schemas"]
CALLS = [
    (method.upper(), path, operation)
    for path, operations in SCHEMA["paths"].items()
    for method, operation in operations.items()
]
NASTY = st.sampled_from(
    [
        *("", "\0", "\ud800", "zondag", "sanne@example.nl", "a" * 5000, "é@ü.nl"),
        *("2026-02-30", "9999-12-31", "0001-01-01", "Europe/Amsterdam", "../x"),
        *("192.0.2.1", "::1", "'; --", "{{ 7*7 }}", "\u202e", "every_issue"),
    ]
)
ANYTHING = st.recursive(
    NASTY | st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NASTY, inner, max_size=3)
    ),
    max_leaves=5,
)


def fitting(schema):
    """Values that a schema asks for."""
    if "$ref" in schema:
        return fitting(PARTS[schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return st.one_of([fitting(one) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("format") == "date":
        return st.dates().map(str)
    if schema.get("format") == "uuid":
        return st.uuids().map(str)
    if "pattern" in schema:
        return st.just("zondag") | st.from_regex(schema["pattern"], fullmatch=True)
    kinds = {
        "string": lambda: NASTY | st.text(max_size=schema.get("maxLength", 50)),
        "integer": lambda: st.integers(0, 2**70),
        "boolean": st.booleans,
        "null": st.none,
        "array": lambda: st.lists(fitting(schema["items"]), max_size=3),
        "object": lambda: st.fixed_dictionaries(
            {
                name: wrongly(fitting(part))
                for name, part in schema["properties"].items()
            }
        ),
    }
    return kinds[schema["type"]]()


def wrongly(values):
    """Mostly what is asked for, now and then anything at all."""
    return st.integers(0, 9).flatmap(lambda dice: ANYTHING if dice == 0 else values)


def body_of(operation):
    body = operation.get("requestBody")
    if body is None:
        return st.none()
    return wrongly(fitting(body["content"]["application/json"]["schema"]))


def test_the_file_beside_the_code_is_current():
    assert FILE.read_text() == as_text(), "run: python manage.py write_openapi"


def test_the_file_is_handed_out_and_every_reference_in_it_leads_somewhere(client):
    handed = client.get("/api/v1/openapi.json").json()
    assert handed == json.loads(as_text())
    for name in re.findall(r'"#/components/schemas/(\w+)"', as_text()):
        assert name in PARTS


def test_only_what_changes_something_takes_a_key():
    takes_a_key = {
        operation["operationId"]
        for operations in openapi()["paths"].values()
        for operation in operations.values()
        if "Idempotency-Key" in repr(operation.get("parameters"))
    }
    writes = {"sign_up", "sign_off", "end_subscription"}
    assert takes_a_key == writes | {"change_person", "change_subscription"}


def test_the_documentation_tells_of_every_call_without_a_script(client, db):
    page = client.get("/api/v1/docs/").content.decode()
    assert all(f"{method} {path}" in page for method, path, _operation in CALLS)
    assert "<script" not in page


@pytest.mark.parametrize(("method", "path", "_operation"), CALLS)
def test_every_call_asks_for_a_token(client, db, method, path, _operation):
    path = path.replace("{person}", "00000000-0000-4000-8000-000000000000")
    path = path.replace("{mailing_list}", "zondag").replace("{number}", "1")
    answer = client.generic(method, path, b"{}", content_type="application/json")
    assert answer.status_code == 401


@pytest.mark.parametrize(("method", "path", "operation"), CALLS)
def test_no_request_is_too_odd_to_be_answered(ask, now, method, path, operation):
    place = SubscriptionFactory(subscriber__address="sanne@example.nl")
    left(IssueFactory(number=7), now)
    known = {
        "person": str(place.subscriber.uuid),
        "mailing_list": "zondag",
        "number": 7,
    }
    parameters = {
        one["name"]: wrongly(fitting(one["schema"]) | st.just(known.get(one["name"])))
        for one in operation.get("parameters", ())
        if one["in"] in ("path", "query")
    }

    @settings(
        max_examples=12,
        database=None,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
        ],
    )
    @given(st.fixed_dictionaries(parameters), body_of(operation))
    def every_request(values, body):
        address, asked = path.removeprefix("/api/v1"), {}
        for name, value in values.items():
            if f"{{{name}}}" in address:
                address = address.replace(f"{{{name}}}", quoted(value) or "-")
            else:
                asked[name] = value
        if asked:
            address += "?" + "&".join(f"{name}={quoted(asked[name])}" for name in asked)
        answer = ask(method, address, body, key=f"k{random.random()}")
        assert answer.status_code < 500
        assert answer.status_code == 429 or str(answer.status_code) in {
            *map(str, operation["responses"]),
            "405",
        }
        if answer.status_code >= 400:
            assert answer.json()["status"] == answer.status_code

    every_request()


def quoted(value):
    return quote(str(value).encode("utf-8", "replace"), safe="")
