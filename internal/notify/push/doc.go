// Package push wakes the phones of those who answer alarms by Web Push
// (RFC 8030): encrypted for that one browser (RFC 8291), signed with the
// neighbourhood's own key (VAPID, RFC 8292).
//
// The browser's maker runs the service in between, so nothing is sent unless
// the operator has named its host. What it carries can be read by the phone
// alone, and says no more than a stranger may read on a locked screen: what it
// is and which building.
package push
