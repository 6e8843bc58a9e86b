package main

import (
	"encoding/json"
	"fmt"

	"github.com/argoproj/argo-events/pkg/apis/events/v1alpha1"
	"github.com/argoproj/argo-events/pkg/sensors/dependencies"
	cloudevents "github.com/cloudevents/sdk-go/v2"
)

type luaCase struct {
	Document string `json:"document"`
	Script   string `json:"script"`
	Filter   bool   `json:"filter"`
}

// lua runs a script as Sensors do: upstream's own filter or transform.
func init() {
	register("lua", func(given json.RawMessage) (any, error) {
		var asked luaCase
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		if asked.Filter {
			event := v1alpha1.Event{Context: &v1alpha1.EventContext{}, Data: []byte(asked.Document)}
			filter := v1alpha1.EventDependencyFilter{Script: asked.Script}
			return dependencies.Filter(&event, &filter, v1alpha1.AndLogicalOperator)
		}
		event := cloudevents.NewEvent()
		if err := event.SetData(cloudevents.ApplicationJSON, []byte(asked.Document)); err != nil {
			return nil, err
		}
		made, err := dependencies.ApplyTransform(
			&event, &v1alpha1.EventDependencyTransformer{Script: asked.Script},
		)
		if err != nil {
			return nil, err
		}
		var found any
		if err := json.Unmarshal(made.Data(), &found); err != nil {
			return nil, fmt.Errorf("no JSON: %w", err)
		}
		return found, nil
	})
}
