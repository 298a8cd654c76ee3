"""The house's order of its pieces."""

from catalog.arranging import arranged


def test_pieces_move_first_up_and_down_and_keep_their_order_among_themselves():
    order = [1, 2, 3, 4, 5]
    assert arranged(order, {3, 5}, "first") == [3, 5, 1, 2, 4]
    assert arranged(order, {2, 3}, "up") == [2, 3, 1, 4, 5]
    assert arranged(order, {1, 2}, "up") == order
    assert arranged(order, {3, 4}, "down") == [1, 2, 5, 3, 4]
    assert arranged(order, {5}, "down") == order
