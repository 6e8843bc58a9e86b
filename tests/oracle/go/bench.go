package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

func init() { benchmark = measure }

// measure is `oracle bench LANGUAGE SECONDS` with one case on standard input: it prints how many
// evaluations a second there are of it, once it is compiled.
func measure() {
	language := os.Args[2]
	seconds, _ := strconv.ParseFloat(os.Args[3], 64)
	given, _ := io.ReadAll(os.Stdin)
	prepare, known := prepared[language]
	if !known {
		fmt.Fprintln(os.Stderr, "no prepared form of", language)
		os.Exit(2)
	}
	evaluate, err := prepare(json.RawMessage(given))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	count, begun := 0, time.Now()
	for time.Since(begun).Seconds() < seconds {
		if err := evaluate(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		count++
	}
	fmt.Println(float64(count) / time.Since(begun).Seconds())
}

// prepared compiles a case once; what it returns evaluates it once.
var prepared = map[string]func(json.RawMessage) (func() error, error){
	"cron":        prepareCron,
	"expr":        prepareExpr,
	"gjson":       prepareGjson,
	"goessner":    prepareGoessner,
	"gotemplate":  prepareTemplate,
	"govaluate":   prepareGovaluate,
	"jq":          prepareJq,
	"kubectlpath": prepareKubectlPath,
	"lua":         prepareWhole("lua"),
	"regexp":      prepareRegexp,
	"sjson":       prepareSjson,
}
