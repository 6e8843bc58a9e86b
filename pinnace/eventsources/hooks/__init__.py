"""Webhooks at the providers: created, kept up to date and removed for HTTP event sources.

A map of this room. ``shape`` is the one shape of all providers: a table of calls, pure; a module
for each provider fills it in. ``client`` sends the calls. ``keep`` (a listener that yields only its
own progress) creates and updates, ``sweep`` removes, ``book`` is the durable record of both.
"""
