package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"time"
	"unicode/utf8"
)

// typed writes a value so that its Go type can be read off: null, true and "text" as they are;
// {"int": "5"}, {"float": "1.5"}, [list], {"map": [["key", value], …]} with sorted keys,
// {"bytes": base64} (also a string that is not UTF-8), {"time": RFC 3339}, {"duration": "ns"};
// anything else {"other": "%T", "text": "%v"}. tests/oracle/typed.py writes the same.
func typed(value any) any {
	switch v := value.(type) {
	case nil:
		return nil
	case bool:
		return v
	case string:
		if !utf8.ValidString(v) {
			return map[string]any{"bytes": base64.StdEncoding.EncodeToString([]byte(v))}
		}
		return v
	case json.Number:
		return map[string]any{"number": v.String()}
	case []byte:
		return map[string]any{"bytes": base64.StdEncoding.EncodeToString(v)}
	case time.Duration:
		return map[string]any{"duration": strconv.FormatInt(int64(v), 10)}
	case time.Time:
		return map[string]any{"time": v.Format(time.RFC3339Nano)}
	}
	return typedByKind(reflect.ValueOf(value))
}

func typedByKind(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return map[string]any{"int": strconv.FormatInt(v.Int(), 10)}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return map[string]any{"int": strconv.FormatUint(v.Uint(), 10)}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"float": strconv.FormatFloat(v.Float(), 'g', -1, 64)}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.IsNil() {
			return nil
		}
		items := make([]any, 0, v.Len())
		for i := 0; i < v.Len(); i++ {
			items = append(items, typed(v.Index(i).Interface()))
		}
		return items
	case reflect.Map:
		return typedMap(v)
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return typed(v.Elem().Interface())
	case reflect.Bool:
		return v.Bool()
	case reflect.String:
		return typed(v.String())
	}
	return map[string]any{"other": v.Type().String(), "text": fmt.Sprintf("%v", v.Interface())}
}

func typedMap(v reflect.Value) any {
	pairs := make([][2]any, 0, v.Len())
	for _, key := range v.MapKeys() {
		pairs = append(pairs, [2]any{typed(key.Interface()), typed(v.MapIndex(key).Interface())})
	}
	sort.Slice(pairs, func(i, j int) bool {
		return string(mustJSON(pairs[i][0])) < string(mustJSON(pairs[j][0]))
	})
	return map[string]any{"map": pairs}
}

// untyped reads the typed form back into Go values (int, float64, string, bool, nil, []any,
// map[string]any): what a case hands over as data when int and float64 must be told apart.
func untyped(value any) any {
	switch v := value.(type) {
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = untyped(item)
		}
		return items
	case map[string]any:
		if text, is := v["int"].(string); is {
			number, _ := strconv.ParseInt(text, 10, 64)
			return int(number)
		}
		if text, is := v["float"].(string); is {
			number, _ := strconv.ParseFloat(text, 64)
			return number
		}
		found := map[string]any{}
		pairs, _ := v["map"].([]any)
		for _, pair := range pairs {
			two := pair.([]any)
			found[two[0].(string)] = untyped(two[1])
		}
		return found
	}
	return value
}
