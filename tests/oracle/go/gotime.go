package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/argoproj/argo-workflows/v3/util/strftime"
)

// A moment: nanoseconds since 1970 (seconds and the rest) in a zone of the time zone database, or
// in a fixed one when an offset is given.
type moment struct {
	Seconds int64  `json:"seconds"`
	Nanos   int64  `json:"nanos"`
	Zone    string `json:"zone"`
	Offset  *int   `json:"offset"`
}

func (m moment) time() time.Time {
	at := time.Unix(m.Seconds, m.Nanos)
	if m.Offset != nil {
		return at.In(time.FixedZone(m.Zone, *m.Offset))
	}
	return at.In(location(m.Zone))
}

func location(name string) *time.Location {
	found, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return found
}

func init() {
	register("gotime", func(given json.RawMessage) (any, error) {
		var asked struct {
			Do     string `json:"do"`
			Layout string `json:"layout"`
			Text   string `json:"text"`
			Zone   string `json:"zone"`
			At     moment `json:"at"`
		}
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		switch asked.Do {
		case "format":
			return asked.At.time().Format(asked.Layout), nil
		case "string":
			return asked.At.time().String(), nil
		case "parse":
			found, err := time.ParseInLocation(asked.Layout, asked.Text, location(asked.Zone))
			if err != nil {
				return nil, err
			}
			name, _ := found.Zone()
			return []any{found, name}, nil
		}
		return nil, fmt.Errorf("oracle: %q", asked.Do)
	})
	register("strftime", func(given json.RawMessage) (any, error) {
		var asked struct {
			Format string `json:"format"`
			At     moment `json:"at"`
		}
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		return strftime.Format(asked.Format, asked.At.time()), nil
	})
}
