"""Strangers' queries, answered in processes that can be killed."""
