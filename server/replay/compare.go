package replay

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// compare returns a line for each difference between what was recorded and what was seen, which is
// brought into the same form first.
func compare(at string, recorded json.RawMessage, seen any) []string {
	var want, got any
	if len(recorded) > 0 {
		if err := json.Unmarshal(recorded, &want); err != nil {
			return []string{at + ": " + err.Error()}
		}
	}
	b, err := json.Marshal(seen)
	if err == nil {
		err = json.Unmarshal(b, &got)
	}
	if err != nil {
		return []string{at + ": " + err.Error()}
	}
	return differ(at, want, got)
}

func differ(at string, want, got any) []string {
	if reflect.DeepEqual(want, got) {
		return nil
	}
	wantMap, isMap := want.(map[string]any)
	gotMap, bothMaps := got.(map[string]any)
	if isMap && bothMaps {
		return differMaps(at, wantMap, gotMap)
	}
	wantList, isList := want.([]any)
	gotList, bothLists := got.([]any)
	if isList && bothLists && len(wantList) == len(gotList) {
		var lines []string
		for i := range wantList {
			lines = append(lines, differ(fmt.Sprintf("%s[%d]", at, i), wantList[i], gotList[i])...)
		}
		return lines
	}
	return []string{fmt.Sprintf("%s: want %s got %s", at, shown(want), shown(got))}
}

func differMaps(at string, want, got map[string]any) []string {
	names := slices.Collect(maps.Keys(want))
	for name := range got {
		if _, both := want[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var lines []string
	for _, name := range names {
		lines = append(lines, differ(at+"."+name, want[name], got[name])...)
	}
	return lines
}

func shown(v any) string {
	if v == nil {
		return "nothing"
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
