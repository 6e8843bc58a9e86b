"""CronWorkflows: workflows at scheduled times.

``spec`` reads and checks, ``ticks`` finds the scheduled time that is due, ``conditions`` evaluates
``when`` and ``stopStrategy``, ``children`` follows the workflows that were made, ``decide`` puts it
together; all pure. ``controller`` is the shell.
"""
