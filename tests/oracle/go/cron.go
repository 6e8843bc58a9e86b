package main

import (
	"encoding/json"
	"time"

	"github.com/robfig/cron/v3"
)

type cronCase struct {
	Spec      string `json:"spec"`
	Zone      string `json:"zone"`
	Start     string `json:"start"`
	FiveField bool   `json:"five_fields_only"`
}

// cron answers the next three times, as the calendar event source and CronWorkflows compute them.
func init() {
	five := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)
	register("cron", func(given json.RawMessage) (any, error) {
		var asked cronCase
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		zone, err := time.LoadLocation(asked.Zone)
		if err != nil {
			return nil, err
		}
		moment, err := time.Parse(time.RFC3339Nano, asked.Start)
		if err != nil {
			return nil, err
		}
		parse := cron.ParseStandard
		if asked.FiveField {
			parse = five.Parse
		}
		schedule, err := parse(asked.Spec)
		if err != nil {
			return nil, err
		}
		moment = moment.In(zone)
		found := []any{}
		for range 3 {
			moment = schedule.Next(moment)
			if moment.IsZero() {
				found = append(found, nil)
				break
			}
			found = append(found, moment.UTC())
		}
		return found, nil
	})
}
