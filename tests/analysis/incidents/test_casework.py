"""Incidents go their way step by step, within time limits; nothing runs backwards."""

from collections.abc import Mapping

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.analysis.incidents.casework import MOVES, REACHED, Step, faults_of_change, moment, possible_steps, taken, told
from gridplan.analysis.incidents.late import late_incidents
from gridplan.analysis.incidents.limits import DEFAULT, parse_limits
from gridplan.contracts import STAGES
from gridplan.errors import InputError

REPORTED = "2026-03-01T08:30:00Z"
NEW = {"kind": "噪声", "stage": "collected", "reported_at": REPORTED}


def gone(case: Mapping[str, object], *steps: Step) -> dict[str, object]:
    """The incident after the steps."""
    for step in steps:
        case = {**case, **taken(case, step, DEFAULT)}
    return {name: value for name, value in case.items() if value is not None}


def day(number: int) -> str:
    return f"2026-03-{number:02}T12:00:00Z"


def test_the_small_loop_and_the_large_one() -> None:
    """小循环: closed by the grid; 大循环: the grid whistles, street and county come."""
    small = gone(NEW, *(Step(name, day(2)) for name in ("accept", "dispatch", "handle")), Step("close", day(3), satisfaction=5))
    assert small == {
        **NEW,
        "stage": "closed",
        "handler": "grid",
        "satisfaction": 5,
        "due_at": "2026-03-07T12:00:00Z",
        **{f"{stage}_at": day(2) for stage in ("accepted", "dispatched", "handled")},
        "closed_at": day(3),
    }
    whistled = gone(NEW, Step("accept", day(2)), Step("dispatch", day(2)), Step("escalate", day(3)))
    assert (whistled["stage"], whistled["handler"], whistled["escalated_at"]) == ("dispatched", "community", day(3))
    again = gone(whistled, Step("escalate", day(4), handler="county"))
    assert (again["handler"], again["escalated_at"]) == ("county", day(3)), "when it was handed up first"
    with pytest.raises(InputError, match=r"GP176 .*handler cannot be county"):
        gone(again, Step("escalate", day(5)))


def test_sent_back_taken_up_again_and_rejected() -> None:
    handled = gone(NEW, Step("accept", day(2)), Step("dispatch", day(2)), Step("handle", day(3), outcome="已清"))
    back = gone(handled, Step("send_back", day(4)))
    assert (back["stage"], "handled_at" in back, back["dispatched_at"]) == ("dispatched", False, day(2))
    closed = gone(back, Step("handle", day(5)), Step("close", day(6), satisfaction=5))
    reopened = gone(closed, Step("reopen", day(7)))
    assert set(closed) - set(reopened) == {"handled_at", "closed_at", "satisfaction"}
    assert reopened["stage"] == "dispatched"
    rejected = gone(NEW, Step("accept", day(2)), Step("reject", day(3), outcome="不属本区"))
    assert (rejected["stage"], rejected["rejected_at"], rejected["accepted_at"]) == ("rejected", day(3), day(2))
    assert gone(rejected, Step("reopen", day(4))) == {**NEW, "handler": "grid", "outcome": "不属本区"}


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (Step("jump", day(3)), "GP173"),
        (Step("close", day(3)), "GP174"),
        (Step("accept", "2026-03-01T16:29:59+08:00"), "GP175"),
        (Step("accept", "2026-03-01"), "GP118"),
        (Step("accept", "2026-03-01T12:00:00"), "GP118"),
        (Step("accept", "yesterday"), "GP118"),
        (Step("accept", day(3), satisfaction=5), "GP176"),
        (Step("accept", day(3), outcome="x"), "GP176"),
        (Step("accept", day(3), handler="me"), "GP176"),
    ],
)
def test_what_is_no_step_is_refused(step: Step, code: str) -> None:
    with pytest.raises(InputError, match=code):
        taken(NEW, step, DEFAULT)


def test_who_handles_it_first_is_said_at_acceptance_and_goes_up_by_handing_up_alone() -> None:
    town = gone(NEW, Step("accept", day(2), handler="town"))
    assert "escalated_at" not in town
    assert gone(town, Step("dispatch", day(3), handler="grid"))["handler"] == "grid"
    with pytest.raises(InputError, match=r"GP176 .*Possible: grid, community, town"):
        gone(town, Step("dispatch", day(3), handler="county"))


