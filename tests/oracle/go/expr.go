package main

import (
	"encoding/json"

	"github.com/Masterminds/sprig/v3"
	"github.com/evilmonkeyinc/jsonpath"
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/builtin"
)

// exprCase is a program and its environment in typed form (see typed.go).
type exprCase struct {
	Text string `json:"text"`
	Env  any    `json:"env"`
}

var sprigFunctions = func() map[string]any {
	functions := sprig.GenericFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	return functions
}()

// As argo-workflows util/expr/env and argo-events pkg/shared/expr define them.
func argoEnvironment(env map[string]any, toJSON func(any) string) map[string]any {
	env["jsonpath"] = argoJSONPath
	env["toJson"] = toJSON
	env["sprig"] = sprigFunctions
	return env
}

func workflowsToJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func argoJSONPath(text string, path string) any {
	var document any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		panic(err)
	}
	value, err := jsonpath.Query(path, document)
	if err != nil {
		panic(err)
	}
	return value
}

func readExprCase(given json.RawMessage) (string, map[string]any, error) {
	var asked exprCase
	if err := json.Unmarshal(given, &asked); err != nil {
		return "", nil, err
	}
	env, _ := untyped(asked.Env).(map[string]any)
	return asked.Text, env, nil
}

func init() {
	register("expr", func(given json.RawMessage) (any, error) {
		text, env, err := readExprCase(given)
		if err != nil {
			return nil, err
		}
		env = argoEnvironment(env, workflowsToJSON)
		env["asInt"] = builtin.Int
		env["asFloat"] = builtin.Float
		program, err := expr.Compile(text, expr.Env(env))
		if err != nil {
			return nil, err
		}
		return expr.Run(program, env)
	})
}
