// Made by `python -m tools.clients` of the control API's document.

/** The server refused a call, or gave no answer (status 0). The message says what and why. */
export class ControlError extends Error {
  status: number;
  /** The fields that were wrong, with their reasons. */
  violations: Record<string, string>;
}

/** An event's whole name: `captured` is short for epayments.payment.captured.v1. */
export function eventName(event: string): string;

/** How a payment is wanted; amounts in minor units, `events` the names of those that succeeded, in order. */
export type WantedPayment = Partial<Omit<WholePayment, "events">> & { events?: EventName[] };

/** What is left out is not asked for; a `body` need only have the fields that are given. */
export interface WantedRequest { reference?: string; msn?: string; status?: number; body?: object; times?: number }
export interface WantedWebhook { reference?: string; msn?: string; webhook?: string; body?: object; times?: number }

/** Controls the server at `url`, which runs wherever it runs. */
export class Vipps {
  /** `url` is VIPPS_MOCK_URL, VIPPS_BASE_URL or http://127.0.0.1:8080 by default, `adminToken` VIPPS_MOCK_ADMIN_TOKEN. */
  constructor(url?: string, options?: { adminToken?: string });
  url: string;
  adminToken?: string;

  /** Any control call: `path` under /_mock with its query; gives the answer's JSON, else its text. */
  control(method: string, path: string, body?: unknown, options?: { wait?: number }): Promise<any>;
  /** The address to register for webhooks that are to arrive at an inbox. */
  inboxUrl(name?: string): string;
  /** Lists agreements of the Recurring API, the latest first; filters: msn, status, customer, limit. */
  agreements(options?: { msn?: string; status?: Status; customer?: string; limit?: number }): Promise<Agreement[]>;
  /** Makes an ACTIVE agreement with so many paid periods behind it; no webhook tells of them. */
  makeAgreement(msn: string, options?: { periods?: number; customer?: string | null; pricing?: PricingType; amount?: number | null; maximum?: number | null; chargeAmount?: number | null; interval?: IntervalBody | null; productName?: string; externalId?: string | null }): Promise<WholeAgreement>;
  /** Shows one agreement with its page and its latest charges. */
  agreement(agreement: string): Promise<WholeAgreement>;
  /** Accepts for a customer; after a decline the draft keeps waiting. Without consent it is rejected. */
  acceptAgreement(agreement: string, options?: { customer?: string | null; card?: string | null; maximum?: number | null; consent?: boolean }): Promise<Accepted>;
  /** Makes the draft expire now. */
  expireAgreement(agreement: string): Promise<Agreement>;
  /** Changes the customer's maximum (VARIABLE). */
  changeMaximum(agreement: string, maximum: number): Promise<Agreement>;
  /** Rejects for the customer. */
  rejectAgreement(agreement: string): Promise<Agreement>;
  /** Stops it as its customer, or as the platform (by ADMIN). */
  stopAgreement(agreement: string, options?: { by?: "USER" | "ADMIN" }): Promise<Agreement>;
  /** Returns the certificate that clients trust for TLS, as PEM; 404 without --tls. Needs no admin token. */
  certificate(): Promise<string>;
  /** Lists charges of agreements, the latest first; filters: msn, state, agreement, limit. */
  charges(options?: { msn?: string; state?: ChargeState; agreement?: string; limit?: number }): Promise<Charge[]>;
  /** Tries every charge whose day has come, once, without waiting for the hour; retries among them. */
  attemptDue(options?: { msn?: string | null }): Promise<Run>;
  /** Shows one charge with its history. */
  charge(msn: string, charge: string): Promise<WholeCharge>;
  /** Makes it fail now for a reason: for good, or this time only. */
  failCharge(msn: string, charge: string, options?: { reason?: FailureReason; forGood?: boolean }): Promise<Charge>;
  /** Charges the customer now, whatever day and hour it is, and whatever cards and amounts say. */
  succeedCharge(msn: string, charge: string): Promise<Charge>;
  /** Says which points of the official checklists have been shown, and by what, with examples; filters: msn, api. */
  checklist(options?: { msn?: string; api?: "platform" | "epayment" | "login" | "partner" | "recurring"; description?: string; documentation?: string; pilot?: string; demo?: string }): Promise<Point[]>;
  /** Lists logins that merchants started, the latest first; filters: phone, state, limit. */
  authentications(options?: { phone?: string; state?: BackchannelState; limit?: number }): Promise<Authentication[]>;
  /** Shows one of these logins by its auth_req_id. */
  authentication(authReqId: string): Promise<Authentication>;
  /** Confirms one on the phone, with consent; redirectTo is where the phone's browser goes, if anywhere. */
  confirmAuthentication(authReqId: string, options?: { marketing?: string[] | null; flow?: string[] | null }): Promise<Authentication>;
  /** Rejects one on the phone: access_denied. */
  denyAuthentication(authReqId: string): Promise<Authentication>;
  /** Rejects one because the app is too old: access_denied with error_code old_app. */
  findOldApp(authReqId: string): Promise<Authentication>;
  /** Tells the time. */
  clock(): Promise<ClockState>;
  /** Moves the clock forward; answers when everything due has happened. */
  advance(duration: string): Promise<ClockState>;
  /** Lists what is due next on the emulator's clock, the next first; filter: limit. */
  due(options?: { limit?: number }): Promise<DueThing[]>;
  /** Stops the clock where it is. */
  freeze(): Promise<ClockState>;
  /** Moves the clock to a time, which may not be in its past. */
  setClock(at: string): Promise<ClockState>;
  /** Restarts the clock from where it stands. */
  unfreeze(): Promise<ClockState>;
  /** Lists what users share with sales units by login; filters: msn, phone, limit. */
  consents(options?: { msn?: string; phone?: string; limit?: number }): Promise<Consent[]>;
  /** Withdraws a user's consent: tokens end, the next login asks again, the consent webhook is called. */
  withdrawConsent(msn: string, phone: string): Promise<WithdrawnConsent>;
  /** Lists customers in the order of the world; filters: market, limit. */
  customers(options?: { market?: Market; limit?: number }): Promise<ShownCustomer[]>;
  /** Adds a customer, or changes the one with this phone; only phone is required. */
  saveCustomer(phone: string, options?: { first_name?: string; last_name?: string; email?: string; birth_date?: string; market?: Market; token?: string; nin?: string | null; addresses?: AddressInput[]; cards?: CardInput[]; payment_limit?: number | null; has_approved?: boolean; gender?: Gender | null; email_verified?: boolean; login?: LoginBehaviour; login_delay?: number; active?: boolean; payment?: PaymentBehaviour; payment_delay?: number; decline_reason?: DeclineReason; environment?: "test" | "production" | null }): Promise<ShownCustomer>;
  /** Shows one customer. */
  customer(phone: string): Promise<ShownCustomer>;
  /** Lists emails to merchants and partners, the latest first; filters: address, order, limit. */
  emails(options?: { address?: string; order?: string; limit?: number }): Promise<Email[]>;
  /** Tells whether the server is up. */
  health(): Promise<Health>;
  /** Lists what arrived at an inbox, the latest first; filter: limit. */
  inbox(name: string, options?: { limit?: number }): Promise<Message[]>;
  /** Sets how an inbox answers: status, delaySeconds, hang. */
  setInbox(name: string, options?: { status?: number; delaySeconds?: number; hang?: boolean }): Promise<Behaviour>;
  /** Deletes an inbox and everything in it. */
  deleteInbox(name: string): Promise<void>;
  /** Shows the variables that clients need: address and keys; format: json, env, export or dotenv. */
  keys(): Promise<Record<string, string>>;
  /** Creates a new key for id tokens; earlier keys stay in the JWKS. */
  rotateLoginKey(): Promise<string>;
  /** Lists logins, the latest first; filters: msn, phone, state, limit. */
  logins(options?: { msn?: string; phone?: string; state?: LoginState; limit?: number }): Promise<Login[]>;
  /** Shows one login: its state, its page, and where the browser goes next. */
  login(login: string): Promise<Login>;
  /** Confirms a login for a customer, with consent; redirectTo is where the browser goes. */
  approveLogin(login: string, options?: { marketing?: string[] | null; flow?: string[] | null; customer?: string | null }): Promise<Login>;
  /** Rejects a login; reason is the error that the client gets, access_denied by default. */
  rejectLogin(login: string, options?: { reason?: Rejection }): Promise<Login>;
  /** Lists merchants. */
  merchants(): Promise<Merchant[]>;
  /** Registers a company without a merchant agreement, as the portal does. */
  registerMerchant(organisation_number: string, name: string, market: Market, options?: { email?: string | null }): Promise<Merchant>;
  /** Shows one merchant. */
  merchant(merchant: string): Promise<Merchant>;
  /** Changes a merchant: any field except id and agreement; orders decides on its product orders. */
  changeMerchant(merchant: string, options: { name?: string; organisation_number?: string; market?: Market; active?: boolean; orders?: OrderPolicyInput | null; created_at?: string; updated_at?: string | null; business_address?: PostalAddressInput | null; post_address?: PostalAddressInput | null; email?: string | null; donation_keys?: ClientKeysInput[] }): Promise<Merchant>;
  /** Activates a signed agreement now; orders that waited for it continue. */
  activateAgreement(merchant: string): Promise<Merchant>;
  /** Declines a signed agreement and every order of the merchant in process. */
  declineAgreement(merchant: string): Promise<Merchant>;
  /** Signs a merchant's agreement; withRights false: as somebody without signing rights. */
  signAgreement(merchant: string, options?: { withRights?: boolean; name?: string | null }): Promise<Merchant>;
  /** Lists who may use the portal for a merchant, its administrator first. */
  users(merchant: string): Promise<User[]>;
  /** Lets somebody use the portal for a merchant; rights: see, manage, keys or administer. */
  inviteUser(merchant: string, email: string, name: string, rights: Right[], options?: { partner_id?: string | null; units?: string[] | null }): Promise<User>;
  /** Changes what somebody may do for a merchant, from the next page on. */
  changeUser(merchant: string, email: string, rights: Right[], options?: { units?: string[] | null }): Promise<User>;
  /** Takes somebody's access to a merchant's portal away, from the next page on. */
  removeUser(merchant: string, email: string): Promise<void>;
  /** Lists what happened, in order: after a number, or from now on; wait for some. */
  news(options?: { after?: number; wait?: number; limit?: number; brief?: "true" | "false" }): Promise<NewsList>;
  /** Lists partners with their keys, rights and price packages. */
  partners(): Promise<Partner[]>;
  /** Applies to be a partner, for a company that is none: its stage is applied. */
  applyToBeAPartner(name: string, organisationNumber: string, email: string, options?: { market?: Market; contact?: string; website?: string; kinds?: PartnerKind[]; solution?: string; approvesAfter?: number | null }): Promise<Road>;
  /** Shows one partner. */
  partner(partner: string): Promise<Partner>;
  /** Changes a partner: any field except id. Its kinds, level and stage say which of its keys work. */
  changePartner(partner: string, options: { name?: string; level?: PartnerLevel; market?: Market; keys?: KeySet | null; management_keys?: ClientKeysInput | null; accounting_keys?: ClientKeysInput | null; permissions?: Permission[]; price_packages?: PricePackageInput[]; email?: string | null; kinds?: PartnerKind[]; stage?: PartnerStage }): Promise<Partner>;
  /** Applies once more, for a company that was declined. */
  applyAgain(partner: string, name: string, organisationNumber: string, email: string, options?: { market?: Market; contact?: string; website?: string; kinds?: PartnerKind[]; solution?: string; approvesAfter?: number | null }): Promise<Road>;
  /** Approves an application now: a test sales unit, and the keys that kind and level have. */
  approvePartner(partner: string, options?: { level?: PartnerLevel | null }): Promise<Road>;
  /** Declines an application, with a reason. */
  declinePartner(partner: string, options?: { reason?: string }): Promise<Road>;
  /** Lists a partner's employees: those it has told of, and others whom merchants have let in. */
  employees(partner: string): Promise<User[]>;
  /** Adds an employee of a partner, or changes the name of one; merchants give access. */
  addEmployee(partner: string, email: string, name: string): Promise<User>;
  /** Removes an employee of a partner, and with that every access that merchants have given. */
  removeEmployee(partner: string, email: string): Promise<void>;
  /** Grants a partner a right: management or prefill. */
  grant(partner: string, permission: string): Promise<Partner>;
  /** Withdraws a right, from the next call on. */
  revoke(partner: string, permission: string): Promise<Partner>;
  /** Shows how far a partner has come: application, evidence, what is missing, history. */
  partnerRoad(partner: string): Promise<Road>;
  /** Changes what a partner shows: termsAccepted, documentation, demo, examples. */
  showEvidence(partner: string, options?: { termsAccepted?: boolean; documentation?: string | null; demo?: string | null; examples?: string[] }): Promise<Road>;
  /** Sends back what a partner has sent in, with what is missing. */
  sendBack(partner: string, options?: { reason?: string }): Promise<Road>;
  /** Sends in what a partner shows, to be verified. */
  sendIn(partner: string): Promise<Road>;
  /** Starts the pilot with a connected sales unit, or with another one. */
  startPilot(partner: string, msn: string): Promise<Road>;
  /** Verifies a partner: its keys work in production, and merchants can choose it. */
  verifyPartner(partner: string): Promise<Road>;
  /** Lists payments, the latest first; filters: msn, state, reference, limit. */
  payments(options?: { msn?: string; state?: PaymentState; reference?: string; limit?: number }): Promise<Payment[]>;
  /** Shows one payment with its events and the page where its customer approves. */
  payment(reference: string, options?: { msn?: string }): Promise<WholePayment>;
  /** Cancels for the customer. */
  abort(reference: string, options?: { msn?: string }): Promise<Payment>;
  /** Approves for a customer, whatever the amount and cards; Express too. Without consent the payment fails. */
  approve(reference: string, options?: { msn?: string; customer?: string | null; consent?: boolean; shippingOptionId?: string | null; address?: number | null; card?: string | null }): Promise<Payment>;
  /** Makes an attempt fail: the event has success false, and the payment keeps waiting. */
  decline(reference: string, options?: { msn?: string; reason?: DeclineReason }): Promise<DeclinedPayment>;
  /** Makes the payment time out now. */
  expire(reference: string, options?: { msn?: string }): Promise<Payment>;
  /** Shows one payment with its requests, events and deliveries, without any secret: for bug reports. */
  report(reference: string, options?: { msn?: string }): Promise<Report>;
  /** Lists product orders, the latest first; filters: partner, merchant, status, type, limit. */
  orders(options?: { partner?: string; merchant?: string; status?: OrderState; type?: OrderType; limit?: number }): Promise<Order[]>;
  /** Creates a TEMPLATE or MANUAL order, as if it had not come by API; partner may be left out. */
  makeOrder(type: OrderType, form: Record<string, unknown>, options?: { partner?: string | null }): Promise<Order>;
  /** Shows a whole order, with its form, dropped fields, hold and reason for rejection. */
  order(order: string): Promise<Order>;
  /** Answers a hold for the merchant, with what its reason asks for; what follows is the merchant's policy. */
  answerOrder(order: string, options: { text?: string | null; documents?: string[] | null; website?: string | null; terms?: string | null; app?: string | null; purpose?: string | null; signatory?: string | null; product?: ProductType | null; account?: BankAccount | null; category?: string | null }): Promise<Order>;
  /** Completes an order now, whatever holds it up; activates a signed merchant agreement too. */
  approveOrder(order: string): Promise<Order>;
  /** Makes an order that was not submitted expire now. */
  expireOrder(order: string): Promise<Order>;
  /** Holds an order for a reason that the merchant sees and the partner does not. */
  holdOrder(order: string, options?: { reason?: HoldReason }): Promise<Order>;
  /** Declines an order now, with a reason that the partner never sees. */
  rejectOrder(order: string, options?: { reason?: string }): Promise<Order>;
  /** Resumes processing, which ends at once when its time is over. */
  releaseOrder(order: string): Promise<Order>;
  /** Opens and submits the form for the merchant, with changes to its fields if any. */
  submitOrder(order: string, options?: { form?: Record<string, unknown> }): Promise<Order>;
  /** Opens the form for the merchant. */
  viewOrder(order: string): Promise<Order>;
  /** Lists the journal, the latest first; filters: operation, api, msn, reference, status, warnings, limit. */
  requests(options?: { operation?: string; api?: string; msn?: string; reference?: string; status?: number; warnings?: "true" | "false"; limit?: number }): Promise<JournalEntry[]>;
  /** Shows one journal entry. */
  journalEntry(request: string): Promise<JournalEntry>;
  /** Restores the state that the server started with; keep webhooks retains registrations made by API. */
  reset(options?: { keep?: "webhooks"[] }): Promise<void>;
  /** Lists sales units with their configuration and keys. */
  salesUnits(): Promise<SalesUnit[]>;
  /** Shows one sales unit with its configuration and keys. */
  salesUnit(msn: string): Promise<SalesUnit>;
  /** Changes a sales unit: any field except msn, merchant_id and keys; configuration and login are merged. */
  changeSalesUnit(msn: string, options: { name?: string; configuration?: ConfigurationInput; partner_id?: string | null; active?: boolean; account?: BankAccount | null; login?: LoginSettingsInput; environment?: "test" | "production" | null }): Promise<SalesUnit>;
  /** Makes keys of a sales unit anew; the old ones end at once. keys: all but client_id when left out. */
  regenerateKeys(msn: string, options?: { keys?: KeyName[] }): Promise<SalesUnit>;
  /** Lists the rules in order, with how often each matched and was applied, and the packaged profiles. */
  rules(): Promise<Rule[]>;
  /** Adds a rule after the others; position 0 puts it first. The keys are those of a file. */
  addRule(rule: { name?: string; comment?: string; when?: Record<string, unknown> | null; then: Record<string, unknown>; times?: number; enabled?: boolean; position?: number | null; }): Promise<Rule>;
  /** Replaces all rules by packaged profiles: {"profiles": ["declines"]}; an empty list: no rules. */
  scenario(profiles: string[]): Promise<Rule[]>;
  /** Shows one rule. */
  rule(name: string): Promise<Rule>;
  /** Replaces a rule and sets its counts to zero; name may be left out. */
  replaceRule(name: string, rule: { name?: string; comment?: string; when?: Record<string, unknown> | null; then: Record<string, unknown>; times?: number; enabled?: boolean; }): Promise<Rule>;
  /** Deletes a rule. */
  deleteRule(name: string): Promise<void>;
  /** Says for each condition whether a rule matches a journal entry (entry), or a request described in the query. */
  explainRule(name: string, options?: { entry?: number; operation?: string; api?: string; amount?: number; header?: string[]; msn?: string; partner?: string; client?: string; phone?: string; reference?: string; agreement?: string; charge?: string; product?: string; business?: string }): Promise<Explanation>;
  /** Switches a rule off. */
  switchOff(name: string): Promise<Rule>;
  /** Switches a rule on. */
  switchOn(name: string): Promise<Rule>;
  /** Lists the snapshots, by name. */
  snapshots(): Promise<Snapshot[]>;
  /** Takes a snapshot of everything that the server knows, replacing one of the same name; 20 at most. */
  takeSnapshot(name: string): Promise<Snapshot>;
  /** Deletes a snapshot. */
  deleteSnapshot(name: string): Promise<void>;
  /** Restores a snapshot, the clock included. */
  restoreSnapshot(name: string): Promise<Snapshot>;
  /** Returns everything that the server knows as a state file: see State files and snapshots. */
  exportState(): Promise<Record<string, unknown>>;
  /** Replaces everything by a state file (64 MiB at most), or changes nothing. */
  importState(state: Record<string, unknown>): Promise<void>;
  /** Creates a new key for access tokens; those signed before stay valid. */
  rotateTokenKey(): Promise<string>;
  /** Lists all registrations with their faults, without their secrets. */
  webhooks(): Promise<Registration[]>;
  /** Registers a webhook for an msn, a partnerId or both, with a secret and id of your choice; shows the secret. */
  registerWebhook(url: string, events: string[], options?: { msn?: string | null; partnerId?: string | null; id?: string | null; secret?: string | null }): Promise<NewRegistration>;
  /** Lists deliveries, the latest first; filters: webhook, msn, reference, event, state, limit; wait for one. */
  deliveries(options?: { webhook?: string; msn?: string; reference?: string; event?: string; state?: DeliveryState; limit?: number; wait?: number }): Promise<Delivery[]>;
  /** Sends a delivery again. */
  replayDelivery(delivery: string): Promise<void>;
  /** Checks the signatures of a delivery again, by the secret of its registration or by the one given. */
  verifyDelivery(delivery: string, options?: { secret?: string | null }): Promise<Verified>;
  /** Delivers everything due now; answers when it has been tried. */
  settle(): Promise<void>;
  /** Breaks a registration's deliveries: duplicate, delaySeconds, reorder, wrongSignature, dropFirst. */
  breakWebhook(webhook: string, options?: { duplicate?: boolean; delaySeconds?: number; reorder?: boolean; wrongSignature?: boolean; dropFirst?: number }): Promise<Registration>;
  /** Holds back all deliveries of a registration. */
  pauseWebhook(webhook: string): Promise<Registration>;
  /** Sends all kept deliveries of a registration again, the oldest first. */
  replayWebhook(webhook: string): Promise<number>;
  /** Releases held deliveries. */
  resumeWebhook(webhook: string): Promise<Registration>;
  /** Sends a sample of any event to a registration, whether it registered for it or not. */
  sampleWebhook(webhook: string, event: string): Promise<void>;
  /** Shows everybody as a world file, with their keys and the webhooks of units and partners. */
  world(): Promise<World>;

