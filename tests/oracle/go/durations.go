package main

import (
	"encoding/json"
	"fmt"
	"time"
)

func init() {
	register("durations", func(given json.RawMessage) (any, error) {
		var asked struct {
			Do    string        `json:"do"`
			Text  string        `json:"text"`
			Value time.Duration `json:"value,string"`
			Unit  time.Duration `json:"unit,string"`
		}
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		switch asked.Do {
		case "parse":
			return time.ParseDuration(asked.Text)
		case "format":
			return asked.Value.String(), nil
		case "round":
			return asked.Value.Round(asked.Unit), nil
		case "truncate":
			return asked.Value.Truncate(asked.Unit), nil
		}
		return nil, fmt.Errorf("oracle: %q", asked.Do)
	})
}
