"""Search over all entities: an index per generation, found by words, narrowed by facets, counted by columns."""