def tried(case: Mapping[str, object], step: Step) -> tuple[dict[str, object], str | None]:
    """What the step changes, or the code that it is refused with."""
    try:
        return taken(case, step, DEFAULT), None
    except InputError as error:
        return {}, error.code


STEPS = st.tuples(st.sampled_from([*MOVES]), st.integers(-2, 9), st.sampled_from([None, "grid", "community", "town", "county"]))


@given(st.lists(STEPS, max_size=25))
def test_whatever_is_tried_an_incident_stays_one_that_its_steps_could_make(tries: list[tuple[str, int, str | None]]) -> None:
    case: dict[str, object] = dict(NEW)
    for name, hours, handler in tries:
        times = [moment(str(value)) for column, value in case.items() if column.endswith("_at") and column != "due_at"]
        at = told(max(times) + pd.Timedelta(hours=hours))
        changed, code = tried(case, Step(name, at, handler=handler))
        if name not in possible_steps(str(case["stage"])):
            assert code == "GP174"
        elif hours < 0:
            assert code == "GP175"
        else:
            assert code in (None, "GP176")
        if code is not None:
            continue
        after = {key: value for key, value in {**case, **changed}.items() if value is not None}
        if MOVES[name].sets and name != "escalate":
            # What a step leads to, a change of the whole row may lead to as well.
            assert faults_of_change(case, after) == []
        assert faults_of_change(None, after) == []
        assert after["stage"] in STAGES
        assert all(after["stage"] in REACHED[column] for column in REACHED if column in after)
        case = after


def test_a_row_changed_as_a_whole_is_held_against_the_steps() -> None:
    accepted = {**NEW, "stage": "accepted", "accepted_at": day(2)}
    assert faults_of_change(NEW, accepted) == []
    assert faults_of_change(accepted, {**accepted, "address": "东风路1号"}) == []
    wrong = {
        "case.fault.stage": (NEW, {**NEW, "stage": "closed", "closed_at": day(2)}),
        "case.fault.when": (NEW, {**NEW, "stage": "accepted"}),
        "case.fault.beyond": (accepted, {**accepted, "closed_at": day(3)}),
        "case.fault.order": (accepted, {**accepted, "stage": "dispatched", "dispatched_at": day(1)}),
    }
    for key, (before, after) in wrong.items():
        (fault,) = faults_of_change(before, after)
        assert getattr(fault.facts["what"], "key") == key  # noqa: B009 - a fact has many types
    assert faults_of_change(None, {**NEW, "stage": "closed", "closed_at": day(2)}) == [], "it may come from elsewhere"


def test_what_is_late_and_by_how_much() -> None:
    limits = parse_limits('[any]\naccept_h = 2\nhandle_h = 48\n[kinds."噪声"]\naccept_h = 1\n')
    columns = ["id", "kind", "stage", "reported_at", "accepted_at", "dispatched_at", "handled_at", "due_at"]
    rows = [
        ("a", "噪声", "collected", day(1), None, None, None, None),  # 1 h: late by 2.5
        ("b", "垃圾", "collected", day(1), None, None, None, None),  # 2 h: late by 1.5
        ("c", "垃圾", "dispatched", day(1), day(1), day(1), None, day(1)),  # 48 h, but it was to be closed at once: late by 3.5
        ("d", "垃圾", "closed", day(1), None, None, None, day(1)),
        ("e", "垃圾", "handled", day(1), None, None, None, None),  # handled at a time that nobody knows
        ("f", "垃圾", "dispatched", day(1), day(1), day(1), None, None),
    ]
    found = late_incidents(pd.DataFrame(rows, columns=columns), at="2026-03-01T15:30:00Z", limits=limits)
    assert found[["id", "step", "hours"]].to_numpy().tolist() == [["c", "whole", 3.5], ["a", "accept", 2.5], ["b", "accept", 1.5]]
    assert found["due_at"].tolist() == [day(1), "2026-03-01T13:00:00Z", "2026-03-01T14:00:00Z"]
    with pytest.raises(InputError, match="GP118"):
        late_incidents(pd.DataFrame(rows, columns=columns), at="2026-03-01T15:30:00")


@pytest.mark.parametrize(
    "text", ["[", "[some]", "kinds = 1", "[any]\nhours = 1", "[any]\nwhole_h = 0", "[any]\nwhole_h = true", "any = 3"]
)
def test_limits_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="GP177"):
        parse_limits(text)
