package logsource

import (
	"fmt"
	"strconv"
	"strings"

	"tallinn/defence/event"
)

// Windows' own auditing tells of processes (4688), registry values (4657) and
// connections (5156) under names and in forms of its own. Rules are written
// in Sysmon's. Which categories these events feed is in windows.tsv.
var audits = map[string]func(*event.Event){"4688": process, "4657": registryValue, "5156": connection}

// Deriver returns what gives an event of k the further fields that rules know
// it by, or nil. It does nothing to an event that has been given them.
func Deriver(k Key) func(*event.Event) {
	if !strings.EqualFold(k.Channel, "security") {
		return nil
	}
	return audits[k.ID]
}

// Complete gives e the further fields that rules know it by.
func Complete(e *event.Event) {
	if derive := Deriver(KeyOf(e)); derive != nil {
		derive(e)
	}
}

// also lets the value called from answer to name, too, unless that has one.
func also(e *event.Event, name, from string) {
	if _, ok := e.Get(name); ok {
		return
	}
	if v, ok := e.Get(from); ok {
		e.Derive(name, v)
	}
}

func process(e *event.Event) {
	if e.Derived() {
		return
	}
	also(e, "Image", "NewProcessName")
	also(e, "ParentImage", "ParentProcessName")
	also(e, "LogonId", "SubjectLogonId")
	also(e, "IntegrityLevel", "MandatoryLabel") // rules name its SID beside Sysmon's word
}

func registryValue(e *event.Event) {
	if e.Derived() {
		return
	}
	also(e, "Image", "ProcessName")
	if key, ok := e.Get("ObjectName"); ok {
		if value, ok := e.Get("ObjectValueName"); ok {
			key += `\` + value
		}
		e.Derive("TargetObject", hive(key))
	}
	if v, ok := e.Get("NewValue"); ok {
		kind, _ := e.Get("NewValueType")
		e.Derive("Details", details(kind, v))
	}
	if op, ok := e.Get("OperationType"); ok {
		name := "SetValue"
		if op == "%%1906" || op == "Registry value deleted" {
			name = "DeleteValue"
		}
		e.Derive("EventType", name)
	}
}

// hives are how the kernel and Sysmon begin a registry path.
var hives = [][2]string{{`\REGISTRY\MACHINE\`, `HKLM\`}, {`\REGISTRY\USER\`, `HKU\`}}

// hive writes a registry path as Sysmon does; the control set in use is the
// current one.
func hive(path string) string {
	for _, h := range hives {
		if rest, ok := cutPrefixFold(path, h[0]); ok {
			path = h[1] + rest
		}
	}
	if rest, ok := cutPrefixFold(path, `HKLM\SYSTEM\ControlSet00`); ok && len(rest) > 1 && rest[1] == '\\' {
		path = `HKLM\System\CurrentControlSet` + rest[1:]
	}
	return path
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// details writes a registry value as Sysmon does.
func details(kind, v string) string {
	n, err := strconv.ParseUint(v, 0, 64)
	if err != nil {
		return v
	}
	switch kind {
	case "%%1876", "REG_DWORD":
		return fmt.Sprintf("DWORD (0x%08x)", uint32(n))
	case "%%1883", "REG_QWORD":
		return fmt.Sprintf("QWORD (0x%08x-0x%08x)", n>>32, uint32(n))
	}
	return v
}

func connection(e *event.Event) {
	if e.Derived() {
		return
	}
	if app, ok := e.Get("Application"); ok {
		e.Derive("Image", drive(app))
	}
	also(e, "SourceIp", "SourceAddress")
	also(e, "DestinationIp", "DestAddress")
	also(e, "DestinationPort", "DestPort")
	if d, ok := e.Get("Direction"); ok {
		e.Derive("Initiated", strconv.FormatBool(d == "%%14593" || strings.EqualFold(d, "outbound")))
	}
	switch p, _ := e.Get("Protocol"); p {
	case "6":
		e.Derive("Protocol", "tcp")
	case "17":
		e.Derive("Protocol", "udp")
	}
}

// systemFolders are on the drive that Windows is on.
var systemFolders = []string{`windows\`, `program files\`, `program files (x86)\`, `programdata\`, `users\`}

// drive writes the path of a device as one of a drive, if it goes on with a
// folder that the system's drive has; of others the letter cannot be told.
func drive(path string) string {
	rest, ok := cutPrefixFold(path, `\device\harddiskvolume`)
	if !ok {
		return path
	}
	_, rest, _ = strings.Cut(rest, `\`)
	for _, f := range systemFolders {
		if _, ok := cutPrefixFold(rest, f); ok {
			return `C:\` + rest
		}
	}
	return path
}
