// Package vippsmock controls a vipps-mockserver, an emulator of the Vipps MobilePay APIs, in tests.
//
// Made by `python -m tools.clients` of the control API's document. Go 1.18 or later, no dependencies: copy this file.
package vippsmock

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"sort"
	"strings"
	"time"
)

const (
	patience = 30 // seconds for an answer, beyond those that were asked to be waited
	most     = 10000
)

// Object is an object of JSON, as what is given and as what comes back; numbers that come back are float64.
type Object = map[string]any

// ControlError says that the server refused a call, or gave no answer (Status 0), and why.
type ControlError struct {
	Message string
	Status  int
	// Violations are the fields that were wrong, with their reasons.
	Violations map[string]string
}

func (e *ControlError) Error() string { return e.Message }

// Vipps controls the server at URL, which runs wherever it runs.
type Vipps struct {
	URL        string
	AdminToken string
	HTTP       *http.Client
}

// New controls the server at an address; an empty one stands for VIPPS_MOCK_URL, VIPPS_BASE_URL or
// http://127.0.0.1:8080. The admin token is VIPPS_MOCK_ADMIN_TOKEN.
func New(address string) *Vipps {
	for _, each := range []string{os.Getenv("VIPPS_MOCK_URL"), os.Getenv("VIPPS_BASE_URL"), "http://127.0.0.1:8080"} {
		if address == "" {
			address = each
		}
	}
	return &Vipps{URL: strings.TrimRight(address, "/"), AdminToken: os.Getenv("VIPPS_MOCK_ADMIN_TOKEN"), HTTP: &http.Client{}}
}

// Control does any control call: path under /_mock with its query; gives the answer's JSON, else its text.
func (v *Vipps) Control(method, path string, body any) (any, error) {
	return v.control(method, path, body, 0)
}

func (v *Vipps) control(method, path string, body any, wait float64) (any, error) {
	said := method + " /_mock" + path
	var content io.Reader
	if body != nil {
		written, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", said, err)
		}
		content = bytes.NewReader(written)
	}
	request, err := http.NewRequest(method, v.URL+"/_mock"+path, content)
	if err != nil {
		return nil, &ControlError{Message: said + ": " + err.Error()}
	}
	request.Header.Set("Content-Type", "application/json")
	if v.AdminToken != "" {
		request.Header.Set("Authorization", "Bearer "+v.AdminToken)
	}
	client := *v.HTTP
	client.Timeout = time.Duration((patience + wait) * float64(time.Second))
	answer, err := client.Do(request)
	if err != nil {
		return nil, &ControlError{Message: fmt.Sprintf("%s: no answer from %s: %v", said, v.URL, errors.Unwrap(err))}
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, &ControlError{Message: fmt.Sprintf("%s: no answer from %s: %v", said, v.URL, err)}
	}
	read, isJSON := parsed(string(text))
	if answer.StatusCode >= 400 {
		return nil, refusal(said, answer.StatusCode, read, string(text))
	}
	if !isJSON {
		return string(text), nil
	}
	return read, nil
}

// InboxURL is the address to register for webhooks that are to arrive at an inbox.
func (v *Vipps) InboxURL(name string) string { return v.URL + "/_mock/inbox/" + name }

// Agreements: Lists agreements of the Recurring API, the latest first; filters: msn, status, customer, limit.
//
// Options: msn, status, customer, limit.
func (v *Vipps) Agreements(options ...Object) ([]Object, error) {
	fields := together(options)
	return asObjects(taken("agreements")(v.control("GET", "/agreements"+query(fields), nil, 0)))
}

// MakeAgreement: Makes an ACTIVE agreement with so many paid periods behind it; no webhook tells of them.
//
// Options: periods, customer, pricing, amount, maximum, chargeAmount, interval, productName, externalId.
func (v *Vipps) MakeAgreement(msn string, options ...Object) (Object, error) {
	fields := together(options)
	fields["msn"] = msn
	return asObject(v.control("POST", "/agreements", fields, 0))
}

// Agreement: Shows one agreement with its page and its latest charges.
func (v *Vipps) Agreement(agreement string) (Object, error) {
	return asObject(v.control("GET", "/agreements/"+url.PathEscape(agreement), nil, 0))
}

// AcceptAgreement: Accepts for a customer; after a decline the draft keeps waiting. Without consent it is rejected.
//
// Options: customer, card, maximum, consent.
func (v *Vipps) AcceptAgreement(agreement string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/agreements/"+url.PathEscape(agreement)+"/accept", fields, 0))
}

// ExpireAgreement: Makes the draft expire now.
func (v *Vipps) ExpireAgreement(agreement string) (Object, error) {
	return asObject(v.control("POST", "/agreements/"+url.PathEscape(agreement)+"/expire", Object{}, 0))
}

// ChangeMaximum: Changes the customer's maximum (VARIABLE).
func (v *Vipps) ChangeMaximum(agreement string, maximum float64) (Object, error) {
	fields := Object{}
	fields["maximum"] = maximum
	return asObject(v.control("POST", "/agreements/"+url.PathEscape(agreement)+"/maximum", fields, 0))
}

// RejectAgreement: Rejects for the customer.
func (v *Vipps) RejectAgreement(agreement string) (Object, error) {
	return asObject(v.control("POST", "/agreements/"+url.PathEscape(agreement)+"/reject", Object{}, 0))
}

// StopAgreement: Stops it as its customer, or as the platform (by ADMIN).
//
// Options: by.
func (v *Vipps) StopAgreement(agreement string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/agreements/"+url.PathEscape(agreement)+"/stop", fields, 0))
}

// Certificate: Returns the certificate that clients trust for TLS, as PEM; 404 without --tls. Needs no admin token.
func (v *Vipps) Certificate() (string, error) {
	return asText(v.control("GET", "/ca.pem", nil, 0))
}

// Charges: Lists charges of agreements, the latest first; filters: msn, state, agreement, limit.
//
// Options: msn, state, agreement, limit.
func (v *Vipps) Charges(options ...Object) ([]Object, error) {
	fields := together(options)
	return asObjects(taken("charges")(v.control("GET", "/charges"+query(fields), nil, 0)))
}

// AttemptDue: Tries every charge whose day has come, once, without waiting for the hour; retries among them.
//
// Options: msn.
func (v *Vipps) AttemptDue(options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/charges/attempt-due", fields, 0))
}

