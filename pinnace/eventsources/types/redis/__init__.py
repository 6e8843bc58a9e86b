"""EventSource types ``redis`` (pub/sub) and ``redisStream`` (consumer groups): one client."""
