"""Scientific representation of clusters: which knowledge bodies each has, which kinds it lacks, and who could join.

This is the first step of the Meta-Cluster method (Med-MCI): a process that strengthens the scientific representation of
clusters, promotes membership in them, and brings in more universities, technology centres and knowledge entities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, Given, asked_for, mk, node
from medkg.analysis.helix import FEWEST, share_of
from medkg.analysis.joining import NAMED, candidates
from medkg.analysis.knowledge import KINDS, Profile, profiles
from medkg.analysis.report import Note, Report, Row, Table, Value
from medkg.analysis.structures import Bodies, Structure, clusters, together
from medkg.errors import BadParameter

Node = ox.NamedNode
Known = Mapping[Node, Profile]
#: How well science is represented, best first; sentences of the definition have the same names.
VERDICTS: Final = ("among-members", "among-partners", "none-known", "nobody-known")
_STRUCTURE: Final = mk("CollaborativeStructure")
_REMEDY: Final = "Give a cluster, meta-cluster or network, or leave it out for an overview over all clusters."


def report(facts: Facts, given: Given) -> Report:
    """Give representation, gaps and who could fill them of one structure, or an overview over all clusters.

    Raises:
        BadParameter: nothing is known of the structure, or it is none.
    """
    wanted = asked_for(given, "structure")
    if wanted is None:
        return _overview(facts)
    _require_structure(facts, wanted)
    one = Structure.of(facts, wanted)
    known = profiles(facts, one.bodies.every)
    missing = _missing(one.bodies, known)
    could = candidates(facts, one)
    named = tuple(candidate.row(kind) for kind in missing for candidate in could.get(kind, [])[:NAMED])
    tables = (_structures([one], known), _kinds([one], known), Table("candidates", named))
    found = {kind: len(could.get(kind, ())) for kind in missing}
    return Report(tables, (*_notes(one.bodies, known), *_gap_notes(one, found)), _enough(one.bodies, known))


def _overview(facts: Facts) -> Report:
    found = clusters(facts)
    known = profiles(facts, together(found).every)
    verdicts = Counter(_verdict(one.bodies, known) for one in found)
    told = {name.replace("-", "_"): verdicts[name] for name in VERDICTS}
    notes = (Note("overview", {"clusters": len(found), **told}),) if found else (Note("no-clusters"),)
    tables = (_structures(found, known), _kinds(found, known), Table("candidates", ()))
    return Report(tables, notes, bool(together(found).every))


def _require_structure(facts: Facts, wanted: Node) -> None:
    facts.require(wanted, "structure")
    if all(node(row, "class") != _STRUCTURE for row in facts.rows("thing-classes", thing=wanted)):
        raise BadParameter(
            f"{wanted.value} is no cluster, meta-cluster or network", subject="structure", remedy=_REMEDY
        )


def _of_kind(bodies: Iterable[Node], known: Known, kinds: Collection[Node]) -> tuple[Node, ...]:
    """Give the bodies of some kinds; one that is of several counts for each."""
    return tuple(body for body in bodies if known[body].kinds.intersection(kinds))


def _unknown(bodies: Bodies, known: Known) -> tuple[Node, ...]:
    return tuple(body for body in bodies.every if not known[body].known)


def _verdict(bodies: Bodies, known: Known, kinds: Collection[Node] = KINDS) -> str:
    """Give how well some kinds are represented, by default science at all."""
    if _of_kind(bodies.members, known, kinds):
        return "among-members"
    if _of_kind(bodies.partners, known, kinds):
        return "among-partners"
    return "none-known" if bodies.every else "nobody-known"


def _missing(bodies: Bodies, known: Known) -> tuple[Node, ...]:
    return tuple(kind for kind in KINDS if not _of_kind(bodies.every, known, (kind,)))


def _enough(bodies: Bodies, known: Known) -> bool:
    """Tell whether as much is known of the bodies as a balance of helices wants, too."""
    unknown = len(_unknown(bodies, known))
    told = len(bodies.every) - unknown
    return told >= FEWEST and told >= unknown


def _structures(found: Iterable[Structure], known: Known) -> Table:
    """Give one row each, those with the best verdict first, then by IRI."""
    judged = sorted(found, key=lambda one: (VERDICTS.index(_verdict(one.bodies, known)), one.iri.value))
    return Table("structures", tuple(_structure_row(one, known) for one in judged))


def _structure_row(one: Structure, known: Known) -> Row:
    every = one.bodies.every
    science = _of_kind(every, known, KINDS)
    cells: dict[str, Value] = {
        "structure": one.iri,
        "countries": one.countries,
        "chains": one.chains,
        "members": len(one.bodies.members),
        "partners": len(one.bodies.partners),
        "knowledge": len(science),
        "share": share_of(len(science), len(every)),
        "missing": _missing(one.bodies, known) if every else (),
        "verdict": Note(_verdict(one.bodies, known)),
    }
    kinds = (item for body in science for item in known[body].evidence(KINDS))
    return Row(cells, (*one.topics, *one.bodies.evidence(every), *kinds))


def _kinds(found: Collection[Structure], known: Known) -> Table:
    """Give one row for each kind of knowledge body, one for all other bodies, one for those of unknown kind."""
    bodies = together(found)
    others = tuple(body for body in bodies.every if known[body].known and not known[body].kinds)
    named: list[tuple[Node | Note, tuple[Node, ...]]] = [
        *((kind, _of_kind(bodies.every, known, (kind,))) for kind in KINDS),
        (Note("other-kind"), others),
        (Note("unknown-kind"), _unknown(bodies, known)),
    ]
    return Table("kinds", tuple(_kind_row(found, bodies, known, kind, which) for kind, which in named))


def _kind_row(
    found: Iterable[Structure], bodies: Bodies, known: Known, kind: Node | Note, which: tuple[Node, ...]
) -> Row:
    wanted = (kind,) if isinstance(kind, Node) else ()
    members, partners = (_among(which, held) for held in (bodies.members, bodies.partners))
    cells: dict[str, Value] = {
        "kind": kind,
        "members": members,
        "member_share": share_of(members, len(bodies.members)),
        "partners": partners,
        "partner_share": share_of(partners, len(bodies.partners)),
        "structures": sum(bool(_among(which, one.bodies.every)) for one in found),
        "standing": Note(_verdict(bodies, known, wanted)) if wanted else None,
        "bodies": which,
    }
    kinds = (item for body in which for item in known[body].evidence(wanted))
    return Row(cells, (*bodies.evidence(which), *kinds))


def _among(which: Iterable[Node], held: Iterable[Node]) -> int:
    return len(set(which).intersection(held))


def _notes(bodies: Bodies, known: Known) -> tuple[Note, ...]:
    """Give what has to be said of the bodies that are known, or that none is."""
    if not bodies.every:
        return (Note("no-bodies"),)
    unknown, missing = len(_unknown(bodies, known)), _missing(bodies, known)
    mixed = sum(known[body].otherwise and bool(known[body].kinds) for body in bodies.every)
    said = [
        (not bodies.members, Note("no-members")),
        (not _enough(bodies, known), Note("too-little", {"known": len(bodies.every) - unknown, "unknown": unknown})),
        (bool(unknown and missing), Note("unknown", {"unknown": unknown})),
        (bool(mixed), Note("mixed", {"mixed": mixed})),
        (not missing, Note("complete")),
    ]
    return tuple(note for holds, note in said if holds)


def _gap_notes(one: Structure, found: Mapping[Node, int]) -> tuple[Note, ...]:
    """Give what has to be said of those who could join; ``found`` counts them for each missing kind."""
    if not found:
        return ()
    if not one.chains:
        return (Note("no-chain"),)
    nobody = tuple(kind for kind, count in found.items() if not count)
    said = [
        (not one.countries and len(nobody) < len(found), Note("no-country")),
        (bool(nobody), Note("no-candidates", {"kinds": nobody})),
    ]
    cut = (
        Note("more", {"kind": kind, "found": count, "named": NAMED}) for kind, count in found.items() if count > NAMED
    )
    return (*(note for holds, note in said if holds), *cut)
