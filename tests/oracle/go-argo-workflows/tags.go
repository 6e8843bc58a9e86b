package main

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/argoproj/argo-workflows/v4/util/logging"
	"github.com/argoproj/argo-workflows/v4/util/template"
)

// tagsCase is JSON text with tags, what they may name, and how strict to be.
type tagsCase struct {
	Text            string   `json:"text"`
	Variables       any      `json:"variables"`
	AllowUnresolved bool     `json:"allow_unresolved"`
	StrictPrefixes  []string `json:"strict_prefixes"`
}

func init() {
	quiet := logging.WithLogger(context.Background(), logging.NewSlogLogger(logging.Error, logging.Text))
	register("tags", func(given json.RawMessage) (any, error) {
		var asked tagsCase
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		variables, _ := untyped(asked.Variables).(map[string]any)
		parsed, err := template.NewTemplate(asked.Text)
		if err != nil {
			return nil, err
		}
		var replaced string
		if len(asked.StrictPrefixes) > 0 {
			replaced, err = parsed.ReplaceStrict(quiet, variables, asked.StrictPrefixes)
		} else {
			replaced, err = parsed.Replace(quiet, variables, asked.AllowUnresolved)
		}
		if err == nil && !json.Valid([]byte(replaced)) {
			err = errors.New("the result was invalid JSON") // as template.Replace says
		}
		return replaced, err
	})
}
