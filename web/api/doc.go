// Package api is the frame of the JSON API under /api/v1: strict JSON, RFC
// 9457 problems, cursor pages, and the OpenAPI 3.1 document at
// /api/openapi.json, which is made from the handlers' own types.
package api
