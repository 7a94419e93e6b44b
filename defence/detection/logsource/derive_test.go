package logsource_test

import (
	"slices"
	"strings"
	"testing"

	"tallinn/defence/detection/logsource"
	"tallinn/defence/event"
)

// audited makes an event of the Security log of "name=value" pairs.
func audited(id string, pairs ...string) *event.Event {
	e := &event.Event{Product: "windows"}
	e.Add("Channel", "Security", event.Text)
	e.Add("EventID", id, event.Number)
	for _, p := range pairs {
		name, value, _ := strings.Cut(p, "=")
		e.Add(name, value, event.Text)
	}
	return e
}

// derived are the further fields of e as "name=value".
func derived(e *event.Event) []string {
	logsource.Complete(e)
	var out []string
	for _, f := range e.Fields[e.Logged():] {
		out = append(out, f.Name+"="+f.Value)
	}
	return out
}

// What auditing tells answers to the names, and in the forms, of Sysmon.
func TestDerived(t *testing.T) {
	for _, tt := range []struct {
		name string
		e    *event.Event
		want []string
	}{
		{"process", audited("4688", `NewProcessName=C:\a.exe`, `ParentProcessName=C:\b.exe`, "SubjectLogonId=0x3e7", "MandatoryLabel=S-1-16-16384", "ProcessId=0x2c8"),
			[]string{`Image=C:\a.exe`, `ParentImage=C:\b.exe`, "LogonId=0x3e7", "IntegrityLevel=S-1-16-16384"}},
		{"process, as older Windows tells it", audited("4688", `NewProcessName=C:\a.exe`), []string{`Image=C:\a.exe`}},
		{"process that has the name", audited("4688", `NewProcessName=C:\a.exe`, `Image=C:\c.exe`), nil},
		{"new value", audited("4657", `ObjectName=\REGISTRY\MACHINE\SYSTEM\ControlSet001\Control\Lsa`, "ObjectValueName=RunAsPPL", "OperationType=%%1904", "NewValueType=%%1876", "NewValue=0", `ProcessName=C:\reg.exe`),
			[]string{`Image=C:\reg.exe`, `TargetObject=HKLM\System\CurrentControlSet\Control\Lsa\RunAsPPL`, "Details=DWORD (0x00000000)", "EventType=SetValue"}},
		{"long number", audited("4657", `ObjectName=\registry\user\S-1-5-21-1\X`, "ObjectValueName=v", "OperationType=%%1905", "NewValueType=%%1883", "NewValue=0x1D63ED21D4ADB0A"),
			[]string{`TargetObject=HKU\S-1-5-21-1\X\v`, "Details=QWORD (0x01d63ed2-0x1d4adb0a)", "EventType=SetValue"}},
		{"a text of digits", audited("4657", `ObjectName=\REGISTRY\A\X`, "NewValueType=%%1873", "NewValue=12"),
			[]string{`TargetObject=\REGISTRY\A\X`, "Details=12"}},
		{"value deleted", audited("4657", `ObjectName=\REGISTRY\MACHINE\SYSTEM\ControlSet0012\X`, "OperationType=Registry value deleted"),
			[]string{`TargetObject=HKLM\SYSTEM\ControlSet0012\X`, "EventType=DeleteValue"}},
		{"connection out", audited("5156", `Application=\device\harddiskvolume2\windows\system32\svchost.exe`, "SourceAddress=10.0.0.1", "SourcePort=5", "DestAddress=10.0.0.2", "DestPort=443", "Direction=%%14593", "Protocol=6"),
			[]string{`Image=C:\windows\system32\svchost.exe`, "SourceIp=10.0.0.1", "DestinationIp=10.0.0.2", "DestinationPort=443", "Initiated=true", "Protocol=tcp"}},
		{"connection in, of another drive", audited("5156", `Application=\device\harddiskvolume4\tools\a.exe`, "Direction=%%14592", "Protocol=17"),
			[]string{`Image=\device\harddiskvolume4\tools\a.exe`, "Initiated=false", "Protocol=udp"}},
		{"System is no path", audited("5156", "Application=System", "Protocol=1"), []string{"Image=System"}},
		{"another event", audited("4624", "SubjectLogonId=0x3e7"), nil},
	} {
		if got := derived(tt.e); !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
		if got := derived(tt.e); !slices.Equal(got, tt.want) {
			t.Errorf("%s: a second time: %q", tt.name, got)
		}
		if c := tt.e.Clone(); len(c.Fields) != tt.e.Logged() || c.Derived() {
			t.Errorf("%s: a copy has %d fields, the log %d", tt.name, len(c.Fields), tt.e.Logged())
		}
	}
	e := audited("4688", `NewProcessName=C:\a.exe`)
	e.Fields[0].Value = "Application"
	if got := derived(e); got != nil {
		t.Errorf("another channel: %q", got)
	}
}

// Which rules the audited events feed.
func TestAuditedSources(t *testing.T) {
	for _, tt := range []struct {
		e    *event.Event
		want []string
	}{
		{audited("4688"), []string{"process_creation"}},
		{audited("5156"), []string{"network_connection"}},
		{audited("5158"), nil},
		{audited("4657", "OperationType=%%1904"), []string{"registry_add", "registry_event", "registry_set"}},
		{audited("4657", "OperationType=New registry value created"), []string{"registry_add", "registry_event", "registry_set"}},
		{audited("4657", "OperationType=%%1905"), []string{"registry_event", "registry_set"}},
		{audited("4657", "OperationType=%%1906"), []string{"registry_delete", "registry_event"}},
		{audited("4657"), []string{"registry_event"}},
	} {
		got := logsource.Of(logsource.KeyOf(tt.e))
		slices.Sort(got.Categories)
		if !slices.Equal(got.Categories, tt.want) || !slices.Equal(got.Services, []string{"security"}) {
			t.Errorf("%v: got %v, want %v", tt.e.Fields, got, tt.want)
		}
	}
}
