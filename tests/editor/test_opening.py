"""The editor opened from Python: what the notebook shows, the plan as it is now, and what is missing."""

import sys

import orjson
import pytest

import gridplan as gp
from gridplan.errors import MissingToolError, RuleError
from tests.editor.lattice import atom_id, lattice_plan


def ask(widget: object, kind: str, body: dict[str, object]) -> dict[str, object]:
    """What the widget answers a browser that asks this, and the bytes beside it as ``bytes``."""
    sent: list[dict[str, object]] = []
    widget.send = lambda answer, buffers: sent.append({**answer, "bytes": buffers})  # type: ignore[attr-defined]
    widget._handle_custom_msg({"kind": kind, "request": 7, "body": body}, [])  # type: ignore[attr-defined]
    assert [answer["request"] for answer in sent] == [7]
    return sent[0]


def test_the_widget_has_the_plan_as_it_is_now() -> None:
    plan = lattice_plan()
    west = atom_id(6, 6)
    first = plan.atoms.set_index("id").loc[atom_id(5, 6), "grid"]
    widget = gp.edit(plan, who="张三", height=480)
    assert widget.plan is plan
    assert widget.height == 480
    scene = orjson.loads(ask(widget, "scene", {})["bytes"][0])  # type: ignore[index]
    assert scene["atoms"]["id"] == plan.atoms["id"].tolist()
    operations = [{"operation": "move", "atoms": [west], "to": first}]
    ask(widget, "edit", {"request": 7, "revision": 0, "operations": operations})
    assert widget.plan.atoms.set_index("id").loc[west, "grid"] == first
    assert widget.plan.history["who"].tolist() == ["张三"]
    assert plan.atoms.set_index("id").loc[west, "grid"] != first
    ask(widget, "edit", {"request": 7, "revision": 1, "operations": [{"operation": "undo"}]})
    assert widget.plan.equals(plan)


def test_a_plan_that_python_redrew_is_told_to_the_browser() -> None:
    plan = lattice_plan()
    widget = gp.edit(plan, who="张三")
    sent: list[dict[str, object]] = []
    widget.send = lambda message, buffers=None: sent.append(message)
    first = plan.grids["code"].iloc[0]
    widget.plan = widget.plan.rename(first, "东")
    widget.plan = widget.plan.recount({atom_id(0, 7): 17})
    widget.plan = plan.branch()
    renamed, counted, other = [message["news"] for message in sent]
    assert [row["name"] for row in renamed["patch"]["grids"]] == ["东"]  # type: ignore[index]
    assert renamed["patch"]["counts"] == {"row": [], "households": []}  # type: ignore[index]
    counts = counted["patch"]["counts"]  # type: ignore[index]
    assert counts == {"row": [plan.atoms["id"].tolist().index(atom_id(0, 7))], "households": [17]}
    assert other == {"revision": 3, "patch": None, "who": "张三"}, "a plan read anew is drawn anew"
    body = {"request": 7, "revision": 3, "operations": [{"operation": "rename", "level": "grid", "code": first, "name": "西"}]}
    assert ask(widget, "edit", body)["answer"]["revision"] == 4  # type: ignore[index]


def test_a_trial_changes_nothing() -> None:
    plan = lattice_plan()
    widget = gp.edit(plan)
    first, second = sorted(plan.grids["code"])[:2]
    body = {"request": 7, "revision": 0, "operations": [{"operation": "merge", "grids": [first, second]}], "trial": True}
    answer = ask(widget, "edit", body)["answer"]
    assert answer["revision"] == 0  # type: ignore[index]
    assert answer["patch"]["gone"] == [second]  # type: ignore[index]
    assert widget.plan is plan


def test_a_refusal_is_told_in_the_chosen_language() -> None:
    body = {"request": 7, "revision": 0, "operations": [{"operation": "merge", "grids": ["1", "2"]}]}
    told = [ask(gp.edit(lattice_plan(), language=language), "edit", body)["answer"] for language in ("en", "zh")]
    titles = [answer["problem"]["title"] for answer in told]  # type: ignore[index]
    assert [title.isascii() for title in titles] == [True, False]


def test_a_plan_without_atoms_is_refused() -> None:
    plan = lattice_plan()
    tables = {name: getattr(plan, name) for name in type(plan).__dataclass_fields__}
    bare = gp.Plan(**tables | {"atoms": plan.atoms.iloc[:0], "pieces": plan.pieces.iloc[:0], "borders": plan.borders.iloc[:0]})
    with pytest.raises(RuleError, match="GP230"):
        gp.edit(bare)


def test_without_anywidget_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "gridplan.editor.widget", raising=False)
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(MissingToolError, match=r"pip install 'gridplan\[notebook\]'") as told:
        gp.edit(lattice_plan())
    assert told.value.code == "GP721"
    assert told.value.facts == {"package": "anywidget"}
