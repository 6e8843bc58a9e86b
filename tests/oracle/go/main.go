// The oracle: evaluates cases of the languages that Argo's YAML embeds with the Go libraries that
// Argo itself uses, so that Pinnace's own implementations can be held against them.
//
// In: one JSON object a line, {"language": "gjson", "case": {…}}. Out, in the same order:
// {"value": <typed>} or {"error": "what the library said"}. See typed.go for the typed form.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"sort"
	"time"
)

// A language evaluates one case; what it returns is written in typed form.
type language func(given json.RawMessage) (any, error)

var languages = map[string]language{}

// register is called by the init function of each language's file.
func register(name string, evaluate language) { languages[name] = evaluate }

type question struct {
	Language string          `json:"language"`
	Case     json.RawMessage `json:"case"`
}

// benchmark is set where there is one (bench.go).
var benchmark func()

const patience = 10 * time.Second

func main() {
	if len(os.Args) > 1 && os.Args[1] == "versions" {
		versions()
		return
	}
	if len(os.Args) == 4 && os.Args[1] == "bench" && benchmark != nil {
		benchmark()
		return
	}
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			out.Write(answer(line))
			out.WriteByte('\n')
			out.Flush() // what is answered stays answered if the next case takes all memory
		}
		if err != nil {
			return
		}
	}
}

func answer(line []byte) []byte {
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return mustJSON(map[string]any{"error": "oracle: " + err.Error()})
	}
	evaluate, known := languages[asked.Language]
	if !known {
		return mustJSON(map[string]any{"error": "oracle: no language " + asked.Language})
	}
	done := make(chan []byte, 1)
	go func() { done <- guarded(evaluate, asked.Case) }()
	select {
	case found := <-done:
		return found
	case <-time.After(patience):
		return mustJSON(map[string]any{"error": "oracle: still running after 10 s"})
	}
}

func guarded(evaluate language, given json.RawMessage) (found []byte) {
	defer func() {
		if problem := recover(); problem != nil {
			found = mustJSON(map[string]any{"error": fmt.Sprintf("panic: %v", problem)})
		}
	}()
	value, err := evaluate(given)
	if err != nil {
		return mustJSON(map[string]any{"error": err.Error()})
	}
	return mustJSON(map[string]any{"value": typed(value)})
}

// versions prints the modules this program was built with and the version of Go.
func versions() {
	info, _ := debug.ReadBuildInfo()
	found := map[string]string{"go": info.GoVersion}
	for _, module := range info.Deps {
		found[module.Path] = module.Version
	}
	names := make([]string, 0, len(languages))
	for name := range languages {
		names = append(names, name)
	}
	sort.Strings(names)
	os.Stdout.Write(mustJSON(map[string]any{"languages": names, "modules": found}))
	fmt.Println()
}

func mustJSON(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		return []byte(`{"error":"oracle: the answer is no JSON"}`)
	}
	return text
}
