"""TFJobs: distributed TensorFlow as the Kubeflow training operator runs it (kubeflow.org/v1).

In: TFJob objects and the Pods and Services made for them. Out: those Pods (with TF_CONFIG) and
Services, conditions, replica statuses and events. :func:`decide` is the pure core; everything but
:mod:`ports <pinnace.training.ports>` and :mod:`controller <pinnace.training.controller>` is free of
I/O.
"""

from pinnace.training.admission import problems
from pinnace.training.controller import controller
from pinnace.training.decide import decide

__all__ = ["controller", "decide", "problems"]
