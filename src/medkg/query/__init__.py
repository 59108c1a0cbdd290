"""Named queries, their parameters and the formats of answers."""
