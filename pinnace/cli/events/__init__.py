"""``pinnace events``: the journal of events, what each fired, and what was held back."""
