"""Workflows that tests of several clients run."""

FAILS = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: fails-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: code, value: "1"}]}
  templates:
  - name: main
    dag:
      tasks:
      - {name: ok, template: say}
      - {name: bad, template: exit, depends: ok}
  - name: say
    container: {image: busybox, command: [echo, said once]}
  - name: exit
    container: {image: busybox, command: [sh, -c, "exit {{workflow.parameters.code}}"]}
"""
WAITS = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: waits-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: approve, template: approve}
  - name: approve
    suspend: {}
"""
