package main

import (
	"encoding/json"

	"github.com/itchyny/gojq"
)

type jqCase struct {
	Document string `json:"document"`
	Program  string `json:"program"`
}

const jqOutputs = 64

// jq answers the outputs as gojq writes them, and the message of the error that ended them.
func init() {
	register("jq", func(given json.RawMessage) (any, error) {
		var asked jqCase
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		query, err := gojq.Parse(asked.Program)
		if err != nil {
			return nil, err
		}
		var document any
		if err := json.Unmarshal([]byte(asked.Document), &document); err != nil {
			return nil, err
		}
		outputs, failed := []any{}, any(nil)
		iter := query.Run(document)
		for len(outputs) < jqOutputs {
			value, more := iter.Next()
			if !more {
				break
			}
			if err, is := value.(error); is {
				if halt, is := err.(*gojq.HaltError); is && halt.Value() == nil {
					break
				}
				if len(outputs) == 0 {
					return nil, err
				}
				failed = err.Error()
				break
			}
			text, err := gojq.Marshal(value)
			if err != nil {
				return nil, err
			}
			outputs = append(outputs, string(text))
		}
		return map[string]any{"outputs": outputs, "failed": failed}, nil
	})
}