// Charge: Shows one charge with its history.
func (v *Vipps) Charge(msn string, charge string) (Object, error) {
	return asObject(v.control("GET", "/charges/"+url.PathEscape(msn)+"/"+url.PathEscape(charge), nil, 0))
}

// FailCharge: Makes it fail now for a reason: for good, or this time only.
//
// Options: reason, forGood.
func (v *Vipps) FailCharge(msn string, charge string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/charges/"+url.PathEscape(msn)+"/"+url.PathEscape(charge)+"/fail", fields, 0))
}

// SucceedCharge: Charges the customer now, whatever day and hour it is, and whatever cards and amounts say.
func (v *Vipps) SucceedCharge(msn string, charge string) (Object, error) {
	return asObject(v.control("POST", "/charges/"+url.PathEscape(msn)+"/"+url.PathEscape(charge)+"/succeed", Object{}, 0))
}

// Checklist: Says which points of the official checklists have been shown, and by what, with examples; filters: msn, api.
//
// Options: msn, api, description, documentation, pilot, demo.
func (v *Vipps) Checklist(options ...Object) ([]Object, error) {
	fields := together(options)
	return asObjects(taken("points")(v.control("GET", "/checklist"+query(fields), nil, 0)))
}

// Authentications: Lists logins that merchants started, the latest first; filters: phone, state, limit.
//
// Options: phone, state, limit.
func (v *Vipps) Authentications(options ...Object) ([]Object, error) {
	fields := together(options)
	return asObjects(taken("authentications")(v.control("GET", "/ciba"+query(fields), nil, 0)))
}

// Authentication: Shows one of these logins by its auth_req_id.
func (v *Vipps) Authentication(authReqId string) (Object, error) {
	return asObject(v.control("GET", "/ciba/"+url.PathEscape(authReqId), nil, 0))
}

// ConfirmAuthentication: Confirms one on the phone, with consent; redirectTo is where the phone's browser goes, if anywhere.
//
// Options: marketing, flow.
func (v *Vipps) ConfirmAuthentication(authReqId string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/ciba/"+url.PathEscape(authReqId)+"/confirm", fields, 0))
}

// DenyAuthentication: Rejects one on the phone: access_denied.
func (v *Vipps) DenyAuthentication(authReqId string) (Object, error) {
	return asObject(v.control("POST", "/ciba/"+url.PathEscape(authReqId)+"/deny", Object{}, 0))
}

// FindOldApp: Rejects one because the app is too old: access_denied with error_code old_app.
func (v *Vipps) FindOldApp(authReqId string) (Object, error) {
	return asObject(v.control("POST", "/ciba/"+url.PathEscape(authReqId)+"/old-app", Object{}, 0))
}

// Clock: Tells the time.
func (v *Vipps) Clock() (Object, error) {
	return asObject(v.control("GET", "/clock", nil, 0))
}

// Advance: Moves the clock forward; answers when everything due has happened.
func (v *Vipps) Advance(duration string) (Object, error) {
	fields := Object{}
	fields["duration"] = duration
	return asObject(v.control("POST", "/clock/advance", fields, 0))
}

// Due: Lists what is due next on the emulator's clock, the next first; filter: limit.
//
// Options: limit.
func (v *Vipps) Due(options ...Object) ([]Object, error) {
	fields := together(options)
	return asObjects(taken("due")(v.control("GET", "/clock/due"+query(fields), nil, 0)))
}

// Freeze: Stops the clock where it is.
func (v *Vipps) Freeze() (Object, error) {
	return asObject(v.control("POST", "/clock/freeze", Object{}, 0))
}

// SetClock: Moves the clock to a time, which may not be in its past.
func (v *Vipps) SetClock(at string) (Object, error) {
	fields := Object{}
	fields["at"] = at
	return asObject(v.control("POST", "/clock/set", fields, 0))
}

// Unfreeze: Restarts the clock from where it stands.
func (v *Vipps) Unfreeze() (Object, error) {
	return asObject(v.control("POST", "/clock/unfreeze", Object{}, 0))
}

// Consents: Lists what users share with sales units by login; filters: msn, phone, limit.
//
// Options: msn, phone, limit.
func (v *Vipps) Consents(options ...Object) ([]Object, error) {
	fields := together(options)
	return asObjects(taken("consents")(v.control("GET", "/consents"+query(fields), nil, 0)))
}

// WithdrawConsent: Withdraws a user's consent: tokens end, the next login asks again, the consent webhook is called.
func (v *Vipps) WithdrawConsent(msn string, phone string) (Object, error) {
	return asObject(v.control("POST", "/consents/"+url.PathEscape(msn)+"/"+url.PathEscape(phone)+"/withdraw", Object{}, 0))
}

// Customers: Lists customers in the order of the world; filters: market, limit.
//
// Options: market, limit.
func (v *Vipps) Customers(options ...Object) ([]Object, error) {
	fields := together(options)
	return asObjects(taken("customers")(v.control("GET", "/customers"+query(fields), nil, 0)))
}

// SaveCustomer: Adds a customer, or changes the one with this phone; only phone is required.
//
// Options: first_name, last_name, email, birth_date, market, token, nin, addresses, cards, payment_limit, has_approved, gender, email_verified, login, login_delay, active, payment, payment_delay, decline_reason, environment.
func (v *Vipps) SaveCustomer(phone string, options ...Object) (Object, error) {
	fields := together(options)
	fields["phone"] = phone
	return asObject(v.control("POST", "/customers", fields, 0))
}

// Customer: Shows one customer.
func (v *Vipps) Customer(phone string) (Object, error) {
	return asObject(v.control("GET", "/customers/"+url.PathEscape(phone), nil, 0))
}

// Emails: Lists emails to merchants and partners, the latest first; filters: address, order, limit.
//
// Options: address, order, limit.
func (v *Vipps) Emails(options ...Object) ([]Object, error) {
	fields := together(options)
	return asObjects(taken("emails")(v.control("GET", "/emails"+query(fields), nil, 0)))
}

// Health: Tells whether the server is up.
func (v *Vipps) Health() (Object, error) {
	return asObject(v.control("GET", "/health", nil, 0))
}

