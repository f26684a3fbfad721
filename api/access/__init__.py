"""Who asks, and what they may do: roles, bearer tokens, OpenID Connect."""

from api.access.identified import Identified
from api.access.roles import ANONYMOUS, LOCAL, Who, allowed, needs, who

__all__ = ["ANONYMOUS", "LOCAL", "Identified", "Who", "allowed", "needs", "who"]
