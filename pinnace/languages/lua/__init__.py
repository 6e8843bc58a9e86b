"""Lua 5.1 as gopher-lua 1.1 runs it, which is not always as PUC Lua does.

gopher-lua writes numbers as Go does, formats with Go's fmt, matches patterns with a machine of its
own, keeps tables in the order in which keys came, and has its own messages. So this is an
interpreter of our own, read in this order: `lexer` and `parser` make the `nodes`, `expressions`
and `statements` turn them into Python functions, a `machine` runs those over the `values`, and
`base`, `strings` (with `patterns`), `tables` and `maths` are the libraries. It does no I/O.
"""
