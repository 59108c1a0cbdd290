"""Rules to a fixpoint, and the consistency of the ontology."""