// Inbox: Lists what arrived at an inbox, the latest first; filter: limit.
//
// Options: limit.
func (v *Vipps) Inbox(name string, options ...Object) ([]Object, error) {
	fields := together(options)
	return asObjects(taken("messages")(v.control("GET", "/inbox/"+url.PathEscape(name)+query(fields), nil, 0)))
}

// SetInbox: Sets how an inbox answers: status, delaySeconds, hang.
//
// Options: status, delaySeconds, hang.
func (v *Vipps) SetInbox(name string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(taken("behaviour")(v.control("PATCH", "/inbox/"+url.PathEscape(name), fields, 0)))
}

// DeleteInbox: Deletes an inbox and everything in it.
func (v *Vipps) DeleteInbox(name string) error {
	_, err := v.control("DELETE", "/inbox/"+url.PathEscape(name), nil, 0)
	return err
}

// Keys: Shows the variables that clients need: address and keys; format: json, env, export or dotenv.
func (v *Vipps) Keys() (map[string]string, error) {
	return asTexts(taken("variables")(v.control("GET", "/keys", nil, 0)))
}

// RotateLoginKey: Creates a new key for id tokens; earlier keys stay in the JWKS.
func (v *Vipps) RotateLoginKey() (string, error) {
	return asText(taken("kid")(v.control("POST", "/login-keys/rotate", Object{}, 0)))
}

// Logins: Lists logins, the latest first; filters: msn, phone, state, limit.
//
// Options: msn, phone, state, limit.
func (v *Vipps) Logins(options ...Object) ([]Object, error) {
	fields := together(options)
	return asObjects(taken("logins")(v.control("GET", "/logins"+query(fields), nil, 0)))
}

// Login: Shows one login: its state, its page, and where the browser goes next.
func (v *Vipps) Login(login string) (Object, error) {
	return asObject(v.control("GET", "/logins/"+url.PathEscape(login), nil, 0))
}

// ApproveLogin: Confirms a login for a customer, with consent; redirectTo is where the browser goes.
//
// Options: marketing, flow, customer.
func (v *Vipps) ApproveLogin(login string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/logins/"+url.PathEscape(login)+"/approve", fields, 0))
}

// RejectLogin: Rejects a login; reason is the error that the client gets, access_denied by default.
//
// Options: reason.
func (v *Vipps) RejectLogin(login string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/logins/"+url.PathEscape(login)+"/reject", fields, 0))
}

// Merchants: Lists merchants.
func (v *Vipps) Merchants() ([]Object, error) {
	return asObjects(taken("merchants")(v.control("GET", "/merchants", nil, 0)))
}

// RegisterMerchant: Registers a company without a merchant agreement, as the portal does.
//
// Options: email.
func (v *Vipps) RegisterMerchant(organisation_number string, name string, market string, options ...Object) (Object, error) {
	fields := together(options)
	fields["organisation_number"] = organisation_number
	fields["name"] = name
	fields["market"] = market
	return asObject(v.control("POST", "/merchants", fields, 0))
}

// Merchant: Shows one merchant.
func (v *Vipps) Merchant(merchant string) (Object, error) {
	return asObject(v.control("GET", "/merchants/"+url.PathEscape(merchant), nil, 0))
}

// ChangeMerchant: Changes a merchant: any field except id and agreement; orders decides on its product orders.
//
// Fields: name, organisation_number, market, active, orders, created_at, updated_at, business_address, post_address, email, donation_keys.
func (v *Vipps) ChangeMerchant(merchant string, fields Object) (Object, error) {
	return asObject(v.control("PATCH", "/merchants/"+url.PathEscape(merchant), fields, 0))
}

// ActivateAgreement: Activates a signed agreement now; orders that waited for it continue.
func (v *Vipps) ActivateAgreement(merchant string) (Object, error) {
	return asObject(v.control("POST", "/merchants/"+url.PathEscape(merchant)+"/agreement/activate", Object{}, 0))
}

// DeclineAgreement: Declines a signed agreement and every order of the merchant in process.
func (v *Vipps) DeclineAgreement(merchant string) (Object, error) {
	return asObject(v.control("POST", "/merchants/"+url.PathEscape(merchant)+"/agreement/decline", Object{}, 0))
}

// SignAgreement: Signs a merchant's agreement; withRights false: as somebody without signing rights.
//
// Options: withRights, name.
func (v *Vipps) SignAgreement(merchant string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/merchants/"+url.PathEscape(merchant)+"/agreement/sign", fields, 0))
}

// Users: Lists who may use the portal for a merchant, its administrator first.
func (v *Vipps) Users(merchant string) ([]Object, error) {
	return asObjects(taken("users")(v.control("GET", "/merchants/"+url.PathEscape(merchant)+"/users", nil, 0)))
}

// InviteUser: Lets somebody use the portal for a merchant; rights: see, manage, keys or administer.
//
// Options: partner_id, units.
func (v *Vipps) InviteUser(merchant string, email string, name string, rights []string, options ...Object) (Object, error) {
	fields := together(options)
	fields["email"] = email
	fields["name"] = name
	fields["rights"] = rights
	return asObject(v.control("POST", "/merchants/"+url.PathEscape(merchant)+"/users", fields, 0))
}

// ChangeUser: Changes what somebody may do for a merchant, from the next page on.
//
// Options: units.
func (v *Vipps) ChangeUser(merchant string, email string, rights []string, options ...Object) (Object, error) {
	fields := together(options)
	fields["rights"] = rights
	return asObject(v.control("PATCH", "/merchants/"+url.PathEscape(merchant)+"/users/"+url.PathEscape(email), fields, 0))
}

// RemoveUser: Takes somebody's access to a merchant's portal away, from the next page on.
func (v *Vipps) RemoveUser(merchant string, email string) error {
	_, err := v.control("DELETE", "/merchants/"+url.PathEscape(merchant)+"/users/"+url.PathEscape(email), nil, 0)
	return err
}

// News: Lists what happened, in order: after a number, or from now on; wait for some.
//
// Options: after, wait, limit, brief.
func (v *Vipps) News(options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("GET", "/news"+query(fields), nil, number(fields["wait"])))
}

// Partners: Lists partners with their keys, rights and price packages.
func (v *Vipps) Partners() ([]Object, error) {
	return asObjects(taken("partners")(v.control("GET", "/partners", nil, 0)))
}

