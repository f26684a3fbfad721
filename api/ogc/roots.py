"""The three roots that the standard's paths stand below, and which rows each means."""

from dataclasses import dataclass

from starlette.requests import Request

from gridplan.store import Dataset

#: Path of each root; every path of the standard is served below each.
ROOTS = ("", "/plans/{plan}", "/adopted/{community}")


@dataclass(frozen=True)
class Root:
    """A root as asked for: its address, without a slash at the end, and its rows."""

    url: str
    path: str
    dataset: Dataset

    @property
    def registers(self) -> bool:
        """Whether the registers belong to it; they are the service's, not a plan's."""
        return not self.path


def root_of(request: Request) -> Root:
    """The root below which a request asks."""
    given = request.path_params
    plan, community = given.get("plan"), given.get("community")
    path = f"/plans/{plan}" if plan is not None else f"/adopted/{community}" if community is not None else ""
    return Root(f"{origin(request)}{path}", path, Dataset(plan, community))


def origin(request: Request) -> str:
    """Scheme, host and mount of the service, as the client asked for it; quicker than ``request.base_url``."""
    scope = request.scope
    host = request.headers.get("host")
    if host is None:
        return str(request.base_url).rstrip("/")
    return f"{scope['scheme']}://{host}{scope.get('root_path', '')}"
