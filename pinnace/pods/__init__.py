"""The node agent: runs the containers of Pods on this machine."""
