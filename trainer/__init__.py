"""The packaged trainer: what a step of the training pipeline runs, in a TFJob or by itself.

It imports nothing of `pinnace`: the same package runs in a container image on a cluster. Every
step reads and writes documents under one *run prefix* (`s3://runs/<workflow>` or a folder), so
steps share nothing else.
"""

__version__ = "0.1.0"
