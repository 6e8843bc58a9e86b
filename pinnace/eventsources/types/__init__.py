"""One module per EventSource type; each yields events and nothing else."""
