// Made by `python -m tools.clients` of the control API's document. Java 11 or later, no dependencies: copy this file.

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Controls a vipps-mockserver. Objects of JSON are maps; whole numbers in them are Long, others Double. */
public final class Vipps {
    /** The server refused a call, or gave no answer (status 0). The message says what and why. */
    public static final class ControlError extends RuntimeException {
        private static final long serialVersionUID = 1;
        public final int status;
        /** The fields that were wrong, with their reasons. */
        public final transient Map<String, String> violations;

        ControlError(String message, int status, Map<String, String> violations) {
            super(message);
            this.status = status;
            this.violations = violations;
        }
    }

    private static final long PATIENCE = 30; // seconds for an answer, beyond those that were asked to be waited
    private static final int MOST = 10_000;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String adminToken;
    public final String url;

    /** The server at VIPPS_MOCK_URL, VIPPS_BASE_URL or http://127.0.0.1:8080. */
    public Vipps() {
        this(environment("VIPPS_MOCK_URL", environment("VIPPS_BASE_URL", "http://127.0.0.1:8080")));
    }

    /** The server at this address, with the admin token of VIPPS_MOCK_ADMIN_TOKEN if there is one. */
    public Vipps(String url) {
        this(url, environment("VIPPS_MOCK_ADMIN_TOKEN", null));
    }

    public Vipps(String url, String adminToken) {
        this.url = url.replaceAll("/+$", "");
        this.adminToken = adminToken;
    }

