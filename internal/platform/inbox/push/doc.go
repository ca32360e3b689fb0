// Package push is the door for platforms that push over HTTP: the carriers'
// NB-IoT platforms CTWing (China Telecom) and OneNET (China Mobile), The
// Things Stack for LoRaWAN, and any device or script that can POST.
//
//	POST /push/{token}          anything, one message for each request
//	POST /push/ctwing/{token}
//	GET  /push/onenet/{token}   the platform's check of the address
//	POST /push/onenet/{token}
//	POST /push/tts/{token}      also /push/tts/{token}/{event}
//
// The token in the path is the credential; the platform's form offers no other
// place for it. The keeper stores its digest only.
//
// A 2xx leaves after COMMIT, and for every body that was stored, understood or
// not: CTWing stops pushing for a minute after too many failures, and what it
// would have pushed in that minute is lost. If nothing was stored the answer
// is 503 with Retry-After. Bodies are raw here; decoding comes later.
package push
