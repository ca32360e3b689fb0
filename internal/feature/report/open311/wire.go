package open311

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/linli/linli/internal/platform/words"
)

// geoText is a value that may be missing: an empty element in XML, null in
// JSON, as the Spark convention turns one into the other.
type geoText string

// MarshalJSON writes null for a missing value.
func (t geoText) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// geoNumber is a number in decimal digits that may be missing: a number in
// JSON, or null.
type geoNumber string

// MarshalJSON writes the digits as they stand.
func (n geoNumber) MarshalJSON() ([]byte, error) {
	if n == "" {
		return []byte("null"), nil
	}
	return []byte(n), nil
}

// The forms of GeoReport v2, names and order as in its examples. A list is an
// array in JSON and an element of elements in XML.
type (
	geoErrors struct {
		XMLName xml.Name   `xml:"errors"`
		List    []geoError `xml:"error"`
	}
	geoError struct {
		Code        int    `xml:"code" json:"code"`
		Description string `xml:"description" json:"description"`
	}
	geoServices struct {
		XMLName xml.Name     `xml:"services"`
		List    []geoService `xml:"service"`
	}
	geoService struct {
		Code        string  `xml:"service_code" json:"service_code"`
		Name        string  `xml:"service_name" json:"service_name"`
		Description string  `xml:"description" json:"description"`
		Metadata    bool    `xml:"metadata" json:"metadata"`
		Type        string  `xml:"type" json:"type"`
		Keywords    geoText `xml:"keywords" json:"keywords"`
		Group       string  `xml:"group" json:"group"`
	}
	geoDefinition struct {
		XMLName    xml.Name       `xml:"service_definition" json:"-"`
		Code       string         `xml:"service_code" json:"service_code"`
		Attributes []geoAttribute `xml:"attributes>attribute" json:"attributes"`
	}
	geoAttribute struct {
		Variable    bool    `xml:"variable" json:"variable"`
		Code        string  `xml:"code" json:"code"`
		Datatype    string  `xml:"datatype" json:"datatype"`
		Required    bool    `xml:"required" json:"required"`
		Help        geoText `xml:"datatype_description" json:"datatype_description"`
		Order       int     `xml:"order" json:"order"`
		Description string  `xml:"description" json:"description"`
	}
	geoCreated struct {
		XMLName xml.Name         `xml:"service_requests"`
		List    []geoCreatedItem `xml:"request"`
	}
	geoCreatedItem struct {
		ID      string  `xml:"service_request_id" json:"service_request_id"`
		Notice  geoText `xml:"service_notice" json:"service_notice"`
		Account geoText `xml:"account_id" json:"account_id"`
	}
	geoTokens struct {
		XMLName xml.Name       `xml:"service_requests"`
		List    []geoTokenItem `xml:"request"`
	}
	geoTokenItem struct {
		ID    string `xml:"service_request_id" json:"service_request_id"`
		Token string `xml:"token" json:"token"`
	}
	geoRequests struct {
		XMLName xml.Name     `xml:"service_requests"`
		List    []geoRequest `xml:"request"`
	}
	geoRequest struct {
		ID          string    `xml:"service_request_id" json:"service_request_id"`
		Status      string    `xml:"status" json:"status"`
		StatusNotes geoText   `xml:"status_notes" json:"status_notes"`
		ServiceName string    `xml:"service_name" json:"service_name"`
		ServiceCode string    `xml:"service_code" json:"service_code"`
		Description geoText   `xml:"description" json:"description"`
		Agency      geoText   `xml:"agency_responsible" json:"agency_responsible"`
		Notice      geoText   `xml:"service_notice" json:"service_notice"`
		Requested   string    `xml:"requested_datetime" json:"requested_datetime"`
		Updated     string    `xml:"updated_datetime" json:"updated_datetime"`
		Expected    geoText   `xml:"expected_datetime" json:"expected_datetime"`
		Address     geoText   `xml:"address" json:"address"`
		AddressID   geoText   `xml:"address_id" json:"address_id"`
		Zipcode     geoText   `xml:"zipcode" json:"zipcode"`
		Lat         geoNumber `xml:"lat" json:"lat"`
		Long        geoNumber `xml:"long" json:"long"`
		MediaURL    geoText   `xml:"media_url" json:"media_url"`
	}
)

// listed gives JSON the bare array.
func listed[T any](list []T) ([]byte, error) {
	if list == nil {
		list = []T{}
	}
	return json.Marshal(list)
}

// MarshalJSON writes the bare array.
func (x geoErrors) MarshalJSON() ([]byte, error) { return listed(x.List) }

// MarshalJSON writes the bare array.
func (x geoServices) MarshalJSON() ([]byte, error) { return listed(x.List) }

// MarshalJSON writes the bare array.
func (x geoCreated) MarshalJSON() ([]byte, error) { return listed(x.List) }

// MarshalJSON writes the bare array.
func (x geoTokens) MarshalJSON() ([]byte, error) { return listed(x.List) }

// MarshalJSON writes the bare array.
func (x geoRequests) MarshalJSON() ([]byte, error) { return listed(x.List) }

// writeGeo answers in the format the path ends in; a path without one in JSON
// where the program asks for that, else in XML, the format the specification
// requires of everybody.
func writeGeo(w http.ResponseWriter, r *http.Request, status int, body any) error {
	b, kind, err := encodeGeo(asJSON(r), body)
	if err != nil {
		return fmt.Errorf("open311: %w", err)
	}
	w.Header().Set("Content-Type", kind+"; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, err = w.Write(b)
	return err
}

func asJSON(r *http.Request) bool {
	switch path.Ext(r.URL.Path) {
	case ".json":
		return true
	case ".xml":
		return false
	}
	accept := r.Header.Get("Accept")
	json := strings.Index(accept, "application/json")
	xml := strings.Index(accept, "xml")
	return json >= 0 && (xml < 0 || json < xml)
}

func encodeGeo(asJSON bool, body any) ([]byte, string, error) {
	if asJSON {
		b, err := json.Marshal(body)
		return b, "application/json", err
	}
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?>` + "\n")
	err := xml.NewEncoder(&b).Encode(body)
	return b.Bytes(), "text/xml", err
}

// w3 is an instant as the W3C note writes it, in Shanghai's time.
func w3(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(words.Shanghai()).Format(time.RFC3339)
}