  /** That a payment stands so. */
  assertPayment(reference: string, wanted?: WantedPayment): Promise<WholePayment>;
  /** That an operation was called, exactly so many `times` or at least once; gives the calls, oldest first. */
  assertRequested(operation: string, wanted?: WantedRequest): Promise<JournalEntry[]>;
  /** That an event was delivered, once all that is due was sent; gives the deliveries, oldest first. */
  assertWebhook(event: string, wanted?: WantedWebhook): Promise<Delivery[]>;
  /** The latest delivery that succeeded; waits up to `timeout` seconds (5 by default, at most 60) for one. */
  waitForWebhook(event: string, wanted?: { reference?: string; msn?: string; webhook?: string; timeout?: number }): Promise<Delivery>;
}

export interface Accepted {
  id: string;
  uuid: string;
  msn: string;
  status: Status;
  pricing: Pricing;
  interval: Interval | null;
  productName: string;
  productDescription: string | null;
  externalId: string | null;
  asked: string | null;
  customer: string | null;
  createdAt: string;
  expiresAt: string;
  start: string | null;
  stop: string | null;
  declined: FailureReason | null;
}

export interface AddressInput {
  line1: string;
  city: string;
  post_code: string;
  country: string;
  line2?: string | null;
  type?: AddressType | null;
}

