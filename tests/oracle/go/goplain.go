package main

import (
	"encoding/base64"
	"strconv"
	"time"
)

// goValue reads a value that a case hands over. Besides what untyped reads there are Go types that
// plain data does not have: {"int64": "5"}, {"uint8": "5"}, {"strings": […]}, {"ints": […]},
// {"bytes": base64}, {"text": base64} (a string that need not be UTF-8), {"duration": "ns"} and
// {"time": RFC 3339}.
func goValue(form any) any {
	object, is := form.(map[string]any)
	if !is || len(object) != 1 {
		return untyped(form)
	}
	for kind, value := range object {
		if read, known := readers[kind]; known {
			return read(value)
		}
	}
	return untyped(form)
}

var readers = map[string]func(any) any{
	"int64": func(v any) any { n, _ := strconv.ParseInt(v.(string), 10, 64); return n },
	"uint8": func(v any) any { n, _ := strconv.ParseUint(v.(string), 10, 8); return uint8(n) },
	"strings": func(v any) any {
		found := []string{}
		for _, one := range v.([]any) {
			found = append(found, one.(string))
		}
		return found
	},
	"ints": func(v any) any {
		found := []int{}
		for _, one := range v.([]any) {
			found = append(found, int(one.(float64)))
		}
		return found
	},
	"bytes":    func(v any) any { b, _ := base64.StdEncoding.DecodeString(v.(string)); return b },
	"text":     func(v any) any { b, _ := base64.StdEncoding.DecodeString(v.(string)); return string(b) },
	"duration": func(v any) any { n, _ := strconv.ParseInt(v.(string), 10, 64); return time.Duration(n) },
	"time":     func(v any) any { t, _ := time.Parse(time.RFC3339Nano, v.(string)); return t },
}

func goValues(forms []any) []any {
	found := make([]any, len(forms))
	for i, form := range forms {
		found[i] = goValue(form)
	}
	return found
}

// goText reads a text that need not be UTF-8.
func goText(form any) string { return goValue(form).(string) }
