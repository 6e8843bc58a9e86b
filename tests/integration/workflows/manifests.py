"""Workflows as YAML, for tests that run them."""


def workflow(name: str, spec: str) -> str:
    indented = "\n".join(f"  {line}" for line in spec.strip("\n").splitlines())
    return f"""
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {{name: {name}}}
spec:
{indented}
"""
