"""The control plane put together: which parts run, in what order, and where their state is.

In: a state folder and folders of manifests. Out: a running store, controllers, API server, object
store, webhook service and git host, all on 127.0.0.1. The only room that knows all the others.
"""
