"""All the tables of a first migration, made at once."""

import pytest
from django.db import migrations, models
from django.db.migrations.state import ProjectState
from django.db.utils import ConnectionHandler

from newsletter.first_tables import FirstTables

KEY = ("id", models.BigAutoField(primary_key=True))
MAKING = (
    migrations.CreateModel("Jar", [KEY]),
    migrations.CreateModel("Shelf", [KEY]),
    migrations.AddField("Jar", "name", models.CharField(max_length=9, default="")),
    migrations.AddField(
        "Jar", "shelf", models.ForeignKey("pantry.Shelf", on_delete=models.CASCADE)
    ),
    migrations.AddConstraint(
        "Jar", models.UniqueConstraint(fields=["name"], name="jar_once")
    ),
)


@pytest.fixture
def empty_house(django_db_blocker):
    """A database of its own, where nothing is."""
    name = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    with django_db_blocker.unblock():
        house = ConnectionHandler({"default": name})["default"]
        yield house
        house.close()


@pytest.fixture
def pantry(empty_house):
    """The tables are there, and the way back to none of them is left."""
    making, before, after = FirstTables(MAKING), ProjectState(), ProjectState()
    making.state_forwards("pantry", after)
    with empty_house.schema_editor() as editor:
        making.database_forwards("pantry", editor, before, after)

    def back():
        with empty_house.schema_editor() as editor:
            making.database_backwards("pantry", editor, after, before)

    return back


def test_what_is_added_to_a_model_stands_in_its_table_at_once(empty_house, pantry):
    with empty_house.cursor() as cursor:
        columns = empty_house.introspection.get_table_description(cursor, "pantry_jar")
        facts = empty_house.introspection.get_constraints(cursor, "pantry_jar")
    assert [column.name for column in columns] == ["id", "name", "shelf_id"]
    assert facts["jar_once"]["unique"]
    references = [fact["foreign_key"] for fact in facts.values()]
    assert ("pantry_shelf", "id") in references


def test_going_back_leaves_no_table(empty_house, pantry):
    assert empty_house.introspection.table_names() == ["pantry_jar", "pantry_shelf"]
    pantry()
    assert empty_house.introspection.table_names() == []


def test_models_of_before_are_still_there_afterwards():
    state = ProjectState()
    migrations.CreateModel("Mouse", [KEY]).state_forwards("cellar", state)
    assert state.apps.get_model("cellar", "Mouse")
    FirstTables(MAKING).state_forwards("pantry", state)
    assert state.apps.get_model("cellar", "Mouse")
    assert state.apps.get_model("pantry", "Jar")
