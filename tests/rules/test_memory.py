"""What is kept in memory, and what is read apart from it."""

from services.foundation.memory import Kept, apart


def test_what_is_read_apart_is_kept_for_that_while_and_for_nobody_else():
    stands = ["public"]
    kept = Kept(lambda: list(stands))
    assert kept() == ["public"]
    stands.append("draft")
    with apart():
        assert kept() == ["public", "draft"]
        stands.append("later")
        assert kept() == ["public", "draft"]  # read once
        kept.forget()
        assert kept() == ["public", "draft", "later"]
    stands[:] = ["public"]
    assert kept() == ["public"]


def test_what_was_first_read_apart_is_read_anew_outside():
    stands = ["draft"]
    kept = Kept(lambda: list(stands))
    with apart():
        assert kept() == ["draft"]
    stands[:] = ["public"]
    assert kept() == ["public"]
