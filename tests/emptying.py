"""Empty the tables after a test with real commits, as quickly as that can be done.

Django makes every table anew and then all permissions, so that our roles had to be made
again as well: a second of work. Here roles and permissions stay as the migrations made
them, and of the rest the rows are deleted, of which there are few.
"""

from functools import cache

from django.db import connection
from django.test import TransactionTestCase

STAYING = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
}


def empty_the_tables(case: TransactionTestCase) -> None:
    """Do what Django calls ``_fixture_teardown``."""
    with connection.constraint_checks_disabled():
        connection.ops.execute_sql_flush(_statements())


@cache
def _statements() -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True)
    deleting = [
        f"DELETE FROM {connection.ops.quote_name(name)}"  # noqa: S608 (our own tables)
        for name in sorted(set(names) - STAYING)
    ]
    if connection.vendor != "postgresql":
        return deleting
    # Of what is never deleted in the product the database would refuse it.
    unseen = "SET LOCAL session_replication_role = replica"
    # Said in one breath, it is answered in one.
    return ["; ".join([unseen, *deleting])]
