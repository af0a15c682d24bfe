"""Make all the tables of a first migration at once.

Django looks at every model again after each of the hundred operations; a newcomer would
wait for that on the first start, and so would each run of the tests. Here the models
are looked at once, as they are in the end, and their tables are made from that.
"""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model


class FirstTables(Operation):
    """Operations of an app without tables, which make models and add to them only."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        """Take them in the order in which `makemigrations` wrote them."""
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Take all of it in before any model is made of it."""
        # What was rendered so far would be rendered anew at each step.
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Make each table with its columns, indexes and constraints."""
        for model in self._models(app_label, schema_editor, to_state):
            schema_editor.create_model(model)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the tables, the last made first."""
        for model in reversed(self._models(app_label, schema_editor, from_state)):
            schema_editor.delete_model(model)

    def describe(self) -> str:
        """Say what it does, in the words of `migrate --plan`."""
        return f"Make the first {len(self._names())} tables"

    def _names(self) -> list[str]:
        makings = (one for one in self.operations if isinstance(one, CreateModel))
        return [making.name for making in makings]

    def _models(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        state: ProjectState,
    ) -> list[type[Model]]:
        models = [state.apps.get_model(app_label, name) for name in self._names()]
        alias = schema_editor.connection.alias
        return [model for model in models if self.allow_migrate_model(alias, model)]
