"""The small languages that Argo's YAML embeds: text and data in, a value or a precise error out.

A map of this room. Nothing here does I/O (but for the data files of time zones) or imports the rest
of pinnace; the present moment and randomness come in through
:class:`pinnace.languages.ambient.Ambient`.

| module       | language                                 | where Argo uses it |
| ------------ | ---------------------------------------- | --- |
| `tags`       | `{{…}}` and `{{=…}}` in JSON text        | every Workflow template |
| `expr`       | expr-lang 1.17                           | `{{=…}}`, `depends`, hooks, filters |
| `govaluate`  | Knetic/govaluate                         | `when`, Sensor `filters.exprs` |
| `gjson`      | tidwall/gjson paths                      | Sensor data filters and parameters |
| `sjson`      | tidwall/sjson paths                      | where a Sensor parameter is written |
| `gotemplate` | Go text/template                         | Sensor templates |
| `sprig`      | Masterminds/sprig functions              | Go templates, `sprig.*` in expr |
| `jsonpath`   | kubectl and Goessner JSONPath            | resource outputs, `jsonpath()` in expr |
| `cron`       | robfig/cron schedules                    | CronWorkflows, calendars |
| `durations`  | Go durations                             | everywhere |
| `strftime`   | `workflow.creationTimestamp.<X>`         | Workflow variables |
| `goformat`   | Go's printf verbs                        | `withSequence.format`, templates |
| `gotime`     | Go's date layouts                        | sprig `date`, expr `date`, govaluate |
| `goregex`    | RE2                                      | filters, `matches`, sprig `regex*` |
| `luascript`  | Lua 5.1                                  | Sensor scripts |
| `jqfilter`   | jq                                       | Sensor transforms, resource outputs |

Every one refuses bad input with :class:`pinnace.languages.errors.LanguageError`.
"""