    private static String environment(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    /** Any control call: path under /_mock with its query, body as maps, lists and values or null; gives the same. */
    public Object control(String method, String path, Object body) {
        return control(method, path, body, 0);
    }

    private Object control(String method, String path, Object body, long wait) {
        var request = HttpRequest.newBuilder(URI.create(url + "/_mock" + path))
            .timeout(Duration.ofSeconds(PATIENCE + wait))
            .header("Content-Type", "application/json")
            .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(Json.write(body)));
        if (adminToken != null) request.header("Authorization", "Bearer " + adminToken);
        String said = method + " /_mock" + path;
        try {
            var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 400) throw refusal(said, answer.statusCode(), answer.body());
            return answer.body().isEmpty() ? null : Json.readOr(answer.body(), answer.body());
        } catch (IOException error) {
            String reason = error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
            throw new ControlError(said + ": no answer from " + url + ": " + reason, 0, Map.of());
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new ControlError(said + ": interrupted", 0, Map.of());
        }
    }

    /** The address to register for webhooks that are to arrive at an inbox. */
    public String inboxUrl(String name) {
        return url + "/_mock/inbox/" + name;
    }

    /** Lists agreements of the Recurring API, the latest first; filters: msn, status, customer, limit. */
    public List<Map<String, Object>> agreements() {
        return agreements(Map.of());
    }

    /** The same, with any of msn, status, customer, limit. */
    public List<Map<String, Object>> agreements(Map<String, ?> options) {
        return objects(object(control("GET", "/agreements" + query(options), null, 0)).get("agreements"));
    }

    /** Makes an ACTIVE agreement with so many paid periods behind it; no webhook tells of them. */
    public Map<String, Object> makeAgreement(String msn) {
        return makeAgreement(msn, Map.of());
    }

    /** The same, with any of periods, customer, pricing, amount, maximum, chargeAmount, interval, productName, externalId. */
    public Map<String, Object> makeAgreement(String msn, Map<String, ?> options) {
        var body = new LinkedHashMap<String, Object>(options);
        body.put("msn", msn);
        return object(control("POST", "/agreements", body));
    }

    /** Shows one agreement with its page and its latest charges. */
    public Map<String, Object> agreement(String agreement) {
        return object(control("GET", "/agreements/" + encoded(agreement), null));
    }

    /** Accepts for a customer; after a decline the draft keeps waiting. Without consent it is rejected. */
    public Map<String, Object> acceptAgreement(String agreement) {
        return acceptAgreement(agreement, Map.of());
    }

    /** The same, with any of customer, card, maximum, consent. */
    public Map<String, Object> acceptAgreement(String agreement, Map<String, ?> options) {
        return object(control("POST", "/agreements/" + encoded(agreement) + "/accept", options));
    }

    /** Makes the draft expire now. */
    public Map<String, Object> expireAgreement(String agreement) {
        return object(control("POST", "/agreements/" + encoded(agreement) + "/expire", Map.of()));
    }

    /** Changes the customer's maximum (VARIABLE). */
    public Map<String, Object> changeMaximum(String agreement, long maximum) {
        var body = new LinkedHashMap<String, Object>();
        body.put("maximum", maximum);
        return object(control("POST", "/agreements/" + encoded(agreement) + "/maximum", body));
    }

    /** Rejects for the customer. */
    public Map<String, Object> rejectAgreement(String agreement) {
        return object(control("POST", "/agreements/" + encoded(agreement) + "/reject", Map.of()));
    }

    /** Stops it as its customer, or as the platform (by ADMIN). */
    public Map<String, Object> stopAgreement(String agreement) {
        return stopAgreement(agreement, Map.of());
    }

    /** The same, with any of by. */
    public Map<String, Object> stopAgreement(String agreement, Map<String, ?> options) {
        return object(control("POST", "/agreements/" + encoded(agreement) + "/stop", options));
    }

    /** Returns the certificate that clients trust for TLS, as PEM; 404 without --tls. Needs no admin token. */
    public String certificate() {
        return cast(control("GET", "/ca.pem", null));
    }

    /** Lists charges of agreements, the latest first; filters: msn, state, agreement, limit. */
    public List<Map<String, Object>> charges() {
        return charges(Map.of());
    }

    /** The same, with any of msn, state, agreement, limit. */
    public List<Map<String, Object>> charges(Map<String, ?> options) {
        return objects(object(control("GET", "/charges" + query(options), null, 0)).get("charges"));
    }

    /** Tries every charge whose day has come, once, without waiting for the hour; retries among them. */
    public Map<String, Object> attemptDue() {
        return attemptDue(Map.of());
    }

    /** The same, with any of msn. */
    public Map<String, Object> attemptDue(Map<String, ?> options) {
        return object(control("POST", "/charges/attempt-due", options));
    }

    /** Shows one charge with its history. */
    public Map<String, Object> charge(String msn, String charge) {
        return object(control("GET", "/charges/" + encoded(msn) + "/" + encoded(charge), null));
    }

    /** Makes it fail now for a reason: for good, or this time only. */
    public Map<String, Object> failCharge(String msn, String charge) {
        return failCharge(msn, charge, Map.of());
    }

    /** The same, with any of reason, forGood. */
    public Map<String, Object> failCharge(String msn, String charge, Map<String, ?> options) {
        return object(control("POST", "/charges/" + encoded(msn) + "/" + encoded(charge) + "/fail", options));
    }

    /** Charges the customer now, whatever day and hour it is, and whatever cards and amounts say. */
    public Map<String, Object> succeedCharge(String msn, String charge) {
        return object(control("POST", "/charges/" + encoded(msn) + "/" + encoded(charge) + "/succeed", Map.of()));
    }

    /** Says which points of the official checklists have been shown, and by what, with examples; filters: msn, api. */
    public List<Map<String, Object>> checklist() {
        return checklist(Map.of());
    }

    /** The same, with any of msn, api, description, documentation, pilot, demo. */
    public List<Map<String, Object>> checklist(Map<String, ?> options) {
        return objects(object(control("GET", "/checklist" + query(options), null, 0)).get("points"));
    }

    /** Lists logins that merchants started, the latest first; filters: phone, state, limit. */
    public List<Map<String, Object>> authentications() {
        return authentications(Map.of());
    }

    /** The same, with any of phone, state, limit. */
    public List<Map<String, Object>> authentications(Map<String, ?> options) {
        return objects(object(control("GET", "/ciba" + query(options), null, 0)).get("authentications"));
    }

    /** Shows one of these logins by its auth_req_id. */
    public Map<String, Object> authentication(String authReqId) {
        return object(control("GET", "/ciba/" + encoded(authReqId), null));
    }

    /** Confirms one on the phone, with consent; redirectTo is where the phone's browser goes, if anywhere. */
    public Map<String, Object> confirmAuthentication(String authReqId) {
        return confirmAuthentication(authReqId, Map.of());
    }

    /** The same, with any of marketing, flow. */
    public Map<String, Object> confirmAuthentication(String authReqId, Map<String, ?> options) {
        return object(control("POST", "/ciba/" + encoded(authReqId) + "/confirm", options));
    }

    /** Rejects one on the phone: access_denied. */
    public Map<String, Object> denyAuthentication(String authReqId) {
        return object(control("POST", "/ciba/" + encoded(authReqId) + "/deny", Map.of()));
    }

    /** Rejects one because the app is too old: access_denied with error_code old_app. */
    public Map<String, Object> findOldApp(String authReqId) {
        return object(control("POST", "/ciba/" + encoded(authReqId) + "/old-app", Map.of()));
    }

    /** Tells the time. */
    public Map<String, Object> clock() {
        return object(control("GET", "/clock", null));
    }

    /** Moves the clock forward; answers when everything due has happened. */
    public Map<String, Object> advance(String duration) {
        var body = new LinkedHashMap<String, Object>();
        body.put("duration", duration);
        return object(control("POST", "/clock/advance", body));
    }

    /** Lists what is due next on the emulator's clock, the next first; filter: limit. */
    public List<Map<String, Object>> due() {
        return due(Map.of());
    }

    /** The same, with any of limit. */
    public List<Map<String, Object>> due(Map<String, ?> options) {
        return objects(object(control("GET", "/clock/due" + query(options), null, 0)).get("due"));
    }

    /** Stops the clock where it is. */
    public Map<String, Object> freeze() {
        return object(control("POST", "/clock/freeze", Map.of()));
    }

    /** Moves the clock to a time, which may not be in its past. */
    public Map<String, Object> setClock(String at) {
        var body = new LinkedHashMap<String, Object>();
        body.put("at", at);
        return object(control("POST", "/clock/set", body));
    }

    /** Restarts the clock from where it stands. */
    public Map<String, Object> unfreeze() {
        return object(control("POST", "/clock/unfreeze", Map.of()));
    }

    /** Lists what users share with sales units by login; filters: msn, phone, limit. */
    public List<Map<String, Object>> consents() {
        return consents(Map.of());
    }

    /** The same, with any of msn, phone, limit. */
    public List<Map<String, Object>> consents(Map<String, ?> options) {
        return objects(object(control("GET", "/consents" + query(options), null, 0)).get("consents"));
    }

    /** Withdraws a user's consent: tokens end, the next login asks again, the consent webhook is called. */
    public Map<String, Object> withdrawConsent(String msn, String phone) {
        return object(control("POST", "/consents/" + encoded(msn) + "/" + encoded(phone) + "/withdraw", Map.of()));
    }

    /** Lists customers in the order of the world; filters: market, limit. */
    public List<Map<String, Object>> customers() {
        return customers(Map.of());
    }

    /** The same, with any of market, limit. */
    public List<Map<String, Object>> customers(Map<String, ?> options) {
        return objects(object(control("GET", "/customers" + query(options), null, 0)).get("customers"));
    }

    /** Adds a customer, or changes the one with this phone; only phone is required. */
    public Map<String, Object> saveCustomer(String phone) {
        return saveCustomer(phone, Map.of());
    }

    /** The same, with any of first_name, last_name, email, birth_date, market, token, nin, addresses, cards, payment_limit, has_approved, gender, email_verified, login, login_delay, active, payment, payment_delay, decline_reason, environment. */
    public Map<String, Object> saveCustomer(String phone, Map<String, ?> options) {
        var body = new LinkedHashMap<String, Object>(options);
        body.put("phone", phone);
        return object(control("POST", "/customers", body));
    }

    /** Shows one customer. */
    public Map<String, Object> customer(String phone) {
        return object(control("GET", "/customers/" + encoded(phone), null));
    }

    /** Lists emails to merchants and partners, the latest first; filters: address, order, limit. */
    public List<Map<String, Object>> emails() {
        return emails(Map.of());
    }

    /** The same, with any of address, order, limit. */
    public List<Map<String, Object>> emails(Map<String, ?> options) {
        return objects(object(control("GET", "/emails" + query(options), null, 0)).get("emails"));
    }

    /** Tells whether the server is up. */
    public Map<String, Object> health() {
        return object(control("GET", "/health", null));
    }

    /** Lists what arrived at an inbox, the latest first; filter: limit. */
    public List<Map<String, Object>> inbox(String name) {
        return inbox(name, Map.of());
    }

    /** The same, with any of limit. */
    public List<Map<String, Object>> inbox(String name, Map<String, ?> options) {
        return objects(object(control("GET", "/inbox/" + encoded(name) + query(options), null, 0)).get("messages"));
    }

    /** Sets how an inbox answers: status, delaySeconds, hang. */
    public Map<String, Object> setInbox(String name) {
        return setInbox(name, Map.of());
    }

    /** The same, with any of status, delaySeconds, hang. */
    public Map<String, Object> setInbox(String name, Map<String, ?> options) {
        return object(object(control("PATCH", "/inbox/" + encoded(name), options)).get("behaviour"));
    }

    /** Deletes an inbox and everything in it. */
    public void deleteInbox(String name) {
        control("DELETE", "/inbox/" + encoded(name), null);
    }

    /** Shows the variables that clients need: address and keys; format: json, env, export or dotenv. */
    public Map<String, String> keys() {
        return cast(object(control("GET", "/keys", null)).get("variables"));
    }

    /** Creates a new key for id tokens; earlier keys stay in the JWKS. */
    public String rotateLoginKey() {
        return cast(object(control("POST", "/login-keys/rotate", Map.of())).get("kid"));
    }

    /** Lists logins, the latest first; filters: msn, phone, state, limit. */
    public List<Map<String, Object>> logins() {
        return logins(Map.of());
    }

    /** The same, with any of msn, phone, state, limit. */
    public List<Map<String, Object>> logins(Map<String, ?> options) {
        return objects(object(control("GET", "/logins" + query(options), null, 0)).get("logins"));
    }

    /** Shows one login: its state, its page, and where the browser goes next. */
    public Map<String, Object> login(String login) {
        return object(control("GET", "/logins/" + encoded(login), null));
    }

    /** Confirms a login for a customer, with consent; redirectTo is where the browser goes. */
    public Map<String, Object> approveLogin(String login) {
        return approveLogin(login, Map.of());
    }

    /** The same, with any of marketing, flow, customer. */
    public Map<String, Object> approveLogin(String login, Map<String, ?> options) {
        return object(control("POST", "/logins/" + encoded(login) + "/approve", options));
    }

    /** Rejects a login; reason is the error that the client gets, access_denied by default. */
    public Map<String, Object> rejectLogin(String login) {
        return rejectLogin(login, Map.of());
    }

    /** The same, with any of reason. */
    public Map<String, Object> rejectLogin(String login, Map<String, ?> options) {
        return object(control("POST", "/logins/" + encoded(login) + "/reject", options));
    }

    /** Lists merchants. */
    public List<Map<String, Object>> merchants() {
        return objects(object(control("GET", "/merchants", null)).get("merchants"));
    }

    /** Registers a company without a merchant agreement, as the portal does. */
    public Map<String, Object> registerMerchant(String organisation_number, String name, String market) {
        return registerMerchant(organisation_number, name, market, Map.of());
    }

    /** The same, with any of email. */
    public Map<String, Object> registerMerchant(String organisation_number, String name, String market, Map<String, ?> options) {
        var body = new LinkedHashMap<String, Object>(options);
        body.put("organisation_number", organisation_number);
        body.put("name", name);
        body.put("market", market);
        return object(control("POST", "/merchants", body));
    }

    /** Shows one merchant. */
    public Map<String, Object> merchant(String merchant) {
        return object(control("GET", "/merchants/" + encoded(merchant), null));
    }

    /** Changes a merchant: any field except id and agreement; orders decides on its product orders. */
    public Map<String, Object> changeMerchant(String merchant, Map<String, ?> options) {
        return object(control("PATCH", "/merchants/" + encoded(merchant), options));
    }

    /** Activates a signed agreement now; orders that waited for it continue. */
    public Map<String, Object> activateAgreement(String merchant) {
        return object(control("POST", "/merchants/" + encoded(merchant) + "/agreement/activate", Map.of()));
    }

    /** Declines a signed agreement and every order of the merchant in process. */
    public Map<String, Object> declineAgreement(String merchant) {
        return object(control("POST", "/merchants/" + encoded(merchant) + "/agreement/decline", Map.of()));
    }

    /** Signs a merchant's agreement; withRights false: as somebody without signing rights. */
    public Map<String, Object> signAgreement(String merchant) {
        return signAgreement(merchant, Map.of());
    }

    /** The same, with any of withRights, name. */
    public Map<String, Object> signAgreement(String merchant, Map<String, ?> options) {
        return object(control("POST", "/merchants/" + encoded(merchant) + "/agreement/sign", options));
    }

    /** Lists who may use the portal for a merchant, its administrator first. */
    public List<Map<String, Object>> users(String merchant) {
        return objects(object(control("GET", "/merchants/" + encoded(merchant) + "/users", null)).get("users"));
    }

    /** Lets somebody use the portal for a merchant; rights: see, manage, keys or administer. */
    public Map<String, Object> inviteUser(String merchant, String email, String name, List<?> rights) {
        return inviteUser(merchant, email, name, rights, Map.of());
    }

    /** The same, with any of partner_id, units. */
    public Map<String, Object> inviteUser(String merchant, String email, String name, List<?> rights, Map<String, ?> options) {
        var body = new LinkedHashMap<String, Object>(options);
        body.put("email", email);
        body.put("name", name);
        body.put("rights", rights);
        return object(control("POST", "/merchants/" + encoded(merchant) + "/users", body));
    }

    /** Changes what somebody may do for a merchant, from the next page on. */
    public Map<String, Object> changeUser(String merchant, String email, List<?> rights) {
        return changeUser(merchant, email, rights, Map.of());
    }

    /** The same, with any of units. */
    public Map<String, Object> changeUser(String merchant, String email, List<?> rights, Map<String, ?> options) {
        var body = new LinkedHashMap<String, Object>(options);
        body.put("rights", rights);
        return object(control("PATCH", "/merchants/" + encoded(merchant) + "/users/" + encoded(email), body));
    }

    /** Takes somebody's access to a merchant's portal away, from the next page on. */
    public void removeUser(String merchant, String email) {
        control("DELETE", "/merchants/" + encoded(merchant) + "/users/" + encoded(email), null);
    }

    /** Lists what happened, in order: after a number, or from now on; wait for some. */
    public Map<String, Object> news() {
        return news(Map.of());
    }

    /** The same, with any of after, wait, limit, brief. */
    public Map<String, Object> news(Map<String, ?> options) {
        return object(control("GET", "/news" + query(options), null, seconds(options.get("wait"))));
    }

    /** Lists partners with their keys, rights and price packages. */
    public List<Map<String, Object>> partners() {
        return objects(object(control("GET", "/partners", null)).get("partners"));
    }

    /** Applies to be a partner, for a company that is none: its stage is applied. */
    public Map<String, Object> applyToBeAPartner(String name, String organisationNumber, String email) {
        return applyToBeAPartner(name, organisationNumber, email, Map.of());
    }

    /** The same, with any of market, contact, website, kinds, solution, approvesAfter. */
    public Map<String, Object> applyToBeAPartner(String name, String organisationNumber, String email, Map<String, ?> options) {
        var body = new LinkedHashMap<String, Object>(options);
        body.put("name", name);
        body.put("organisationNumber", organisationNumber);
        body.put("email", email);
        return object(control("POST", "/partners", body));
    }

    /** Shows one partner. */
    public Map<String, Object> partner(String partner) {
        return object(control("GET", "/partners/" + encoded(partner), null));
    }

    /** Changes a partner: any field except id. Its kinds, level and stage say which of its keys work. */
    public Map<String, Object> changePartner(String partner, Map<String, ?> options) {
        return object(control("PATCH", "/partners/" + encoded(partner), options));
    }

    /** Applies once more, for a company that was declined. */
    public Map<String, Object> applyAgain(String partner, String name, String organisationNumber, String email) {
        return applyAgain(partner, name, organisationNumber, email, Map.of());
    }

    /** The same, with any of market, contact, website, kinds, solution, approvesAfter. */
    public Map<String, Object> applyAgain(String partner, String name, String organisationNumber, String email, Map<String, ?> options) {
        var body = new LinkedHashMap<String, Object>(options);
        body.put("name", name);
        body.put("organisationNumber", organisationNumber);
        body.put("email", email);
        return object(control("POST", "/partners/" + encoded(partner) + "/apply", body));
    }

    /** Approves an application now: a test sales unit, and the keys that kind and level have. */
    public Map<String, Object> approvePartner(String partner) {
        return approvePartner(partner, Map.of());
    }

    /** The same, with any of level. */
    public Map<String, Object> approvePartner(String partner, Map<String, ?> options) {
        return object(control("POST", "/partners/" + encoded(partner) + "/approve", options));
    }

    /** Declines an application, with a reason. */
    public Map<String, Object> declinePartner(String partner) {
        return declinePartner(partner, Map.of());
    }

    /** The same, with any of reason. */
    public Map<String, Object> declinePartner(String partner, Map<String, ?> options) {
        return object(control("POST", "/partners/" + encoded(partner) + "/decline", options));
    }

    /** Lists a partner's employees: those it has told of, and others whom merchants have let in. */
    public List<Map<String, Object>> employees(String partner) {
        return objects(object(control("GET", "/partners/" + encoded(partner) + "/employees", null)).get("users"));
    }

    /** Adds an employee of a partner, or changes the name of one; merchants give access. */
    public Map<String, Object> addEmployee(String partner, String email, String name) {
        var body = new LinkedHashMap<String, Object>();
        body.put("email", email);
        body.put("name", name);
        return object(control("POST", "/partners/" + encoded(partner) + "/employees", body));
    }

    /** Removes an employee of a partner, and with that every access that merchants have given. */
    public void removeEmployee(String partner, String email) {
        control("DELETE", "/partners/" + encoded(partner) + "/employees/" + encoded(email), null);
    }

    /** Grants a partner a right: management or prefill. */
    public Map<String, Object> grant(String partner, String permission) {
        return object(control("PUT", "/partners/" + encoded(partner) + "/permissions/" + encoded(permission), null));
    }

    /** Withdraws a right, from the next call on. */
    public Map<String, Object> revoke(String partner, String permission) {
        return object(control("DELETE", "/partners/" + encoded(partner) + "/permissions/" + encoded(permission), null));
    }

    /** Shows how far a partner has come: application, evidence, what is missing, history. */
    public Map<String, Object> partnerRoad(String partner) {
        return object(control("GET", "/partners/" + encoded(partner) + "/road", null));
    }

    /** Changes what a partner shows: termsAccepted, documentation, demo, examples. */
    public Map<String, Object> showEvidence(String partner) {
        return showEvidence(partner, Map.of());
    }

    /** The same, with any of termsAccepted, documentation, demo, examples. */
    public Map<String, Object> showEvidence(String partner, Map<String, ?> options) {
        return object(control("PATCH", "/partners/" + encoded(partner) + "/road", options));
    }

    /** Sends back what a partner has sent in, with what is missing. */
    public Map<String, Object> sendBack(String partner) {
        return sendBack(partner, Map.of());
    }

    /** The same, with any of reason. */
    public Map<String, Object> sendBack(String partner, Map<String, ?> options) {
        return object(control("POST", "/partners/" + encoded(partner) + "/send-back", options));
    }

    /** Sends in what a partner shows, to be verified. */
    public Map<String, Object> sendIn(String partner) {
        return object(control("POST", "/partners/" + encoded(partner) + "/send-in", Map.of()));
    }

    /** Starts the pilot with a connected sales unit, or with another one. */
    public Map<String, Object> startPilot(String partner, String msn) {
        var body = new LinkedHashMap<String, Object>();
        body.put("msn", msn);
        return object(control("POST", "/partners/" + encoded(partner) + "/start-pilot", body));
    }

    /** Verifies a partner: its keys work in production, and merchants can choose it. */
    public Map<String, Object> verifyPartner(String partner) {
        return object(control("POST", "/partners/" + encoded(partner) + "/verify", Map.of()));
    }

    /** Lists payments, the latest first; filters: msn, state, reference, limit. */
    public List<Map<String, Object>> payments() {
        return payments(Map.of());
    }

    /** The same, with any of msn, state, reference, limit. */
    public List<Map<String, Object>> payments(Map<String, ?> options) {
        return objects(object(control("GET", "/payments" + query(options), null, 0)).get("payments"));
    }

    /** Shows one payment with its events and the page where its customer approves. */
    public Map<String, Object> payment(String reference) {
        return payment(reference, Map.of());
    }

    /** The same, with any of msn. */
    public Map<String, Object> payment(String reference, Map<String, ?> options) {
        var rest = new LinkedHashMap<String, Object>(options);
        Object msn = rest.containsKey("msn") ? rest.remove("msn") : unit(reference);
        return object(control("GET", "/payments/" + encoded(msn) + "/" + encoded(reference), null));
    }

    /** Cancels for the customer. */
    public Map<String, Object> abort(String reference) {
        return abort(reference, Map.of());
    }

    /** The same, with any of msn. */
    public Map<String, Object> abort(String reference, Map<String, ?> options) {
        var rest = new LinkedHashMap<String, Object>(options);
        Object msn = rest.containsKey("msn") ? rest.remove("msn") : unit(reference);
        return object(control("POST", "/payments/" + encoded(msn) + "/" + encoded(reference) + "/abort", rest));
    }

    /** Approves for a customer, whatever the amount and cards; Express too. Without consent the payment fails. */
    public Map<String, Object> approve(String reference) {
        return approve(reference, Map.of());
    }

    /** The same, with any of msn, customer, consent, shippingOptionId, address, card. */
    public Map<String, Object> approve(String reference, Map<String, ?> options) {
        var rest = new LinkedHashMap<String, Object>(options);
        Object msn = rest.containsKey("msn") ? rest.remove("msn") : unit(reference);
        return object(control("POST", "/payments/" + encoded(msn) + "/" + encoded(reference) + "/approve", rest));
    }

    /** Makes an attempt fail: the event has success false, and the payment keeps waiting. */
    public Map<String, Object> decline(String reference) {
        return decline(reference, Map.of());
    }

    /** The same, with any of msn, reason. */
    public Map<String, Object> decline(String reference, Map<String, ?> options) {
        var rest = new LinkedHashMap<String, Object>(options);
        Object msn = rest.containsKey("msn") ? rest.remove("msn") : unit(reference);
        return object(control("POST", "/payments/" + encoded(msn) + "/" + encoded(reference) + "/decline", rest));
    }

    /** Makes the payment time out now. */
    public Map<String, Object> expire(String reference) {
        return expire(reference, Map.of());
    }

    /** The same, with any of msn. */
    public Map<String, Object> expire(String reference, Map<String, ?> options) {
        var rest = new LinkedHashMap<String, Object>(options);
        Object msn = rest.containsKey("msn") ? rest.remove("msn") : unit(reference);
        return object(control("POST", "/payments/" + encoded(msn) + "/" + encoded(reference) + "/expire", rest));
    }

    /** Shows one payment with its requests, events and deliveries, without any secret: for bug reports. */
    public Map<String, Object> report(String reference) {
        return report(reference, Map.of());
    }

    /** The same, with any of msn. */
    public Map<String, Object> report(String reference, Map<String, ?> options) {
        var rest = new LinkedHashMap<String, Object>(options);
        Object msn = rest.containsKey("msn") ? rest.remove("msn") : unit(reference);
        return object(control("GET", "/payments/" + encoded(msn) + "/" + encoded(reference) + "/report", null));
    }

    /** Lists product orders, the latest first; filters: partner, merchant, status, type, limit. */
    public List<Map<String, Object>> orders() {
        return orders(Map.of());
    }

    /** The same, with any of partner, merchant, status, type, limit. */
    public List<Map<String, Object>> orders(Map<String, ?> options) {
        return objects(object(control("GET", "/product-orders" + query(options), null, 0)).get("productOrders"));
    }

    /** Creates a TEMPLATE or MANUAL order, as if it had not come by API; partner may be left out. */
    public Map<String, Object> makeOrder(String type, Map<String, ?> form) {
        return makeOrder(type, form, Map.of());
    }

    /** The same, with any of partner. */
    public Map<String, Object> makeOrder(String type, Map<String, ?> form, Map<String, ?> options) {
        var body = new LinkedHashMap<String, Object>(options);
        body.put("type", type);
        body.put("form", form);
        return object(control("POST", "/product-orders", body));
    }

    /** Shows a whole order, with its form, dropped fields, hold and reason for rejection. */
    public Map<String, Object> order(String order) {
        return object(control("GET", "/product-orders/" + encoded(order), null));
    }

    /** Answers a hold for the merchant, with what its reason asks for; what follows is the merchant's policy. */
    public Map<String, Object> answerOrder(String order, Map<String, ?> options) {
        return object(control("POST", "/product-orders/" + encoded(order) + "/answer", options));
    }

    /** Completes an order now, whatever holds it up; activates a signed merchant agreement too. */
    public Map<String, Object> approveOrder(String order) {
        return object(control("POST", "/product-orders/" + encoded(order) + "/approve", Map.of()));
    }

    /** Makes an order that was not submitted expire now. */
    public Map<String, Object> expireOrder(String order) {
        return object(control("POST", "/product-orders/" + encoded(order) + "/expire", Map.of()));
    }

    /** Holds an order for a reason that the merchant sees and the partner does not. */
    public Map<String, Object> holdOrder(String order) {
        return holdOrder(order, Map.of());
    }

    /** The same, with any of reason. */
    public Map<String, Object> holdOrder(String order, Map<String, ?> options) {
        return object(control("POST", "/product-orders/" + encoded(order) + "/hold", options));
    }

    /** Declines an order now, with a reason that the partner never sees. */
    public Map<String, Object> rejectOrder(String order) {
        return rejectOrder(order, Map.of());
    }

    /** The same, with any of reason. */
    public Map<String, Object> rejectOrder(String order, Map<String, ?> options) {
        return object(control("POST", "/product-orders/" + encoded(order) + "/reject", options));
    }

    /** Resumes processing, which ends at once when its time is over. */
    public Map<String, Object> releaseOrder(String order) {
        return object(control("POST", "/product-orders/" + encoded(order) + "/release", Map.of()));
    }

    /** Opens and submits the form for the merchant, with changes to its fields if any. */
    public Map<String, Object> submitOrder(String order) {
        return submitOrder(order, Map.of());
    }

    /** The same, with any of form. */
    public Map<String, Object> submitOrder(String order, Map<String, ?> options) {
        return object(control("POST", "/product-orders/" + encoded(order) + "/submit", options));
    }

    /** Opens the form for the merchant. */
    public Map<String, Object> viewOrder(String order) {
        return object(control("POST", "/product-orders/" + encoded(order) + "/view", Map.of()));
    }

    /** Lists the journal, the latest first; filters: operation, api, msn, reference, status, warnings, limit. */
    public List<Map<String, Object>> requests() {
        return requests(Map.of());
    }

    /** The same, with any of operation, api, msn, reference, status, warnings, limit. */
    public List<Map<String, Object>> requests(Map<String, ?> options) {
        return objects(object(control("GET", "/requests" + query(options), null, 0)).get("requests"));
    }

    /** Shows one journal entry. */
    public Map<String, Object> journalEntry(String request) {
        return object(control("GET", "/requests/" + encoded(request), null));
    }

    /** Restores the state that the server started with; keep webhooks retains registrations made by API. */
    public void reset() {
        reset(Map.of());
    }

    /** The same, with any of keep. */
    public void reset(Map<String, ?> options) {
        control("POST", "/reset", options);
    }

    /** Lists sales units with their configuration and keys. */
    public List<Map<String, Object>> salesUnits() {
        return objects(object(control("GET", "/sales-units", null)).get("salesUnits"));
    }

    /** Shows one sales unit with its configuration and keys. */
    public Map<String, Object> salesUnit(String msn) {
        return object(control("GET", "/sales-units/" + encoded(msn), null));
    }

    /** Changes a sales unit: any field except msn, merchant_id and keys; configuration and login are merged. */
    public Map<String, Object> changeSalesUnit(String msn, Map<String, ?> options) {
        return object(control("PATCH", "/sales-units/" + encoded(msn), options));
    }

    /** Makes keys of a sales unit anew; the old ones end at once. keys: all but client_id when left out. */
    public Map<String, Object> regenerateKeys(String msn) {
        return regenerateKeys(msn, Map.of());
    }

    /** The same, with any of keys. */
    public Map<String, Object> regenerateKeys(String msn, Map<String, ?> options) {
        return object(control("POST", "/sales-units/" + encoded(msn) + "/keys/regenerate", options));
    }

    /** Lists the rules in order, with how often each matched and was applied, and the packaged profiles. */
    public List<Map<String, Object>> rules() {
        return objects(object(control("GET", "/scenarios", null)).get("rules"));
    }

    /** Adds a rule after the others; position 0 puts it first. The keys are those of a file. */
    public Map<String, Object> addRule(Map<String, ?> rule) {
        return object(control("POST", "/scenarios", rule));
    }

    /** Replaces all rules by packaged profiles: {"profiles": ["declines"]}; an empty list: no rules. */
    public List<Map<String, Object>> scenario(List<?> profiles) {
        var body = new LinkedHashMap<String, Object>();
        body.put("profiles", profiles);
        return objects(object(control("PUT", "/scenarios", body)).get("rules"));
    }

    /** Shows one rule. */
    public Map<String, Object> rule(String name) {
        return object(control("GET", "/scenarios/" + encoded(name), null));
    }

    /** Replaces a rule and sets its counts to zero; name may be left out. */
    public Map<String, Object> replaceRule(String name, Map<String, ?> rule) {
        return object(control("PUT", "/scenarios/" + encoded(name), rule));
    }

    /** Deletes a rule. */
    public void deleteRule(String name) {
        control("DELETE", "/scenarios/" + encoded(name), null);
    }

    /** Says for each condition whether a rule matches a journal entry (entry), or a request described in the query. */
    public Map<String, Object> explainRule(String name) {
        return explainRule(name, Map.of());
    }

    /** The same, with any of entry, operation, api, amount, header, msn, partner, client, phone, reference, agreement, charge, product, business. */
    public Map<String, Object> explainRule(String name, Map<String, ?> options) {
        return object(control("GET", "/scenarios/" + encoded(name) + "/explain" + query(options), null, 0));
    }

    /** Switches a rule off. */
    public Map<String, Object> switchOff(String name) {
        return object(control("POST", "/scenarios/" + encoded(name) + "/off", Map.of()));
    }

    /** Switches a rule on. */
    public Map<String, Object> switchOn(String name) {
        return object(control("POST", "/scenarios/" + encoded(name) + "/on", Map.of()));
    }

    /** Lists the snapshots, by name. */
    public List<Map<String, Object>> snapshots() {
        return objects(object(control("GET", "/snapshots", null)).get("snapshots"));
    }

    /** Takes a snapshot of everything that the server knows, replacing one of the same name; 20 at most. */
    public Map<String, Object> takeSnapshot(String name) {
        return object(control("PUT", "/snapshots/" + encoded(name), Map.of()));
    }

    /** Deletes a snapshot. */
    public void deleteSnapshot(String name) {
        control("DELETE", "/snapshots/" + encoded(name), null);
    }

    /** Restores a snapshot, the clock included. */
    public Map<String, Object> restoreSnapshot(String name) {
        return object(control("POST", "/snapshots/" + encoded(name) + "/restore", Map.of()));
    }

    /** Returns everything that the server knows as a state file: see State files and snapshots. */
    public Map<String, Object> exportState() {
        return object(control("GET", "/state", null));
    }

    /** Replaces everything by a state file (64 MiB at most), or changes nothing. */
    public void importState(Map<String, ?> state) {
        control("PUT", "/state", state);
    }

    /** Creates a new key for access tokens; those signed before stay valid. */
    public String rotateTokenKey() {
        return cast(object(control("POST", "/token-keys/rotate", Map.of())).get("kid"));
    }

    /** Lists all registrations with their faults, without their secrets. */
    public List<Map<String, Object>> webhooks() {
        return objects(object(control("GET", "/webhooks", null)).get("webhooks"));
    }

    /** Registers a webhook for an msn, a partnerId or both, with a secret and id of your choice; shows the secret. */
    public Map<String, Object> registerWebhook(String url, List<?> events) {
        return registerWebhook(url, events, Map.of());
    }

    /** The same, with any of msn, partnerId, id, secret. */
    public Map<String, Object> registerWebhook(String url, List<?> events, Map<String, ?> options) {
        var body = new LinkedHashMap<String, Object>(options);
        body.put("url", url);
        body.put("events", events);
        return object(control("POST", "/webhooks", body));
    }

    /** Lists deliveries, the latest first; filters: webhook, msn, reference, event, state, limit; wait for one. */
    public List<Map<String, Object>> deliveries() {
        return deliveries(Map.of());
    }

    /** The same, with any of webhook, msn, reference, event, state, limit, wait. */
    public List<Map<String, Object>> deliveries(Map<String, ?> options) {
        return objects(object(control("GET", "/webhooks/deliveries" + query(options), null, seconds(options.get("wait")))).get("deliveries"));
    }

    /** Sends a delivery again. */
    public void replayDelivery(String delivery) {
        control("POST", "/webhooks/deliveries/" + encoded(delivery) + "/replay", Map.of());
    }

    /** Checks the signatures of a delivery again, by the secret of its registration or by the one given. */
    public Map<String, Object> verifyDelivery(String delivery) {
        return verifyDelivery(delivery, Map.of());
    }

    /** The same, with any of secret. */
    public Map<String, Object> verifyDelivery(String delivery, Map<String, ?> options) {
        return object(control("POST", "/webhooks/deliveries/" + encoded(delivery) + "/verify", options));
    }

    /** Delivers everything due now; answers when it has been tried. */
    public void settle() {
        control("POST", "/webhooks/settle", Map.of());
    }

    /** Breaks a registration's deliveries: duplicate, delaySeconds, reorder, wrongSignature, dropFirst. */
    public Map<String, Object> breakWebhook(String webhook) {
        return breakWebhook(webhook, Map.of());
    }

    /** The same, with any of duplicate, delaySeconds, reorder, wrongSignature, dropFirst. */
    public Map<String, Object> breakWebhook(String webhook, Map<String, ?> options) {
        return object(control("POST", "/webhooks/" + encoded(webhook) + "/faults", options));
    }

    /** Holds back all deliveries of a registration. */
    public Map<String, Object> pauseWebhook(String webhook) {
        return object(control("POST", "/webhooks/" + encoded(webhook) + "/pause", Map.of()));
    }

    /** Sends all kept deliveries of a registration again, the oldest first. */
    public long replayWebhook(String webhook) {
        return cast(object(control("POST", "/webhooks/" + encoded(webhook) + "/replay", Map.of())).get("replayed"));
    }

    /** Releases held deliveries. */
    public Map<String, Object> resumeWebhook(String webhook) {
        return object(control("POST", "/webhooks/" + encoded(webhook) + "/resume", Map.of()));
    }

    /** Sends a sample of any event to a registration, whether it registered for it or not. */
    public void sampleWebhook(String webhook, String event) {
        var body = new LinkedHashMap<String, Object>();
        body.put("event", event);
        control("POST", "/webhooks/" + encoded(webhook) + "/sample", body);
    }

    /** Shows everybody as a world file, with their keys and the webhooks of units and partners. */
    public Map<String, Object> world() {
        return object(control("GET", "/world", null));
    }

    /** That a payment stands so: wanted has any of its fields; events are the names of those that succeeded, in order. */
    public Map<String, Object> assertPayment(String reference, Map<String, ?> wanted) {
        var rest = new LinkedHashMap<String, Object>(wanted);
        Object msn = rest.remove("msn");
        Map<String, Object> payment;
        try {
            payment = payment(reference, msn == null ? Map.of() : Map.of("msn", msn));
        } catch (ControlError error) {
            if (error.status == 404) throw new AssertionError(error.getMessage());
            throw error;
        }
        var events = objects(payment.get("events"));
        var actual = new LinkedHashMap<String, Object>(payment);
        actual.put("events", events.stream().filter(each -> each.get("success").equals(true)).map(each -> each.get("name")).collect(Collectors.toList()));
        var missed = misses(actual, rest, "");
        if (missed.isEmpty()) return payment;
        var lines = new ArrayList<String>();
        lines.add("Payment " + reference + " of " + payment.get("msn") + ": " + String.join(", ", missed) + ". Its events:");
        for (var each : events) {
            lines.add("  " + each.get("name") + " " + each.get("amount") + (each.get("success").equals(true) ? "" : ", without success"));
        }
        throw new AssertionError(String.join("\n", lines));
    }

    /** That an operation was called. wanted: any of reference, msn, status, body (in part), and times (at least one). Oldest first. */
    public List<Map<String, Object>> assertRequested(String operation, Map<String, ?> wanted) {
        var entries = requests(Map.of("limit", MOST)).stream()
            .filter(each -> each.get("direction").equals("incoming")).collect(Collectors.toList());
        Function<Map<String, Object>, Map<String, Object>> said =
            each -> with(each, "body", Json.readOr((String) object(each.get("request")).get("body"), null));
        Function<Map<String, Object>, String> line = each -> "#" + each.get("id") + " "
            + (each.get("operation") == null ? each.get("method") + " " + each.get("path") : each.get("operation"))
            + " " + Objects.toString(each.get("reference"), "") + " -> " + each.get("status");
        return enough(entries, said, line, with(wanted, "operation", operation), "requests");
    }

    /** That an event was delivered, once all that is due was sent. wanted: reference, msn, webhook, body, times. Oldest first. */
    public List<Map<String, Object>> assertWebhook(String event, Map<String, ?> wanted) {
        settle();
        var asked = with(with(wanted, "event", eventName(event)), "state", "delivered");
        return enough(deliveries(Map.of("limit", MOST)), Vipps::seen, Vipps::deliveryLine, asked, "deliveries");
    }

    /** The latest delivery that succeeded; waits up to timeout seconds (at most 60) for one. wanted: reference, msn, webhook. */
    public Map<String, Object> waitForWebhook(String event, Map<String, ?> wanted, int timeout) {
        var asked = with(with(wanted, "event", eventName(event)), "state", "delivered");
        if (asked.containsKey("reference") && !asked.containsKey("msn")) asked.put("msn", unit((String) asked.get("reference")));
        var found = deliveries(with(with(asked, "limit", 1), "wait", Math.min(timeout, 60)));
        if (!found.isEmpty()) return found.get(0);
        String head = "No webhook within " + timeout + " seconds: " + Json.write(asked) + ".\n";
        throw new AssertionError(head + listed(deliveries(Map.of("limit", MOST)), Vipps::deliveryLine));
    }

    /** An event's whole name: captured is short for epayments.payment.captured.v1. */
    public static String eventName(String event) {
        return event.contains(".") ? event : "epayments.payment." + event.toLowerCase(java.util.Locale.ROOT) + ".v1";
    }

    /** The only unit that has a payment of this reference, else the default one. */
    private String unit(String reference) {
        var units = payments(Map.of("reference", reference)).stream().map(each -> (String) each.get("msn")).collect(Collectors.toList());
        if (units.size() == 1) return units.get(0);
        String known = keys().get("VIPPS_MSN");
        if (units.isEmpty() || units.contains(known)) return known;
        String which = "The units " + String.join(", ", units) + " have a payment " + reference + ": say which one with msn";
        throw new ControlError(which, 0, Map.of());
    }

    private static ControlError refusal(String said, int status, String text) {
        Object content = Json.readOr(text, null);
        Map<String, Object> problem = content instanceof Map ? object(content) : Map.of();
        var violations = new LinkedHashMap<String, String>();
        Object details = problem.get("extraDetails");
        if (details != null) objects(details).forEach(each -> violations.put((String) each.get("name"), (String) each.get("reason")));
        var reasons = new ArrayList<String>();
        if (problem.get("detail") != null) reasons.add((String) problem.get("detail"));
        if (!violations.isEmpty()) {
            reasons.add(violations.entrySet().stream().map(each -> each.getKey() + ": " + each.getValue()).collect(Collectors.joining("; ")));
        }
        String reason = reasons.isEmpty() ? text.substring(0, Math.min(200, text.length())) : String.join(" - ", reasons);
        return new ControlError(said + ": " + status + ": " + reason, status, Collections.unmodifiableMap(violations));
    }

    private static List<Map<String, Object>> enough(
            List<Map<String, Object>> entries, Function<Map<String, Object>, Map<String, Object>> said,
            Function<Map<String, Object>, String> line, Map<String, Object> wanted, String what) {
        Object times = wanted.remove("times");
        var fitting = entries.stream().filter(each -> misses(said.apply(each), wanted, "").isEmpty()).collect(Collectors.toList());
        Collections.reverse(fitting);
        if (times == null ? !fitting.isEmpty() : fitting.size() == seconds(times)) return fitting;
        String head = "Wanted " + (times == null ? "at least one" : times) + ", got " + fitting.size() + " of " + Json.write(wanted);
        throw new AssertionError(head + ". The latest " + what + ":\n" + listed(entries, line));
    }

    private static String listed(List<Map<String, Object>> entries, Function<Map<String, Object>, String> line) {
        if (entries.isEmpty()) return "  none at all";
        String shown = entries.stream().limit(10).map(each -> "  " + line.apply(each)).collect(Collectors.joining("\n"));
        return entries.size() > 10 ? shown + "\n  and " + (entries.size() - 10) + " more" : shown;
    }

    private static Map<String, Object> seen(Map<String, Object> delivery) {
        String[] subject = ((String) delivery.get("subject")).split("/", 2);
        var seen = with(with(delivery, "msn", subject[0]), "reference", subject.length > 1 ? subject[1] : "");
        return with(seen, "body", Json.readOr((String) delivery.get("body"), null));
    }

    private static String deliveryLine(Map<String, Object> delivery) {
        var attempts = objects(delivery.get("attempts"));
        String met = "";
        if (!attempts.isEmpty()) {
            var last = attempts.get(attempts.size() - 1);
            met = ", answered " + (seconds(last.get("status")) == 0 ? last.get("response") : last.get("status"));
        }
        return "#" + delivery.get("id") + " " + delivery.get("event") + " of " + delivery.get("subject") + ": " + delivery.get("state") + met;
    }

    /** What is not as wanted, in words; objects are compared in part. */
    private static List<String> misses(Map<String, Object> actual, Map<String, ?> wanted, String prefix) {
        var found = new ArrayList<String>();
        wanted.forEach((name, want) -> {
            Object had = actual.get(name);
            if (want instanceof Map && had instanceof Map) found.addAll(misses(object(had), object(want), prefix + name + "."));
            else if (!Json.write(had).equals(Json.write(want))) found.add(prefix + name + " is " + Json.write(had) + ", wanted " + Json.write(want));
        });
        return found;
    }

    private static Map<String, Object> with(Map<String, ?> map, String name, Object value) {
        var both = new LinkedHashMap<String, Object>(map);
        both.put(name, value);
        return both;
    }

    private static long seconds(Object number) {
        return number == null ? 0 : ((Number) number).longValue();
    }

    private static String encoded(Object text) {
        return URLEncoder.encode(String.valueOf(text), StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String query(Map<String, ?> options) {
        var pairs = new ArrayList<String>();
        options.forEach((name, value) -> {
            for (Object each : value instanceof List ? (List<?>) value : Collections.singletonList(value)) {
                if (each != null) pairs.add(encoded(name) + "=" + encoded(each));
            }
        });
        return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
    }

    private static Map<String, Object> object(Object value) {
        return cast(value);
    }

    private static List<Map<String, Object>> objects(Object value) {
        return cast(value);
    }

    @SuppressWarnings("unchecked")
    private static <T> T cast(Object value) {
        return (T) value;
    }

    /** As much JSON as is needed: maps, lists, texts, Long, Double, Boolean and null. */
    private static final class Json {
        private final String text;
        private int at;

        private Json(String text) {
            this.text = text;
        }

        /** What the text says, or something else where it is no JSON. */
        static Object readOr(String text, Object otherwise) {
            try {
                var json = new Json(text);
                Object value = json.value();
                json.space();
                return json.at == text.length() ? value : otherwise;
            } catch (RuntimeException error) {
                return otherwise;
            }
        }

        private char space() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
            return at < text.length() ? text.charAt(at) : '\0';
        }

        private Object value() {
            switch (space()) {
                case '{': return map();
                case '[': return list();
                case '"': return string();
                case 't': return word("true", true);
                case 'f': return word("false", false);
                case 'n': return word("null", null);
                default: return number();
            }
        }

        private void need(char wanted) {
            if (space() != wanted) throw new IllegalArgumentException(wanted + " at " + at);
            at++;
        }

        private boolean more(char end) {
            if (space() == ',') {
                at++;
                return true;
            }
            need(end);
            return false;
        }

        private Map<String, Object> map() {
            var found = new LinkedHashMap<String, Object>();
            need('{');
            if (space() == '}') {
                at++;
                return found;
            }
            do {
                space();
                String name = string();
                need(':');
                found.put(name, value());
            } while (more('}'));
            return found;
        }

        private List<Object> list() {
            var found = new ArrayList<Object>();
            need('[');
            if (space() == ']') {
                at++;
                return found;
            }
            do found.add(value()); while (more(']'));
            return found;
        }

        private String string() {
            need('"');
            var found = new StringBuilder();
            for (char each = text.charAt(at++); each != '"'; each = text.charAt(at++)) {
                found.append(each == '\\' ? escaped(text.charAt(at++)) : each);
            }
            return found.toString();
        }

        private char escaped(char each) {
            if (each == 'u') {
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            int place = "bfnrt".indexOf(each);
            return place < 0 ? each : "\b\f\n\r\t".charAt(place);
        }

        private Object word(String word, Object value) {
            if (!text.startsWith(word, at)) throw new IllegalArgumentException("at " + at);
            at += word.length();
            return value;
        }

        private Object number() {
            int from = at;
            while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
            String found = text.substring(from, at);
            if (found.matches("-?\\d+")) return Long.valueOf(found);
            return Double.valueOf(found);
        }

        static String write(Object value) {
            if (value instanceof Map) {
                return ((Map<?, ?>) value).entrySet().stream()
                    .map(each -> write(String.valueOf(each.getKey())) + ":" + write(each.getValue())).collect(Collectors.joining(",", "{", "}"));
            }
            if (value instanceof Iterable) {
                var parts = new ArrayList<String>();
                ((Iterable<?>) value).forEach(each -> parts.add(write(each)));
                return parts.stream().collect(Collectors.joining(",", "[", "]"));
            }
            if (value == null || value instanceof Number || value instanceof Boolean) return String.valueOf(value);
            return quoted(value.toString());
        }

        private static String quoted(String text) {
            var written = new StringBuilder("\"");
            for (char each : text.toCharArray()) {
                if (each == '"' || each == '\\') written.append('\\').append(each);
                else if (each < ' ') written.append(String.format("\\u%04x", (int) each));
                else written.append(each);
            }
            return written.append('"').toString();
        }
    }
}
