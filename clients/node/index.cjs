// Made by `python -m tools.clients` of the control API's document. Node.js 18.17 or later, no dependencies.
"use strict";

const { AssertionError } = require("node:assert");
const { isDeepStrictEqual } = require("node:util");

const PATIENCE = 30; // seconds for an answer, beyond those that were asked to be waited
const MOST = 10000;

/** The server refused a call, or gave no answer (status 0). The message says what and why. */
class ControlError extends Error {
  constructor(message, status = 0, violations = {}) {
    super(message);
    this.name = "ControlError";
    this.status = status;
    this.violations = violations;
  }
}

/** Controls the server at `url`, which runs wherever it runs. */
class Vipps {
  constructor(url = process.env.VIPPS_MOCK_URL ?? process.env.VIPPS_BASE_URL ?? "http://127.0.0.1:8080", { adminToken } = {}) {
    this.url = url.replace(/\/+$/, "");
    this.adminToken = adminToken ?? process.env.VIPPS_MOCK_ADMIN_TOKEN;
  }

  /** Any control call: `path` under /_mock with its query; gives the answer's JSON, else its text. */
  async control(method, path, body, { wait = 0 } = {}) {
    const headers = { "Content-Type": "application/json" };
    if (this.adminToken) headers.Authorization = `Bearer ${this.adminToken}`;
    const said = `${method} /_mock${path}`;
    const signal = AbortSignal.timeout((PATIENCE + Number(wait)) * 1000);
    let status, text;
    try {
      const answer = await fetch(`${this.url}/_mock${path}`, { method, headers, body: body && JSON.stringify(body), signal });
      [status, text] = [answer.status, await answer.text()];
    } catch (error) {
      throw new ControlError(`${said}: no answer from ${this.url}: ${error.cause?.message || error.cause?.code || error.message}`);
    }
    const content = parsed(text);
    if (status >= 400) throw refusal(said, status, content, text);
    return content === undefined ? text : content;
  }

  /** The address to register for webhooks that are to arrive at an inbox. */
  inboxUrl(name = "inbox") {
    return `${this.url}/_mock/inbox/${name}`;
  }

  /** Lists agreements of the Recurring API, the latest first; filters: msn, status, customer, limit. */
  async agreements(options = {}) {
    const answer = await this.control("GET", `/agreements${query(options)}`);
    return answer.agreements;
  }

  /** Makes an ACTIVE agreement with so many paid periods behind it; no webhook tells of them. */
  async makeAgreement(msn, options = {}) {
    return this.control("POST", `/agreements`, { ...options, msn });
  }

  /** Shows one agreement with its page and its latest charges. */
  async agreement(agreement) {
    return this.control("GET", `/agreements/${encodeURIComponent(agreement)}`);
  }

  /** Accepts for a customer; after a decline the draft keeps waiting. Without consent it is rejected. */
  async acceptAgreement(agreement, options = {}) {
    return this.control("POST", `/agreements/${encodeURIComponent(agreement)}/accept`, options);
  }

  /** Makes the draft expire now. */
  async expireAgreement(agreement) {
    return this.control("POST", `/agreements/${encodeURIComponent(agreement)}/expire`, {});
  }

  /** Changes the customer's maximum (VARIABLE). */
  async changeMaximum(agreement, maximum) {
    return this.control("POST", `/agreements/${encodeURIComponent(agreement)}/maximum`, { maximum });
  }

  /** Rejects for the customer. */
  async rejectAgreement(agreement) {
    return this.control("POST", `/agreements/${encodeURIComponent(agreement)}/reject`, {});
  }

  /** Stops it as its customer, or as the platform (by ADMIN). */
  async stopAgreement(agreement, options = {}) {
    return this.control("POST", `/agreements/${encodeURIComponent(agreement)}/stop`, options);
  }

  /** Returns the certificate that clients trust for TLS, as PEM; 404 without --tls. Needs no admin token. */
  async certificate() {
    return this.control("GET", `/ca.pem`);
  }

  /** Lists charges of agreements, the latest first; filters: msn, state, agreement, limit. */
  async charges(options = {}) {
    const answer = await this.control("GET", `/charges${query(options)}`);
    return answer.charges;
  }

