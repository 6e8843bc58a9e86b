package main

import (
	"fmt"
	"reflect"

	"github.com/Masterminds/sprig/v3"
)

// signatures tells the Go types of sprig's functions, such as "func(int, string) string":
// pinnace/languages/sprig/signatures.py holds the same table.
func signatures() map[string]any {
	found := map[string]any{}
	for name, function := range sprig.GenericFuncMap() {
		found[name] = fmt.Sprint(reflect.TypeOf(function))
	}
	return found
}
