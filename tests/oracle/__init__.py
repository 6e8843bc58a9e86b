"""Pinnace's languages held against the Go libraries that Argo uses: see README.md."""