export interface Address {
  line1: string;
  city: string;
  post_code: string;
  country: string;
  line2: string | null;
  type: AddressType | null;
}

export type AddressType = "home" | "work" | "other";

export interface Agreement {
  state: AgreementState;
  with_rights: boolean;
  ready_at: number | null;
}

export type AgreementState = "NONE" | "SIGNED" | "ACTIVE" | "DECLINED";

export interface Agreement {
  id: string;
  uuid: string;
  msn: string;
  status: Status;
  pricing: Pricing;
  interval: Interval | null;
  productName: string;
  productDescription: string | null;
  externalId: string | null;
  asked: string | null;
  customer: string | null;
  createdAt: string;
  expiresAt: string;
  start: string | null;
  stop: string | null;
}

export type AnswerRule = "release" | "review" | "wait";

export interface Answer {
  reason: HoldReason;
  at: string;
  given: Given;
}

export interface Application {
  name: string;
  market: Market;
  organisationNumber: string;
  contact: string;
  email: string;
  website: string;
  kinds: PartnerKind[];
  solution: string;
}

export interface Attempt {
  at: string;
  status: number;
  durationMs: number;
  headers: Record<string, string>;
  response: string;
}

export type AuthMethod = "client_secret_basic" | "client_secret_post";

export interface Authentication {
  authReqId: string;
  loginId: string;
  msn: string;
  clientId: string;
  customer: string;
  state: BackchannelState;
  bindingMessage: string | null;
  scopes: string[];
  interval: number;
  createdAt: string;
  expiresAt: string;
  error: Rejection | null;
  redirectTo: string | null;
}

