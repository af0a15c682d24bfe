"""What our public pages depend on, in one small value: it changes when they may.

Asking the rows themselves forgets nothing: no act has to remember to tell, whichever
process or colleague it comes from, and no queue has to be up to carry it.
"""

from django.db.models import Count, Max, Q

from newsletter.articles.models import Article
from newsletter.delivery.models import Dispatch
from newsletter.mistakes.models import Correction
from subscribers.models import MailingList

# Corrections of issues' own words; a change to an older one is seen a minute later.
_NEWEST = 50


def site_stamp() -> str:
    """Return a value that differs after anything was published, changed or taken back.

    What it does not see (a mended credit, a renamed rubric) readers see a minute later.
    """
    articles = Article.objects.public().aggregate(Max("updated_at"), Count("pk"))
    issues = Dispatch.objects.filter(started_at__isnull=False).aggregate(
        Max("started_at"),
        Max("withdrawn_at"),
        public=Count("pk", filter=Q(withdrawn_at=None)),
    )
    lists = list(MailingList.objects.order_by("pk").values_list())
    # Of an article's it is seen by its date; the words of an issue are frozen.
    of_issues = Correction.objects.filter(article=None).order_by("-pk")
    told = list(of_issues.values_list("pk", "is_public", "sentence")[:_NEWEST])
    return repr((sorted(articles.items()), sorted(issues.items()), lists, told))
