"""Colleagues who are logged in."""

from django.contrib.auth.models import Group, User
from django.test import Client

from tests.factories import UserFactory


def role_of(name: str) -> Group:
    """A role as the migrations made it."""
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
