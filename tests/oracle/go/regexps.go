package main

import (
	"encoding/json"
	"fmt"
	"regexp"
)

func init() {
	register("regexp", func(given json.RawMessage) (any, error) {
		var asked struct {
			Do      string `json:"do"`
			Pattern string `json:"pattern"`
			Text    any    `json:"text"`
			With    string `json:"with"`
			Limit   int    `json:"limit"`
		}
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		if asked.Do == "quote" {
			return regexp.QuoteMeta(asked.Pattern), nil
		}
		pattern, err := regexp.Compile(asked.Pattern)
		if err != nil {
			return nil, err
		}
		text := goText(asked.Text)
		switch asked.Do {
		case "match":
			return pattern.MatchString(text), nil
		case "find":
			return pattern.FindString(text), nil
		case "findAll":
			return pattern.FindAllString(text, asked.Limit), nil
		case "replace":
			return pattern.ReplaceAllString(text, asked.With), nil
		case "replaceLiteral":
			return pattern.ReplaceAllLiteralString(text, asked.With), nil
		case "split":
			return pattern.Split(text, asked.Limit), nil
		}
		return nil, fmt.Errorf("oracle: %q", asked.Do)
	})
}