export type BackchannelState = "pending" | "confirmed" | "denied" | "expired" | "exchanged";

export interface BankAccount {
  scheme: string;
  id: string;
}

export interface Behaviour {
  status: number;
  delaySeconds: number;
  hang: boolean;
}

export interface BusinessIdentifier {
  scheme: string;
  id: string;
}

export type CaptureType = "ReserveCapture" | "DirectCapture" | "NotApplicable";

export interface CardInput {
  number: string;
  kind?: CardKind;
  expired?: boolean;
  commercial?: boolean;
}

export interface Card {
  number: string;
  kind: CardKind;
  expired: boolean;
  commercial: boolean;
}

export type CardKind = "VISA" | "MASTERCARD" | "BANKAXEPT";

export interface ChargeEvent {
  name: ChargeEventName;
  amount: number;
  success: boolean;
  at: string;
  transactionId: string | null;
  idempotencyKey: string;
}

export type ChargeEventName = "CREATE" | "RESERVE" | "CAPTURE" | "REFUND" | "CANCEL" | "FAIL";

export type ChargeState = "PENDING" | "DUE" | "PROCESSING" | "RESERVED" | "PARTIALLY_CAPTURED" | "CHARGED" | "PARTIALLY_REFUNDED" | "REFUNDED" | "FAILED" | "CANCELLED";

