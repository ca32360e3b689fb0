package open311

import (
	"context"

	"github.com/linli/linli/internal/people"
	"github.com/linli/linli/internal/platform/web/openapi"
)

// AddTo adds to the description of the JSON interface what is asked there of
// reports that came in here.
func (o *API) AddTo(b *openapi.Book) {
	openapi.Add(b, openapi.Door{Method: "GET", Path: "/api/v1/reports/{id}/contact", Access: "report.contact", ID: "report-contact",
		Summary: "How to reach who reported through another program; each reading is recorded"}, o.contact)
}

// WireContact is how to reach who reported through another program.
type WireContact Contact

type apiOneIn struct {
	ID string `path:"id" maxLength:"64"`
}

type apiContactOut struct {
	Body WireContact
}

func (o *API) contact(ctx context.Context, in *apiOneIn) (*apiContactOut, error) {
	who, err := people.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	c, err := o.Contact(ctx, who, in.ID)
	return &apiContactOut{WireContact(c)}, err
}
