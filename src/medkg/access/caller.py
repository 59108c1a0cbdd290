"""Who asks, as far as the service knows: an address nobody keeps, or the bearer of a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NoReturn

from medkg.access.roles import LEAST_ROLE, Action, Role, may
from medkg.errors import AccessRefused
from medkg.namespaces import DEFAULT_GRAPH
from medkg.store.log import log

ANONYMOUS: Final = "anonymous"
_OPEN_ENDS: Final = ("/", "#", ":")


@dataclass(frozen=True, slots=True)
class Caller:
    """One who asks. ``account`` is what engine time is counted under, ``name`` what the token was named."""

    id: str
    role: Role
    #: What it may write: whole names of graphs, and beginnings of names that end in / # or a colon. None: every graph.
    graphs: tuple[str, ...] | None
    account: str
    name: str = ""

    def owns(self, graph: str | None) -> bool:
        """Tell whether a graph, or the default graph (None), is among the caller's own."""
        if self.graphs is None:
            return True
        name = DEFAULT_GRAPH if graph is None else graph
        return any(covers(scope, name) for scope in self.graphs)

    def allows(self, action: Action, graph: str | None = None) -> bool:
        """Tell whether the caller may do that, to that graph; None is the default graph."""
        return may(self.role, action) and (action in (Action.QUERY, Action.WHOLE) or self.owns(graph))

    def require(self, action: Action, graph: str | None = None) -> None:
        """Refuse what the caller may not do to a graph; None is the default graph.

        Raises:
            AccessRefused: it may not; ``known`` is false for a caller without a token.
        """
        if self.allows(action, graph):
            return
        if self.id == ANONYMOUS:
            refuse("missing")
        remedy = f"It takes the role {LEAST_ROLE[action].word}, and a token for that graph."
        subject = None if action is Action.WHOLE else graph or "the default graph"
        message = f"this token ({self.role.word}) does not allow to {action.value}"
        log(__name__).info("not-allowed", token=self.id, role=self.role.word, action=action.name.lower())
        raise AccessRefused(message, known=True, subject=subject, remedy=remedy)


def anonymous(account: str) -> Caller:
    """Give the caller without a token; ``account`` is one of ``medkg.access.accounts.Accounts``."""
    return Caller(ANONYMOUS, Role.ANONYMOUS, (), account)


def covers(scope: str, graph: str) -> bool:
    """Tell whether a scope holds a graph: by its whole name, or where the scope ends in / # : by its beginning.

    So ``…/graph/a`` is that graph alone and not ``…/graph/ab``, while ``…/graph/a/`` is all beneath it.
    """
    return graph == scope or (scope.endswith(_OPEN_ENDS) and graph.startswith(scope))


def refuse(reason: str, token: str | None = None) -> NoReturn:
    """Refuse a caller whose token is no good: the log learns why, the caller is told the same each time.

    Raises:
        AccessRefused: always.
    """
    log(__name__).warning("token-refused", reason=reason, token=token)
    remedy = "Send the header Authorization: Bearer with a token that an operator made and that is still good."
    raise AccessRefused("this takes a valid token", known=False, remedy=remedy)
