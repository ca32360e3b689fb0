// Package simulate drives the detectors of a running house from outside, as
// their bridge would over MQTT: telemetry, smoke, and what goes wrong on the
// air.
//
//	script (seed) ──▶ Wire (QoS 1) ──▶ the house ──▶ PUBACK ──▶ ledger
//	                                       └──▶ GET /api/v1/alarms ──▶ ledger
//
// It knows nothing of the house but what its doors say, so that its ledger
// can be held against the house. Everything random comes from the seed.
package simulate
