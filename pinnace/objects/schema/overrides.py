"""What the generator of ``types.json`` corrects or adds by hand: tables for ``generate`` only.

Type expressions are those of :mod:`pinnace.objects.schema.types`. The corrections are places where
the models' type is narrower than what the Go types read (``AnyString``, ``Quantity``,
``IntOrString``); the additions are kinds that none of the packages has.
"""

#: Types that are written as something else in JSON than their model says.
SCALARS: dict[str, str] = {
    "workflow.Item": "any",
    "workflow.Amount": "number",
    "events.K8SResource": "any",
    "events.Amount": "any-string",
    "events.Int64OrString": "int-or-string",
    "k8s.FieldsV1": "any",
    "k8s.JSONSchemaProps": "any",
}

#: Fields of any type that hold quantities, whatever the model says of their values.
QUANTITY_MAPS = frozenset(
    {
        "limits",
        "requests",
        "capacity",
        "allocatable",
        "hard",
        "used",
        "overhead",
        "max",
        "min",
        "default",
        "defaultRequest",
        "maxLimitRequestRatio",
        "allocatedResources",
        "podFixed",
    }
)
QUANTITIES = frozenset({"sizeLimit", "divisor"})

#: Go structs embedded without a name: their fields stand in the outer object.
INLINED: frozenset[tuple[str, str]] = frozenset(
    {
        ("events.WebhookEventSource", "webhookContext"),
        ("events.ResourceEventSource", "groupVersionResource"),
        ("events.HDFSEventSource", "watchPathConfig"),
        ("events.EventSourceStatus", "status"),
        ("events.SensorStatus", "status"),
    }
)

#: (type, field): type expression, of fields that the models have otherwise or not yet.
FIELDS: dict[tuple[str, str], str] = {
    # 64-bit integers, which the models have as text
    ("events.GithubAppCreds", "appID"): "int",
    ("events.GithubAppCreds", "installationID"): "int",
    ("events.GithubEventSource", "id"): "int",
    ("events.HTTPTrigger", "timeout"): "int",
    ("events.KafkaEventSource", "limitEventsPerSecond"): "int",
    ("events.LogTrigger", "intervalSeconds"): "int",
    ("events.SQSEventSource", "waitTimeSeconds"): "int",
    ("events.WebhookContext", "maxPayloadSize"): "int",
    ("events.WebhookEventSource", "maxPayloadSize"): "int",
    # newer than the models
    ("events.AzureServiceBusEventSource", "deferDelete"): "bool",
    ("events.EventSourceSpec", "mns"): "any",
    ("events.GerritEventSource", "maxTries"): "int",
    ("events.GitArtifact", "githubApp"): "events.GithubAppCreds",
    ("events.HTTPTrigger", "dynamicHeaders"): "[events.TriggerParameter",
    ("events.HTTPTrigger", "host"): "string",
    ("events.KafkaEventSource", "awsMskIamAuth"): "any",
    ("events.KafkaEventSource", "schemaRegistry"): "events.SchemaRegistryConfig",
    ("events.ResourceEventSource", "group"): "string",
    ("events.ResourceEventSource", "version"): "string",
    ("events.ResourceEventSource", "resource"): "string",
    ("events.StorageGridEventSource", "tls"): "events.TLSConfig",
    ("events.TLSConfig", "enabled"): "bool",
    ("events.TimeFilter", "timezone"): "string",
    ("workflow.S3Artifact", "addressingStyle"): "string",
    ("workflow.HTTPArtifact", "saveStreamViaFile"): "bool",
    ("workflow.Template", "pendingTimeout"): "string",
    ("workflow.Template", "podResources"): "k8s.ResourceRequirements",
    ("workflow.Template", "resourceClaims"): "[k8s.PodResourceClaim",
    ("workflow.WorkflowSpec", "podResources"): "k8s.ResourceRequirements",
    ("workflow.WorkflowSpec", "resourceClaims"): "[k8s.PodResourceClaim",
    ("workflow.WorkflowSpec", "executorPlugins"): "any",
    ("workflow.ContainerNode", "restartPolicyRules"): "[k8s.ContainerRestartRule",
    ("workflow.ScriptTemplate", "restartPolicyRules"): "[k8s.ContainerRestartRule",
    ("workflow.UserContainer", "restartPolicyRules"): "[k8s.ContainerRestartRule",
    # what the Go types read more widely
    ("workflow.Parameter", "value"): "any-string",
    ("workflow.Parameter", "default"): "any-string",
    ("workflow.Parameter", "enum"): "[any-string",
    ("workflow.ValueFrom", "default"): "any-string",
    ("workflow.Workflow", "status"): "{any",
    ("workflow.Plugin", "*"): "any",
    ("k8s.ServicePort", "targetPort"): "int-or-string",
    ("k8s.HTTPGetAction", "port"): "int-or-string",
    ("k8s.TCPSocketAction", "port"): "int-or-string",
    ("k8s.RollingUpdateDeployment", "maxSurge"): "int-or-string",
    ("k8s.RollingUpdateDeployment", "maxUnavailable"): "int-or-string",
    ("k8s.ObjectMeta", "selfLink"): "string",
    ("k8s.CustomResourceDefinitionSpec", "preserveUnknownFields"): "bool",
}

