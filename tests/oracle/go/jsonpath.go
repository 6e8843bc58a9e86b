package main

import (
	"bytes"
	"encoding/json"

	"github.com/evilmonkeyinc/jsonpath"
	kjson "k8s.io/apimachinery/pkg/util/json"
	kubectl "k8s.io/client-go/util/jsonpath"
)

type jsonpathCase struct {
	Document         string `json:"document"`
	Path             string `json:"path"`
	AllowMissingKeys bool   `json:"allow_missing_keys"`
}

// kubectlpath renders as `kubectl -o jsonpath` and printer columns do: integers are int64.
func init() {
	register("kubectlpath", func(given json.RawMessage) (any, error) {
		var asked jsonpathCase
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		var document any
		if err := kjson.Unmarshal([]byte(asked.Document), &document); err != nil {
			return nil, err
		}
		template := kubectl.New("out").AllowMissingKeys(asked.AllowMissingKeys)
		if err := template.Parse(asked.Path); err != nil {
			return nil, err
		}
		var out bytes.Buffer
		if err := template.Execute(&out, document); err != nil {
			return nil, err
		}
		return out.String(), nil
	})
	register("goessner", func(given json.RawMessage) (any, error) {
		var asked jsonpathCase
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		var document any
		if err := json.Unmarshal([]byte(asked.Document), &document); err != nil {
			return nil, err
		}
		return jsonpath.Query(asked.Path, document)
	})
}
