package main

import (
	"encoding/json"

	"github.com/antonmedv/expr"
	"github.com/antonmedv/expr/builtin"
)

// argo-events' EvalBool compiles without an environment: every name is `any`, and nil if unknown.
func init() {
	register("expr-events", func(given json.RawMessage) (any, error) {
		text, env, err := readExprCase(given)
		if err != nil {
			return nil, err
		}
		env = argoEnvironment(env, func(value any) string {
			text, err := json.Marshal(value)
			if err != nil {
				return ""
			}
			return string(text)
		})
		env["asInt"] = builtin.Int
		env["asFloat"] = builtin.Float
		return expr.Eval(text, env)
	})
}
