package main

import (
	"encoding/json"
	"strings"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
)

// The moment that `now` gives on both sides.
var still = time.Date(2026, 3, 1, 12, 30, 45, 123456789, time.UTC)

// templateFunctions are sprig's but for those that Pinnace refuses, and for the clock.
var templateFunctions = func() template.FuncMap {
	found := sprig.TxtFuncMap()
	delete(found, "env")
	delete(found, "expandenv")
	delete(found, "getHostByName")
	found["now"] = func() time.Time { return still }
	return found
}()

func init() {
	register("gotemplate", func(given json.RawMessage) (any, error) {
		var asked struct {
			Text string `json:"text"`
			Data any    `json:"data"`
		}
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		parsed, err := template.New("param").Funcs(templateFunctions).Parse(asked.Text)
		if err != nil {
			return nil, err
		}
		var out strings.Builder
		if err := parsed.Execute(&out, goValue(asked.Data)); err != nil {
			return nil, err
		}
		// what isn't UTF-8 becomes U+FFFD when Argo puts the result into JSON
		return string([]rune(out.String())), nil
	})
	register("signatures", func(json.RawMessage) (any, error) { return signatures(), nil })
}