export interface Charge {
  id: string;
  msn: string;
  agreement: string;
  type: Type;
  transactionType: TransactionType;
  state: ChargeState;
  currency: Currency;
  amount: number;
  captured: number;
  refunded: number;
  cancelled: number;
  description: string;
  due: string;
  retryDays: number;
  attempts: number;
  nextAttempt: string | null;
  processingUntil: string | null;
  captureDeadline: string | null;
  failureReason: FailureReason | null;
  transactionId: string | null;
  externalId: string | null;
  createdAt: string;
}

export interface ClientKeysInput {
  client_id: string;
  client_secret: string;
}

export interface ClockNews {
  at: string;
  msn: string | null;
  reference: string | null;
  kind: "clock";
  frozen: boolean;
  aheadSeconds: number;
}

export interface ClockState {
  now: string;
  frozen: boolean;
  aheadSeconds: number;
}

export interface Condition {
  condition: string;
  matched: boolean;
  wanted: string;
  had: string | null;
}

export interface ConfigurationInput {
  payment_allowed?: boolean;
  capture_type?: CaptureType;
  skip_landing_page_allowed?: boolean;
  recurring_allowed?: boolean;
  partial_capture_allowed?: boolean;
  late_capture_allowed?: boolean;
  landing_page_phone_number_locked?: boolean;
  long_living_payment_allowed?: boolean;
  credit_card_payment_allowed?: boolean;
  express_allowed?: boolean;
  nin_allowed?: boolean;
  bank_account_verified?: boolean;
  long_living_maximum?: number | null;
  unscheduled_charges_allowed?: boolean;
  direct_capture_allowed?: boolean;
  customer_stop_allowed?: boolean;
  single_settlement?: boolean;
}

export interface Configuration {
  payment_allowed: boolean;
  capture_type: CaptureType;
  skip_landing_page_allowed: boolean;
  recurring_allowed: boolean;
  partial_capture_allowed: boolean;
  late_capture_allowed: boolean;
  landing_page_phone_number_locked: boolean;
  long_living_payment_allowed: boolean;
  credit_card_payment_allowed: boolean;
  express_allowed: boolean;
  nin_allowed: boolean;
  bank_account_verified: boolean;
  long_living_maximum: number | null;
  unscheduled_charges_allowed: boolean;
  direct_capture_allowed: boolean;
  customer_stop_allowed: boolean;
  single_settlement: boolean;
}

export interface Consent {
  msn: string;
  phone: string;
  sub: string;
  scopes: string[];
  asked: string[];
  givenAt: string;
}

export type Currency = "NOK" | "DKK" | "EUR" | "SEK";

export interface CustomFlowInput {
  language?: string;
  screens?: FlowScreenInput[];
}

export interface CustomFlow {
  language: string;
  screens: FlowScreen[];
}

export interface Customer {
  phone: string;
  first_name: string;
  last_name: string;
  email: string;
  birth_date: string;
  market: Market;
  token: string;
  nin: string | null;
  addresses: Address[];
  cards: Card[];
  payment_limit: number | null;
  has_approved: boolean;
  gender: Gender | null;
  email_verified: boolean;
  login: LoginBehaviour;
  login_delay: number;
  active: boolean;
  payment: PaymentBehaviour;
  payment_delay: number;
  decline_reason: DeclineReason;
  environment: "test" | "production" | null;
}

export type Decision = "complete" | "hold" | "reject" | "wait";

export interface Decline {
  customer: string | null;
  reason: DeclineReason;
  detail: string;
  at: string;
}

export type DeclineReason = "insufficient-funds" | "refused-by-issuer" | "suspected-fraud" | "withdrawal-limit-exceeded" | "expired-card" | "invalid-card" | "3-d-secure-denied" | "no-cards" | "blocked-source" | "payment-limit-exceeded";

export interface Declined {
  customer: string | null;
  reason: DeclineReason;
  detail: string;
}

export interface DeclinedPayment {
  msn: string;
  reference: string;
  state: PaymentState;
  currency: Currency;
  amount: number;
  authorized: number;
  captured: number;
  refunded: number;
  cancelled: number;
  createdAt: string;
  expiresAt: string;
  captureDeadline: string | null;
  processingUntil: string | null;
  customer: string | null;
  declines: Decline[];
  declined: DeclineReason;
  detail: string;
}