  /** Tries every charge whose day has come, once, without waiting for the hour; retries among them. */
  async attemptDue(options = {}) {
    return this.control("POST", `/charges/attempt-due`, options);
  }

  /** Shows one charge with its history. */
  async charge(msn, charge) {
    return this.control("GET", `/charges/${encodeURIComponent(msn)}/${encodeURIComponent(charge)}`);
  }

  /** Makes it fail now for a reason: for good, or this time only. */
  async failCharge(msn, charge, options = {}) {
    return this.control("POST", `/charges/${encodeURIComponent(msn)}/${encodeURIComponent(charge)}/fail`, options);
  }

  /** Charges the customer now, whatever day and hour it is, and whatever cards and amounts say. */
  async succeedCharge(msn, charge) {
    return this.control("POST", `/charges/${encodeURIComponent(msn)}/${encodeURIComponent(charge)}/succeed`, {});
  }

  /** Says which points of the official checklists have been shown, and by what, with examples; filters: msn, api. */
  async checklist(options = {}) {
    const answer = await this.control("GET", `/checklist${query(options)}`);
    return answer.points;
  }

  /** Lists logins that merchants started, the latest first; filters: phone, state, limit. */
  async authentications(options = {}) {
    const answer = await this.control("GET", `/ciba${query(options)}`);
    return answer.authentications;
  }

  /** Shows one of these logins by its auth_req_id. */
  async authentication(authReqId) {
    return this.control("GET", `/ciba/${encodeURIComponent(authReqId)}`);
  }

  /** Confirms one on the phone, with consent; redirectTo is where the phone's browser goes, if anywhere. */
  async confirmAuthentication(authReqId, options = {}) {
    return this.control("POST", `/ciba/${encodeURIComponent(authReqId)}/confirm`, options);
  }

  /** Rejects one on the phone: access_denied. */
  async denyAuthentication(authReqId) {
    return this.control("POST", `/ciba/${encodeURIComponent(authReqId)}/deny`, {});
  }

  /** Rejects one because the app is too old: access_denied with error_code old_app. */
  async findOldApp(authReqId) {
    return this.control("POST", `/ciba/${encodeURIComponent(authReqId)}/old-app`, {});
  }

  /** Tells the time. */
  async clock() {
    return this.control("GET", `/clock`);
  }

  /** Moves the clock forward; answers when everything due has happened. */
  async advance(duration) {
    return this.control("POST", `/clock/advance`, { duration });
  }

  /** Lists what is due next on the emulator's clock, the next first; filter: limit. */
  async due(options = {}) {
    const answer = await this.control("GET", `/clock/due${query(options)}`);
    return answer.due;
  }

  /** Stops the clock where it is. */
  async freeze() {
    return this.control("POST", `/clock/freeze`, {});
  }

  /** Moves the clock to a time, which may not be in its past. */
  async setClock(at) {
    return this.control("POST", `/clock/set`, { at });
  }

  /** Restarts the clock from where it stands. */
  async unfreeze() {
    return this.control("POST", `/clock/unfreeze`, {});
  }

  /** Lists what users share with sales units by login; filters: msn, phone, limit. */
  async consents(options = {}) {
    const answer = await this.control("GET", `/consents${query(options)}`);
    return answer.consents;
  }

  /** Withdraws a user's consent: tokens end, the next login asks again, the consent webhook is called. */
  async withdrawConsent(msn, phone) {
    return this.control("POST", `/consents/${encodeURIComponent(msn)}/${encodeURIComponent(phone)}/withdraw`, {});
  }

  /** Lists customers in the order of the world; filters: market, limit. */
  async customers(options = {}) {
    const answer = await this.control("GET", `/customers${query(options)}`);
    return answer.customers;
  }

  /** Adds a customer, or changes the one with this phone; only phone is required. */
  async saveCustomer(phone, options = {}) {
    return this.control("POST", `/customers`, { ...options, phone });
  }

  /** Shows one customer. */
  async customer(phone) {
    return this.control("GET", `/customers/${encodeURIComponent(phone)}`);
  }

  /** Lists emails to merchants and partners, the latest first; filters: address, order, limit. */
  async emails(options = {}) {
    const answer = await this.control("GET", `/emails${query(options)}`);
    return answer.emails;
  }

