// Made by `python -m tools.clients` of the control API's document. .NET Core 3.1 or later, no packages: copy this file.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace VippsMockserver
{
    /// <summary>The server refused a call, or gave no answer (Status 0). The message says what and why.</summary>
    public sealed class ControlException : Exception
    {
        public int Status { get; }

        /// <summary>The fields that were wrong, with their reasons.</summary>
        public IReadOnlyDictionary<string, string> Violations { get; }

        public ControlException(string message, int status = 0, IReadOnlyDictionary<string, string> violations = null) : base(message)
        {
            Status = status;
            Violations = violations ?? new Dictionary<string, string>();
        }
    }

    /// <summary>What was asserted is not so.</summary>
    public sealed class AssertionException : Exception
    {
        public AssertionException(string message) : base(message) { }
    }

    /// <summary>
    /// Controls the server at Url, which runs wherever it runs. Options are an anonymous object with the names of the
    /// control API, such as new { customer = "4798765432" }, or a dictionary.
    /// </summary>
    public sealed class Vipps
    {
        const int Patience = 30; // seconds for an answer, beyond those that were asked to be waited
        const int Most = 10000;

        static readonly HttpClient Http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };

        readonly string adminToken;

        public string Url { get; }

        /// <summary>By default VIPPS_MOCK_URL, VIPPS_BASE_URL or http://127.0.0.1:8080, and VIPPS_MOCK_ADMIN_TOKEN.</summary>
        public Vipps(string url = null, string adminToken = null)
        {
            Url = (url ?? Env("VIPPS_MOCK_URL") ?? Env("VIPPS_BASE_URL") ?? "http://127.0.0.1:8080").TrimEnd('/');
            this.adminToken = adminToken ?? Env("VIPPS_MOCK_ADMIN_TOKEN");
        }

        static string Env(string name)
        {
            var value = Environment.GetEnvironmentVariable(name);
            return string.IsNullOrEmpty(value) ? null : value;
        }

        /// <summary>Any control call: path under /_mock with its query; gives the answer's JSON, else its text as a JSON text.</summary>
        public async Task<JsonElement> Control(string method, string path, object body = null, double wait = 0)
        {
            var said = $"{method} /_mock{path}";
            using (var request = new HttpRequestMessage(new HttpMethod(method), $"{Url}/_mock{path}"))
            using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(Patience + wait)))
            {
                if (body != null) request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
                if (adminToken != null) request.Headers.Add("Authorization", $"Bearer {adminToken}");
                try
                {
                    using (var answer = await Http.SendAsync(request, patience.Token).ConfigureAwait(false))
                    {
                        var text = await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
                        var content = Parsed(text);
                        if ((int)answer.StatusCode >= 400) throw Refusal(said, (int)answer.StatusCode, content, text);
                        return content ?? ToJson(text);
                    }
                }
                catch (Exception error) when (error is HttpRequestException || error is OperationCanceledException)
                {
                    throw new ControlException($"{said}: no answer from {Url}: {error.Message}");
                }
            }
        }

        /// <summary>The address to register for webhooks that are to arrive at an inbox.</summary>
        public string InboxUrl(string name = "inbox") => $"{Url}/_mock/inbox/{name}";

        /// <summary>Lists agreements of the Recurring API, the latest first; filters: msn, status, customer, limit.</summary>
        /// <param name="options">Any of msn, status, customer, limit.</param>
        public async Task<List<JsonElement>> Agreements(object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/agreements" + Query(fields)).ConfigureAwait(false);
            return answer.GetProperty("agreements").EnumerateArray().ToList();
        }

        /// <summary>Makes an ACTIVE agreement with so many paid periods behind it; no webhook tells of them.</summary>
        /// <param name="options">Any of periods, customer, pricing, amount, maximum, chargeAmount, interval, productName, externalId.</param>
        public async Task<JsonElement> MakeAgreement(string msn, object options = null)
        {
            var fields = Fields(options);
            fields["msn"] = msn;
            var answer = await Control("POST", $"/agreements", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Shows one agreement with its page and its latest charges.</summary>
        public async Task<JsonElement> Agreement(string agreement)
        {
            var answer = await Control("GET", $"/agreements/{In(agreement)}").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Accepts for a customer; after a decline the draft keeps waiting. Without consent it is rejected.</summary>
        /// <param name="options">Any of customer, card, maximum, consent.</param>
        public async Task<JsonElement> AcceptAgreement(string agreement, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/agreements/{In(agreement)}/accept", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Makes the draft expire now.</summary>
        public async Task<JsonElement> ExpireAgreement(string agreement)
        {
            var answer = await Control("POST", $"/agreements/{In(agreement)}/expire", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Changes the customer's maximum (VARIABLE).</summary>
        public async Task<JsonElement> ChangeMaximum(string agreement, double maximum)
        {
            var fields = Fields(null);
            fields["maximum"] = maximum;
            var answer = await Control("POST", $"/agreements/{In(agreement)}/maximum", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Rejects for the customer.</summary>
        public async Task<JsonElement> RejectAgreement(string agreement)
        {
            var answer = await Control("POST", $"/agreements/{In(agreement)}/reject", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Stops it as its customer, or as the platform (by ADMIN).</summary>
        /// <param name="options">Any of by.</param>
        public async Task<JsonElement> StopAgreement(string agreement, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/agreements/{In(agreement)}/stop", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Returns the certificate that clients trust for TLS, as PEM; 404 without --tls. Needs no admin token.</summary>
        public async Task<string> Certificate()
        {
            var answer = await Control("GET", $"/ca.pem").ConfigureAwait(false);
            return answer.GetString();
        }

        /// <summary>Lists charges of agreements, the latest first; filters: msn, state, agreement, limit.</summary>
        /// <param name="options">Any of msn, state, agreement, limit.</param>
        public async Task<List<JsonElement>> Charges(object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/charges" + Query(fields)).ConfigureAwait(false);
            return answer.GetProperty("charges").EnumerateArray().ToList();
        }

        /// <summary>Tries every charge whose day has come, once, without waiting for the hour; retries among them.</summary>
        /// <param name="options">Any of msn.</param>
        public async Task<JsonElement> AttemptDue(object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/charges/attempt-due", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Shows one charge with its history.</summary>
        public async Task<JsonElement> Charge(string msn, string charge)
        {
            var answer = await Control("GET", $"/charges/{In(msn)}/{In(charge)}").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Makes it fail now for a reason: for good, or this time only.</summary>
        /// <param name="options">Any of reason, forGood.</param>
        public async Task<JsonElement> FailCharge(string msn, string charge, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/charges/{In(msn)}/{In(charge)}/fail", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Charges the customer now, whatever day and hour it is, and whatever cards and amounts say.</summary>
        public async Task<JsonElement> SucceedCharge(string msn, string charge)
        {
            var answer = await Control("POST", $"/charges/{In(msn)}/{In(charge)}/succeed", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Says which points of the official checklists have been shown, and by what, with examples; filters: msn, api.</summary>
        /// <param name="options">Any of msn, api, description, documentation, pilot, demo.</param>
        public async Task<List<JsonElement>> Checklist(object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/checklist" + Query(fields)).ConfigureAwait(false);
            return answer.GetProperty("points").EnumerateArray().ToList();
        }

        /// <summary>Lists logins that merchants started, the latest first; filters: phone, state, limit.</summary>
        /// <param name="options">Any of phone, state, limit.</param>
        public async Task<List<JsonElement>> Authentications(object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/ciba" + Query(fields)).ConfigureAwait(false);
            return answer.GetProperty("authentications").EnumerateArray().ToList();
        }

        /// <summary>Shows one of these logins by its auth_req_id.</summary>
        public async Task<JsonElement> Authentication(string authReqId)
        {
            var answer = await Control("GET", $"/ciba/{In(authReqId)}").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Confirms one on the phone, with consent; redirectTo is where the phone's browser goes, if anywhere.</summary>
        /// <param name="options">Any of marketing, flow.</param>
        public async Task<JsonElement> ConfirmAuthentication(string authReqId, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/ciba/{In(authReqId)}/confirm", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Rejects one on the phone: access_denied.</summary>
        public async Task<JsonElement> DenyAuthentication(string authReqId)
        {
            var answer = await Control("POST", $"/ciba/{In(authReqId)}/deny", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Rejects one because the app is too old: access_denied with error_code old_app.</summary>
        public async Task<JsonElement> FindOldApp(string authReqId)
        {
            var answer = await Control("POST", $"/ciba/{In(authReqId)}/old-app", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Tells the time.</summary>
        public async Task<JsonElement> Clock()
        {
            var answer = await Control("GET", $"/clock").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Moves the clock forward; answers when everything due has happened.</summary>
        public async Task<JsonElement> Advance(string duration)
        {
            var fields = Fields(null);
            fields["duration"] = duration;
            var answer = await Control("POST", $"/clock/advance", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Lists what is due next on the emulator's clock, the next first; filter: limit.</summary>
        /// <param name="options">Any of limit.</param>
        public async Task<List<JsonElement>> Due(object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/clock/due" + Query(fields)).ConfigureAwait(false);
            return answer.GetProperty("due").EnumerateArray().ToList();
        }

        /// <summary>Stops the clock where it is.</summary>
        public async Task<JsonElement> Freeze()
        {
            var answer = await Control("POST", $"/clock/freeze", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Moves the clock to a time, which may not be in its past.</summary>
        public async Task<JsonElement> SetClock(string at)
        {
            var fields = Fields(null);
            fields["at"] = at;
            var answer = await Control("POST", $"/clock/set", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Restarts the clock from where it stands.</summary>
        public async Task<JsonElement> Unfreeze()
        {
            var answer = await Control("POST", $"/clock/unfreeze", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Lists what users share with sales units by login; filters: msn, phone, limit.</summary>
        /// <param name="options">Any of msn, phone, limit.</param>
        public async Task<List<JsonElement>> Consents(object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/consents" + Query(fields)).ConfigureAwait(false);
            return answer.GetProperty("consents").EnumerateArray().ToList();
        }

        /// <summary>Withdraws a user's consent: tokens end, the next login asks again, the consent webhook is called.</summary>
        public async Task<JsonElement> WithdrawConsent(string msn, string phone)
        {
            var answer = await Control("POST", $"/consents/{In(msn)}/{In(phone)}/withdraw", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Lists customers in the order of the world; filters: market, limit.</summary>
        /// <param name="options">Any of market, limit.</param>
        public async Task<List<JsonElement>> Customers(object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/customers" + Query(fields)).ConfigureAwait(false);
            return answer.GetProperty("customers").EnumerateArray().ToList();
        }

        /// <summary>Adds a customer, or changes the one with this phone; only phone is required.</summary>
        /// <param name="options">Any of first_name, last_name, email, birth_date, market, token, nin, addresses, cards, payment_limit, has_approved, gender, email_verified, login, login_delay, active, payment, payment_delay, decline_reason, environment.</param>
        public async Task<JsonElement> SaveCustomer(string phone, object options = null)
        {
            var fields = Fields(options);
            fields["phone"] = phone;
            var answer = await Control("POST", $"/customers", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Shows one customer.</summary>
        public async Task<JsonElement> Customer(string phone)
        {
            var answer = await Control("GET", $"/customers/{In(phone)}").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Lists emails to merchants and partners, the latest first; filters: address, order, limit.</summary>
        /// <param name="options">Any of address, order, limit.</param>
        public async Task<List<JsonElement>> Emails(object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/emails" + Query(fields)).ConfigureAwait(false);
            return answer.GetProperty("emails").EnumerateArray().ToList();
        }

        /// <summary>Tells whether the server is up.</summary>
        public async Task<JsonElement> Health()
        {
            var answer = await Control("GET", $"/health").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Lists what arrived at an inbox, the latest first; filter: limit.</summary>
        /// <param name="options">Any of limit.</param>
        public async Task<List<JsonElement>> Inbox(string name, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/inbox/{In(name)}" + Query(fields)).ConfigureAwait(false);
            return answer.GetProperty("messages").EnumerateArray().ToList();
        }

        /// <summary>Sets how an inbox answers: status, delaySeconds, hang.</summary>
        /// <param name="options">Any of status, delaySeconds, hang.</param>
        public async Task<JsonElement> SetInbox(string name, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("PATCH", $"/inbox/{In(name)}", fields).ConfigureAwait(false);
            return answer.GetProperty("behaviour");
        }

        /// <summary>Deletes an inbox and everything in it.</summary>
        public async Task DeleteInbox(string name)
        {
            await Control("DELETE", $"/inbox/{In(name)}").ConfigureAwait(false);
        }

        /// <summary>Shows the variables that clients need: address and keys; format: json, env, export or dotenv.</summary>
        public async Task<Dictionary<string, string>> Keys()
        {
            var answer = await Control("GET", $"/keys").ConfigureAwait(false);
            return answer.GetProperty("variables").EnumerateObject().ToDictionary(each => each.Name, each => each.Value.GetString());
        }

        /// <summary>Creates a new key for id tokens; earlier keys stay in the JWKS.</summary>
        public async Task<string> RotateLoginKey()
        {
            var answer = await Control("POST", $"/login-keys/rotate", new { }).ConfigureAwait(false);
            return answer.GetProperty("kid").GetString();
        }

        /// <summary>Lists logins, the latest first; filters: msn, phone, state, limit.</summary>
        /// <param name="options">Any of msn, phone, state, limit.</param>
        public async Task<List<JsonElement>> Logins(object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/logins" + Query(fields)).ConfigureAwait(false);
            return answer.GetProperty("logins").EnumerateArray().ToList();
        }

        /// <summary>Shows one login: its state, its page, and where the browser goes next.</summary>
        public async Task<JsonElement> Login(string login)
        {
            var answer = await Control("GET", $"/logins/{In(login)}").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Confirms a login for a customer, with consent; redirectTo is where the browser goes.</summary>
        /// <param name="options">Any of marketing, flow, customer.</param>
        public async Task<JsonElement> ApproveLogin(string login, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/logins/{In(login)}/approve", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Rejects a login; reason is the error that the client gets, access_denied by default.</summary>
        /// <param name="options">Any of reason.</param>
        public async Task<JsonElement> RejectLogin(string login, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/logins/{In(login)}/reject", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Lists merchants.</summary>
        public async Task<List<JsonElement>> Merchants()
        {
            var answer = await Control("GET", $"/merchants").ConfigureAwait(false);
            return answer.GetProperty("merchants").EnumerateArray().ToList();
        }

        /// <summary>Registers a company without a merchant agreement, as the portal does.</summary>
        /// <param name="options">Any of email.</param>
        public async Task<JsonElement> RegisterMerchant(string organisation_number, string name, string market, object options = null)
        {
            var fields = Fields(options);
            fields["organisation_number"] = organisation_number;
            fields["name"] = name;
            fields["market"] = market;
            var answer = await Control("POST", $"/merchants", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Shows one merchant.</summary>
        public async Task<JsonElement> Merchant(string merchant)
        {
            var answer = await Control("GET", $"/merchants/{In(merchant)}").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Changes a merchant: any field except id and agreement; orders decides on its product orders.</summary>
        /// <param name="options">Any of name, organisation_number, market, active, orders, created_at, updated_at, business_address, post_address, email, donation_keys.</param>
        public async Task<JsonElement> ChangeMerchant(string merchant, object options)
        {
            var fields = Fields(options);
            var answer = await Control("PATCH", $"/merchants/{In(merchant)}", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Activates a signed agreement now; orders that waited for it continue.</summary>
        public async Task<JsonElement> ActivateAgreement(string merchant)
        {
            var answer = await Control("POST", $"/merchants/{In(merchant)}/agreement/activate", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Declines a signed agreement and every order of the merchant in process.</summary>
        public async Task<JsonElement> DeclineAgreement(string merchant)
        {
            var answer = await Control("POST", $"/merchants/{In(merchant)}/agreement/decline", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Signs a merchant's agreement; withRights false: as somebody without signing rights.</summary>
        /// <param name="options">Any of withRights, name.</param>
        public async Task<JsonElement> SignAgreement(string merchant, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/merchants/{In(merchant)}/agreement/sign", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Lists who may use the portal for a merchant, its administrator first.</summary>
        public async Task<List<JsonElement>> Users(string merchant)
        {
            var answer = await Control("GET", $"/merchants/{In(merchant)}/users").ConfigureAwait(false);
            return answer.GetProperty("users").EnumerateArray().ToList();
        }

        /// <summary>Lets somebody use the portal for a merchant; rights: see, manage, keys or administer.</summary>
        /// <param name="options">Any of partner_id, units.</param>
        public async Task<JsonElement> InviteUser(string merchant, string email, string name, IEnumerable<string> rights, object options = null)
        {
            var fields = Fields(options);
            fields["email"] = email;
            fields["name"] = name;
            fields["rights"] = rights;
            var answer = await Control("POST", $"/merchants/{In(merchant)}/users", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Changes what somebody may do for a merchant, from the next page on.</summary>
        /// <param name="options">Any of units.</param>
        public async Task<JsonElement> ChangeUser(string merchant, string email, IEnumerable<string> rights, object options = null)
        {
            var fields = Fields(options);
            fields["rights"] = rights;
            var answer = await Control("PATCH", $"/merchants/{In(merchant)}/users/{In(email)}", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Takes somebody's access to a merchant's portal away, from the next page on.</summary>
        public async Task RemoveUser(string merchant, string email)
        {
            await Control("DELETE", $"/merchants/{In(merchant)}/users/{In(email)}").ConfigureAwait(false);
        }

        /// <summary>Lists what happened, in order: after a number, or from now on; wait for some.</summary>
        /// <param name="options">Any of after, wait, limit, brief.</param>
        public async Task<JsonElement> News(object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/news" + Query(fields), null, Number(fields)).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Lists partners with their keys, rights and price packages.</summary>
        public async Task<List<JsonElement>> Partners()
        {
            var answer = await Control("GET", $"/partners").ConfigureAwait(false);
            return answer.GetProperty("partners").EnumerateArray().ToList();
        }

        /// <summary>Applies to be a partner, for a company that is none: its stage is applied.</summary>
        /// <param name="options">Any of market, contact, website, kinds, solution, approvesAfter.</param>
        public async Task<JsonElement> ApplyToBeAPartner(string name, string organisationNumber, string email, object options = null)
        {
            var fields = Fields(options);
            fields["name"] = name;
            fields["organisationNumber"] = organisationNumber;
            fields["email"] = email;
            var answer = await Control("POST", $"/partners", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Shows one partner.</summary>
        public async Task<JsonElement> Partner(string partner)
        {
            var answer = await Control("GET", $"/partners/{In(partner)}").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Changes a partner: any field except id. Its kinds, level and stage say which of its keys work.</summary>
        /// <param name="options">Any of name, level, market, keys, management_keys, accounting_keys, permissions, price_packages, email, kinds, stage.</param>
        public async Task<JsonElement> ChangePartner(string partner, object options)
        {
            var fields = Fields(options);
            var answer = await Control("PATCH", $"/partners/{In(partner)}", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Applies once more, for a company that was declined.</summary>
        /// <param name="options">Any of market, contact, website, kinds, solution, approvesAfter.</param>
        public async Task<JsonElement> ApplyAgain(string partner, string name, string organisationNumber, string email, object options = null)
        {
            var fields = Fields(options);
            fields["name"] = name;
            fields["organisationNumber"] = organisationNumber;
            fields["email"] = email;
            var answer = await Control("POST", $"/partners/{In(partner)}/apply", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Approves an application now: a test sales unit, and the keys that kind and level have.</summary>
        /// <param name="options">Any of level.</param>
        public async Task<JsonElement> ApprovePartner(string partner, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/partners/{In(partner)}/approve", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Declines an application, with a reason.</summary>
        /// <param name="options">Any of reason.</param>
        public async Task<JsonElement> DeclinePartner(string partner, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/partners/{In(partner)}/decline", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Lists a partner's employees: those it has told of, and others whom merchants have let in.</summary>
        public async Task<List<JsonElement>> Employees(string partner)
        {
            var answer = await Control("GET", $"/partners/{In(partner)}/employees").ConfigureAwait(false);
            return answer.GetProperty("users").EnumerateArray().ToList();
        }

        /// <summary>Adds an employee of a partner, or changes the name of one; merchants give access.</summary>
        public async Task<JsonElement> AddEmployee(string partner, string email, string name)
        {
            var fields = Fields(null);
            fields["email"] = email;
            fields["name"] = name;
            var answer = await Control("POST", $"/partners/{In(partner)}/employees", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Removes an employee of a partner, and with that every access that merchants have given.</summary>
        public async Task RemoveEmployee(string partner, string email)
        {
            await Control("DELETE", $"/partners/{In(partner)}/employees/{In(email)}").ConfigureAwait(false);
        }

        /// <summary>Grants a partner a right: management or prefill.</summary>
        public async Task<JsonElement> Grant(string partner, string permission)
        {
            var answer = await Control("PUT", $"/partners/{In(partner)}/permissions/{In(permission)}").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Withdraws a right, from the next call on.</summary>
        public async Task<JsonElement> Revoke(string partner, string permission)
        {
            var answer = await Control("DELETE", $"/partners/{In(partner)}/permissions/{In(permission)}").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Shows how far a partner has come: application, evidence, what is missing, history.</summary>
        public async Task<JsonElement> PartnerRoad(string partner)
        {
            var answer = await Control("GET", $"/partners/{In(partner)}/road").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Changes what a partner shows: termsAccepted, documentation, demo, examples.</summary>
        /// <param name="options">Any of termsAccepted, documentation, demo, examples.</param>
        public async Task<JsonElement> ShowEvidence(string partner, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("PATCH", $"/partners/{In(partner)}/road", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Sends back what a partner has sent in, with what is missing.</summary>
        /// <param name="options">Any of reason.</param>
        public async Task<JsonElement> SendBack(string partner, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/partners/{In(partner)}/send-back", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Sends in what a partner shows, to be verified.</summary>
        public async Task<JsonElement> SendIn(string partner)
        {
            var answer = await Control("POST", $"/partners/{In(partner)}/send-in", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Starts the pilot with a connected sales unit, or with another one.</summary>
        public async Task<JsonElement> StartPilot(string partner, string msn)
        {
            var fields = Fields(null);
            fields["msn"] = msn;
            var answer = await Control("POST", $"/partners/{In(partner)}/start-pilot", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Verifies a partner: its keys work in production, and merchants can choose it.</summary>
        public async Task<JsonElement> VerifyPartner(string partner)
        {
            var answer = await Control("POST", $"/partners/{In(partner)}/verify", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Lists payments, the latest first; filters: msn, state, reference, limit.</summary>
        /// <param name="options">Any of msn, state, reference, limit.</param>
        public async Task<List<JsonElement>> Payments(object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/payments" + Query(fields)).ConfigureAwait(false);
            return answer.GetProperty("payments").EnumerateArray().ToList();
        }

        /// <summary>Shows one payment with its events and the page where its customer approves.</summary>
        /// <param name="options">Any of msn.</param>
        public async Task<JsonElement> Payment(string reference, object options = null)
        {
            var fields = Fields(options);
            var msn = Taken(fields, "msn") ?? await Unit(reference).ConfigureAwait(false);
            var answer = await Control("GET", $"/payments/{In(msn)}/{In(reference)}").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Cancels for the customer.</summary>
        /// <param name="options">Any of msn.</param>
        public async Task<JsonElement> Abort(string reference, object options = null)
        {
            var fields = Fields(options);
            var msn = Taken(fields, "msn") ?? await Unit(reference).ConfigureAwait(false);
            var answer = await Control("POST", $"/payments/{In(msn)}/{In(reference)}/abort", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Approves for a customer, whatever the amount and cards; Express too. Without consent the payment fails.</summary>
        /// <param name="options">Any of msn, customer, consent, shippingOptionId, address, card.</param>
        public async Task<JsonElement> Approve(string reference, object options = null)
        {
            var fields = Fields(options);
            var msn = Taken(fields, "msn") ?? await Unit(reference).ConfigureAwait(false);
            var answer = await Control("POST", $"/payments/{In(msn)}/{In(reference)}/approve", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Makes an attempt fail: the event has success false, and the payment keeps waiting.</summary>
        /// <param name="options">Any of msn, reason.</param>
        public async Task<JsonElement> Decline(string reference, object options = null)
        {
            var fields = Fields(options);
            var msn = Taken(fields, "msn") ?? await Unit(reference).ConfigureAwait(false);
            var answer = await Control("POST", $"/payments/{In(msn)}/{In(reference)}/decline", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Makes the payment time out now.</summary>
        /// <param name="options">Any of msn.</param>
        public async Task<JsonElement> Expire(string reference, object options = null)
        {
            var fields = Fields(options);
            var msn = Taken(fields, "msn") ?? await Unit(reference).ConfigureAwait(false);
            var answer = await Control("POST", $"/payments/{In(msn)}/{In(reference)}/expire", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Shows one payment with its requests, events and deliveries, without any secret: for bug reports.</summary>
        /// <param name="options">Any of msn.</param>
        public async Task<JsonElement> Report(string reference, object options = null)
        {
            var fields = Fields(options);
            var msn = Taken(fields, "msn") ?? await Unit(reference).ConfigureAwait(false);
            var answer = await Control("GET", $"/payments/{In(msn)}/{In(reference)}/report").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Lists product orders, the latest first; filters: partner, merchant, status, type, limit.</summary>
        /// <param name="options">Any of partner, merchant, status, type, limit.</param>
        public async Task<List<JsonElement>> Orders(object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/product-orders" + Query(fields)).ConfigureAwait(false);
            return answer.GetProperty("productOrders").EnumerateArray().ToList();
        }

        /// <summary>Creates a TEMPLATE or MANUAL order, as if it had not come by API; partner may be left out.</summary>
        /// <param name="options">Any of partner.</param>
        public async Task<JsonElement> MakeOrder(string type, object form, object options = null)
        {
            var fields = Fields(options);
            fields["type"] = type;
            fields["form"] = form;
            var answer = await Control("POST", $"/product-orders", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Shows a whole order, with its form, dropped fields, hold and reason for rejection.</summary>
        public async Task<JsonElement> Order(string order)
        {
            var answer = await Control("GET", $"/product-orders/{In(order)}").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Answers a hold for the merchant, with what its reason asks for; what follows is the merchant's policy.</summary>
        /// <param name="options">Any of text, documents, website, terms, app, purpose, signatory, product, account, category.</param>
        public async Task<JsonElement> AnswerOrder(string order, object options)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/product-orders/{In(order)}/answer", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Completes an order now, whatever holds it up; activates a signed merchant agreement too.</summary>
        public async Task<JsonElement> ApproveOrder(string order)
        {
            var answer = await Control("POST", $"/product-orders/{In(order)}/approve", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Makes an order that was not submitted expire now.</summary>
        public async Task<JsonElement> ExpireOrder(string order)
        {
            var answer = await Control("POST", $"/product-orders/{In(order)}/expire", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Holds an order for a reason that the merchant sees and the partner does not.</summary>
        /// <param name="options">Any of reason.</param>
        public async Task<JsonElement> HoldOrder(string order, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/product-orders/{In(order)}/hold", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Declines an order now, with a reason that the partner never sees.</summary>
        /// <param name="options">Any of reason.</param>
        public async Task<JsonElement> RejectOrder(string order, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/product-orders/{In(order)}/reject", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Resumes processing, which ends at once when its time is over.</summary>
        public async Task<JsonElement> ReleaseOrder(string order)
        {
            var answer = await Control("POST", $"/product-orders/{In(order)}/release", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Opens and submits the form for the merchant, with changes to its fields if any.</summary>
        /// <param name="options">Any of form.</param>
        public async Task<JsonElement> SubmitOrder(string order, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/product-orders/{In(order)}/submit", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Opens the form for the merchant.</summary>
        public async Task<JsonElement> ViewOrder(string order)
        {
            var answer = await Control("POST", $"/product-orders/{In(order)}/view", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Lists the journal, the latest first; filters: operation, api, msn, reference, status, warnings, limit.</summary>
        /// <param name="options">Any of operation, api, msn, reference, status, warnings, limit.</param>
        public async Task<List<JsonElement>> Requests(object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/requests" + Query(fields)).ConfigureAwait(false);
            return answer.GetProperty("requests").EnumerateArray().ToList();
        }

        /// <summary>Shows one journal entry.</summary>
        public async Task<JsonElement> JournalEntry(string request)
        {
            var answer = await Control("GET", $"/requests/{In(request)}").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Restores the state that the server started with; keep webhooks retains registrations made by API.</summary>
        /// <param name="options">Any of keep.</param>
        public async Task Reset(object options = null)
        {
            var fields = Fields(options);
            await Control("POST", $"/reset", fields).ConfigureAwait(false);
        }

        /// <summary>Lists sales units with their configuration and keys.</summary>
        public async Task<List<JsonElement>> SalesUnits()
        {
            var answer = await Control("GET", $"/sales-units").ConfigureAwait(false);
            return answer.GetProperty("salesUnits").EnumerateArray().ToList();
        }

        /// <summary>Shows one sales unit with its configuration and keys.</summary>
        public async Task<JsonElement> SalesUnit(string msn)
        {
            var answer = await Control("GET", $"/sales-units/{In(msn)}").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Changes a sales unit: any field except msn, merchant_id and keys; configuration and login are merged.</summary>
        /// <param name="options">Any of name, configuration, partner_id, active, account, login, environment.</param>
        public async Task<JsonElement> ChangeSalesUnit(string msn, object options)
        {
            var fields = Fields(options);
            var answer = await Control("PATCH", $"/sales-units/{In(msn)}", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Makes keys of a sales unit anew; the old ones end at once. keys: all but client_id when left out.</summary>
        /// <param name="options">Any of keys.</param>
        public async Task<JsonElement> RegenerateKeys(string msn, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/sales-units/{In(msn)}/keys/regenerate", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Lists the rules in order, with how often each matched and was applied, and the packaged profiles.</summary>
        public async Task<List<JsonElement>> Rules()
        {
            var answer = await Control("GET", $"/scenarios").ConfigureAwait(false);
            return answer.GetProperty("rules").EnumerateArray().ToList();
        }

        /// <summary>Adds a rule after the others; position 0 puts it first. The keys are those of a file.</summary>
        public async Task<JsonElement> AddRule(object rule)
        {
            var answer = await Control("POST", $"/scenarios", rule).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Replaces all rules by packaged profiles: {"profiles": ["declines"]}; an empty list: no rules.</summary>
        public async Task<List<JsonElement>> Scenario(IEnumerable<string> profiles)
        {
            var fields = Fields(null);
            fields["profiles"] = profiles;
            var answer = await Control("PUT", $"/scenarios", fields).ConfigureAwait(false);
            return answer.GetProperty("rules").EnumerateArray().ToList();
        }

        /// <summary>Shows one rule.</summary>
        public async Task<JsonElement> Rule(string name)
        {
            var answer = await Control("GET", $"/scenarios/{In(name)}").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Replaces a rule and sets its counts to zero; name may be left out.</summary>
        public async Task<JsonElement> ReplaceRule(string name, object rule)
        {
            var answer = await Control("PUT", $"/scenarios/{In(name)}", rule).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Deletes a rule.</summary>
        public async Task DeleteRule(string name)
        {
            await Control("DELETE", $"/scenarios/{In(name)}").ConfigureAwait(false);
        }

        /// <summary>Says for each condition whether a rule matches a journal entry (entry), or a request described in the query.</summary>
        /// <param name="options">Any of entry, operation, api, amount, header, msn, partner, client, phone, reference, agreement, charge, product, business.</param>
        public async Task<JsonElement> ExplainRule(string name, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/scenarios/{In(name)}/explain" + Query(fields)).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Switches a rule off.</summary>
        public async Task<JsonElement> SwitchOff(string name)
        {
            var answer = await Control("POST", $"/scenarios/{In(name)}/off", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Switches a rule on.</summary>
        public async Task<JsonElement> SwitchOn(string name)
        {
            var answer = await Control("POST", $"/scenarios/{In(name)}/on", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Lists the snapshots, by name.</summary>
        public async Task<List<JsonElement>> Snapshots()
        {
            var answer = await Control("GET", $"/snapshots").ConfigureAwait(false);
            return answer.GetProperty("snapshots").EnumerateArray().ToList();
        }

        /// <summary>Takes a snapshot of everything that the server knows, replacing one of the same name; 20 at most.</summary>
        public async Task<JsonElement> TakeSnapshot(string name)
        {
            var answer = await Control("PUT", $"/snapshots/{In(name)}", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Deletes a snapshot.</summary>
        public async Task DeleteSnapshot(string name)
        {
            await Control("DELETE", $"/snapshots/{In(name)}").ConfigureAwait(false);
        }

        /// <summary>Restores a snapshot, the clock included.</summary>
        public async Task<JsonElement> RestoreSnapshot(string name)
        {
            var answer = await Control("POST", $"/snapshots/{In(name)}/restore", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Returns everything that the server knows as a state file: see State files and snapshots.</summary>
        public async Task<JsonElement> ExportState()
        {
            var answer = await Control("GET", $"/state").ConfigureAwait(false);
            return answer;
        }

        /// <summary>Replaces everything by a state file (64 MiB at most), or changes nothing.</summary>
        public async Task ImportState(object state)
        {
            await Control("PUT", $"/state", state).ConfigureAwait(false);
        }

        /// <summary>Creates a new key for access tokens; those signed before stay valid.</summary>
        public async Task<string> RotateTokenKey()
        {
            var answer = await Control("POST", $"/token-keys/rotate", new { }).ConfigureAwait(false);
            return answer.GetProperty("kid").GetString();
        }

        /// <summary>Lists all registrations with their faults, without their secrets.</summary>
        public async Task<List<JsonElement>> Webhooks()
        {
            var answer = await Control("GET", $"/webhooks").ConfigureAwait(false);
            return answer.GetProperty("webhooks").EnumerateArray().ToList();
        }

        /// <summary>Registers a webhook for an msn, a partnerId or both, with a secret and id of your choice; shows the secret.</summary>
        /// <param name="options">Any of msn, partnerId, id, secret.</param>
        public async Task<JsonElement> RegisterWebhook(string url, IEnumerable<string> events, object options = null)
        {
            var fields = Fields(options);
            fields["url"] = url;
            fields["events"] = events;
            var answer = await Control("POST", $"/webhooks", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Lists deliveries, the latest first; filters: webhook, msn, reference, event, state, limit; wait for one.</summary>
        /// <param name="options">Any of webhook, msn, reference, event, state, limit, wait.</param>
        public async Task<List<JsonElement>> Deliveries(object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("GET", $"/webhooks/deliveries" + Query(fields), null, Number(fields)).ConfigureAwait(false);
            return answer.GetProperty("deliveries").EnumerateArray().ToList();
        }

        /// <summary>Sends a delivery again.</summary>
        public async Task ReplayDelivery(string delivery)
        {
            await Control("POST", $"/webhooks/deliveries/{In(delivery)}/replay", new { }).ConfigureAwait(false);
        }

        /// <summary>Checks the signatures of a delivery again, by the secret of its registration or by the one given.</summary>
        /// <param name="options">Any of secret.</param>
        public async Task<JsonElement> VerifyDelivery(string delivery, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/webhooks/deliveries/{In(delivery)}/verify", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Delivers everything due now; answers when it has been tried.</summary>
        public async Task Settle()
        {
            await Control("POST", $"/webhooks/settle", new { }).ConfigureAwait(false);
        }

        /// <summary>Breaks a registration's deliveries: duplicate, delaySeconds, reorder, wrongSignature, dropFirst.</summary>
        /// <param name="options">Any of duplicate, delaySeconds, reorder, wrongSignature, dropFirst.</param>
        public async Task<JsonElement> BreakWebhook(string webhook, object options = null)
        {
            var fields = Fields(options);
            var answer = await Control("POST", $"/webhooks/{In(webhook)}/faults", fields).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Holds back all deliveries of a registration.</summary>
        public async Task<JsonElement> PauseWebhook(string webhook)
        {
            var answer = await Control("POST", $"/webhooks/{In(webhook)}/pause", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Sends all kept deliveries of a registration again, the oldest first.</summary>
        public async Task<int> ReplayWebhook(string webhook)
        {
            var answer = await Control("POST", $"/webhooks/{In(webhook)}/replay", new { }).ConfigureAwait(false);
            return answer.GetProperty("replayed").GetInt32();
        }

        /// <summary>Releases held deliveries.</summary>
        public async Task<JsonElement> ResumeWebhook(string webhook)
        {
            var answer = await Control("POST", $"/webhooks/{In(webhook)}/resume", new { }).ConfigureAwait(false);
            return answer;
        }

        /// <summary>Sends a sample of any event to a registration, whether it registered for it or not.</summary>
        public async Task SampleWebhook(string webhook, string @event)
        {
            var fields = Fields(null);
            fields["event"] = @event;
            await Control("POST", $"/webhooks/{In(webhook)}/sample", fields).ConfigureAwait(false);
        }

        /// <summary>Shows everybody as a world file, with their keys and the webhooks of units and partners.</summary>
        public async Task<JsonElement> World()
        {
            var answer = await Control("GET", $"/world").ConfigureAwait(false);
            return answer;
        }

        /// <summary>That a payment stands so; events are the names of those that succeeded, in order.</summary>
        public async Task<JsonElement> AssertPayment(string reference, object wanted)
        {
            var fields = Fields(wanted);
            var msn = Taken(fields, "msn");
            JsonElement payment;
            try
            {
                payment = await Payment(reference, msn == null ? null : new { msn }).ConfigureAwait(false);
            }
            catch (ControlException error) when (error.Status == 404)
            {
                throw new AssertionException(error.Message);
            }
            var events = payment.GetProperty("events").EnumerateArray().ToList();
            var actual = Fields(payment);
            actual["events"] = events.Where(each => each.GetProperty("success").GetBoolean()).Select(each => each.GetProperty("name").GetString());
            var missed = Misses(ToJson(actual), fields);
            if (missed.Count == 0) return payment;
            var lines = events.Select(each => $"  {each.GetProperty("name")} {each.GetProperty("amount")}" + (each.GetProperty("success").GetBoolean() ? "" : ", without success"));
            throw new AssertionException($"Payment {reference} of {payment.GetProperty("msn")}: {string.Join(", ", missed)}. Its events:\n{string.Join("\n", lines)}");
        }

        /// <summary>That an operation was called. wanted: any of reference, msn, status, body (in part), times (at least one). Oldest first.</summary>
        public async Task<List<JsonElement>> AssertRequested(string operation, object wanted = null)
        {
            var found = await Requests(new { limit = Most }).ConfigureAwait(false);
            var entries = found.Where(each => each.GetProperty("direction").GetString() == "incoming").ToList();
            var fields = Fields(wanted);
            fields["operation"] = operation;
            return Enough(entries, entry => With(entry, ("body", Parsed(entry.GetProperty("request").GetProperty("body").GetString()))), RequestLine, fields, "requests");
        }

        /// <summary>That an event was delivered, once all that is due was sent. wanted: reference, msn, webhook, body, times. Oldest first.</summary>
        public async Task<List<JsonElement>> AssertWebhook(string @event, object wanted = null)
        {
            await Settle().ConfigureAwait(false);
            var sent = await Deliveries(new { limit = Most }).ConfigureAwait(false);
            var fields = Fields(wanted);
            fields["event"] = EventName(@event);
            fields["state"] = "delivered";
            return Enough(sent, Seen, DeliveryLine, fields, "deliveries");
        }

        /// <summary>The latest delivery that succeeded; waits up to timeout seconds (at most 60) for one. wanted: reference, msn, webhook.</summary>
        public async Task<JsonElement> WaitForWebhook(string @event, object wanted = null, int timeout = 5)
        {
            var fields = Fields(wanted);
            if (fields.ContainsKey("reference") && !fields.ContainsKey("msn"))
            {
                fields["msn"] = await Unit(Text(fields["reference"])).ConfigureAwait(false);
            }
            fields["event"] = EventName(@event);
            fields["state"] = "delivered";
            fields["limit"] = 1;
            fields["wait"] = Math.Min(timeout, 60);
            var found = await Deliveries(fields).ConfigureAwait(false);
            if (found.Count > 0) return found[0];
            var others = await Deliveries(new { limit = Most }).ConfigureAwait(false);
            throw new AssertionException($"No webhook within {timeout} seconds: {JsonSerializer.Serialize(fields)}.\n{Listed(others, DeliveryLine)}");
        }

        /// <summary>An event's whole name: captured is short for epayments.payment.captured.v1.</summary>
        public static string EventName(string name) => name.Contains(".") ? name : $"epayments.payment.{name.ToLowerInvariant()}.v1";

        /// <summary>The only unit that has a payment of this reference, else the default one.</summary>
        async Task<string> Unit(string reference)
        {
            var found = await Payments(new { reference }).ConfigureAwait(false);
            var units = found.Select(each => each.GetProperty("msn").GetString()).ToList();
            if (units.Count == 1) return units[0];
            var known = (await Keys().ConfigureAwait(false))["VIPPS_MSN"];
            if (units.Count == 0 || units.Contains(known)) return known;
            throw new ControlException($"The units {string.Join(", ", units)} have a payment {reference}: say which one with msn");
        }

        static string In(string part) => Uri.EscapeDataString(part);

        static string Text(object value) => value is JsonElement json && json.ValueKind == JsonValueKind.String ? json.GetString() : $"{value}";

        static string Taken(Dictionary<string, object> fields, string name)
        {
            if (!fields.TryGetValue(name, out var value)) return null;
            fields.Remove(name);
            return Text(value);
        }

        static double Number(Dictionary<string, object> fields) =>
            fields.TryGetValue("wait", out var wait) && double.TryParse(Text(wait), out var seconds) ? seconds : 0;

        static JsonElement ToJson(object value)
        {
            using (var document = JsonDocument.Parse(JsonSerializer.Serialize(value))) return document.RootElement.Clone();
        }

        static JsonElement? Parsed(string text)
        {
            try
            {
                using (var document = JsonDocument.Parse(text)) return document.RootElement.Clone();
            }
            catch (JsonException)
            {
                return null;
            }
        }

        static Dictionary<string, object> Fields(object options) => options == null
            ? new Dictionary<string, object>()
            : ToJson(options).EnumerateObject().ToDictionary(each => each.Name, each => (object)each.Value);

        static string Query(Dictionary<string, object> fields)
        {
            var pairs = fields.SelectMany(each => Values(each.Value).Select(value => $"{In(each.Key)}={In(Text(value))}")).ToList();
            return pairs.Count == 0 ? "" : "?" + string.Join("&", pairs);
        }

        static IEnumerable<object> Values(object value)
        {
            var json = ToJson(value);
            if (json.ValueKind == JsonValueKind.Array) return json.EnumerateArray().Select(each => (object)each);
            return json.ValueKind == JsonValueKind.Null ? Enumerable.Empty<object>() : new object[] { json };
        }

        static ControlException Refusal(string said, int status, JsonElement? content, string text)
        {
            var violations = new Dictionary<string, string>();
            var reasons = new List<string>();
            if (content is JsonElement problem && problem.ValueKind == JsonValueKind.Object)
            {
                if (problem.TryGetProperty("detail", out var detail)) reasons.Add(detail.GetString());
                if (problem.TryGetProperty("extraDetails", out var details) && details.ValueKind == JsonValueKind.Array)
                {
                    foreach (var each in details.EnumerateArray()) violations[each.GetProperty("name").GetString()] = each.GetProperty("reason").GetString();
                }
            }
            if (violations.Count > 0) reasons.Add(string.Join("; ", violations.Select(each => $"{each.Key}: {each.Value}")));
            var reason = reasons.Count > 0 ? string.Join(" - ", reasons) : text.Substring(0, Math.Min(200, text.Length));
            return new ControlException($"{said}: {status}: {reason}", status, violations);
        }

        /// <summary>What is not as wanted, in words; objects are compared in part.</summary>
        static List<string> Misses(JsonElement actual, Dictionary<string, object> wanted, string prefix = "")
        {
            var found = new List<string>();
            foreach (var each in wanted)
            {
                var want = ToJson(each.Value);
                var there = actual.TryGetProperty(each.Key, out var had);
                if (there && want.ValueKind == JsonValueKind.Object && had.ValueKind == JsonValueKind.Object)
                {
                    found.AddRange(Misses(had, Fields(want), $"{prefix}{each.Key}."));
                    continue;
                }
                var shown = there ? JsonSerializer.Serialize(had) : "missing";
                var wished = JsonSerializer.Serialize(want);
                if (shown != wished) found.Add($"{prefix}{each.Key} is {shown}, wanted {wished}");
            }
            return found;
        }

        static List<JsonElement> Enough(
            List<JsonElement> entries, Func<JsonElement, JsonElement> said, Func<JsonElement, string> line, Dictionary<string, object> wanted, string what)
        {
            var times = Taken(wanted, "times");
            var fitting = entries.Where(each => !Misses(said(each), wanted).Any()).Reverse().ToList();
            if (times == null ? fitting.Count > 0 : fitting.Count.ToString() == times) return fitting;
            throw new AssertionException($"Wanted {times ?? "at least one"}, got {fitting.Count} of {JsonSerializer.Serialize(wanted)}. The latest {what}:\n{Listed(entries, line)}");
        }

        static string Listed(List<JsonElement> entries, Func<JsonElement, string> line)
        {
            if (entries.Count == 0) return "  none at all";
            var shown = string.Join("\n", entries.Take(10).Select(each => "  " + line(each)));
            return entries.Count > 10 ? $"{shown}\n  and {entries.Count - 10} more" : shown;
        }

        static JsonElement With(JsonElement value, params (string Name, object Value)[] more)
        {
            var fields = Fields(value);
            foreach (var each in more) fields[each.Name] = each.Value;
            return ToJson(fields);
        }

        static JsonElement Seen(JsonElement delivery)
        {
            var subject = delivery.GetProperty("subject").GetString().Split(new[] { '/' }, 2);
            var body = Parsed(delivery.GetProperty("body").GetString());
            return With(delivery, ("msn", subject[0]), ("reference", subject.Length > 1 ? subject[1] : ""), ("body", body));
        }

        static string RequestLine(JsonElement entry)
        {
            var operation = entry.GetProperty("operation");
            var name = operation.ValueKind == JsonValueKind.String ? operation.GetString() : $"{entry.GetProperty("method")} {entry.GetProperty("path")}";
            return $"#{entry.GetProperty("id")} {name} {entry.GetProperty("reference")} -> {entry.GetProperty("status")}";
        }

        static string DeliveryLine(JsonElement delivery)
        {
            var met = "";
            foreach (var last in delivery.GetProperty("attempts").EnumerateArray().Reverse().Take(1))
            {
                var status = last.GetProperty("status").GetInt32();
                met = $", answered {(status == 0 ? last.GetProperty("response").GetString() : $"{status}")}";
            }
            return $"#{delivery.GetProperty("id")} {delivery.GetProperty("event")} of {delivery.GetProperty("subject")}: {delivery.GetProperty("state")}{met}";
        }
    }
}