export interface DeliveryNews {
  kind: "delivery";
  at: string;
  id: number;
  webhook: string;
  event: string;
  msn: string;
  reference: string | null;
  state: DeliveryState;
  tries: number;
  dueAt: string | null;
  status: number | null;
  durationMs: number | null;
  response?: string | null;
}

export type DeliveryState = "waiting" | "sending" | "delivered" | "given-up" | "dropped";

export interface Delivery {
  id: number;
  webhook: string;
  event: string;
  subject: string;
  state: DeliveryState;
  createdAt: string;
  dueAt: string | null;
  tries: number;
  body: string;
  attempts: Attempt[];
}

export interface Dropped {
  field: string;
  reason: string;
}

export interface DueThing {
  at: string;
  kind: string;
  key: number;
}

export interface EmailNews {
  at: string;
  msn: string | null;
  reference: string | null;
  kind: "email";
  address: string;
  subject: string;
  order: string | null;
  text?: string;
}

export type EmailState = "kept" | "waiting" | "sent" | "failed";

export interface Email {
  id: number;
  kind: string;
  order: string | null;
  address: string;
  subject: string;
  text: string;
  writtenAt: string;
  state: EmailState;
  tries: number;
  failure: string | null;
}

export type Environment = "emulator" | "test" | "production";

export type EventName = "CREATED" | "AUTHORIZED" | "CAPTURED" | "REFUNDED" | "CANCELLED" | "ABORTED" | "EXPIRED" | "TERMINATED";

export interface EventNews {
  kind: "event";
  at: string;
  event: string;
  msn: string;
  reference: string | null;
  body?: string;
}

export interface Evidence {
  termsAccepted: boolean;
  documentation: string | null;
  pilot: string | null;
  demo: string | null;
  examples: string[];
}

export interface Explanation {
  matches: boolean;
  conditions: Condition[];
}

export type FailureReason = "user_action_required" | "charge_amount_too_high" | "non_technical_error" | "technical_error";

export interface Faults {
  duplicate: boolean;
  delaySeconds: number;
  reorder: boolean;
  wrongSignature: boolean;
  dropFirst: number;
}

export interface FirstWebhook {
  url: string;
  events: string[];
  msn: string | null;
  partner_id: string | null;
  id: string | null;
  secret: string | null;
}

export interface FlowElementInput {
  id: string;
  title: string;
  description?: string;
  required?: boolean;
}

export interface FlowElement {
  id: string;
  title: string;
  description: string;
  required: boolean;
}

export interface FlowLink {
  title: string;
  url: string;
}

export interface FlowScreenInput {
  title: string;
  description?: string;
  links?: FlowLink[];
  elements?: FlowElementInput[];
}

export interface FlowScreen {
  title: string;
  description: string;
  links: FlowLink[];
  elements: FlowElement[];
}

export type Gender = "male" | "female" | "other";

export interface Given {
  text: string | null;
  documents: string[];
  website: string | null;
  terms: string | null;
  app: string | null;
  purpose: string | null;
  signatory: string | null;
  product: ProductType | null;
  account: BankAccount | null;
  category: string | null;
}

export interface Health {
  status: "ok";
  version: string;
}

export type HoldReason = "information-missing" | "no-product-ordered" | "signatory-without-rights" | "website-without-terms" | "website-without-organisation-number" | "purpose-unclear" | "not-sold-on-website" | "risk-and-compliance";

export interface IntervalBody {
  unit?: Unit;
  count?: number;
}

export interface Interval {
  unit: Unit;
  count: number;
}

export interface JournalAnswer {
  body: string;
}

export interface JournalEntry {
  id: number;
  at: string;
  direction: "incoming" | "outgoing";
  api: string | null;
  operation: string | null;
  msn: string | null;
  reference: string | null;
  method: string;
  path: string;
  query: string;
  status: number;
  durationMs: number;
  replayed: boolean;
  warnings: Warned[];
  scenario: UsedRule | null;
  request: JournalRequest;
  response: JournalAnswer;
  cut: string[];
}

export interface JournalRequest {
  headers: string[][];
  body: string;
}

export type KeyName = "client_secret" | "subscription_key" | "secondary_subscription_key";

export interface KeySet {
  client_id: string;
  client_secret: string;
  subscription_key: string;
  secondary_subscription_key: string;
}

export interface LoggedEvent {
  name: EventName;
  amount: number;
  success: boolean;
  at: string;
  pspReference: string;
  idempotencyKey: string | null;
  declined: Declined | null;
}

export type LoginBehaviour = "by-hand" | "at-once" | "delayed" | "never" | "cancels" | "wrong-number" | "old-app";

export interface LoginSettingsInput {
  redirect_uris?: string[];
  app_callback_uris?: string[];
  token_endpoint_auth_method?: AuthMethod;
  scopes?: string[];
  delegated_consents?: MarketingConsentsInput | null;
  custom_flow?: CustomFlowInput | null;
  consent_webhook_url?: string | null;
}

export interface LoginSettings {
  redirect_uris: string[];
  app_callback_uris: string[];
  token_endpoint_auth_method: AuthMethod;
  scopes: string[];
  delegated_consents: MarketingConsents | null;
  custom_flow: CustomFlow | null;
  consent_webhook_url: string | null;
}

export type LoginState = "waiting" | "approved" | "rejected" | "expired";

export interface Login {
  id: string;
  msn: string;
  clientId: string;
  state: LoginState;
  scopes: string[];
  redirectUri: string | null;
  customer: string | null;
  createdAt: string;
  expiresAt: string;
  error: Rejection | null;
  page: string;
  redirectTo: string | null;
  form: Record<string, string> | null;
}

export type Market = "NO" | "DK" | "FI" | "SE";

export interface MarketingConsentInput {
  id: string;
  text: string;
  required?: boolean;
}

export interface MarketingConsent {
  id: string;
  text: string;
  required: boolean;
}

