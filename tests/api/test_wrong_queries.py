"""Wrong queries of every kind are refused: never a fault, never a slow answer. ``python -m tests.api.fuzz`` asks more of them."""

from tests.api.conformance.conftest import stocked
from tests.api.fuzz import ALLOWED, SLOW_S, ask, questions
from tests.api.served import Served

__all__ = ["stocked"]


def test_whatever_is_asked_is_answered_or_refused(stocked: Served) -> None:
    outcomes = list(ask(stocked, questions(7, 600)))
    assert {each.status for each in outcomes} >= {200, 400}
    assert [each for each in outcomes if each.status not in ALLOWED] == []
    # On a busy machine the clock says little of one answer; of most it does.
    slow = [each for each in outcomes if each.seconds > SLOW_S]
    assert len(slow) <= len(outcomes) // 100, slow