  /** Tells whether the server is up. */
  async health() {
    return this.control("GET", `/health`);
  }

  /** Lists what arrived at an inbox, the latest first; filter: limit. */
  async inbox(name, options = {}) {
    const answer = await this.control("GET", `/inbox/${encodeURIComponent(name)}${query(options)}`);
    return answer.messages;
  }

  /** Sets how an inbox answers: status, delaySeconds, hang. */
  async setInbox(name, options = {}) {
    const answer = await this.control("PATCH", `/inbox/${encodeURIComponent(name)}`, options);
    return answer.behaviour;
  }

  /** Deletes an inbox and everything in it. */
  async deleteInbox(name) {
    await this.control("DELETE", `/inbox/${encodeURIComponent(name)}`);
  }

  /** Shows the variables that clients need: address and keys; format: json, env, export or dotenv. */
  async keys() {
    const answer = await this.control("GET", `/keys`);
    return answer.variables;
  }

  /** Creates a new key for id tokens; earlier keys stay in the JWKS. */
  async rotateLoginKey() {
    const answer = await this.control("POST", `/login-keys/rotate`, {});
    return answer.kid;
  }

  /** Lists logins, the latest first; filters: msn, phone, state, limit. */
  async logins(options = {}) {
    const answer = await this.control("GET", `/logins${query(options)}`);
    return answer.logins;
  }

  /** Shows one login: its state, its page, and where the browser goes next. */
  async login(login) {
    return this.control("GET", `/logins/${encodeURIComponent(login)}`);
  }

  /** Confirms a login for a customer, with consent; redirectTo is where the browser goes. */
  async approveLogin(login, options = {}) {
    return this.control("POST", `/logins/${encodeURIComponent(login)}/approve`, options);
  }

  /** Rejects a login; reason is the error that the client gets, access_denied by default. */
  async rejectLogin(login, options = {}) {
    return this.control("POST", `/logins/${encodeURIComponent(login)}/reject`, options);
  }

  /** Lists merchants. */
  async merchants() {
    const answer = await this.control("GET", `/merchants`);
    return answer.merchants;
  }

  /** Registers a company without a merchant agreement, as the portal does. */
  async registerMerchant(organisation_number, name, market, options = {}) {
    return this.control("POST", `/merchants`, { ...options, organisation_number, name, market });
  }

  /** Shows one merchant. */
  async merchant(merchant) {
    return this.control("GET", `/merchants/${encodeURIComponent(merchant)}`);
  }

  /** Changes a merchant: any field except id and agreement; orders decides on its product orders. */
  async changeMerchant(merchant, options) {
    return this.control("PATCH", `/merchants/${encodeURIComponent(merchant)}`, options);
  }

  /** Activates a signed agreement now; orders that waited for it continue. */
  async activateAgreement(merchant) {
    return this.control("POST", `/merchants/${encodeURIComponent(merchant)}/agreement/activate`, {});
  }

  /** Declines a signed agreement and every order of the merchant in process. */
  async declineAgreement(merchant) {
    return this.control("POST", `/merchants/${encodeURIComponent(merchant)}/agreement/decline`, {});
  }

  /** Signs a merchant's agreement; withRights false: as somebody without signing rights. */
  async signAgreement(merchant, options = {}) {
    return this.control("POST", `/merchants/${encodeURIComponent(merchant)}/agreement/sign`, options);
  }

  /** Lists who may use the portal for a merchant, its administrator first. */
  async users(merchant) {
    const answer = await this.control("GET", `/merchants/${encodeURIComponent(merchant)}/users`);
    return answer.users;
  }

  /** Lets somebody use the portal for a merchant; rights: see, manage, keys or administer. */
  async inviteUser(merchant, email, name, rights, options = {}) {
    return this.control("POST", `/merchants/${encodeURIComponent(merchant)}/users`, { ...options, email, name, rights });
  }

  /** Changes what somebody may do for a merchant, from the next page on. */
  async changeUser(merchant, email, rights, options = {}) {
    return this.control("PATCH", `/merchants/${encodeURIComponent(merchant)}/users/${encodeURIComponent(email)}`, { ...options, rights });
  }

