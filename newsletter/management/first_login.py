"""The first login of an installation: made once, shown once, kept in a file."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

USERNAME = "redactie"
FILE = "login.txt"


@dataclass(frozen=True)
class Login:
    """Who may open the admin, and the file that remembers the password."""

    username: str
    password: str
    kept_in: Path


def make_first_login(data_dir: Path) -> Login | None:
    """Make a user with every right while there are no users yet; else None.

    The password is random and readable by the owner of the data folder only.
    """
    with transaction.atomic():
        if User.objects.exists():
            return None
        login = Login(USERNAME, secrets.token_urlsafe(12), data_dir / FILE)
        User.objects.create_superuser(
            USERNAME, "els@rockjouwinbox.example", login.password, first_name="Els"
        )
        # Inside the transaction: no user whose password nobody knows.
        _keep(login)
    return login


def _keep(login: Login) -> None:
    login.kept_in.unlink(missing_ok=True)
    handle = os.open(login.kept_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{login.username}\n{login.password}\n")