#: Kinds, and the types they need, that neither Hera nor the kubernetes client has.
ADDED: dict[str, dict[str, str]] = {
    "workflow.WorkflowTaskResult": {
        "metadata": "k8s.ObjectMeta",
        "phase": "string",
        "message": "string",
        "progress": "string",
        "outputs": "workflow.Outputs",
    },
    "workflow.NodeResult": {
        "phase": "string",
        "message": "string",
        "progress": "string",
        "outputs": "workflow.Outputs",
    },
    "workflow.WorkflowTaskSetSpec": {"tasks": "{workflow.Template"},
    "workflow.WorkflowTaskSetStatus": {"nodes": "{workflow.NodeResult"},
    "workflow.WorkflowTaskSet": {
        "metadata": "k8s.ObjectMeta",
        "spec": "workflow.WorkflowTaskSetSpec",
        "status": "workflow.WorkflowTaskSetStatus",
    },
    "events.EventBusSpec": {
        "nats": "any",
        "jetstream": "any",
        "kafka": "any",
        "jetstreamExotic": "any",
    },
    "events.EventBus": {
        "metadata": "k8s.ObjectMeta",
        "spec": "events.EventBusSpec",
        "status": "{any",
    },
    "kubeflow.SchedulingPolicy": {
        "minAvailable": "int",
        "queue": "string",
        "minResources": "{quantity",
        "priorityClass": "string",
        "scheduleTimeoutSeconds": "int",
    },
    "kubeflow.RunPolicy": {
        "cleanPodPolicy": "string",
        "ttlSecondsAfterFinished": "int",
        "activeDeadlineSeconds": "int",
        "backoffLimit": "int",
        "schedulingPolicy": "kubeflow.SchedulingPolicy",
        "suspend": "bool",
        "managedBy": "string",
    },
    "kubeflow.ReplicaSpec": {
        "replicas": "int",
        "template": "k8s.PodTemplateSpec",
        "restartPolicy": "string",
    },
    "kubeflow.ReplicaStatus": {
        "active": "int",
        "succeeded": "int",
        "failed": "int",
        "labelSelector": "k8s.LabelSelector",
        "selector": "string",
    },
    "kubeflow.JobCondition": {
        "type!": "string",
        "status!": "string",
        "reason": "string",
        "message": "string",
        "lastUpdateTime": "time",
        "lastTransitionTime": "time",
    },
    "kubeflow.JobStatus": {
        "conditions": "[kubeflow.JobCondition",
        "replicaStatuses": "{kubeflow.ReplicaStatus",
        "startTime": "time",
        "completionTime": "time",
        "lastReconcileTime": "time",
    },
    "kubeflow.TFJobSpec": {
        "runPolicy": "kubeflow.RunPolicy",
        "successPolicy": "string",
        "tfReplicaSpecs!": "{kubeflow.ReplicaSpec",
        "enableDynamicWorker": "bool",
    },
    "kubeflow.TFJob": {
        "metadata": "k8s.ObjectMeta",
        "spec": "kubeflow.TFJobSpec",
        "status": "kubeflow.JobStatus",
    },
}

#: Words for the added types, for ``kubectl explain``.
DESCRIPTIONS: dict[str, str] = {
    "kubeflow.TFJob": "TFJob represents a distributed TensorFlow training job.",
    "kubeflow.TFJobSpec.tfReplicaSpecs": (
        "The replicas of the job, by type: Chief (or Master), Worker, PS, Evaluator."
    ),
    "kubeflow.TFJobSpec.successPolicy": (
        'When the job counts as succeeded: "" when worker 0 (or the chief) has, "AllWorkers" when '
        "every worker has."
    ),
    "kubeflow.TFJobSpec.runPolicy": "What holds for the whole job: clean-up, deadlines, suspend.",
    "kubeflow.RunPolicy.cleanPodPolicy": "Which pods go when the job ends: None, Running or All.",
    "kubeflow.RunPolicy.backoffLimit": "How many retries before the job counts as failed.",
    "kubeflow.RunPolicy.ttlSecondsAfterFinished": "How long a finished job is kept.",
    "kubeflow.RunPolicy.activeDeadlineSeconds": "How long the job may be active at most.",
    "kubeflow.RunPolicy.suspend": "Whether the job shall not run for now.",
    "kubeflow.ReplicaSpec.replicas": "How many pods of this replica type; 1 when not given.",
    "kubeflow.ReplicaSpec.template": "The pod of one replica.",
    "kubeflow.ReplicaSpec.restartPolicy": (
        "What happens when a replica's container ends: Always, OnFailure, Never or ExitCode."
    ),
    "events.EventBus": "EventBus is the bus between event sources and sensors.",
    "workflow.WorkflowTaskResult": "WorkflowTaskResult carries what a node of a workflow put out.",
}