  /** Takes somebody's access to a merchant's portal away, from the next page on. */
  async removeUser(merchant, email) {
    await this.control("DELETE", `/merchants/${encodeURIComponent(merchant)}/users/${encodeURIComponent(email)}`);
  }

  /** Lists what happened, in order: after a number, or from now on; wait for some. */
  async news(options = {}) {
    return this.control("GET", `/news${query(options)}`, undefined, options);
  }

  /** Lists partners with their keys, rights and price packages. */
  async partners() {
    const answer = await this.control("GET", `/partners`);
    return answer.partners;
  }

  /** Applies to be a partner, for a company that is none: its stage is applied. */
  async applyToBeAPartner(name, organisationNumber, email, options = {}) {
    return this.control("POST", `/partners`, { ...options, name, organisationNumber, email });
  }

  /** Shows one partner. */
  async partner(partner) {
    return this.control("GET", `/partners/${encodeURIComponent(partner)}`);
  }

  /** Changes a partner: any field except id. Its kinds, level and stage say which of its keys work. */
  async changePartner(partner, options) {
    return this.control("PATCH", `/partners/${encodeURIComponent(partner)}`, options);
  }

  /** Applies once more, for a company that was declined. */
  async applyAgain(partner, name, organisationNumber, email, options = {}) {
    return this.control("POST", `/partners/${encodeURIComponent(partner)}/apply`, { ...options, name, organisationNumber, email });
  }

  /** Approves an application now: a test sales unit, and the keys that kind and level have. */
  async approvePartner(partner, options = {}) {
    return this.control("POST", `/partners/${encodeURIComponent(partner)}/approve`, options);
  }

  /** Declines an application, with a reason. */
  async declinePartner(partner, options = {}) {
    return this.control("POST", `/partners/${encodeURIComponent(partner)}/decline`, options);
  }

  /** Lists a partner's employees: those it has told of, and others whom merchants have let in. */
  async employees(partner) {
    const answer = await this.control("GET", `/partners/${encodeURIComponent(partner)}/employees`);
    return answer.users;
  }

  /** Adds an employee of a partner, or changes the name of one; merchants give access. */
  async addEmployee(partner, email, name) {
    return this.control("POST", `/partners/${encodeURIComponent(partner)}/employees`, { email, name });
  }

  /** Removes an employee of a partner, and with that every access that merchants have given. */
  async removeEmployee(partner, email) {
    await this.control("DELETE", `/partners/${encodeURIComponent(partner)}/employees/${encodeURIComponent(email)}`);
  }

  /** Grants a partner a right: management or prefill. */
  async grant(partner, permission) {
    return this.control("PUT", `/partners/${encodeURIComponent(partner)}/permissions/${encodeURIComponent(permission)}`);
  }

  /** Withdraws a right, from the next call on. */
  async revoke(partner, permission) {
    return this.control("DELETE", `/partners/${encodeURIComponent(partner)}/permissions/${encodeURIComponent(permission)}`);
  }

  /** Shows how far a partner has come: application, evidence, what is missing, history. */
  async partnerRoad(partner) {
    return this.control("GET", `/partners/${encodeURIComponent(partner)}/road`);
  }

  /** Changes what a partner shows: termsAccepted, documentation, demo, examples. */
  async showEvidence(partner, options = {}) {
    return this.control("PATCH", `/partners/${encodeURIComponent(partner)}/road`, options);
  }

  /** Sends back what a partner has sent in, with what is missing. */
  async sendBack(partner, options = {}) {
    return this.control("POST", `/partners/${encodeURIComponent(partner)}/send-back`, options);
  }

  /** Sends in what a partner shows, to be verified. */
  async sendIn(partner) {
    return this.control("POST", `/partners/${encodeURIComponent(partner)}/send-in`, {});
  }

  /** Starts the pilot with a connected sales unit, or with another one. */
  async startPilot(partner, msn) {
    return this.control("POST", `/partners/${encodeURIComponent(partner)}/start-pilot`, { msn });
  }

  /** Verifies a partner: its keys work in production, and merchants can choose it. */
  async verifyPartner(partner) {
    return this.control("POST", `/partners/${encodeURIComponent(partner)}/verify`, {});
  }

  /** Lists payments, the latest first; filters: msn, state, reference, limit. */
  async payments(options = {}) {
    const answer = await this.control("GET", `/payments${query(options)}`);
    return answer.payments;
  }

