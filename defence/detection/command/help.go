package command

// Help is the long help of detect.
func (*Detect) Help() string {
	return `Examples:

  tallinn detect logs/
      every log under logs/ against the embedded rules, as a table with a summary
  tallinn detect --min-level high --html report.html Security.evtx
      the grave matches only, and a page that opens offline
  tallinn detect --rules my-rules/ --pipeline ours.yml --json logs.zip | jq .rule_id
      rules of your own, one JSON object a match
  journalctl -o export | tallinn detect --tags attack.persistence -
      what the journal of this machine says about persistence
  tallinn detect --tuning tuning.yml --since 2026-03-01 --csv '/mnt/case/*/*.evtx' > timesketch.csv
      with the exclusions of your institution, for Timesketch
  tallinn detect --since 7d --workers 1 /var/log
      the last week, with one processor left for the work of the machine

A log or a rule that cannot be used is told on standard error, and the rest is done. Exit code: 0 no match,
1 matches, 2 the command could not be done.

Tuning is a YAML file: levels (rule, level, reason) and exclude (rule, hosts, reason, until).`
}

// Help is the long help of rules list.
func (*RulesList) Help() string {
	return `Examples:

  tallinn rules list --min-level critical
      the gravest of the embedded rules
  tallinn rules list --tags attack.t1059 --rules my-rules/
      rules of your own about command interpreters, sub-techniques too
  tallinn rules list --unfed
      rules that no known log feeds`
}

// Help is the long help of rules check.
func (*RulesCheck) Help() string {
	return `Examples:

  tallinn rules check my-rules/
      what cannot be used, what reads like a mistake, what no log can feed

Exit code: 0 nothing to tell, 1 findings, 2 the command could not be done.`
}

// Help is the long help of rules test.
func (*RulesTest) Help() string {
	return `Examples:

  tallinn rules test --rules mine.yml --match attack.evtx --no-match monday.evtx
      the rule must match the one and not the other
  tallinn rules test --pairs regression_data/
      every info.yml names the rules that must match the log beside it

Exit code: 0 all passed, 1 a test failed, 2 the command could not be done.`
}

// Help is the long help of rules explain.
func (*RulesExplain) Help() string {
	return `Examples:

  tallinn rules explain proc_creation_win_certutil_download Security.evtx --record 17
      each condition, search and value of the rule, and what the event had instead

Exit code: 0 the rule does not match, 1 it does, 2 the command could not be done.`
}

// Help is the long help of rules pack.
func (*RulesPack) Help() string {
	return `Examples:

  tallinn rules pack -o ours.pack --source "our rules, 2026-03-01" my-rules/
  tallinn detect --rules ours.pack logs/`
}

// Help is the long help of logs search.
func (*LogsSearch) Help() string {
	return `Examples:

  tallinn logs search -w mimikatz logs/
      records with the text in any field, in whatever case
  tallinn logs search -f 'EventID=4625' -f 'TargetUserName=adm*' logs/
  tallinn logs search -f 'CommandLine|re=-enc [A-Za-z0-9+/]{40,}' logs/

All that is given must hold. Exit code: 0 nothing found, 1 found, 2 the command could not be done.`
}

// Help is the long help of logs summary.
func (*LogsSummary) Help() string {
	return `For each channel of each host: how many events of which kinds, from when to when, and what is missing:
silences longer than --gap, and record numbers that were passed over.`
}

// Help is the long help of logs logons.
func (*LogsLogons) Help() string {
	return `Windows logons, failures, Kerberos and NTLM, remote desktop sessions; on Linux ssh, su, sudo and login. One line
for each host, account, type, origin and outcome.`
}