// ApplyToBeAPartner: Applies to be a partner, for a company that is none: its stage is applied.
//
// Options: market, contact, website, kinds, solution, approvesAfter.
func (v *Vipps) ApplyToBeAPartner(name string, organisationNumber string, email string, options ...Object) (Object, error) {
	fields := together(options)
	fields["name"] = name
	fields["organisationNumber"] = organisationNumber
	fields["email"] = email
	return asObject(v.control("POST", "/partners", fields, 0))
}

// Partner: Shows one partner.
func (v *Vipps) Partner(partner string) (Object, error) {
	return asObject(v.control("GET", "/partners/"+url.PathEscape(partner), nil, 0))
}

// ChangePartner: Changes a partner: any field except id. Its kinds, level and stage say which of its keys work.
//
// Fields: name, level, market, keys, management_keys, accounting_keys, permissions, price_packages, email, kinds, stage.
func (v *Vipps) ChangePartner(partner string, fields Object) (Object, error) {
	return asObject(v.control("PATCH", "/partners/"+url.PathEscape(partner), fields, 0))
}

// ApplyAgain: Applies once more, for a company that was declined.
//
// Options: market, contact, website, kinds, solution, approvesAfter.
func (v *Vipps) ApplyAgain(partner string, name string, organisationNumber string, email string, options ...Object) (Object, error) {
	fields := together(options)
	fields["name"] = name
	fields["organisationNumber"] = organisationNumber
	fields["email"] = email
	return asObject(v.control("POST", "/partners/"+url.PathEscape(partner)+"/apply", fields, 0))
}

// ApprovePartner: Approves an application now: a test sales unit, and the keys that kind and level have.
//
// Options: level.
func (v *Vipps) ApprovePartner(partner string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/partners/"+url.PathEscape(partner)+"/approve", fields, 0))
}

// DeclinePartner: Declines an application, with a reason.
//
// Options: reason.
func (v *Vipps) DeclinePartner(partner string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/partners/"+url.PathEscape(partner)+"/decline", fields, 0))
}

// Employees: Lists a partner's employees: those it has told of, and others whom merchants have let in.
func (v *Vipps) Employees(partner string) ([]Object, error) {
	return asObjects(taken("users")(v.control("GET", "/partners/"+url.PathEscape(partner)+"/employees", nil, 0)))
}

// AddEmployee: Adds an employee of a partner, or changes the name of one; merchants give access.
func (v *Vipps) AddEmployee(partner string, email string, name string) (Object, error) {
	fields := Object{}
	fields["email"] = email
	fields["name"] = name
	return asObject(v.control("POST", "/partners/"+url.PathEscape(partner)+"/employees", fields, 0))
}

// RemoveEmployee: Removes an employee of a partner, and with that every access that merchants have given.
func (v *Vipps) RemoveEmployee(partner string, email string) error {
	_, err := v.control("DELETE", "/partners/"+url.PathEscape(partner)+"/employees/"+url.PathEscape(email), nil, 0)
	return err
}

// Grant: Grants a partner a right: management or prefill.
func (v *Vipps) Grant(partner string, permission string) (Object, error) {
	return asObject(v.control("PUT", "/partners/"+url.PathEscape(partner)+"/permissions/"+url.PathEscape(permission), nil, 0))
}

// Revoke: Withdraws a right, from the next call on.
func (v *Vipps) Revoke(partner string, permission string) (Object, error) {
	return asObject(v.control("DELETE", "/partners/"+url.PathEscape(partner)+"/permissions/"+url.PathEscape(permission), nil, 0))
}

// PartnerRoad: Shows how far a partner has come: application, evidence, what is missing, history.
func (v *Vipps) PartnerRoad(partner string) (Object, error) {
	return asObject(v.control("GET", "/partners/"+url.PathEscape(partner)+"/road", nil, 0))
}

// ShowEvidence: Changes what a partner shows: termsAccepted, documentation, demo, examples.
//
// Options: termsAccepted, documentation, demo, examples.
func (v *Vipps) ShowEvidence(partner string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("PATCH", "/partners/"+url.PathEscape(partner)+"/road", fields, 0))
}

// SendBack: Sends back what a partner has sent in, with what is missing.
//
// Options: reason.
func (v *Vipps) SendBack(partner string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/partners/"+url.PathEscape(partner)+"/send-back", fields, 0))
}

// SendIn: Sends in what a partner shows, to be verified.
func (v *Vipps) SendIn(partner string) (Object, error) {
	return asObject(v.control("POST", "/partners/"+url.PathEscape(partner)+"/send-in", Object{}, 0))
}

// StartPilot: Starts the pilot with a connected sales unit, or with another one.
func (v *Vipps) StartPilot(partner string, msn string) (Object, error) {
	fields := Object{}
	fields["msn"] = msn
	return asObject(v.control("POST", "/partners/"+url.PathEscape(partner)+"/start-pilot", fields, 0))
}

// VerifyPartner: Verifies a partner: its keys work in production, and merchants can choose it.
func (v *Vipps) VerifyPartner(partner string) (Object, error) {
	return asObject(v.control("POST", "/partners/"+url.PathEscape(partner)+"/verify", Object{}, 0))
}

// Payments: Lists payments, the latest first; filters: msn, state, reference, limit.
//
// Options: msn, state, reference, limit.
func (v *Vipps) Payments(options ...Object) ([]Object, error) {
	fields := together(options)
	return asObjects(taken("payments")(v.control("GET", "/payments"+query(fields), nil, 0)))
}

// Payment: Shows one payment with its events and the page where its customer approves.
//
// Options: msn.
func (v *Vipps) Payment(reference string, options ...Object) (Object, error) {
	fields := together(options)
	msn, err := v.takeUnit(fields, reference)
	if err != nil {
		return nil, err
	}
	return asObject(v.control("GET", "/payments/"+url.PathEscape(msn)+"/"+url.PathEscape(reference), nil, 0))
}

// Abort: Cancels for the customer.
//
// Options: msn.
func (v *Vipps) Abort(reference string, options ...Object) (Object, error) {
	fields := together(options)
	msn, err := v.takeUnit(fields, reference)
	if err != nil {
		return nil, err
	}
	return asObject(v.control("POST", "/payments/"+url.PathEscape(msn)+"/"+url.PathEscape(reference)+"/abort", fields, 0))
}

