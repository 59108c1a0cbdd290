"""Another SPARQL 1.1 service in the place of a store of our own."""
