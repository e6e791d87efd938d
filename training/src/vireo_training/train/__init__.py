"""From an export to an artifact: what `vireo train` does."""
