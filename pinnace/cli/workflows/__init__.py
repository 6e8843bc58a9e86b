"""argo's verbs: submit, list, wait, retry, resubmit, suspend, resume, stop, terminate, cron."""
