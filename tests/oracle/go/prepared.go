package main

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"text/template"
	"time"

	"github.com/evilmonkeyinc/jsonpath"
	"github.com/expr-lang/expr"
	"github.com/itchyny/gojq"
	"github.com/robfig/cron/v3"
	kubectl "k8s.io/client-go/util/jsonpath"
)

// The compiled forms that bench.go measures; each takes the case of its language.

func prepareExpr(given json.RawMessage) (func() error, error) {
	text, env, err := readExprCase(given)
	if err != nil {
		return nil, err
	}
	program, err := expr.Compile(text, expr.Env(env))
	return func() error {
		_, err := expr.Run(program, env)
		return err
	}, err
}

func prepareTemplate(given json.RawMessage) (func() error, error) {
	var asked struct {
		Text string `json:"text"`
		Data any    `json:"data"`
	}
	if err := json.Unmarshal(given, &asked); err != nil {
		return nil, err
	}
	data := goValue(asked.Data)
	parsed, err := template.New("param").Funcs(templateFunctions).Parse(asked.Text)
	return func() error { return parsed.Execute(io.Discard, data) }, err
}

func prepareRegexp(given json.RawMessage) (func() error, error) {
	var asked struct {
		Pattern string `json:"pattern"`
		Text    any    `json:"text"`
	}
	if err := json.Unmarshal(given, &asked); err != nil {
		return nil, err
	}
	pattern, err := regexp.Compile(asked.Pattern)
	text := goText(asked.Text)
	return func() error {
		pattern.MatchString(text)
		return nil
	}, err
}

func readDocument(given json.RawMessage) (jsonpathCase, any, error) {
	var asked jsonpathCase
	if err := json.Unmarshal(given, &asked); err != nil {
		return asked, nil, err
	}
	var document any
	err := json.Unmarshal([]byte(asked.Document), &document)
	return asked, document, err
}

func prepareKubectlPath(given json.RawMessage) (func() error, error) {
	asked, document, err := readDocument(given)
	if err != nil {
		return nil, err
	}
	parsed := kubectl.New("out")
	return func() error {
		var out bytes.Buffer
		return parsed.Execute(&out, document)
	}, parsed.Parse(asked.Path)
}

func prepareGoessner(given json.RawMessage) (func() error, error) {
	asked, document, err := readDocument(given)
	if err != nil {
		return nil, err
	}
	selector, err := jsonpath.Compile(asked.Path)
	return func() error {
		_, err := selector.Query(document)
		return err
	}, err
}

func prepareJq(given json.RawMessage) (func() error, error) {
	var asked jqCase
	if err := json.Unmarshal(given, &asked); err != nil {
		return nil, err
	}
	var document any
	if err := json.Unmarshal([]byte(asked.Document), &document); err != nil {
		return nil, err
	}
	query, err := gojq.Parse(asked.Program)
	if err != nil {
		return nil, err
	}
	code, err := gojq.Compile(query)
	return func() error {
		outputs := code.Run(document)
		for {
			value, more := outputs.Next()
			if err, failed := value.(error); failed || !more {
				return err
			}
		}
	}, err
}

func prepareCron(given json.RawMessage) (func() error, error) {
	var asked cronCase
	if err := json.Unmarshal(given, &asked); err != nil {
		return nil, err
	}
	moment, err := time.Parse(time.RFC3339Nano, asked.Start)
	if err != nil {
		return nil, err
	}
	schedule, err := cron.ParseStandard(asked.Spec)
	return func() error {
		schedule.Next(moment)
		return nil
	}, err
}

// prepareWhole measures a language that upstream compiles at every event.
func prepareWhole(language string) func(json.RawMessage) (func() error, error) {
	return func(given json.RawMessage) (func() error, error) {
		return func() error {
			_, err := languages[language](given)
			return err
		}, nil
	}
}
