"""medkg: a knowledge graph and linked-data registry of the Mediterranean innovation ecosystem."""

__version__ = "0.1.0"
