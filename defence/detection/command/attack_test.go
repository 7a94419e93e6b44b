package command

import (
	"fmt"
	"testing"
)

func TestCells(t *testing.T) {
	for _, tt := range []struct {
		tags []string
		want string
	}{
		{[]string{"attack.stealth", "attack.t1027", "attack.command-and-control", "attack.t1105"}, "[[stealth T1027] [command-and-control T1105]]"},
		{[]string{"attack.persistence", "attack.privilege_escalation", "attack.T1547.001"}, "[[persistence T1547.001] [privilege-escalation T1547.001]]"},
		{[]string{"attack.execution", "attack.t1059", "attack.t1059.001", "attack.t1059", "car.2016-04-002", "attack.impact"}, "[[execution T1059] [execution T1059.001] [impact ]]"},
		{[]string{"attack.defense-impairment", "attack.t1685.005"}, "[[defense-impairment T1685.005]]"},
		{[]string{"attack.t1685.005", "cve.2021-1"}, "[]"},
	} {
		if got := fmt.Sprint(cells(tt.tags)); got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.tags, got, tt.want)
		}
	}
}
