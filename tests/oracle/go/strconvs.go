package main

import (
	"encoding/json"
	"fmt"
	"strconv"
)

func init() {
	register("strconv", func(given json.RawMessage) (any, error) {
		var asked struct {
			Do    string `json:"do"`
			Text  any    `json:"text"`
			Base  int    `json:"base"`
			Value any    `json:"value"`
			Verb  string `json:"verb"`
		}
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		switch asked.Do {
		case "quote":
			return strconv.Quote(goText(asked.Text)), nil
		case "unquote":
			return strconv.Unquote(goText(asked.Text))
		case "parseInt":
			return strconv.ParseInt(goText(asked.Text), asked.Base, 64)
		case "parseUint":
			return strconv.ParseUint(goText(asked.Text), asked.Base, 64)
		case "parseFloat":
			return strconv.ParseFloat(goText(asked.Text), 64)
		case "parseBool":
			return strconv.ParseBool(goText(asked.Text))
		case "formatFloat":
			return strconv.FormatFloat(goValue(asked.Value).(float64), asked.Verb[0], -1, 64), nil
		case "json":
			text, err := json.Marshal(goValue(asked.Value))
			return string(text), err
		case "jsonIndent":
			text, err := json.MarshalIndent(goValue(asked.Value), "", "  ")
			return string(text), err
		}
		return nil, fmt.Errorf("oracle: %q", asked.Do)
	})
}
