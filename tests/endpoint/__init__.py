"""Tests of the protocols over HTTP."""