// Approve: Approves for a customer, whatever the amount and cards; Express too. Without consent the payment fails.
//
// Options: msn, customer, consent, shippingOptionId, address, card.
func (v *Vipps) Approve(reference string, options ...Object) (Object, error) {
	fields := together(options)
	msn, err := v.takeUnit(fields, reference)
	if err != nil {
		return nil, err
	}
	return asObject(v.control("POST", "/payments/"+url.PathEscape(msn)+"/"+url.PathEscape(reference)+"/approve", fields, 0))
}

// Decline: Makes an attempt fail: the event has success false, and the payment keeps waiting.
//
// Options: msn, reason.
func (v *Vipps) Decline(reference string, options ...Object) (Object, error) {
	fields := together(options)
	msn, err := v.takeUnit(fields, reference)
	if err != nil {
		return nil, err
	}
	return asObject(v.control("POST", "/payments/"+url.PathEscape(msn)+"/"+url.PathEscape(reference)+"/decline", fields, 0))
}

// Expire: Makes the payment time out now.
//
// Options: msn.
func (v *Vipps) Expire(reference string, options ...Object) (Object, error) {
	fields := together(options)
	msn, err := v.takeUnit(fields, reference)
	if err != nil {
		return nil, err
	}
	return asObject(v.control("POST", "/payments/"+url.PathEscape(msn)+"/"+url.PathEscape(reference)+"/expire", fields, 0))
}

// Report: Shows one payment with its requests, events and deliveries, without any secret: for bug reports.
//
// Options: msn.
func (v *Vipps) Report(reference string, options ...Object) (Object, error) {
	fields := together(options)
	msn, err := v.takeUnit(fields, reference)
	if err != nil {
		return nil, err
	}
	return asObject(v.control("GET", "/payments/"+url.PathEscape(msn)+"/"+url.PathEscape(reference)+"/report", nil, 0))
}

// Orders: Lists product orders, the latest first; filters: partner, merchant, status, type, limit.
//
// Options: partner, merchant, status, type, limit.
func (v *Vipps) Orders(options ...Object) ([]Object, error) {
	fields := together(options)
	return asObjects(taken("productOrders")(v.control("GET", "/product-orders"+query(fields), nil, 0)))
}

// MakeOrder: Creates a TEMPLATE or MANUAL order, as if it had not come by API; partner may be left out.
//
// Options: partner.
func (v *Vipps) MakeOrder(kind string, form Object, options ...Object) (Object, error) {
	fields := together(options)
	fields["type"] = kind
	fields["form"] = form
	return asObject(v.control("POST", "/product-orders", fields, 0))
}

// Order: Shows a whole order, with its form, dropped fields, hold and reason for rejection.
func (v *Vipps) Order(order string) (Object, error) {
	return asObject(v.control("GET", "/product-orders/"+url.PathEscape(order), nil, 0))
}

// AnswerOrder: Answers a hold for the merchant, with what its reason asks for; what follows is the merchant's policy.
//
// Fields: text, documents, website, terms, app, purpose, signatory, product, account, category.
func (v *Vipps) AnswerOrder(order string, fields Object) (Object, error) {
	return asObject(v.control("POST", "/product-orders/"+url.PathEscape(order)+"/answer", fields, 0))
}

// ApproveOrder: Completes an order now, whatever holds it up; activates a signed merchant agreement too.
func (v *Vipps) ApproveOrder(order string) (Object, error) {
	return asObject(v.control("POST", "/product-orders/"+url.PathEscape(order)+"/approve", Object{}, 0))
}

// ExpireOrder: Makes an order that was not submitted expire now.
func (v *Vipps) ExpireOrder(order string) (Object, error) {
	return asObject(v.control("POST", "/product-orders/"+url.PathEscape(order)+"/expire", Object{}, 0))
}

// HoldOrder: Holds an order for a reason that the merchant sees and the partner does not.
//
// Options: reason.
func (v *Vipps) HoldOrder(order string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/product-orders/"+url.PathEscape(order)+"/hold", fields, 0))
}

// RejectOrder: Declines an order now, with a reason that the partner never sees.
//
// Options: reason.
func (v *Vipps) RejectOrder(order string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/product-orders/"+url.PathEscape(order)+"/reject", fields, 0))
}

// ReleaseOrder: Resumes processing, which ends at once when its time is over.
func (v *Vipps) ReleaseOrder(order string) (Object, error) {
	return asObject(v.control("POST", "/product-orders/"+url.PathEscape(order)+"/release", Object{}, 0))
}

// SubmitOrder: Opens and submits the form for the merchant, with changes to its fields if any.
//
// Options: form.
func (v *Vipps) SubmitOrder(order string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/product-orders/"+url.PathEscape(order)+"/submit", fields, 0))
}

// ViewOrder: Opens the form for the merchant.
func (v *Vipps) ViewOrder(order string) (Object, error) {
	return asObject(v.control("POST", "/product-orders/"+url.PathEscape(order)+"/view", Object{}, 0))
}

// Requests: Lists the journal, the latest first; filters: operation, api, msn, reference, status, warnings, limit.
//
// Options: operation, api, msn, reference, status, warnings, limit.
func (v *Vipps) Requests(options ...Object) ([]Object, error) {
	fields := together(options)
	return asObjects(taken("requests")(v.control("GET", "/requests"+query(fields), nil, 0)))
}

// JournalEntry: Shows one journal entry.
func (v *Vipps) JournalEntry(request string) (Object, error) {
	return asObject(v.control("GET", "/requests/"+url.PathEscape(request), nil, 0))
}

// Reset: Restores the state that the server started with; keep webhooks retains registrations made by API.
//
// Options: keep.
func (v *Vipps) Reset(options ...Object) error {
	fields := together(options)
	_, err := v.control("POST", "/reset", fields, 0)
	return err
}

// SalesUnits: Lists sales units with their configuration and keys.
func (v *Vipps) SalesUnits() ([]Object, error) {
	return asObjects(taken("salesUnits")(v.control("GET", "/sales-units", nil, 0)))
}

// SalesUnit: Shows one sales unit with its configuration and keys.
func (v *Vipps) SalesUnit(msn string) (Object, error) {
	return asObject(v.control("GET", "/sales-units/"+url.PathEscape(msn), nil, 0))
}

// ChangeSalesUnit: Changes a sales unit: any field except msn, merchant_id and keys; configuration and login are merged.
//
// Fields: name, configuration, partner_id, active, account, login, environment.
func (v *Vipps) ChangeSalesUnit(msn string, fields Object) (Object, error) {
	return asObject(v.control("PATCH", "/sales-units/"+url.PathEscape(msn), fields, 0))
}

