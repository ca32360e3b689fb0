// Package furnished is the house that stories are told in: the whole program
// with the sample subdistrict, on both databases, its clock standing until a
// test moves it.
//
//	func TestS33_ABatteryRunsLow(t *testing.T) {
//		furnished.Each(t, func(t *testing.T, h *furnished.House) {
//			h.Says("zigbee:smk", decode.Observation{Kind: decode.BatteryLow, Value: decode.On})
//			h.After(24 * time.Hour)
//			h.Visit(h.Guard()).Must("/upkeep")
//		})
//	}
//
// A test program furnishes a house once for each database, closes it, and every
// test opens a copy: a copied folder for SQLite, a copied database for
// PostgreSQL. The copy is what linli itself would open after a restart, and
// nothing that one test does is seen by another. So tests run beside each
// other: Each makes its test parallel and runs it on one database and then on the
// other. A test that needs one house on SQLite says [Beside] and opens it with
// [Furnishing.SQLite]; one that measures time or memory does not say Beside.
//
// What is in the house is a [Furnishing]: [Registers] as imported, [Lived] after
// the sample's day, or a room's own, which begins with what all of its tests do:
//
//	var detector = furnished.With(func(ctx context.Context, a *app.App, clock *storetest.Clock) error {
//		if err := furnished.Import(ctx, a); err != nil {
//			return err
//		}
//		…
//	})
//
//	detector.Each(t, func(t *testing.T, h *furnished.House) { … })
//
// A room that has helpers of its own embeds the House in a type of its own.
package furnished
