package main

import (
	"encoding/json"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
)

type selectorCase struct {
	Selector string            `json:"selector"`
	Set      map[string]string `json:"set"`
}

type quantityCase struct {
	Quantity string `json:"quantity"`
	Other    string `json:"other"`
}

func init() {
	register("labels", func(given json.RawMessage) (any, error) {
		var asked selectorCase
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		selector, err := labels.Parse(asked.Selector)
		if err != nil {
			return nil, err
		}
		return map[string]any{
			"text": selector.String(), "matches": selector.Matches(labels.Set(asked.Set)),
		}, nil
	})
	register("fields", func(given json.RawMessage) (any, error) {
		var asked selectorCase
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		selector, err := fields.ParseSelector(asked.Selector)
		if err != nil {
			return nil, err
		}
		return map[string]any{
			"text": selector.String(), "matches": selector.Matches(fields.Set(asked.Set)),
		}, nil
	})
	register("quantities", func(given json.RawMessage) (any, error) {
		var asked quantityCase
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		one, err := resource.ParseQuantity(asked.Quantity)
		if err != nil {
			return nil, err
		}
		other, err := resource.ParseQuantity(asked.Other)
		if err != nil {
			return nil, err
		}
		return map[string]any{
			"text": one.String(), "value": one.Value(), "milli": one.MilliValue(),
			"cmp": one.Cmp(other), "format": string(one.Format),
		}, nil
	})
}
