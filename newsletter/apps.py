"""The newsletter app: registers its checks and what subscribers need from above."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    """The stages from article to inbox."""

    name = "newsletter"
    verbose_name = _("Newsletter")

    def ready(self) -> None:
        """Hang the upper stages on the hooks of the lower ones."""
        from newsletter import checks  # noqa: F401 (importing registers the checks)
        from newsletter.delivery.account import issues_in_story, issues_sent_to
        from newsletter.delivery.again import issues_on_offer, send_again
        from newsletter.delivery.criteria import CRITERIA
        from newsletter.delivery.latest import latest_issue
        from newsletter.delivery.mailed import who_was_mailed
        from newsletter.delivery.one_person import spare_who_has_it
        from newsletter.events import receivers as event_receivers
        from newsletter.events.forgetting import events_before, forget_calls_about
        from newsletter.events.reported import record_reported, returned_in_story
        from newsletter.issues.aiming import issues_for
        from newsletter.mistakes import receivers, returned
        from newsletter.mistakes.account import (
            mails_in_story,
            reader_mail_of,
            who_wrote_since,
        )
        from newsletter.mistakes.forgetting import (
            empty_mails,
            forget_reader_mail,
            mails_handled_before,
        )
        from subscribers import keeping
        from subscribers.registry import (
            register_chapter,
            register_criteria,
            register_eraser,
            register_latest_issue,
            register_mailed,
            register_merging,
            register_sending_again,
            register_story,
            register_use_of_segments,
            register_voice,
        )

        event_receivers.connect()
        receivers.connect()
        returned.listen("events", record_reported)
        register_eraser("reader mail", forget_reader_mail)
        register_eraser("providers' calls", forget_calls_about)
        keeping.register(
            keeping.Rule(
                "READER_MAIL",
                _("who wrote us what, after it was handled"),
                mails_handled_before,
                empty_mails,
            ),
            keeping.Rule(
                "PROVIDER_EVENTS",
                _("what a mail provider told of one mail"),
                events_before,
            ),
        )
        register_latest_issue(latest_issue)
        register_mailed(who_was_mailed)
        register_merging(spare_who_has_it)
        register_voice(who_wrote_since)
        register_sending_again(issues_on_offer, send_again)
        register_criteria(*CRITERIA)
        register_use_of_segments(issues_for)
        register_chapter("issues", issues_sent_to)
        register_chapter("reader mail", reader_mail_of)
        register_story("issues", issues_in_story)
        register_story("reader mail", mails_in_story)
        register_story("mail that came back", returned_in_story)
