"""The editor: its page and files, the scene that it draws, the edits that it sends, and what others changed meanwhile."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.access import allowed
from api.bodies import asked
from api.conditions import plan_etag
from api.deps import known_plan, spoken
from api.observe.named import NamedRoute
from api.ogc.parameters import once
from api.ogc.threads import read
from api.page_files import answered
from api.plan_models import EditorAsked
from api.watching import Listening
from api.writers import planner, write
from gridplan import editor
from gridplan.editor import editor_file, editor_page, editor_policy
from gridplan.errors import RequestError
from gridplan.messages import Language
from gridplan.store import Dataset, Editor, PlanInfo, Store

if TYPE_CHECKING:
    from gridplan.plan import Plan

#: Milliseconds between two looks for what others changed.
EVERY = 3000

_HERE = "/plans/{plan}/editor"


def routes() -> list[NamedRoute]:
    """The page of the current plan and of each plan, its files, and what it asks for."""
    return [
        NamedRoute("/editor", current),
        NamedRoute("/editor/{name}", part),
        NamedRoute(_HERE, page),
        NamedRoute(f"{_HERE}/scene", scene_of),
        NamedRoute(f"{_HERE}/explain", explain),
        NamedRoute(f"{_HERE}/changes", changes),
        NamedRoute(f"{_HERE}/events", events),
        NamedRoute(f"{_HERE}/edits", edit, methods=["POST"]),
    ]


async def current(request: Request) -> Response:
    """Leads to the page of the current plan."""
    once(request.query_params, ("lang",))
    allowed(request, "planner")
    store: Store = request.app.state.store
    plan = (await read(request, store.scopes.scope, Dataset())).name
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"plans/{quote(plan, safe='')}/editor{query}", status_code=303)


async def part(request: Request) -> Response:
    """A file of the page."""
    return answered(request, editor_file(request.path_params["name"]))


async def page(request: Request) -> Response:
    """The page of a plan; ``lang`` is the language that it opens in."""
    once(request.query_params, ("lang",))
    allowed(request, "planner")
    return await read(request, _page, request, spoken(request))


def _page(request: Request, language: Language) -> Response:
    store: Store = request.app.state.store
    info = known_plan(request.path_params["plan"], store)
    host: dict[str, str | int] = {name: f"editor/{name}" for name in ("scene", "edits", "explain", "changes", "events")}
    if store.writable:
        host["branches"] = "branches"
    # The name of a plan in its ETag has no point.
    host["etag"] = plan_etag(info.id, 0).replace(".0.", ".{revision}.")
    html = editor_page(name=info.name, root="../../", host={**host, "every": EVERY}, language=language)
    headers = {
        "Content-Security-Policy": editor_policy(),
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language, Accept-Encoding",
    }
    return HTMLResponse(html, headers={**headers, "Content-Language": language})


async def scene_of(request: Request) -> Response:
    """All that the editor draws of a plan."""
    once(request.query_params, ())
    allowed(request, "planner")
    return await read(request, _scene, request)


def _scene(request: Request) -> Response:
    store: Store = request.app.state.store
    info, plan = store.edits.lines(request.path_params["plan"])
    scene = editor.scene(plan, revision=info.revision, state=info.state, editable=_editable(store, info, plan))
    return _answer(scene | _review(request, info))


def _editable(store: Store, info: PlanInfo, plan: "Plan") -> bool:
    return info.state == "draft" and plan.redrawn and store.writable


def _review(request: Request, info: PlanInfo) -> dict[str, Any]:  # whatever JSON can hold
    """The steps that a plan took, those that whoever asks may take now, where it is adopted, and what it is compared with."""
    store: Store = request.app.state.store
    approval: bool = request.app.state.settings.approval
    steps = store.reviews.steps(info.id)
    held = store.adoptions.all() if info.state == "adopted" else []
    return {
        "steps": [{"operation": line.operation, "who": line.who, "when": line.at, "note": line.note} for line in steps],
        "may": store.reviews.may(info, planner(request), approval=approval) if store.writable else [],
        "adopted": [{"community": each.community, "name": each.name} for each in held if each.plan == info.id],
        "against": info.parent if info.parent and store.has_plan(info.parent) else None,
    }


async def explain(request: Request) -> Response:
    """Why the grid that ``grid`` names looks as it does."""
    once(request.query_params, ("grid",))
    allowed(request, "planner")
    grid = request.query_params.get("grid")
    if grid is None:
        raise RequestError("GP592", name="grid")
    return await read(request, _explain, request, grid)


def _explain(request: Request, grid: str) -> Response:
    store: Store = request.app.state.store
    _, plan = store.edits.lines(request.path_params["plan"])
    return _answer(plan.explain(grid))


async def changes(request: Request) -> Response:
    """What changed since the revision that ``since`` names: nothing, or one patch with the name of who changed it last."""
    once(request.query_params, ("since",))
    allowed(request, "planner")
    since = request.query_params.get("since", "")
    if not since.isdecimal() or len(since) > 18:
        raise RequestError("GP508", name="since", why="0, 1, 2, ...")
    return await read(request, _changes, request, int(since))


def _changes(request: Request, since: int) -> Response:
    store: Store = request.app.state.store
    info, plan = store.edits.lines(request.path_params["plan"])
    if info.revision <= since:
        return _answer({"changes": []})
    states = store.edits.redraws.states(info.id)
    before = next((state.plan for state in reversed(states) if state.revision == since), None)
    # Another program changes rows without a word in the log.
    line = next((line for line in store.log.history(info.id, limit=1) if line.revision == info.revision), None)
    patch = editor.patch(before, plan) | {"state": info.state, "editable": _editable(store, info, plan)} | _review(request, info)
    change = {"revision": info.revision, "who": line and line.who, "operation": line and line.operation, "patch": patch}
    return _answer({"changes": [change]})


async def events(request: Request) -> Response:
    """Server-sent events: the revision and state of the plan now, and again with who changed it each time that it changes."""
    once(request.query_params, ())
    allowed(request, "planner")
    store: Store = request.app.state.store
    return Listening(request.app.state.watch, await read(request, known_plan, request.path_params["plan"], store))


async def edit(request: Request) -> Response:
    """Operations on a draft, based on the revision that the body names: the patch, or the problem that stopped them.

    With ``trial`` the patch says what they would do, and nothing is done.
    """
    once(request.query_params, ())
    who = planner(request)
    wanted = await asked(request, EditorAsked)
    if wanted.trial:
        return await read(request, _try, request, wanted)
    return await write(request, _edit, request, wanted, who)


def _try(request: Request, wanted: EditorAsked) -> Response:
    store: Store = request.app.state.store
    done = store.edits.tried(request.path_params["plan"], wanted.operations, based=frozenset([wanted.revision]))
    return _answer({"request": wanted.request, "revision": done.info.revision, "patch": editor.patch(done.before, done.after)})


def _edit(request: Request, wanted: EditorAsked, who: Editor) -> Response:
    store: Store = request.app.state.store
    plan = request.path_params["plan"]
    done = store.edits.redraw(plan, wanted.operations, who, based=frozenset([wanted.revision]), note=wanted.note)
    told = {"request": wanted.request, "revision": done.info.revision, "patch": editor.patch(done.before, done.after)}
    return _answer(told)


def _answer(told: dict[str, Any]) -> Response:  # whatever JSON can hold
    return Response(orjson.dumps(told), media_type="application/json", headers={"Cache-Control": "no-store"})
