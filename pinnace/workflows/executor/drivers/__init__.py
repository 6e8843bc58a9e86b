"""One module per kind of place where artifacts are kept."""
