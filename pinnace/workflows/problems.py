"""What can stop a template from being executed, as exceptions that carry the node's message.

They never leave ``decide``: steps, dag and the entry point turn each into a phase and a message, as
``workflow/controller/operator.go`` does with its ``Err*`` values.
"""


class Problem(Exception):
    """The template cannot be executed: its node becomes Error with this message."""


class Unresolved(Problem):
    """A reference to an output that is not there (yet): wait for it, do not fail."""


class Postponed(Problem):
    """A parallelism limit is reached: try again when a node ends."""


class TimedOut(Problem):
    """A template's own timeout has passed while its node was pending."""


class TooDeep(Problem):
    """Templates nest more than 100 deep."""

    def __init__(self) -> None:
        super().__init__(
            "Maximum recursion depth exceeded. See "
            "https://argo-workflows.readthedocs.io/en/latest/scaling/#maximum-recursion-depth"
        )


class InvalidSpec(Problem):
    """The workflow's spec is wrong: the workflow fails before anything runs."""
