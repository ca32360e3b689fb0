// Package notify knows who was told what, when and how.
//
// A room that has something to say calls [Service.Tell] in the transaction in
// which it happened. What the app says is one row for all who are told together
// (a circle); who looked is written once they look. For each person of another
// channel, and each address of a webhook, one row is written: the outbox, and
// later the receipt.
//
//	Tell(tx) ─▶ row: created ─▶ handed to the channel ─▶ delivered ─▶ seen ─▶ answered
//
// The app (在线消息) is handed over at the commit itself and shown at once on open
// pages. A webhook is called by a durable job until it answers 2xx; each message
// carries its id, so that the receiver drops repeats.
//
// For danger there are four channels more: a phone's push, a chat group's robot,
// a short message and a voice call, the last two by whatever HTTP gateway the
// subdistrict has. Each is a folder of its own. They stand only where an
// administrator set them up, and only hosts that the operator named are called.
//
//	commit ─▶ lane of the channel ─▶ taken: handed ─▶ receipt: delivered
//	      └──▶ job, 3 s later: what the lane has not handed over, again and again
//
// Each channel has its own lane, its own connections and its own time limit, so
// one that hangs leaves the others as they are. A row is leased to the worker that hands
// it over; one whose turn comes after its lease is leased again, or left to who has
// it by then. A gateway posts its receipts with a secret; a phone sends back what
// was sealed inside its push; a robot's group has no receipt of its own.
//
// The same person is told once about one entry of a timeline on one channel: a
// repeated Tell writes nothing. See docs/adr/0046.
//
// What leaves, leaves at least once. If the program dies after a gateway took a
// message and before that is on disk, nobody can know, and for danger it is sent
// again: half a minute later at the latest, under the same id, by which a gateway
// drops the second. A phone shows one note for an incident, whatever comes; a
// group's robot knows no id, so there the line may stand twice.
//
// What leaves the house says what kind of thing it is, where, the public number
// and a link behind sign-in, never a name, a phone or the words of a resident. A
// group and a locked screen are told the building only; the person who has to go
// there, the door.
package notify
