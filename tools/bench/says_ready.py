"""What gunicorn does besides in the bench: say of each process that it takes calls."""

from gunicorn.workers.base import Worker


def post_worker_init(worker: Worker) -> None:
    """Print a line once the site is loaded; gunicorn calls it by this name."""
    print("ready", flush=True)
