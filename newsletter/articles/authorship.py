"""Who wrote a piece, in the order in which the page names them.

The order is the order in which the rows between article and author were written: there
is no column for it, and the editors' form keeps the rows that stay.
"""

from collections.abc import Iterable, Sequence

from newsletter.articles.models import Article, Author


def name_authors(article: Article, authors: Sequence[Author]) -> None:
    """Let an article be by these, in this order."""
    if authors_of(article) == list(authors):
        return
    article.authors.clear()
    for author in authors:
        # One by one: several at once are written in any order.
        article.authors.add(author)


def authors_of(article: Article) -> list[Author]:
    """Return who wrote it, in their order."""
    between = Article.authors.through.objects.filter(article=article)
    rows = between.order_by("pk").select_related("author")
    return [row.author for row in rows]


def learn_authors(articles: Iterable[Article]) -> None:
    """Let each article know its ``author_names``: one query for all of them."""
    unknown = {
        article.pk: article
        for article in articles
        if article.pk is not None and "author_names" not in vars(article)
    }
    if not unknown:
        return
    for article in unknown.values():
        article.author_names = []
    between = Article.authors.through.objects.filter(article__in=list(unknown))
    named = between.order_by("pk").values_list("article_id", "author__name")
    for article_id, name in named:
        unknown[article_id].author_names.append(name)
