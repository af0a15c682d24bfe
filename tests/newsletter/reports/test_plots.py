"""Small plots: how high each column stands."""

from newsletter.reports.plots import LEAST_HEIGHT, columns


def heights(values):
    return [column.height for column in columns(values, width=100, height=40)]


def test_the_highest_column_fills_the_plot_and_the_others_keep_their_share():
    assert heights([25, 50, 100]) == [10, 20, 40]


def test_nothing_and_not_known_are_not_the_same():
    assert heights([0, None, 4]) == [0, None, 40]


def test_one_among_thousands_can_still_be_seen():
    assert heights([1, 50_000])[0] == LEAST_HEIGHT


def test_columns_stand_on_the_ground_side_by_side():
    first, second = columns([10, 20], width=104, height=40, gap=4)

    assert (first.x, first.width, second.x) == (0, 50, 54)
    assert (first.y, first.height, second.y) == (20, 20, 0)


def test_only_zeros_make_an_empty_plot_and_no_issue_makes_none():
    assert heights([0, 0]) == [0, 0]
    assert heights([]) == []
