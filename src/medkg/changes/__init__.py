"""Changes that strangers ask for: tried in a process of their own, then published whole or not at all."""
