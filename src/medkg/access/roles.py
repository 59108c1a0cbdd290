"""Roles, from the one who may least to the one who may most, and what each may do.

=============  ===========  ==================  =====================  ===========
role           ask queries  add to its graphs   change its graphs      the whole
=============  ===========  ==================  =====================  ===========
anonymous      yes
reader         yes, longer
contributor    yes          yes
curator        yes          yes                 yes
admin          yes          every graph         every graph            yes
=============  ===========  ==================  =====================  ===========

How much each may ask is in :mod:`medkg.access.limits`; which graphs are a caller's own, its token says.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import Final, Self


class Role(IntEnum):
    """A role; each may do what those before it may."""

    ANONYMOUS = 0
    READER = 1
    CONTRIBUTOR = 2
    CURATOR = 3
    ADMIN = 4

    @property
    def word(self) -> str:
        """The role as settings, tokens and messages name it."""
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> Self | None:
        """Give the role of that name; None where there is none."""
        return next((role for role in cls if role.word == word), None)


class Action(Enum):
    """What a caller may want to do; the value says it in a message."""

    QUERY = "ask queries"
    #: INSERT DATA, CREATE, POST to a graph: nothing that is there changes.
    ADD = "add to a graph"
    #: DELETE, DELETE/INSERT WHERE, CLEAR, DROP, COPY and MOVE of named graphs, PUT and DELETE of a graph.
    CHANGE = "change or remove what is in a graph"
    #: CLEAR and DROP of ALL, NAMED or DEFAULT; PUT, POST and DELETE of the data set as a whole.
    WHOLE = "change the data set as a whole"


#: The least role that may do it. All but queries and the whole also need the graph to be among the caller's own.
LEAST_ROLE: Final[Mapping[Action, Role]] = MappingProxyType(
    {
        Action.QUERY: Role.ANONYMOUS,
        Action.ADD: Role.CONTRIBUTOR,
        Action.CHANGE: Role.CURATOR,
        Action.WHOLE: Role.ADMIN,
    }
)


def may(role: Role, action: Action) -> bool:
    """Tell whether a role may do something at all, whatever its graphs."""
    return role >= LEAST_ROLE[action]
