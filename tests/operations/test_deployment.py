"""docker-compose.yml, .env.example and README speak of what the code really reads."""

import re
from pathlib import Path

import pytest

from newsletter.management.supervisor.programs import QUEUES, programs

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
READ_BY_CODE = (ROOT / "newsletter" / "settings.py").read_text()
# Read by Compose itself, to make the addresses of database and queue.
OF_COMPOSE = {"POSTGRES_PASSWORD", "REDIS_PASSWORD"}


def is_read(name: str) -> bool:
    return f'"{name}"' in READ_BY_CODE or name.startswith("ANYMAIL_")


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r"^#?([A-Z][A-Z_]+)=", EXAMPLE, re.M)) - OF_COMPOSE)
)
def test_a_name_in_the_example_is_read_by_the_settings(name):
    assert is_read(name)


@pytest.mark.parametrize(
    "name",
    sorted(set(re.findall(r"^    ([A-Z][A-Z_]+): .*$", COMPOSE, re.M)) - OF_COMPOSE),
)
def test_a_name_in_compose_is_read_by_the_settings(name):
    assert is_read(name)


def test_every_variable_of_compose_is_in_the_example():
    used = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))
    assert used <= set(re.findall(r"^#?([A-Z][A-Z_]+)=", EXAMPLE, re.M))


@pytest.mark.parametrize("queues", QUEUES.values())
def test_compose_serves_the_same_queues(queues):
    assert f'"--queues={queues}"' in COMPOSE


def test_every_task_goes_to_a_queue_that_somebody_serves(settings):
    served = {queue for queues in QUEUES.values() for queue in queues.split(",")}
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert routed | {"celery"} <= served


def test_images_are_pinned_to_a_version():
    for image in re.findall(r"^ +image: (\S+)$", COMPOSE, re.M):
        assert image == "rock-jouw-inbox" or re.search(r":v?\d+\.\d+", image)
    [base] = re.findall(r"^FROM (\S+)$", (ROOT / "Dockerfile").read_text(), re.M)
    assert re.search(r":3\.\d+\.\d+-", base)


def test_packages_are_pinned_with_hashes_and_without_the_place_they_came_from():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pinned = re.findall(r"^[A-Za-z0-9][^ ]*==[^ ]+", text, re.M)
        assert len(pinned) == len(re.findall(r"^[A-Za-z0-9]", text, re.M))
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text


def test_the_web_is_for_this_machine_only(tmp_path):
    [web, *_rest] = programs(
        port=8000, data_dir=tmp_path, queue_url="redis://", many_processes=False
    )
    assert "--bind=127.0.0.1:8000" in web.command
    assert "--workers=1" in web.command
    assert web.environment["REDIS_URL"] == "redis://"


@pytest.mark.parametrize(
    "name", re.findall(r"^\| `([A-Z][A-Z_]+)` ", (ROOT / "README.md").read_text(), re.M)
)
def test_a_setting_of_the_readme_is_read(name):
    assert is_read(name)