// RegenerateKeys: Makes keys of a sales unit anew; the old ones end at once. keys: all but client_id when left out.
//
// Options: keys.
func (v *Vipps) RegenerateKeys(msn string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/sales-units/"+url.PathEscape(msn)+"/keys/regenerate", fields, 0))
}

// Rules: Lists the rules in order, with how often each matched and was applied, and the packaged profiles.
func (v *Vipps) Rules() ([]Object, error) {
	return asObjects(taken("rules")(v.control("GET", "/scenarios", nil, 0)))
}

// AddRule: Adds a rule after the others; position 0 puts it first. The keys are those of a file.
func (v *Vipps) AddRule(rule Object) (Object, error) {
	return asObject(v.control("POST", "/scenarios", rule, 0))
}

// Scenario: Replaces all rules by packaged profiles: {"profiles": ["declines"]}; an empty list: no rules.
func (v *Vipps) Scenario(profiles []string) ([]Object, error) {
	fields := Object{}
	fields["profiles"] = profiles
	return asObjects(taken("rules")(v.control("PUT", "/scenarios", fields, 0)))
}

// Rule: Shows one rule.
func (v *Vipps) Rule(name string) (Object, error) {
	return asObject(v.control("GET", "/scenarios/"+url.PathEscape(name), nil, 0))
}

// ReplaceRule: Replaces a rule and sets its counts to zero; name may be left out.
func (v *Vipps) ReplaceRule(name string, rule Object) (Object, error) {
	return asObject(v.control("PUT", "/scenarios/"+url.PathEscape(name), rule, 0))
}

// DeleteRule: Deletes a rule.
func (v *Vipps) DeleteRule(name string) error {
	_, err := v.control("DELETE", "/scenarios/"+url.PathEscape(name), nil, 0)
	return err
}

// ExplainRule: Says for each condition whether a rule matches a journal entry (entry), or a request described in the query.
//
// Options: entry, operation, api, amount, header, msn, partner, client, phone, reference, agreement, charge, product, business.
func (v *Vipps) ExplainRule(name string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("GET", "/scenarios/"+url.PathEscape(name)+"/explain"+query(fields), nil, 0))
}

// SwitchOff: Switches a rule off.
func (v *Vipps) SwitchOff(name string) (Object, error) {
	return asObject(v.control("POST", "/scenarios/"+url.PathEscape(name)+"/off", Object{}, 0))
}

// SwitchOn: Switches a rule on.
func (v *Vipps) SwitchOn(name string) (Object, error) {
	return asObject(v.control("POST", "/scenarios/"+url.PathEscape(name)+"/on", Object{}, 0))
}

// Snapshots: Lists the snapshots, by name.
func (v *Vipps) Snapshots() ([]Object, error) {
	return asObjects(taken("snapshots")(v.control("GET", "/snapshots", nil, 0)))
}

// TakeSnapshot: Takes a snapshot of everything that the server knows, replacing one of the same name; 20 at most.
func (v *Vipps) TakeSnapshot(name string) (Object, error) {
	return asObject(v.control("PUT", "/snapshots/"+url.PathEscape(name), Object{}, 0))
}

// DeleteSnapshot: Deletes a snapshot.
func (v *Vipps) DeleteSnapshot(name string) error {
	_, err := v.control("DELETE", "/snapshots/"+url.PathEscape(name), nil, 0)
	return err
}

// RestoreSnapshot: Restores a snapshot, the clock included.
func (v *Vipps) RestoreSnapshot(name string) (Object, error) {
	return asObject(v.control("POST", "/snapshots/"+url.PathEscape(name)+"/restore", Object{}, 0))
}

// ExportState: Returns everything that the server knows as a state file: see State files and snapshots.
func (v *Vipps) ExportState() (Object, error) {
	return asObject(v.control("GET", "/state", nil, 0))
}

// ImportState: Replaces everything by a state file (64 MiB at most), or changes nothing.
func (v *Vipps) ImportState(state Object) error {
	_, err := v.control("PUT", "/state", state, 0)
	return err
}

// RotateTokenKey: Creates a new key for access tokens; those signed before stay valid.
func (v *Vipps) RotateTokenKey() (string, error) {
	return asText(taken("kid")(v.control("POST", "/token-keys/rotate", Object{}, 0)))
}

// Webhooks: Lists all registrations with their faults, without their secrets.
func (v *Vipps) Webhooks() ([]Object, error) {
	return asObjects(taken("webhooks")(v.control("GET", "/webhooks", nil, 0)))
}

// RegisterWebhook: Registers a webhook for an msn, a partnerId or both, with a secret and id of your choice; shows the secret.
//
// Options: msn, partnerId, id, secret.
func (v *Vipps) RegisterWebhook(url string, events []string, options ...Object) (Object, error) {
	fields := together(options)
	fields["url"] = url
	fields["events"] = events
	return asObject(v.control("POST", "/webhooks", fields, 0))
}

// Deliveries: Lists deliveries, the latest first; filters: webhook, msn, reference, event, state, limit; wait for one.
//
// Options: webhook, msn, reference, event, state, limit, wait.
func (v *Vipps) Deliveries(options ...Object) ([]Object, error) {
	fields := together(options)
	return asObjects(taken("deliveries")(v.control("GET", "/webhooks/deliveries"+query(fields), nil, number(fields["wait"]))))
}

// ReplayDelivery: Sends a delivery again.
func (v *Vipps) ReplayDelivery(delivery string) error {
	_, err := v.control("POST", "/webhooks/deliveries/"+url.PathEscape(delivery)+"/replay", Object{}, 0)
	return err
}

// VerifyDelivery: Checks the signatures of a delivery again, by the secret of its registration or by the one given.
//
// Options: secret.
func (v *Vipps) VerifyDelivery(delivery string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/webhooks/deliveries/"+url.PathEscape(delivery)+"/verify", fields, 0))
}

// Settle: Delivers everything due now; answers when it has been tried.
func (v *Vipps) Settle() error {
	_, err := v.control("POST", "/webhooks/settle", Object{}, 0)
	return err
}

