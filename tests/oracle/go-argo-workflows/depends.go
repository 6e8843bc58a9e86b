package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	wfv1 "github.com/argoproj/argo-workflows/v4/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v4/util/expr/argoexpr"
	"github.com/argoproj/argo-workflows/v4/workflow/common"
)

// dependsCase is a task of a DAG, the tasks that it may wait for, and how those ended.
type dependsCase struct {
	Task    wfv1.DAGTask           `json:"task"`
	Others  []wfv1.DAGTask         `json:"others"`
	Results map[string]taskResults `json:"results"`
}

// taskResults are workflow/controller's TaskResults.
type taskResults struct {
	Succeeded, Failed, Errored, Skipped, Omitted, Daemoned, AnySucceeded, AllFailed bool
}

// others is the DAG as ancestry.go asks for it.
type others map[string]*wfv1.DAGTask

func (o others) GetTask(_ context.Context, name string) *wfv1.DAGTask { return o[name] }

func (o others) GetTaskDependencies(context.Context, string) []string { return nil }

func (o others) GetTaskFinishedAtTime(context.Context, string) time.Time { return time.Time{} }

func init() {
	register("depends", func(given json.RawMessage) (any, error) {
		var asked dependsCase
		if err := json.Unmarshal(given, &asked); err != nil {
			return nil, err
		}
		if err := common.ValidateTaskResults(&asked.Task); err != nil {
			return nil, err
		}
		known := others{}
		for i := range asked.Others {
			known[asked.Others[i].Name] = &asked.Others[i]
		}
		waited, logic := common.GetTaskDependencies(context.Background(), &asked.Task, known)
		scope := map[string]taskResults{}
		ofItems := map[string]bool{}
		for name, kind := range waited {
			if known[name] == nil { // as validate.go has it
				return nil, fmt.Errorf("dependency '%s' not defined", name)
			}
			ofItems[name] = kind == common.DependencyTypeItems
			scope[strings.ReplaceAll(name, "-", "_")] = asked.Results[name]
		}
		// the end of evaluateDependsLogic in workflow/controller/dag.go, which is not exported
		runs := true
		if logic != "" {
			var err error
			runs, err = argoexpr.EvalBool(strings.ReplaceAll(logic, "-", "_"), scope)
			if err != nil {
				return nil, err
			}
		}
		return map[string]any{"logic": logic, "waits": ofItems, "runs": runs}, nil
	})
}
