package app_test

import (
	"context"
	"testing"

	"github.com/linli/linli/internal/app"
	"github.com/linli/linli/internal/feature/upkeep"
	"github.com/linli/linli/internal/platform/words"
)

// Every room with cases writes the words that the shared pages ask of it, in both
// languages.
func TestEveryRoomWithCasesWritesItsWords(t *testing.T) {
	a, err := app.New(context.Background(), app.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Stop(context.Background()) }()
	for _, room := range []interface{ Keys() []string }{upkeep.NewWeb(a.Upkeep, nil, nil)} {
		keys := room.Keys()
		if len(keys) < 15 {
			t.Errorf("only %d keys", len(keys))
		}
		for _, key := range keys {
			for _, lang := range words.Langs() {
				if !a.Words.Has(lang, key) {
					t.Errorf("%s is not written in %s", key, lang)
				}
			}
		}
	}
}