export interface MarketingConsentsInput {
  language?: string;
  heading?: string;
  terms?: string;
  button?: string;
  terms_text?: string;
  terms_url?: string;
  privacy_text?: string;
  privacy_url?: string;
  consents?: MarketingConsentInput[];
}

export interface MarketingConsents {
  language: string;
  heading: string;
  terms: string;
  button: string;
  terms_text: string;
  terms_url: string;
  privacy_text: string;
  privacy_url: string;
  consents: MarketingConsent[];
}

export interface Merchant {
  id: string;
  name: string;
  organisation_number: string;
  market: Market;
  active: boolean;
  agreement: Agreement;
  orders: OrderPolicy | null;
  created_at: string;
  updated_at: string | null;
  business_address: PostalAddress | null;
  post_address: PostalAddress | null;
  email: string | null;
  donation_keys: MerchantClientKeys[];
}

export interface MerchantClientKeys {
  client_id: string;
  client_secret: string;
}

export interface MerchantLegalLinks {
  termsOfSaleUrl: string | null;
  privacyPolicyUrl: string | null;
}

export interface Message {
  at: string;
  headers: Record<string, string>;
  body: unknown;
  genuine: boolean;
  findings: SignatureFinding[];
  cut: string[];
}

export interface NewRegistration {
  id: string;
  owner: Owner;
  url: string;
  events: string[];
  createdAt: string;
  paused: boolean;
  failingSince: string | null;
  faults: Faults;
  secret: string;
}

export interface NewsList {
  news: (RequestNews | RuleNews | EventNews | DeliveryNews | EmailNews | ClockNews | ReplacedNews)[];
  next: number;
  missed: number;
}

export interface OrderForm {
  business: BusinessIdentifier;
  product: ProductType;
  unit_name: string | null;
  logo: string | null;
  account: BankAccount | null;
  price_package_id: string | null;
  use_case: UseCase | null;
  annual_turnover: number | null;
  turnover_percentage: string | null;
  purpose: string | null;
  app_name: string | null;
  website: Website | null;
  recurring: boolean;
  category: string | null;
}

export interface OrderPolicyInput {
  decision?: Decision;
  processing?: number;
  hold?: HoldReason;
  acts_after?: number | null;
  signs_with_rights?: boolean;
  answer?: AnswerRule;
  review?: number;
}

export interface OrderPolicy {
  decision: Decision;
  processing: number;
  hold: HoldReason;
  acts_after: number | null;
  signs_with_rights: boolean;
  answer: AnswerRule;
  review: number;
}

export type OrderState = "RECEIVED" | "MERCHANT_VIEWED" | "ORDER_SUBMITTED" | "COMPLETED" | "REJECTED" | "EXPIRED";

export type OrderType = "PREFILL" | "TEMPLATE" | "MANUAL";

export interface Order {
  id: string;
  type: OrderType;
  status: OrderState;
  partner: string | null;
  merchant: string;
  createdAt: string;
  expiresAt: string | null;
  submittedAt: string | null;
  readyAt: string | null;
  decidedAt: string | null;
  hold: HoldReason | null;
  answered: boolean;
  reviewAt: string | null;
  answers: Answer[];
  rejection: string | null;
  msn: string | null;
  form: OrderForm;
  dropped: Dropped[];
  page: string | null;
}

export type OwnerKind = "sales-unit" | "partner" | "merchant";

export interface Owner {
  kind: OwnerKind;
  id: string;
  msn?: string;
}

export interface Partner {
  id: string;
  name: string;
  level: PartnerLevel;
  market: Market;
  keys: KeySet | null;
  management_keys: MerchantClientKeys | null;
  accounting_keys: MerchantClientKeys | null;
  permissions: Permission[];
  price_packages: PricePackage[];
  email: string | null;
  kinds: PartnerKind[];
  stage: PartnerStage;
}

export type PartnerKind = "platform" | "reseller" | "plugin" | "psp";

export type PartnerLevel = "Partner" | "Partner Plus" | "Partner Premium";

export type PartnerStage = "applied" | "declined" | "approved" | "piloting" | "sent-in" | "live";

export type PaymentBehaviour = "by-hand" | "approves" | "declines" | "second-try" | "pending" | "cancels" | "ignores" | "no-consent" | "unknown";

export type PaymentState = "CREATED" | "AUTHORIZED" | "ABORTED" | "EXPIRED" | "TERMINATED";

export interface Payment {
  msn: string;
  reference: string;
  state: PaymentState;
  currency: Currency;
  amount: number;
  authorized: number;
  captured: number;
  refunded: number;
  cancelled: number;
  createdAt: string;
  expiresAt: string;
  captureDeadline: string | null;
  processingUntil: string | null;
  customer: string | null;
  declines: Decline[];
}

export type Permission = "management" | "prefill";

export interface Point {
  id: string;
  api: string;
  title: string;
  source: string;
  verdict: Verdict;
  explanation: string;
  requests: number[];
  deliveries: number[];
  facts: string[];
}

export interface PostalAddressInput {
  lines?: string[];
  post_code?: string | null;
  city?: string | null;
  country_code?: string | null;
}

export interface PostalAddress {
  lines: string[];
  post_code: string | null;
  city: string | null;
  country_code: string | null;
}

export interface PricePackageInput {
  id: string;
  name: string;
  description: string;
  product: ProductType;
  market: Market;
  visible?: boolean;
  commission?: string | null;
}

export interface PricePackage {
  id: string;
  name: string;
  description: string;
  product: ProductType;
  market: Market;
  visible: boolean;
  commission: string | null;
}

export type PricingType = "LEGACY" | "VARIABLE" | "FLEXIBLE";

export interface Pricing {
  type: PricingType;
  currency: Currency;
  amount: number | null;
  suggestedMaxAmount: number | null;
  maxAmount: number | null;
}

export type ProductType = "PAYMENT_INTEGRATION" | "CASHIER" | "CHECKOUT" | "LOGIN" | "DONATIONS";

export interface Registration {
  id: string;
  owner: Owner;
  url: string;
  events: string[];
  createdAt: string;
  paused: boolean;
  failingSince: string | null;
  faults: Faults;
}

