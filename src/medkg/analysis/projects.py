"""A project as a parameter: it must be known, and be one."""

from __future__ import annotations

import pyoxigraph as ox

from medkg.analysis.facts import Facts, Given, asked_for, mk, node
from medkg.errors import BadParameter


def asked_project(facts: Facts, given: Given) -> ox.NamedNode | None:
    """Give the project that is asked for; None where it is left out.

    Raises:
        BadParameter: nothing is known of it, or it is no project.
    """
    project = asked_for(given, "project")
    if project is None:
        return None
    facts.require(project, "project")
    if mk("Project") not in {node(row, "class") for row in facts.rows("thing-classes", thing=project)}:
        remedy = "Choose one of the list at /project; ids look like id:project/innomed-up."
        raise BadParameter(f"{project.value} is no project", subject="project", remedy=remedy)
    return project
