"""Colleagues who are logged in."""

from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client

from tests.factories import UserFactory


def role_of(name: str) -> Group:
    """A role as the migration made it; tests with real commits empty its table."""
    if not Group.objects.filter(name=name).exists():
        editor = SimpleNamespace(connection=connection)
        migrations = "newsletter.migrations"
        import_module(f"{migrations}.0003_roles").make_roles(apps, editor)
        feeds = import_module(f"{migrations}.0020_feeds_and_arrivals")
        feeds.share_out_feeds(apps, editor)
        systems = import_module(f"{migrations}.0029_connected_systems")
        systems.share_out(apps, editor)
        corrections = import_module(f"{migrations}.0033_corrections")
        corrections.share_out(apps, editor)
        answers = import_module(f"{migrations}.0036_answers_to_readers")
        answers.share_out(apps, editor)
        ways_in = "subscribers.migrations.0008_who_looks_after_ways_in"
        import_module(ways_in).share_out(apps, editor)
        segments = "subscribers.migrations.0012_who_makes_segments"
        import_module(segments).share_out(apps, editor)
        notes = "subscribers.migrations.0015_who_keeps_notes_and_tags"
        import_module(notes).share_out(apps, editor)
        staying = "subscribers.migrations.0025_who_asks_to_stay"
        import_module(staying).share_out(apps, editor)
        requests = "subscribers.migrations.0017_who_answers_privacy_requests"
        import_module(requests).share_out(apps, editor)
        lists = "subscribers.migrations.0019_who_may_take_lists_in"
        import_module(lists).share_out(apps, editor)
        chores = "subscribers.migrations.0021_who_does_chores"
        import_module(chores).share_out(apps, editor)
    return Group.objects.get(name=name)


def log_in(client: Client, role: str, username: str = "els") -> User:
    """Log a colleague with this role in."""
    user: User = UserFactory.create(username=username, first_name=username.capitalize())
    user.groups.add(role_of(role))
    client.force_login(user)
    return user


def messages_of(answer) -> str:
    """What the page says back, after following where it leads."""
    return " ".join(str(message) for message in answer.context["messages"])
