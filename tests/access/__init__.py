"""Tests of tokens, roles, limits, budget, the record of writes, metrics and logs."""
