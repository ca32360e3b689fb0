// Package gateway sends short messages (短信) and voice calls (语音电话) through
// whatever HTTP gateway a subdistrict has a contract with.
//
// The administrator writes down the gateway's address, a body with places to
// fill in, a header with its secret, and how its answer and its receipts look.
// Nothing here knows a maker:
//
//	{"PhoneNumbers":"{phone}","TemplateParam":"{\"what\":\"{what}\",\"place\":\"{place}\"}","OutId":"{id}"}
//
// A number is filled into the body only, never into an address: addresses end
// up in the logs of machines on the way. The id is the message's own, and stays
// the same when it is sent again; it is the header Idempotency-Key as well.
// A gateway that sees it twice drops the second.
package gateway
