"""SHACL shapes and violation checks over a build."""
