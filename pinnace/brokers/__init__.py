"""What event sources and triggers ask alike of the clients of message brokers."""
