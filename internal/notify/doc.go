// Package notify knows who was told what, when and how.
//
// A room that has something to say calls [Service.Tell] in the transaction in
// which it happened. For each person, and each address of a webhook, one row is
// written: the outbox, and later the receipt.
//
//	Tell(tx) ─▶ row: created ─▶ handed to the channel ─▶ delivered ─▶ seen ─▶ answered
//
// Two channels stand today. The app (在线消息) is handed over at the commit
// itself and shown at once on open pages. A webhook is called by a durable job
// until it answers 2xx; each message carries its id, so that whoever receives
// it drops repeats.
//
// The same person is told once about one entry of a timeline on one channel:
// the rows are unique in that, so a repeated Tell writes nothing.
//
// A webhook gets the kind of thing, the public number and a link, never a name,
// a phone or the words of a resident.
package notify
