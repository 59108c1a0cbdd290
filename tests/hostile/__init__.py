"""Requests that mean harm, against a real served registry."""