// BreakWebhook: Breaks a registration's deliveries: duplicate, delaySeconds, reorder, wrongSignature, dropFirst.
//
// Options: duplicate, delaySeconds, reorder, wrongSignature, dropFirst.
func (v *Vipps) BreakWebhook(webhook string, options ...Object) (Object, error) {
	fields := together(options)
	return asObject(v.control("POST", "/webhooks/"+url.PathEscape(webhook)+"/faults", fields, 0))
}

// PauseWebhook: Holds back all deliveries of a registration.
func (v *Vipps) PauseWebhook(webhook string) (Object, error) {
	return asObject(v.control("POST", "/webhooks/"+url.PathEscape(webhook)+"/pause", Object{}, 0))
}

// ReplayWebhook: Sends all kept deliveries of a registration again, the oldest first.
func (v *Vipps) ReplayWebhook(webhook string) (int, error) {
	return asNumber(taken("replayed")(v.control("POST", "/webhooks/"+url.PathEscape(webhook)+"/replay", Object{}, 0)))
}

// ResumeWebhook: Releases held deliveries.
func (v *Vipps) ResumeWebhook(webhook string) (Object, error) {
	return asObject(v.control("POST", "/webhooks/"+url.PathEscape(webhook)+"/resume", Object{}, 0))
}

// SampleWebhook: Sends a sample of any event to a registration, whether it registered for it or not.
func (v *Vipps) SampleWebhook(webhook string, event string) error {
	fields := Object{}
	fields["event"] = event
	_, err := v.control("POST", "/webhooks/"+url.PathEscape(webhook)+"/sample", fields, 0)
	return err
}

// World: Shows everybody as a world file, with their keys and the webhooks of units and partners.
func (v *Vipps) World() (Object, error) {
	return asObject(v.control("GET", "/world", nil, 0))
}

// AssertPayment says whether a payment stands so; wanted "events" are the names of those that succeeded, in order.
func (v *Vipps) AssertPayment(reference string, wanted Object) error {
	rest := together([]Object{wanted})
	options := Object{}
	if msn, given := rest["msn"]; given {
		options["msn"] = msn
		delete(rest, "msn")
	}
	payment, err := v.Payment(reference, options)
	if err != nil {
		return err
	}
	events, err := asObjects(payment["events"], nil)
	if err != nil {
		return err
	}
	names, lines := []any{}, []string{}
	for _, each := range events {
		line := fmt.Sprintf("  %v %v", each["name"], each["amount"])
		if each["success"] == true {
			names = append(names, each["name"])
		} else {
			line += ", without success"
		}
		lines = append(lines, line)
	}
	actual := together([]Object{payment})
	actual["events"] = names
	missed := misses(actual, rest, "")
	if len(missed) == 0 {
		return nil
	}
	head := fmt.Sprintf("Payment %s of %v: %s. Its events:", reference, payment["msn"], strings.Join(missed, ", "))
	return errors.New(strings.Join(append([]string{head}, lines...), "\n"))
}

// AssertRequested says whether an operation was called, and gives the calls, oldest first. Wanted are any of reference,
// msn, status, body (in part), and times (at least one).
func (v *Vipps) AssertRequested(operation string, wanted ...Object) ([]Object, error) {
	found, err := v.Requests(Object{"limit": most})
	if err != nil {
		return nil, err
	}
	entries := []Object{}
	for _, each := range found {
		if each["direction"] == "incoming" {
			entries = append(entries, each)
		}
	}
	said := func(entry Object) Object {
		body, _ := parsed(fmt.Sprint(entry["request"].(Object)["body"]))
		return together([]Object{entry, {"body": body}})
	}
	line := func(entry Object) string {
		name := entry["operation"]
		if name == nil {
			name = fmt.Sprintf("%v %v", entry["method"], entry["path"])
		}
		return fmt.Sprintf("#%v %v %v -> %v", entry["id"], name, or(entry["reference"], ""), entry["status"])
	}
	return enough(entries, said, line, together(append(wanted, Object{"operation": operation})), "requests")
}

// AssertWebhook says whether an event was delivered, once all that is due was sent, and gives the deliveries, oldest
// first. Wanted are any of reference, msn, webhook, body (in part), and times (at least one).
func (v *Vipps) AssertWebhook(event string, wanted ...Object) ([]Object, error) {
	if err := v.Settle(); err != nil {
		return nil, err
	}
	sent, err := v.Deliveries(Object{"limit": most})
	if err != nil {
		return nil, err
	}
	asked := together(append(wanted, Object{"event": EventName(event), "state": "delivered"}))
	return enough(sent, seen, deliveryLine, asked, "deliveries")
}

// WaitForWebhook gives the latest delivery that succeeded; waits up to a timeout, at most a minute, for one. Wanted are
// any of reference, msn and webhook.
func (v *Vipps) WaitForWebhook(event string, timeout time.Duration, wanted ...Object) (Object, error) {
	asked := together(append(wanted, Object{"event": EventName(event), "state": "delivered"}))
	if reference, given := asked["reference"].(string); given && asked["msn"] == nil {
		msn, err := v.unit(reference)
		if err != nil {
			return nil, err
		}
		asked["msn"] = msn
	}
	wait := int((timeout + time.Second - 1) / time.Second)
	if wait > 60 {
		wait = 60
	}
	found, err := v.Deliveries(asked, Object{"limit": 1, "wait": wait})
	if err != nil || len(found) > 0 {
		return first(found), err
	}
	others, err := v.Deliveries(Object{"limit": most})
	if err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("no webhook within %v: %s.\n%s", timeout, shown(asked), listed(others, deliveryLine))
}

// EventName is an event's whole name: captured is short for epayments.payment.captured.v1.
func EventName(event string) string {
	if strings.Contains(event, ".") {
		return event
	}
	return "epayments.payment." + strings.ToLower(event) + ".v1"
}

// The unit that was given, else the only one that has a payment of this reference, else the default one.
func (v *Vipps) takeUnit(options Object, reference string) (string, error) {
	if msn, given := options["msn"]; given {
		delete(options, "msn")
		return fmt.Sprint(msn), nil
	}
	return v.unit(reference)
}

