// Package desk is the pages of devices: which detectors hang where, whether
// they live, and what nobody understands.
//
//	/devices                   the list, with outages on top            property, committee
//	/devices/{id}              one device: where, what it said, health  who may read it there
//	/devices/{id}/messages     what it sent, as it came                property, committee, administrator
//	/devices/tests             who was not tested this month            property, committee
//	/devices/coverage          homes with a live detector, per building
//	/devices/doors             credentials and outside brokers          administrator
//	/devices/codecs            scripts and mappings, with a preview     administrator
//
// A device that nobody has claimed appears by itself, with the form that says
// where it hangs. A password is shown once, when it is made. The preview of a
// codec reads stored messages and changes nothing; every page is a form that
// works without JavaScript.
//
// Rules are the device room's; this package only asks and shows.
package desk
