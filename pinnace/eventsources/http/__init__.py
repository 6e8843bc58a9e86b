"""The HTTP face of the event sources: ports, routes, limits and answers."""
