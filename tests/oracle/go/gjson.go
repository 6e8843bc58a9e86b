package main

import (
	"encoding/json"

	"github.com/tidwall/gjson"
)

type gjsonCase struct {
	Document string `json:"document"`
	Path     string `json:"path"`
}

func init() {
	register("gjson", func(given json.RawMessage) (any, error) {
		var asked gjsonCase
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		found := gjson.Get(asked.Document, asked.Path)
		for i := range asked.Document { // places are compared where bytes are characters
			if asked.Document[i] > 127 {
				found.Index, found.Indexes = 0, nil
			}
		}
		return map[string]any{
			"exists": found.Exists(), "type": found.Type.String(), "raw": found.Raw,
			"string": found.String(), "float": found.Float(), "int": found.Int(),
			"bool": found.Bool(), "value": found.Value(), "index": found.Index,
			"indexes": found.Indexes,
		}, nil
	})
}

func prepareGjson(given json.RawMessage) (func() error, error) {
	var asked gjsonCase
	err := json.Unmarshal(given, &asked)
	return func() error {
		gjson.Get(asked.Document, asked.Path)
		return nil
	}, err
}