  /** Shows one payment with its events and the page where its customer approves. */
  async payment(reference, options = {}) {
    const { msn = await this.#unit(reference), ...rest } = options;
    return this.control("GET", `/payments/${encodeURIComponent(msn)}/${encodeURIComponent(reference)}`);
  }

  /** Cancels for the customer. */
  async abort(reference, options = {}) {
    const { msn = await this.#unit(reference), ...rest } = options;
    return this.control("POST", `/payments/${encodeURIComponent(msn)}/${encodeURIComponent(reference)}/abort`, rest);
  }

  /** Approves for a customer, whatever the amount and cards; Express too. Without consent the payment fails. */
  async approve(reference, options = {}) {
    const { msn = await this.#unit(reference), ...rest } = options;
    return this.control("POST", `/payments/${encodeURIComponent(msn)}/${encodeURIComponent(reference)}/approve`, rest);
  }

  /** Makes an attempt fail: the event has success false, and the payment keeps waiting. */
  async decline(reference, options = {}) {
    const { msn = await this.#unit(reference), ...rest } = options;
    return this.control("POST", `/payments/${encodeURIComponent(msn)}/${encodeURIComponent(reference)}/decline`, rest);
  }

  /** Makes the payment time out now. */
  async expire(reference, options = {}) {
    const { msn = await this.#unit(reference), ...rest } = options;
    return this.control("POST", `/payments/${encodeURIComponent(msn)}/${encodeURIComponent(reference)}/expire`, rest);
  }

  /** Shows one payment with its requests, events and deliveries, without any secret: for bug reports. */
  async report(reference, options = {}) {
    const { msn = await this.#unit(reference), ...rest } = options;
    return this.control("GET", `/payments/${encodeURIComponent(msn)}/${encodeURIComponent(reference)}/report`);
  }

  /** Lists product orders, the latest first; filters: partner, merchant, status, type, limit. */
  async orders(options = {}) {
    const answer = await this.control("GET", `/product-orders${query(options)}`);
    return answer.productOrders;
  }

  /** Creates a TEMPLATE or MANUAL order, as if it had not come by API; partner may be left out. */
  async makeOrder(type, form, options = {}) {
    return this.control("POST", `/product-orders`, { ...options, type, form });
  }

  /** Shows a whole order, with its form, dropped fields, hold and reason for rejection. */
  async order(order) {
    return this.control("GET", `/product-orders/${encodeURIComponent(order)}`);
  }

  /** Answers a hold for the merchant, with what its reason asks for; what follows is the merchant's policy. */
  async answerOrder(order, options) {
    return this.control("POST", `/product-orders/${encodeURIComponent(order)}/answer`, options);
  }

  /** Completes an order now, whatever holds it up; activates a signed merchant agreement too. */
  async approveOrder(order) {
    return this.control("POST", `/product-orders/${encodeURIComponent(order)}/approve`, {});
  }

  /** Makes an order that was not submitted expire now. */
  async expireOrder(order) {
    return this.control("POST", `/product-orders/${encodeURIComponent(order)}/expire`, {});
  }

  /** Holds an order for a reason that the merchant sees and the partner does not. */
  async holdOrder(order, options = {}) {
    return this.control("POST", `/product-orders/${encodeURIComponent(order)}/hold`, options);
  }

  /** Declines an order now, with a reason that the partner never sees. */
  async rejectOrder(order, options = {}) {
    return this.control("POST", `/product-orders/${encodeURIComponent(order)}/reject`, options);
  }

  /** Resumes processing, which ends at once when its time is over. */
  async releaseOrder(order) {
    return this.control("POST", `/product-orders/${encodeURIComponent(order)}/release`, {});
  }

  /** Opens and submits the form for the merchant, with changes to its fields if any. */
  async submitOrder(order, options = {}) {
    return this.control("POST", `/product-orders/${encodeURIComponent(order)}/submit`, options);
  }

  /** Opens the form for the merchant. */
  async viewOrder(order) {
    return this.control("POST", `/product-orders/${encodeURIComponent(order)}/view`, {});
  }

  /** Lists the journal, the latest first; filters: operation, api, msn, reference, status, warnings, limit. */
  async requests(options = {}) {
    const answer = await this.control("GET", `/requests${query(options)}`);
    return answer.requests;
  }

  /** Shows one journal entry. */
  async journalEntry(request) {
    return this.control("GET", `/requests/${encodeURIComponent(request)}`);
  }

  /** Restores the state that the server started with; keep webhooks retains registrations made by API. */
  async reset(options = {}) {
    await this.control("POST", `/reset`, options);
  }

  /** Lists sales units with their configuration and keys. */
  async salesUnits() {
    const answer = await this.control("GET", `/sales-units`);
    return answer.salesUnits;
  }

  /** Shows one sales unit with its configuration and keys. */
  async salesUnit(msn) {
    return this.control("GET", `/sales-units/${encodeURIComponent(msn)}`);
  }

  /** Changes a sales unit: any field except msn, merchant_id and keys; configuration and login are merged. */
  async changeSalesUnit(msn, options) {
    return this.control("PATCH", `/sales-units/${encodeURIComponent(msn)}`, options);
  }

  /** Makes keys of a sales unit anew; the old ones end at once. keys: all but client_id when left out. */
  async regenerateKeys(msn, options = {}) {
    return this.control("POST", `/sales-units/${encodeURIComponent(msn)}/keys/regenerate`, options);
  }

  /** Lists the rules in order, with how often each matched and was applied, and the packaged profiles. */
  async rules() {
    const answer = await this.control("GET", `/scenarios`);
    return answer.rules;
  }

  /** Adds a rule after the others; position 0 puts it first. The keys are those of a file. */
  async addRule(rule) {
    return this.control("POST", `/scenarios`, rule);
  }

  /** Replaces all rules by packaged profiles: {"profiles": ["declines"]}; an empty list: no rules. */
  async scenario(profiles) {
    const answer = await this.control("PUT", `/scenarios`, { profiles });
    return answer.rules;
  }

  /** Shows one rule. */
  async rule(name) {
    return this.control("GET", `/scenarios/${encodeURIComponent(name)}`);
  }

  /** Replaces a rule and sets its counts to zero; name may be left out. */
  async replaceRule(name, rule) {
    return this.control("PUT", `/scenarios/${encodeURIComponent(name)}`, rule);
  }

  /** Deletes a rule. */
  async deleteRule(name) {
    await this.control("DELETE", `/scenarios/${encodeURIComponent(name)}`);
  }

  /** Says for each condition whether a rule matches a journal entry (entry), or a request described in the query. */
  async explainRule(name, options = {}) {
    return this.control("GET", `/scenarios/${encodeURIComponent(name)}/explain${query(options)}`);
  }

  /** Switches a rule off. */
  async switchOff(name) {
    return this.control("POST", `/scenarios/${encodeURIComponent(name)}/off`, {});
  }

  /** Switches a rule on. */
  async switchOn(name) {
    return this.control("POST", `/scenarios/${encodeURIComponent(name)}/on`, {});
  }

  /** Lists the snapshots, by name. */
  async snapshots() {
    const answer = await this.control("GET", `/snapshots`);
    return answer.snapshots;
  }

  /** Takes a snapshot of everything that the server knows, replacing one of the same name; 20 at most. */
  async takeSnapshot(name) {
    return this.control("PUT", `/snapshots/${encodeURIComponent(name)}`, {});
  }

  /** Deletes a snapshot. */
  async deleteSnapshot(name) {
    await this.control("DELETE", `/snapshots/${encodeURIComponent(name)}`);
  }

  /** Restores a snapshot, the clock included. */
  async restoreSnapshot(name) {
    return this.control("POST", `/snapshots/${encodeURIComponent(name)}/restore`, {});
  }

  /** Returns everything that the server knows as a state file: see State files and snapshots. */
  async exportState() {
    return this.control("GET", `/state`);
  }

  /** Replaces everything by a state file (64 MiB at most), or changes nothing. */
  async importState(state) {
    await this.control("PUT", `/state`, state);
  }

  /** Creates a new key for access tokens; those signed before stay valid. */
  async rotateTokenKey() {
    const answer = await this.control("POST", `/token-keys/rotate`, {});
    return answer.kid;
  }

  /** Lists all registrations with their faults, without their secrets. */
  async webhooks() {
    const answer = await this.control("GET", `/webhooks`);
    return answer.webhooks;
  }

  /** Registers a webhook for an msn, a partnerId or both, with a secret and id of your choice; shows the secret. */
  async registerWebhook(url, events, options = {}) {
    return this.control("POST", `/webhooks`, { ...options, url, events });
  }

  /** Lists deliveries, the latest first; filters: webhook, msn, reference, event, state, limit; wait for one. */
  async deliveries(options = {}) {
    const answer = await this.control("GET", `/webhooks/deliveries${query(options)}`, undefined, options);
    return answer.deliveries;
  }

  /** Sends a delivery again. */
  async replayDelivery(delivery) {
    await this.control("POST", `/webhooks/deliveries/${encodeURIComponent(delivery)}/replay`, {});
  }

  /** Checks the signatures of a delivery again, by the secret of its registration or by the one given. */
  async verifyDelivery(delivery, options = {}) {
    return this.control("POST", `/webhooks/deliveries/${encodeURIComponent(delivery)}/verify`, options);
  }

  /** Delivers everything due now; answers when it has been tried. */
  async settle() {
    await this.control("POST", `/webhooks/settle`, {});
  }

  /** Breaks a registration's deliveries: duplicate, delaySeconds, reorder, wrongSignature, dropFirst. */
  async breakWebhook(webhook, options = {}) {
    return this.control("POST", `/webhooks/${encodeURIComponent(webhook)}/faults`, options);
  }

  /** Holds back all deliveries of a registration. */
  async pauseWebhook(webhook) {
    return this.control("POST", `/webhooks/${encodeURIComponent(webhook)}/pause`, {});
  }

  /** Sends all kept deliveries of a registration again, the oldest first. */
  async replayWebhook(webhook) {
    const answer = await this.control("POST", `/webhooks/${encodeURIComponent(webhook)}/replay`, {});
    return answer.replayed;
  }

  /** Releases held deliveries. */
  async resumeWebhook(webhook) {
    return this.control("POST", `/webhooks/${encodeURIComponent(webhook)}/resume`, {});
  }

  /** Sends a sample of any event to a registration, whether it registered for it or not. */
  async sampleWebhook(webhook, event) {
    await this.control("POST", `/webhooks/${encodeURIComponent(webhook)}/sample`, { event });
  }

  /** Shows everybody as a world file, with their keys and the webhooks of units and partners. */
  async world() {
    return this.control("GET", `/world`);
  }

  /** That a payment stands so; `events` are the names of those that succeeded, in order. */
  async assertPayment(reference, { msn, ...wanted } = {}) {
    const payment = await this.payment(reference, { msn }).catch((error) => {
      throw error.status === 404 ? failed(error.message, undefined, wanted) : error;
    });
    const actual = { ...payment, events: payment.events.filter((each) => each.success).map((each) => each.name) };
    const missed = misses(actual, wanted);
    if (missed.length === 0) return payment;
    const lines = payment.events.map((each) => `  ${each.name} ${each.amount}${each.success ? "" : ", without success"}`);
    const head = `Payment ${reference} of ${payment.msn}: ${missed.map(difference).join(", ")}. Its events:`;
    throw failed([head, ...lines].join("\n"), picked(actual, wanted), wanted);
  }

  /** That an operation was called, exactly so many `times` or at least once; gives the calls, oldest first. */
  async assertRequested(operation, { times, ...wanted } = {}) {
    const entries = (await this.requests({ limit: MOST })).filter((each) => each.direction === "incoming");
    const said = (each) => ({ ...each, body: parsed(each.request.body) });
    const line = (each) => `#${each.id} ${each.operation ?? `${each.method} ${each.path}`} ${each.reference ?? ""} -> ${each.status}`;
    return enough(entries, said, line, { operation, ...wanted }, times, "requests");
  }

  /** That an event was delivered, once all that is due was sent; gives the deliveries, oldest first. */
  async assertWebhook(event, { times, ...wanted } = {}) {
    await this.settle();
    const asked = { event: eventName(event), state: "delivered", ...wanted };
    return enough(await this.deliveries({ limit: MOST }), seen, deliveryLine, asked, times, "deliveries");
  }

  /** The latest delivery that succeeded; waits up to `timeout` seconds (at most 60) for one. */
  async waitForWebhook(event, { timeout = 5, ...wanted } = {}) {
    const unit = wanted.reference && !wanted.msn ? { msn: await this.#unit(wanted.reference) } : {};
    const asked = { ...wanted, ...unit, event: eventName(event), state: "delivered" };
    const [found] = await this.deliveries({ ...asked, limit: 1, wait: Math.min(Math.ceil(timeout), 60) });
    if (found) return found;
    const others = await this.deliveries({ limit: MOST });
    throw failed([`No webhook within ${timeout} seconds: ${JSON.stringify(asked)}.`, ...listed(others.map(deliveryLine))].join("\n"));
  }

  /** The only unit that has a payment of this reference, else the default one. */
  async #unit(reference) {
    const units = (await this.payments({ reference })).map((each) => each.msn);
    if (units.length === 1) return units[0];
    const { VIPPS_MSN } = await this.keys();
    if (units.length === 0 || units.includes(VIPPS_MSN)) return VIPPS_MSN;
    throw new ControlError(`The units ${units.join(", ")} have a payment ${reference}: say which one with msn`);
  }
}

/** An event's whole name: `captured` is short for epayments.payment.captured.v1. */
function eventName(event) {
  return event.includes(".") ? event : `epayments.payment.${event.toLowerCase()}.v1`;
}

function query(options) {
  const pairs = Object.entries(options).flatMap(([name, value]) => [value].flat().map((each) => [name, each]));
  const text = new URLSearchParams(pairs.filter(([, value]) => value !== undefined && value !== null)).toString();
  return text && `?${text}`;
}

function parsed(text) {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(said, status, problem, text) {
  const violations = Object.fromEntries((problem?.extraDetails ?? []).map((each) => [each.name, each.reason]));
  const named = Object.entries(violations).map(([name, reason]) => `${name}: ${reason}`).join("; ");
  const reason = [problem?.detail, named].filter(Boolean).join(" - ") || text.slice(0, 200);
  return new ControlError(`${said}: ${status}: ${reason}`, status, violations);
}

function failed(message, actual, expected) {
  return new AssertionError({ message, actual, expected, operator: "vipps" });
}

/** The fields that are not as wanted, as [name, wanted, had]; objects are compared in part. */
function misses(actual, wanted, prefix = "") {
  return Object.entries(wanted).flatMap(([name, want]) => {
    const had = actual?.[name];
    if (want === undefined || isDeepStrictEqual(had, want)) return [];
    const inside = isObject(want) && isObject(had);
    return inside ? misses(had, want, `${prefix}${name}.`) : [[prefix + name, want, had]];
  });
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function difference([name, want, had]) {
  return `${name} is ${JSON.stringify(had) ?? "missing"}, wanted ${JSON.stringify(want)}`;
}

function picked(actual, wanted) {
  return Object.fromEntries(Object.keys(wanted).map((name) => [name, actual[name]]));
}

function enough(entries, said, line, wanted, times, what) {
  const fitting = entries.filter((each) => misses(said(each), wanted).length === 0).reverse();
  if (times === undefined ? fitting.length > 0 : fitting.length === times) return fitting;
  const head = `Wanted ${times ?? "at least one"}, got ${fitting.length} of ${JSON.stringify(wanted)}. The latest ${what}:`;
  throw failed([head, ...listed(entries.map(line))].join("\n"), fitting.length, times ?? 1);
}

function listed(lines) {
  if (lines.length === 0) return ["  none at all"];
  const more = lines.length > 10 ? [`  and ${lines.length - 10} more`] : [];
  return [...lines.slice(0, 10).map((each) => `  ${each}`), ...more];
}

function seen(delivery) {
  const [msn, ...rest] = delivery.subject.split("/");
  return { ...delivery, msn, reference: rest.join("/"), body: parsed(delivery.body) };
}

function deliveryLine(delivery) {
  const last = delivery.attempts.at(-1);
  const met = last ? `, answered ${last.status || last.response}` : "";
  return `#${delivery.id} ${delivery.event} of ${delivery.subject}: ${delivery.state}${met}`;
}

module.exports = { ControlError, Vipps, eventName };
