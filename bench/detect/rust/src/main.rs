//! Runs engines written in Rust over the events and rules that the benchmark
//! in the folder above wrote: events.ndjson, routes.json (which rule files
//! each event is for), sources.json (which log sources each event feeds) and
//! the rules. It prints one JSON line an engine: what it loaded, how long the
//! matching took in processor time, and which matches it found. Events are
//! parsed before the clock starts, which favours these engines.
//!
//! With a second folder it reads the event logs of that with the crate evtx.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use rsigma_eval::event::JsonEvent;
use rsigma_parser::LogSource;
use serde::{Deserialize, Serialize};

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

/// What one engine did.
#[derive(Default, Serialize)]
struct Report {
    engine: &'static str,
    version: &'static str,
    loaded: usize,
    rejected: usize,
    errors: usize,
    events: usize,
    seconds: f64,
    matches: Vec<String>,
}

#[derive(Deserialize)]
struct Source {
    product: String,
    service: String,
    category: String,
}

/// What the benchmark wrote.
struct Given {
    lines: Vec<String>,
    routes: Vec<Vec<String>>,
    sources: Vec<Vec<Source>>,
    rules: Vec<PathBuf>,
}

fn main() -> Fallible<()> {
    let mut args = std::env::args().skip(1);
    let dir = PathBuf::from(args.next().ok_or("the folder that the benchmark wrote is missing")?);
    let given = read(&dir)?;
    for report in [rsigma(&given)?, sigma_rust(&given)?] {
        println!("{}", serde_json::to_string(&report)?);
    }
    if let Some(logs) = args.next() {
        println!("{}", serde_json::to_string(&evtx_reader(Path::new(&logs))?)?);
    }
    Ok(())
}

fn read(dir: &Path) -> Fallible<Given> {
    let mut rules: Vec<PathBuf> =
        fs::read_dir(dir.join("rules"))?.map(|f| f.map(|f| f.path())).collect::<Result<_, _>>()?;
    rules.sort();
    Ok(Given {
        lines: fs::read_to_string(dir.join("events.ndjson"))?.lines().map(str::to_owned).collect(),
        routes: serde_json::from_slice(&fs::read(dir.join("routes.json"))?)?,
        sources: serde_json::from_slice(&fs::read(dir.join("sources.json"))?)?,
        rules,
    })
}

/// The processor time this process took.
fn cpu() -> f64 {
    // SAFETY: getrusage fills the struct it is given, for which all zeros is a value.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// One pass of a fast engine is too short to time.
const PASSES: usize = 20;

/// rsigma routes by the log source it is told; an event that feeds several is
/// given to it once for each, and a rule counts once.
fn rsigma(given: &Given) -> Fallible<Report> {
    let mut report = Report { engine: "rsigma-eval", version: "0.23.0", ..Report::default() };
    let mut engine = rsigma_eval::Engine::new();
    let mut files = HashMap::new();
    let mut parsed = Vec::new();
    for path in &given.rules {
        match rsigma_parser::parse_sigma_yaml(&fs::read_to_string(path)?) {
            Ok(found) if found.rules.len() == 1 => {
                files.insert(found.rules[0].id.clone(), name(path));
                parsed.extend(found.rules);
            }
            _ => report.rejected += 1,
        }
    }
    let refused = engine.add_rules(&parsed).len();
    report.loaded = parsed.len() - refused;
    report.rejected += refused;
    let events: Vec<serde_json::Value> =
        given.lines.iter().map(|l| serde_json::from_str(l)).collect::<Result<_, _>>()?;
    let some = |s: &String| (!s.is_empty()).then(|| s.clone());
    let sources: Vec<Vec<LogSource>> = given
        .sources
        .iter()
        .map(|list| {
            list.iter()
                .map(|s| LogSource {
                    category: some(&s.category),
                    product: some(&s.product),
                    service: some(&s.service),
                    ..LogSource::default()
                })
                .collect()
        })
        .collect();
    report.events = PASSES * events.len();
    let mut matches = Vec::new();
    let start = cpu();
    for _ in 0..PASSES {
        matches.clear();
        for (i, value) in events.iter().enumerate() {
            let event = JsonEvent::borrow(value);
            for source in &sources[i] {
                for found in engine.evaluate_with_logsource(&event, source) {
                    matches.push((i, found.header.rule_id));
                }
            }
        }
    }
    report.seconds = cpu() - start;
    matches.sort();
    matches.dedup();
    report.matches = matches
        .into_iter()
        .map(|(i, id)| format!("{i} {}", files.get(&id).map(String::as_str).unwrap_or("?")))
        .collect();
    Ok(report)
}

/// sigma-rust tries one rule on one event: it is told which.
fn sigma_rust(given: &Given) -> Fallible<Report> {
    let mut report = Report { engine: "sigma-rust", version: "0.7.0", ..Report::default() };
    let mut rules = HashMap::new();
    for path in &given.rules {
        match sigma_rust::rule_from_yaml(&fs::read_to_string(path)?) {
            Ok(rule) => {
                rules.insert(name(path), rule);
            }
            Err(_) => report.rejected += 1,
        }
    }
    report.loaded = rules.len();
    let events: Vec<sigma_rust::Event> =
        given.lines.iter().map(|l| sigma_rust::event_from_json(l)).collect::<Result<_, _>>()?;
    report.events = events.len();
    let start = cpu();
    for (i, event) in events.iter().enumerate() {
        for file in &given.routes[i] {
            if rules.get(file).is_some_and(|rule| rule.is_match(event)) {
                report.matches.push(format!("{i} {file}"));
            }
        }
    }
    report.seconds = cpu() - start;
    Ok(report)
}

/// The crate evtx, each record to a JSON value, on one thread.
fn evtx_reader(dir: &Path) -> Fallible<Report> {
    let mut report = Report { engine: "evtx, reading", version: "0.15.1", ..Report::default() };
    let mut logs: Vec<PathBuf> =
        fs::read_dir(dir)?.map(|f| f.map(|f| f.path())).collect::<Result<_, _>>()?;
    logs.sort();
    for path in logs {
        let bytes = fs::read(&path)?;
        let start = cpu();
        let settings = evtx::ParserSettings::new().num_threads(1);
        match evtx::EvtxParser::from_buffer(bytes) {
            Ok(parser) => {
                for record in parser.with_configuration(settings).records_json_value() {
                    match record {
                        Ok(_) => report.events += 1,
                        Err(_) => report.errors += 1,
                    }
                }
                report.loaded += 1;
            }
            Err(_) => report.rejected += 1,
        }
        report.seconds += cpu() - start;
    }
    Ok(report)
}
