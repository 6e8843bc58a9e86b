package main

import (
	"encoding/json"
	"fmt"

	"github.com/Knetic/govaluate"
)

type govaluateCase struct {
	Text       string `json:"text"`
	Parameters any    `json:"parameters"` // in typed form
	When       bool   `json:"when"`       // as Argo Workflows evaluates `when`
}

func init() {
	register("govaluate", func(given json.RawMessage) (any, error) {
		var asked govaluateCase
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		if asked.When {
			return when(asked.Text)
		}
		expression, err := govaluate.NewEvaluableExpression(asked.Text)
		if err != nil {
			return nil, err
		}
		parameters, _ := untyped(asked.Parameters).(map[string]any)
		return expression.Evaluate(parameters)
	})
}

// when is what shouldExecute of argo-workflows' workflow/controller/operator.go does: variables
// are words that nobody quoted.
func when(text string) (any, error) {
	if text == "" {
		return true, nil
	}
	expression, err := govaluate.NewEvaluableExpression(text)
	if err != nil {
		return nil, err
	}
	tokens := expression.Tokens()
	for i, token := range tokens {
		if token.Kind == govaluate.VARIABLE {
			token.Kind = govaluate.STRING
			tokens[i] = token
		}
	}
	expression, err = govaluate.NewEvaluableExpressionFromTokens(tokens)
	if err != nil {
		return nil, err
	}
	found, err := expression.Evaluate(nil)
	if err != nil {
		return nil, err
	}
	truth, is := found.(bool)
	if !is {
		return nil, fmt.Errorf("expected boolean evaluation for '%s'. Got %v", text, found)
	}
	return truth, nil
}

func prepareGovaluate(given json.RawMessage) (func() error, error) {
	var asked govaluateCase
	if err := json.Unmarshal(given, &asked); err != nil {
		return nil, err
	}
	expression, err := govaluate.NewEvaluableExpression(asked.Text)
	parameters, _ := untyped(asked.Parameters).(map[string]any)
	return func() error {
		_, err := expression.Evaluate(parameters)
		return err
	}, err
}
