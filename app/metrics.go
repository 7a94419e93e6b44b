package app

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tallinn/record"
	"tallinn/web"
)

// metrics are what an operator watches. None has a person, an address or the
// name of a thing in it: requests are told apart by the pattern of their route.
// doc/operate.md says what to do about each.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	appends  prometheus.Histogram
	facts    prometheus.Counter
	failures *prometheus.CounterVec
	refused  *prometheus.CounterVec
}

func newMetrics(version string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "tallinn_request_seconds",
			Help:    "How long requests took, by the pattern of their route and the status of the answer.",
			Buckets: []float64{.005, .025, .1, .25, 1, 5, 30}}, []string{"pattern", "status"}),
		appends: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "tallinn_append_seconds",
			Help:    "How long the store took to keep a batch of facts, durably.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, 1, 5}}),
		facts: prometheus.NewCounter(prometheus.CounterOpts{Name: "tallinn_recorded_facts_total",
			Help: "Facts that this hub has recorded."}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tallinn_append_failures_total",
			Help: "Batches that the store has not kept: taken (another hub was first), away, doubt, or failed, after which nothing is recorded until restart."},
			[]string{"why"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tallinn_shed_requests_total",
			Help: "Requests answered 503 at once, because too many of their class (read, write, emergency) were being worked on."},
			[]string{"class"}),
	}
	for _, class := range []web.Class{web.Reading, web.Deciding, web.Emergency} {
		m.refused.WithLabelValues(string(class))
	}
	for _, why := range []string{"taken", "away", "doubt", "failed"} {
		m.failures.WithLabelValues(why) // 0 is told as well
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "tallinn_build_info", Help: "The version of the program, as a label.",
		ConstLabels: prometheus.Labels{"version": version}})
	build.Set(1)
	m.registry.MustRegister(m.requests, m.appends, m.facts, m.failures, m.refused, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch adds what the record says of itself.
func (m *metrics) watch(r *record.Record) {
	for name, g := range map[string]struct {
		help  string
		value func() float64
	}{
		"tallinn_facts":          {"How many facts this hub holds in mind.", func() float64 { return float64(r.Head() + 1) }},
		"tallinn_waiting":        {"Decisions that wait to be recorded.", func() float64 { return float64(r.Waiting()) }},
		"tallinn_behind_seconds": {"How long ago this hub last knew that it held all that is in the database.", func() float64 { return r.Behind().Seconds() }},
		"tallinn_stopped":        {"1 when the store has failed and nothing is recorded until restart.", func() float64 { return oneIf(r.Stopped() != nil) }},
	} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: g.help}, g.value))
	}
}

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// request notes an answer.
func (m *metrics) request(pattern string, status int, took time.Duration) {
	m.requests.WithLabelValues(pattern, strconv.Itoa(status)).Observe(took.Seconds())
}

// shed notes a request that found no place.
func (m *metrics) shed(class web.Class) { m.refused.WithLabelValues(string(class)).Inc() }

// appended notes what became of a batch.
func (m *metrics) appended(b record.Batch, took time.Duration, err error) {
	m.appends.Observe(took.Seconds())
	switch {
	case err == nil:
		m.facts.Add(float64(len(b.Facts)))
	case errors.Is(err, record.ErrPosTaken):
		m.failures.WithLabelValues("taken").Inc()
	case errors.Is(err, record.ErrAway):
		m.failures.WithLabelValues("away").Inc()
	case errors.Is(err, record.ErrDoubt):
		m.failures.WithLabelValues("doubt").Inc()
	default:
		m.failures.WithLabelValues("failed").Inc()
	}
}

// Metrics serves what an operator watches, to a collector of Prometheus'. It
// is served apart from the pages, at Config.Metrics: how busy a mechanism is
// is not for everyone.
func (h *Hub) Metrics() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(h.metrics.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: requestTime}))
	return mux
}
