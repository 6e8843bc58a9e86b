package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/argoproj/argo-events/pkg/apis/events/v1alpha1"
	"github.com/argoproj/argo-events/pkg/sensors/dependencies"
	"github.com/argoproj/argo-events/pkg/sensors/triggers"
	cloudevents "github.com/cloudevents/sdk-go/v2"
)

// sensorEvent is an event of a case: its data are text, or nil.
type sensorEvent struct {
	Context *v1alpha1.EventContext `json:"context"`
	Data    *string                `json:"data"`
}

func (given *sensorEvent) event() *v1alpha1.Event {
	event := &v1alpha1.Event{Context: given.Context}
	if given.Data != nil {
		event.Data = []byte(*given.Data)
	}
	return event
}

type sensorCase struct {
	What       string                               `json:"what"`
	Event      *sensorEvent                         `json:"event"`
	Events     map[string]*sensorEvent              `json:"events"`
	Filters    *v1alpha1.EventDependencyFilter      `json:"filters"`
	Operator   v1alpha1.LogicalOperator             `json:"operator"`
	Transform  *v1alpha1.EventDependencyTransformer `json:"transform"`
	Parameters []v1alpha1.TriggerParameter          `json:"parameters"`
	Document   json.RawMessage                      `json:"document"`
	Source     *v1alpha1.TriggerParameterSource     `json:"source"`
}

func init() {
	register("sensors", func(given json.RawMessage) (any, error) {
		os.Stdout = os.Stderr // upstream prints there; main keeps the real one
		var asked sensorCase
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		events := map[string]*v1alpha1.Event{}
		for name, event := range asked.Events {
			events[name] = event.event()
		}
		switch asked.What {
		case "filter":
			passed, err := dependencies.Filter(asked.Event.event(), asked.Filters, asked.Operator)
			return map[string]any{"passed": passed, "error": err != nil}, nil
		case "transform":
			return transformed(asked.Event, asked.Transform)
		case "value":
			value, _, err := triggers.ResolveParamValue(asked.Source, events)
			if err != nil || value == nil {
				return nil, err
			}
			return *value, nil
		case "parameters":
			var document bytes.Buffer // upstream applies them to what it has marshalled itself
			if err := json.Compact(&document, asked.Document); err != nil {
				return nil, err
			}
			text, err := triggers.ApplyParams(document.Bytes(), asked.Parameters, events)
			return decoded(text, err)
		case "payload":
			text, err := triggers.ConstructPayload(events, asked.Parameters)
			if err != nil || len(text) == 0 {
				return "", err
			}
			if !json.Valid(text) {
				return string(text), nil
			}
			return decoded(text, nil)
		case "template":
			return template(asked, events)
		}
		return nil, fmt.Errorf("oracle: no function %s", asked.What)
	})
}

func decoded(text []byte, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	var found any
	err = json.Unmarshal(text, &found)
	return found, err
}

func transformed(given *sensorEvent, rule *v1alpha1.EventDependencyTransformer) (any, error) {
	event := cloudevents.NewEvent()
	if given.Data != nil {
		if err := event.SetData(cloudevents.ApplicationJSON, []byte(*given.Data)); err != nil {
			return nil, err
		}
	}
	found, err := dependencies.ApplyTransform(&event, rule)
	if err != nil {
		return nil, err
	}
	return decoded(found.Data(), nil)
}

// template applies parameters to a trigger's template and tells of it what the cases write to.
func template(asked sensorCase, events map[string]*v1alpha1.Event) (any, error) {
	trigger := &v1alpha1.Trigger{Parameters: asked.Parameters}
	if err := json.Unmarshal(asked.Document, &trigger.Template); err != nil {
		return nil, err
	}
	if err := triggers.ApplyTemplateParameters(events, trigger); err != nil {
		return nil, err
	}
	found := map[string]any{
		"name": trigger.Template.Name, "conditions": trigger.Template.Conditions,
	}
	if http := trigger.Template.HTTP; http != nil {
		found["url"], found["method"], found["headers"] = http.URL, http.Method, http.Headers
	}
	return found, nil
}