func (v *Vipps) unit(reference string) (string, error) {
	found, err := v.Payments(Object{"reference": reference})
	if err != nil {
		return "", err
	}
	units := []string{}
	for _, each := range found {
		units = append(units, fmt.Sprint(each["msn"]))
	}
	if len(units) == 1 {
		return units[0], nil
	}
	keys, err := v.Keys()
	if err != nil {
		return "", err
	}
	known := keys["VIPPS_MSN"]
	for _, each := range append(units, "") {
		if each == known || len(units) == 0 {
			return known, nil
		}
	}
	return "", &ControlError{Message: fmt.Sprintf("The units %s have a payment %s: say which one with msn", strings.Join(units, ", "), reference)}
}

func together(options []Object) Object {
	all := Object{}
	for _, each := range options {
		for name, value := range each {
			all[name] = value
		}
	}
	return all
}

func query(options Object) string {
	values := url.Values{}
	for name, value := range options {
		if list, several := value.([]string); several {
			values[name] = list
		} else if value != nil {
			values.Set(name, fmt.Sprint(value))
		}
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

func parsed(text string) (any, bool) {
	var read any
	if err := json.Unmarshal([]byte(text), &read); err != nil {
		return nil, false
	}
	return read, true
}

func refusal(said string, status int, content any, text string) *ControlError {
	problem, _ := content.(Object)
	violations, named := map[string]string{}, []string{}
	details, _ := problem["extraDetails"].([]any)
	for _, each := range details {
		detail, _ := each.(Object)
		name, reason := fmt.Sprint(detail["name"]), fmt.Sprint(detail["reason"])
		violations[name] = reason
		named = append(named, name+": "+reason)
	}
	reasons := []string{}
	if detail, given := problem["detail"].(string); given && detail != "" {
		reasons = append(reasons, detail)
	}
	if len(named) > 0 {
		reasons = append(reasons, strings.Join(named, "; "))
	}
	reason := strings.Join(reasons, " - ")
	if reason == "" {
		reason = fmt.Sprintf("%.200s", text)
	}
	return &ControlError{fmt.Sprintf("%s: %d: %s", said, status, reason), status, violations}
}

func taken(key string) func(any, error) (any, error) {
	return func(answer any, err error) (any, error) {
		content, _ := answer.(Object)
		return content[key], err
	}
}

func unexpected(answer any) error {
	return fmt.Errorf("the server gave something else: %.200v", answer)
}

func asText(answer any, err error) (string, error) {
	text, good := answer.(string)
	if err == nil && !good {
		err = unexpected(answer)
	}
	return text, err
}

func asNumber(answer any, err error) (int, error) {
	value, good := answer.(float64)
	if err == nil && !good {
		err = unexpected(answer)
	}
	return int(value), err
}

func asObject(answer any, err error) (Object, error) {
	value, good := answer.(Object)
	if err == nil && !good {
		err = unexpected(answer)
	}
	return value, err
}

func asTexts(answer any, err error) (map[string]string, error) {
	content, err := asObject(answer, err)
	texts := map[string]string{}
	for name, value := range content {
		texts[name] = fmt.Sprint(value)
	}
	return texts, err
}

func asObjects(answer any, err error) ([]Object, error) {
	list, good := answer.([]any)
	if err == nil && !good {
		err = unexpected(answer)
	}
	all := []Object{}
	for _, each := range list {
		object, _ := each.(Object)
		all = append(all, object)
	}
	return all, err
}

func first(found []Object) Object {
	if len(found) == 0 {
		return nil
	}
	return found[0]
}

func or(value, otherwise any) any {
	if value == nil {
		return otherwise
	}
	return value
}

func number(value any) float64 {
	read, _ := asJSON(value).(float64)
	return read
}

// As JSON has it, so that an int and a float64 of the same value are equal.
func asJSON(value any) any {
	written, err := json.Marshal(value)
	if err != nil {
		return value
	}
	read, _ := parsed(string(written))
	return read
}

func shown(value any) string {
	written, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(written)
}

// What is not as wanted, in words; objects are compared in part.
func misses(actual, wanted Object, prefix string) []string {
	names := []string{}
	for name := range wanted {
		names = append(names, name)
	}
	sort.Strings(names)
	found := []string{}
	for _, name := range names {
		had, want := asJSON(actual[name]), asJSON(wanted[name])
		inHad, hasInner := had.(Object)
		inWant, wantsInner := want.(Object)
		if hasInner && wantsInner {
			found = append(found, misses(inHad, inWant, prefix+name+".")...)
		} else if !reflect.DeepEqual(had, want) {
			found = append(found, fmt.Sprintf("%s%s is %s, wanted %s", prefix, name, shown(had), shown(want)))
		}
	}
	return found
}

func enough(entries []Object, said func(Object) Object, line func(Object) string, wanted Object, what string) ([]Object, error) {
	times, exactly := wanted["times"]
	delete(wanted, "times")
	fitting := []Object{}
	for _, each := range entries {
		if len(misses(said(each), wanted, "")) == 0 {
			fitting = append([]Object{each}, fitting...)
		}
	}
	if (exactly && float64(len(fitting)) == number(times)) || (!exactly && len(fitting) > 0) {
		return fitting, nil
	}
	count := or(times, "at least one")
	return nil, fmt.Errorf("wanted %v, got %d of %s. The latest %s:\n%s", count, len(fitting), shown(wanted), what, listed(entries, line))
}

func listed(entries []Object, line func(Object) string) string {
	if len(entries) == 0 {
		return "  none at all"
	}
	lines := []string{}
	for number, each := range entries {
		if number == 10 {
			lines = append(lines, fmt.Sprintf("  and %d more", len(entries)-10))
			break
		}
		lines = append(lines, "  "+line(each))
	}
	return strings.Join(lines, "\n")
}

func seen(delivery Object) Object {
	msn, reference, _ := strings.Cut(fmt.Sprint(delivery["subject"]), "/")
	body, _ := parsed(fmt.Sprint(delivery["body"]))
	return together([]Object{delivery, {"msn": msn, "reference": reference, "body": body}})
}

func deliveryLine(delivery Object) string {
	met := ""
	if attempts, _ := delivery["attempts"].([]any); len(attempts) > 0 {
		last, _ := attempts[len(attempts)-1].(Object)
		met = fmt.Sprintf(", answered %v", last["status"])
		if number(last["status"]) == 0 {
			met = fmt.Sprintf(", answered %v", last["response"])
		}
	}
	return fmt.Sprintf("#%v %v of %v: %v%s", delivery["id"], delivery["event"], delivery["subject"], delivery["state"], met)
}
