package main

import (
	"encoding/json"
	"fmt"
)

func init() {
	register("printf", func(given json.RawMessage) (any, error) {
		var asked struct {
			Format string `json:"format"`
			Values []any  `json:"values"`
		}
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		return fmt.Sprintf(asked.Format, goValues(asked.Values)...), nil
	})
}
