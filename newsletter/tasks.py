"""The clock's door: every Celery task, each one call of an activity."""
