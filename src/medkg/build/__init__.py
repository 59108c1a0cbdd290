"""The build: tables and ontology → rules → shapes → a generation. It joins the layers from sources to store."""

from medkg.build.pipeline import BuildSummary, run_build

__all__ = ["BuildSummary", "run_build"]
