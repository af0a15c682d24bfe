"""The same mail through Django alone: one connection, one message after another."""

import sys
import time

import django


def main() -> None:
    """``python -m tools.bench.plain COUNT``: print messages a second."""
    django.setup()
    from django.core.mail import EmailMultiAlternatives, get_connection

    from newsletter.rendering.models import Rendition

    count = int(sys.argv[1])
    rendition = Rendition.objects.get()
    connection = get_connection("django.core.mail.backends.smtp.EmailBackend")
    connection.open()
    began = time.perf_counter()
    for number in range(count):
        message = EmailMultiAlternatives(
            rendition.subject,
            rendition.text,
            "zondag@nieuws.example.nl",
            [f"lezer{number}@example.nl"],
            connection=connection,
        )
        message.attach_alternative(rendition.html, "text/html")
        message.send()
    print(count / (time.perf_counter() - began), flush=True)


if __name__ == "__main__":
    main()
