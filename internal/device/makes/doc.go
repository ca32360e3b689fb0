// Package makes lists the devices that linli understands out of the box.
//
// A make is one file here: who makes it, what it reports, how its cloud or
// server names the product, what the fields mean, and sample messages with
// where they come from and what has to come out. To add a make is to add a
// file; one test reads them all.
//
//	{
//	  "vendor": "…", "model": "…", "kinds": ["smoke", "battery"],
//	  "formats": ["ctwing"], "products": ["15000001"],
//	  "battery": true, "heartbeat_s": 86400,
//	  "mapping": {"rules": [{"path": "…", "kind": "smoke", "table": {"0": "off", "1": "on"}}], "ignore": ["…"]},
//	  "samples": [{"name": "…", "source": "…", "body": {…}, "want": [{"device": "…", "kind": "smoke", "value": "on"}]}]
//	}
//
// A sample's body is JSON, or hex for bytes. A Zigbee sample may carry the
// bridge's announcement of the device. Zigbee devices need no file at all: they
// say of themselves what they report; the files here are the proof.
package makes
