"""What the process environment says, read once at the start into a frozen object.

The AWS_* names are the ones every S3 client knows; TF_CONFIG comes from the training operator;
the WORKFLOW_* ones carry lineage from the workflow template to the model card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class ObjectStore:
    """Where the S3 server is and who we are there."""

    endpoint: str = ""
    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    region: str = "us-east-1"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The environment of one step."""

    object_store: ObjectStore = ObjectStore()
    tf_config: str = ""
    workflow_labels: str = ""
    workflow_annotations: str = ""
    threads: str = ""

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> Environment:
        """Take what the trainer knows from `variables` (usually `os.environ`)."""
        return cls(
            object_store=ObjectStore(
                endpoint=variables.get("AWS_ENDPOINT_URL", ""),
                access_key=variables.get("AWS_ACCESS_KEY_ID", ""),
                secret_key=variables.get("AWS_SECRET_ACCESS_KEY", ""),
                region=variables.get("AWS_REGION", "") or "us-east-1",
            ),
            tf_config=variables.get("TF_CONFIG", ""),
            workflow_labels=variables.get("WORKFLOW_LABELS", ""),
            workflow_annotations=variables.get("WORKFLOW_ANNOTATIONS", ""),
            threads=variables.get("TRAINER_THREADS", ""),
        )
