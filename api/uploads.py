"""Towns that are sent in the body of a request: kept in a file of ours while they are checked, then in the store."""

import tempfile
from pathlib import Path

from starlette.requests import Request

from api.writers import write
from gridplan import sources
from gridplan.errors import InputError, RequestError
from gridplan.messages import Phrase
from gridplan.store import Editor, Store

#: What the sender called the file is never asked.
_NAME = "town.gpkg"


async def uploaded_town(request: Request, who: Editor) -> str:
    """The name that the town in the body now has in the store; how large it may be is checked before it comes here.

    Raises
    ------
    RequestError
        GP588 why it is no town bundle that can be planned.
    """
    with tempfile.TemporaryDirectory(prefix="gridplan-") as folder:
        path = Path(folder) / _NAME
        with path.open("wb") as file:
            async for part in request.stream():
                file.write(part)
        return await write(request, _save, request.app.state.store, path, who)


def _save(store: Store, path: Path, who: Editor) -> str:
    try:
        town = sources.read_uploaded(path)
    except InputError as error:
        facts = {name: _NAME if name == "path" else fact for name, fact in error.facts.items()}
        raise RequestError("GP588", why=Phrase(error.code, facts)) from error
    name = sources.upload_name(path)
    store.town_list.add(name, town, who)
    return name
