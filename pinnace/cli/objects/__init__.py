"""kubectl's verbs: get, describe, logs, apply, create, delete."""
