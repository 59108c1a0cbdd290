"""Who asks: tokens, roles, the limits of each role, engine time spent, and the record of writes."""
