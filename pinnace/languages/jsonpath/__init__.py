"""JSONPath, in the two dialects that Argo's YAML uses.

`kubernetes` is kubectl's (`-o jsonpath`, a resource template's `valueFrom.jsonPath`); `goessner`
is the original one, behind the `jsonpath()` function of expressions.
"""
