package main

import (
	"encoding/json"

	"github.com/tidwall/sjson"
)

type sjsonCase struct {
	Document string  `json:"document"`
	Path     string  `json:"path"`
	Value    any     `json:"value"` // in typed form
	Raw      *string `json:"raw"`   // instead of a value: JSON text
}

func init() {
	register("sjson", func(given json.RawMessage) (any, error) {
		var asked sjsonCase
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		if asked.Raw != nil {
			return sjson.SetRaw(asked.Document, asked.Path, *asked.Raw)
		}
		return sjson.Set(asked.Document, asked.Path, untyped(asked.Value))
	})
}

func prepareSjson(given json.RawMessage) (func() error, error) {
	var asked sjsonCase
	err := json.Unmarshal(given, &asked)
	value := untyped(asked.Value)
	return func() error {
		_, err := sjson.Set(asked.Document, asked.Path, value)
		return err
	}, err
}
