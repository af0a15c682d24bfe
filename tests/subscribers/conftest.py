"""What the tests of the readers' pages share."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, connections


@pytest.fixture
def database_for_threads(tmp_path):
    """Run functions in threads at once, each with a connection of its own.

    Threads cannot wait for each other in a SQLite database in memory; there they get
    a copy of it in a file, with the options that the product runs with.
    """

    @contextmanager
    def database():
        if "memory" not in str(connection.settings_dict["NAME"]):
            yield _in_threads
            return
        name = connection.settings_dict["NAME"]
        copy = tmp_path / "copy.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        # As migrating does: changing a file to WAL while others open it is refused.
        with sqlite3.connect(copy) as first:
            first.execute("PRAGMA journal_mode=WAL")
        connection.settings_dict["NAME"] = str(copy)
        try:
            yield _in_threads
        finally:
            connection.settings_dict["NAME"] = name

    return database


def _in_threads(*functions):
    def run(function):
        try:
            return function()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(run, functions))
