"""What Pinnace costs, measured against the least that the same machine can do in the same minute.

Six modules are commands: ``python -m benchmarks.store``, ``.events``, ``.workflows``, ``.pods``,
``.api``, ``.languages``; ``make bench`` runs them all. A machine has good and bad minutes, so read
the last column, a ratio to a baseline measured in the same run, before the figure.
``docs/performance.md`` keeps figures with their date. In: the rooms of ``pinnace``, as they are.
Out: lines on standard output.
"""
