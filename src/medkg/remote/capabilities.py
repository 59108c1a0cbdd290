"""What is lost when another service stands in the place of our store, with reasons; shown by /health and the docs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from medkg.remote.products import Product


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that cannot be done, or not vouched for, and why."""

    name: str
    reason: str


#: Every loss there is; docs/remote.md is checked against it.
LOSSES: Final = {
    loss.name: loss
    for loss in (
        Loss("writes", "Updates and uploads are refused: only a store of our own is validated and published whole."),
        Loss(
            "generations", "There is no history and no rollback; the number is a fingerprint of what the service holds."
        ),
        Loss("unseen-changes", "A change that leaves every version and every count alike is seen after 15 minutes."),
        Loss(
            "time-limit", "The service takes no limit of time with a query; ours ends the wait, perhaps not the work."
        ),
        Loss("union-unknown", "What a query without a data set sees is the service's own choice."),
        Loss("cuts-unknown", "Whether the service cuts long answers in silence is not known."),
        Loss("numbers-unknown", "Whether the service keeps the datatypes of numbers is not known."),
        Loss("numbers", "Truth values that a query computes come back as numbers, and numbers in another spelling."),
        Loss("blank-nodes", "Blank nodes have the service's own names."),
        Loss("repeated-rows", "DISTINCT leaves some rows more than once where OPTIONAL leaves cells empty."),
        Loss("describe", "DESCRIBE without FROM leaves out some graphs, and adds what refers to a thing."),
        Loss("own-graphs", "The service's own graphs are seen by queries without a data set; listings leave them out."),
        Loss(
            "cut-triples",
            "CONSTRUCT and DESCRIBE are cut at the service's number of rows in silence; what has that many triples is "
            "refused, but a cut answer that repeats triples may have fewer and pass.",
        ),
        Loss("deep-queries", "Deep nesting may end the service's process, so such queries are refused here."),
        Loss("untried", "What is said of this service is taken from its documentation and was not tried."),
    )
}


def losses_of(product: Product) -> tuple[Loss, ...]:
    """Give what a product cannot do."""
    return tuple(loss for name, loss in LOSSES.items() if name in product.losses)