export type Rejection = "access_denied" | "server_error" | "login_required" | "consent_required" | "outdated_app_version" | "wrong_challenge" | "unknown_reject_reason";

export interface ReplacedNews {
  at: string;
  msn: string | null;
  reference: string | null;
  kind: "replaced";
  by: "reset" | "import" | "restore";
}

export interface Report {
  version: string;
  at: string;
  environment: Environment;
  payment: WholePayment;
  requests: JournalEntry[];
  webhooks: Registration[];
  deliveries: Delivery[];
}

export interface RequestNews {
  id: number;
  at: string;
  direction: "incoming" | "outgoing";
  api: string | null;
  operation: string | null;
  msn: string | null;
  reference: string | null;
  method: string;
  path: string;
  query: string;
  status: number;
  durationMs: number;
  replayed: boolean;
  warnings: Warned[];
  scenario: UsedRule | null;
  kind: "request";
  request?: JournalRequest;
  response?: JournalAnswer;
  cut?: string[];
}

export type Right = "see" | "manage" | "keys" | "administer";

export type RoadAction = "apply" | "approve" | "decline" | "start-pilot" | "send-in" | "verify" | "send-back";

export interface Road {
  partner: string;
  name: string;
  stage: PartnerStage;
  level: PartnerLevel;
  kinds: PartnerKind[];
  page: string | null;
  application: Application | null;
  approvesAt: string | null;
  testMsn: string | null;
  evidence: Evidence;
  missing: string[];
  history: Step[];
}

export interface RuleNews {
  at: string;
  msn: string | null;
  reference: string | null;
  kind: "rule";
  rule: string;
  outcome: string;
  operation: string;
}

export interface Rule {
  name?: string;
  comment?: string;
  when?: Record<string, unknown> | null;
  then: Record<string, unknown>;
  times?: number;
  enabled?: boolean;
  outcome: string;
  operations: string[];
  matched: number;
  applied: number;
}

export interface Run {
  attempted: number;
  succeeded: number;
  failed: number;
}

export interface SalesUnit {
  msn: string;
  merchant_id: string;
  name: string;
  keys: KeySet;
  configuration: Configuration;
  partner_id: string | null;
  active: boolean;
  account: BankAccount | null;
  login: LoginSettings;
  environment: "test" | "production" | null;
}

export interface ShownCustomer {
  phone: string;
  first_name: string;
  last_name: string;
  email: string;
  birth_date: string;
  market: Market;
  token: string;
  nin: string | null;
  addresses: Address[];
  cards: Card[];
  payment_limit: number | null;
  has_approved: boolean;
  gender: Gender | null;
  email_verified: boolean;
  login: LoginBehaviour;
  login_delay: number;
  active: boolean;
  payment: PaymentBehaviour;
  payment_delay: number;
  decline_reason: DeclineReason;
  environment: "test" | "production" | null;
  personal_qr: string;
}

export interface SignatureFinding {
  part: string;
  right: boolean;
  words: string;
}

export interface Snapshot {
  name: string;
  takenAt: string;
}

export type Status = "PENDING" | "ACTIVE" | "STOPPED" | "EXPIRED";

export interface Step {
  action: RoadAction;
  at: string;
  note: string | null;
}

export type TransactionType = "DIRECT_CAPTURE" | "RESERVE_CAPTURE";

export type Type = "INITIAL" | "RECURRING" | "UNSCHEDULED";

export type Unit = "YEAR" | "MONTH" | "WEEK" | "DAY";

export type UseCase = "Website" | "WebsiteWithTest" | "App" | "Unknown";

export interface UsedRule {
  rule: string | null;
  outcome: string;
}

export interface User {
  email: string;
  name: string;
  merchant_id: string | null;
  partner_id: string | null;
  rights: Right[];
  units: string[] | null;
}

export type Verdict = "shown" | "not seen" | "wrong" | "cannot tell";

export interface Verified {
  delivery: number;
  webhook: string;
  url: string;
  attempts: VerifiedAttempt[];
}

export interface VerifiedAttempt {
  at: string;
  genuine: boolean;
  findings: SignatureFinding[];
}

export interface Warned {
  kindness: string;
  message: string;
}

export interface Website {
  url: string;
  terms_url: string;
  test_url: string | null;
  test_username: string | null;
  test_password: string | null;
}

export interface WholeAgreement {
  id: string;
  uuid: string;
  msn: string;
  status: Status;
  pricing: Pricing;
  interval: Interval | null;
  productName: string;
  productDescription: string | null;
  externalId: string | null;
  asked: string | null;
  customer: string | null;
  createdAt: string;
  expiresAt: string;
  start: string | null;
  stop: string | null;
  landingPage: string;
  charges: Charge[];
}

export interface WholeCharge {
  id: string;
  msn: string;
  agreement: string;
  type: Type;
  transactionType: TransactionType;
  state: ChargeState;
  currency: Currency;
  amount: number;
  captured: number;
  refunded: number;
  cancelled: number;
  description: string;
  due: string;
  retryDays: number;
  attempts: number;
  nextAttempt: string | null;
  processingUntil: string | null;
  captureDeadline: string | null;
  failureReason: FailureReason | null;
  transactionId: string | null;
  externalId: string | null;
  createdAt: string;
  events: ChargeEvent[];
}

export interface WholePayment {
  msn: string;
  reference: string;
  state: PaymentState;
  currency: Currency;
  amount: number;
  authorized: number;
  captured: number;
  refunded: number;
  cancelled: number;
  createdAt: string;
  expiresAt: string;
  captureDeadline: string | null;
  processingUntil: string | null;
  customer: string | null;
  declines: Decline[];
  landingPage: string;
  merchantLegalLinks: MerchantLegalLinks | null;
  events: LoggedEvent[];
}

export interface WithdrawnConsent {
  msn: string;
  phone: string;
  sub: string;
  scopes: string[];
  asked: string[];
  givenAt: string;
  webhook: string | null;
}

export interface World {
  merchants: Merchant[];
  sales_units: SalesUnit[];
  customers: Customer[];
  partners: Partner[];
  webhooks: FirstWebhook[];
  users: User[];
}
