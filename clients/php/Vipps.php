<?php
// Made by `python -m tools.clients` of the control API's document. PHP 8.0 or later, no dependencies: copy this file.

declare(strict_types=1);

namespace VippsMockserver;

/** The server refused a call, or gave no answer (status 0). The message says what and why. */
final class ControlError extends \RuntimeException
{
    /** @param array<string, string> $violations the fields that were wrong, with their reasons */
    public function __construct(string $message, public int $status = 0, public array $violations = [])
    {
        parent::__construct($message);
    }
}

/** Controls the server at $url, which runs wherever it runs. What is null is left out. */
final class Vipps
{
    private const PATIENCE = 30; // seconds for an answer, beyond those that were asked to be waited
    private const MOST = 10000;

    public string $url;
    private ?string $adminToken;

    /** By default the server at VIPPS_MOCK_URL, VIPPS_BASE_URL or http://127.0.0.1:8080, and the token VIPPS_MOCK_ADMIN_TOKEN. */
    public function __construct(?string $url = null, ?string $adminToken = null)
    {
        $url ??= getenv('VIPPS_MOCK_URL') ?: getenv('VIPPS_BASE_URL') ?: 'http://127.0.0.1:8080';
        $this->url = rtrim($url, '/');
        $this->adminToken = $adminToken ?? (getenv('VIPPS_MOCK_ADMIN_TOKEN') ?: null);
    }

    /** Any control call: $path under /_mock with its query; gives the answer's JSON as arrays, else its text. */
    public function control(string $method, string $path, ?array $body = null, int $wait = 0): mixed
    {
        $headers = ['Content-Type: application/json', 'Connection: close'];
        if ($this->adminToken !== null) {
            $headers[] = "Authorization: Bearer $this->adminToken";
        }
        $http = ['method' => $method, 'header' => $headers, 'ignore_errors' => true, 'timeout' => self::PATIENCE + $wait];
        if ($body !== null) {
            $http['content'] = json_encode($body ?: (object) [], JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
        }
        error_clear_last();
        $text = @file_get_contents("$this->url/_mock$path", false, stream_context_create(['http' => $http]));
        $said = "$method /_mock$path";
        if ($text === false) {
            $reason = preg_replace('/^file_get_contents\([^)]*\): /', '', error_get_last()['message'] ?? 'no reason');
            throw new ControlError("$said: no answer from $this->url: $reason");
        }
        $status = (int) explode(' ', $http_response_header[0])[1];
        $content = json_decode($text, true);
        if ($status >= 400) {
            throw self::refusal($said, $status, is_array($content) ? $content : [], $text);
        }
        return $content ?? $text;
    }

    /** The address to register for webhooks that are to arrive at an inbox. */
    public function inboxUrl(string $name = 'inbox'): string
    {
        return "$this->url/_mock/inbox/$name";
    }

    /** Lists agreements of the Recurring API, the latest first; filters: msn, status, customer, limit. */
    public function agreements(?string $msn = null, ?string $status = null, ?string $customer = null, int|float|null $limit = null): array
    {
        return $this->control('GET', "/agreements" . self::query(self::given(['msn' => $msn, 'status' => $status, 'customer' => $customer, 'limit' => $limit])))['agreements'];
    }

    /** Makes an ACTIVE agreement with so many paid periods behind it; no webhook tells of them. */
    public function makeAgreement(string $msn, int|float|null $periods = null, ?string $customer = null, ?string $pricing = null, int|float|null $amount = null, int|float|null $maximum = null, int|float|null $chargeAmount = null, ?array $interval = null, ?string $productName = null, ?string $externalId = null): array
    {
        return $this->control('POST', "/agreements", self::given(['msn' => $msn, 'periods' => $periods, 'customer' => $customer, 'pricing' => $pricing, 'amount' => $amount, 'maximum' => $maximum, 'chargeAmount' => $chargeAmount, 'interval' => $interval, 'productName' => $productName, 'externalId' => $externalId]));
    }

    /** Shows one agreement with its page and its latest charges. */
    public function agreement(string $agreement): array
    {
        return $this->control('GET', "/agreements/{$this->in($agreement)}");
    }

    /** Accepts for a customer; after a decline the draft keeps waiting. Without consent it is rejected. */
    public function acceptAgreement(string $agreement, ?string $customer = null, ?string $card = null, int|float|null $maximum = null, ?bool $consent = null): array
    {
        return $this->control('POST', "/agreements/{$this->in($agreement)}/accept", self::given(['customer' => $customer, 'card' => $card, 'maximum' => $maximum, 'consent' => $consent]));
    }

    /** Makes the draft expire now. */
    public function expireAgreement(string $agreement): array
    {
        return $this->control('POST', "/agreements/{$this->in($agreement)}/expire", []);
    }

    /** Changes the customer's maximum (VARIABLE). */
    public function changeMaximum(string $agreement, int|float $maximum): array
    {
        return $this->control('POST', "/agreements/{$this->in($agreement)}/maximum", self::given(['maximum' => $maximum]));
    }

    /** Rejects for the customer. */
    public function rejectAgreement(string $agreement): array
    {
        return $this->control('POST', "/agreements/{$this->in($agreement)}/reject", []);
    }

    /** Stops it as its customer, or as the platform (by ADMIN). */
    public function stopAgreement(string $agreement, ?string $by = null): array
    {
        return $this->control('POST', "/agreements/{$this->in($agreement)}/stop", self::given(['by' => $by]));
    }

    /** Returns the certificate that clients trust for TLS, as PEM; 404 without --tls. Needs no admin token. */
    public function certificate(): string
    {
        return $this->control('GET', "/ca.pem");
    }

    /** Lists charges of agreements, the latest first; filters: msn, state, agreement, limit. */
    public function charges(?string $msn = null, ?string $state = null, ?string $agreement = null, int|float|null $limit = null): array
    {
        return $this->control('GET', "/charges" . self::query(self::given(['msn' => $msn, 'state' => $state, 'agreement' => $agreement, 'limit' => $limit])))['charges'];
    }

    /** Tries every charge whose day has come, once, without waiting for the hour; retries among them. */
    public function attemptDue(?string $msn = null): array
    {
        return $this->control('POST', "/charges/attempt-due", self::given(['msn' => $msn]));
    }

    /** Shows one charge with its history. */
    public function charge(string $msn, string $charge): array
    {
        return $this->control('GET', "/charges/{$this->in($msn)}/{$this->in($charge)}");
    }

    /** Makes it fail now for a reason: for good, or this time only. */
    public function failCharge(string $msn, string $charge, ?string $reason = null, ?bool $forGood = null): array
    {
        return $this->control('POST', "/charges/{$this->in($msn)}/{$this->in($charge)}/fail", self::given(['reason' => $reason, 'forGood' => $forGood]));
    }

    /** Charges the customer now, whatever day and hour it is, and whatever cards and amounts say. */
    public function succeedCharge(string $msn, string $charge): array
    {
        return $this->control('POST', "/charges/{$this->in($msn)}/{$this->in($charge)}/succeed", []);
    }

    /** Says which points of the official checklists have been shown, and by what, with examples; filters: msn, api. */
    public function checklist(?string $msn = null, ?string $api = null, ?string $description = null, ?string $documentation = null, ?string $pilot = null, ?string $demo = null): array
    {
        return $this->control('GET', "/checklist" . self::query(self::given(['msn' => $msn, 'api' => $api, 'description' => $description, 'documentation' => $documentation, 'pilot' => $pilot, 'demo' => $demo])))['points'];
    }

    /** Lists logins that merchants started, the latest first; filters: phone, state, limit. */
    public function authentications(?string $phone = null, ?string $state = null, int|float|null $limit = null): array
    {
        return $this->control('GET', "/ciba" . self::query(self::given(['phone' => $phone, 'state' => $state, 'limit' => $limit])))['authentications'];
    }

    /** Shows one of these logins by its auth_req_id. */
    public function authentication(string $authReqId): array
    {
        return $this->control('GET', "/ciba/{$this->in($authReqId)}");
    }

    /** Confirms one on the phone, with consent; redirectTo is where the phone's browser goes, if anywhere. */
    public function confirmAuthentication(string $authReqId, ?array $marketing = null, ?array $flow = null): array
    {
        return $this->control('POST', "/ciba/{$this->in($authReqId)}/confirm", self::given(['marketing' => $marketing, 'flow' => $flow]));
    }

    /** Rejects one on the phone: access_denied. */
    public function denyAuthentication(string $authReqId): array
    {
        return $this->control('POST', "/ciba/{$this->in($authReqId)}/deny", []);
    }

    /** Rejects one because the app is too old: access_denied with error_code old_app. */
    public function findOldApp(string $authReqId): array
    {
        return $this->control('POST', "/ciba/{$this->in($authReqId)}/old-app", []);
    }

    /** Tells the time. */
    public function clock(): array
    {
        return $this->control('GET', "/clock");
    }

    /** Moves the clock forward; answers when everything due has happened. */
    public function advance(string $duration): array
    {
        return $this->control('POST', "/clock/advance", self::given(['duration' => $duration]));
    }

    /** Lists what is due next on the emulator's clock, the next first; filter: limit. */
    public function due(int|float|null $limit = null): array
    {
        return $this->control('GET', "/clock/due" . self::query(self::given(['limit' => $limit])))['due'];
    }

    /** Stops the clock where it is. */
    public function freeze(): array
    {
        return $this->control('POST', "/clock/freeze", []);
    }

    /** Moves the clock to a time, which may not be in its past. */
    public function setClock(string $at): array
    {
        return $this->control('POST', "/clock/set", self::given(['at' => $at]));
    }

    /** Restarts the clock from where it stands. */
    public function unfreeze(): array
    {
        return $this->control('POST', "/clock/unfreeze", []);
    }

    /** Lists what users share with sales units by login; filters: msn, phone, limit. */
    public function consents(?string $msn = null, ?string $phone = null, int|float|null $limit = null): array
    {
        return $this->control('GET', "/consents" . self::query(self::given(['msn' => $msn, 'phone' => $phone, 'limit' => $limit])))['consents'];
    }

    /** Withdraws a user's consent: tokens end, the next login asks again, the consent webhook is called. */
    public function withdrawConsent(string $msn, string $phone): array
    {
        return $this->control('POST', "/consents/{$this->in($msn)}/{$this->in($phone)}/withdraw", []);
    }

    /** Lists customers in the order of the world; filters: market, limit. */
    public function customers(?string $market = null, int|float|null $limit = null): array
    {
        return $this->control('GET', "/customers" . self::query(self::given(['market' => $market, 'limit' => $limit])))['customers'];
    }

    /** Adds a customer, or changes the one with this phone; only phone is required. */
    public function saveCustomer(string $phone, ?string $first_name = null, ?string $last_name = null, ?string $email = null, ?string $birth_date = null, ?string $market = null, ?string $token = null, ?string $nin = null, ?array $addresses = null, ?array $cards = null, int|float|null $payment_limit = null, ?bool $has_approved = null, ?string $gender = null, ?bool $email_verified = null, ?string $login = null, int|float|null $login_delay = null, ?bool $active = null, ?string $payment = null, int|float|null $payment_delay = null, ?string $decline_reason = null, ?string $environment = null): array
    {
        return $this->control('POST', "/customers", self::given(['phone' => $phone, 'first_name' => $first_name, 'last_name' => $last_name, 'email' => $email, 'birth_date' => $birth_date, 'market' => $market, 'token' => $token, 'nin' => $nin, 'addresses' => $addresses, 'cards' => $cards, 'payment_limit' => $payment_limit, 'has_approved' => $has_approved, 'gender' => $gender, 'email_verified' => $email_verified, 'login' => $login, 'login_delay' => $login_delay, 'active' => $active, 'payment' => $payment, 'payment_delay' => $payment_delay, 'decline_reason' => $decline_reason, 'environment' => $environment]));
    }

    /** Shows one customer. */
    public function customer(string $phone): array
    {
        return $this->control('GET', "/customers/{$this->in($phone)}");
    }

    /** Lists emails to merchants and partners, the latest first; filters: address, order, limit. */
    public function emails(?string $address = null, ?string $order = null, int|float|null $limit = null): array
    {
        return $this->control('GET', "/emails" . self::query(self::given(['address' => $address, 'order' => $order, 'limit' => $limit])))['emails'];
    }

    /** Tells whether the server is up. */
    public function health(): array
    {
        return $this->control('GET', "/health");
    }

    /** Lists what arrived at an inbox, the latest first; filter: limit. */
    public function inbox(string $name, int|float|null $limit = null): array
    {
        return $this->control('GET', "/inbox/{$this->in($name)}" . self::query(self::given(['limit' => $limit])))['messages'];
    }

    /** Sets how an inbox answers: status, delaySeconds, hang. */
    public function setInbox(string $name, int|float|null $status = null, int|float|null $delaySeconds = null, ?bool $hang = null): array
    {
        return $this->control('PATCH', "/inbox/{$this->in($name)}", self::given(['status' => $status, 'delaySeconds' => $delaySeconds, 'hang' => $hang]))['behaviour'];
    }

    /** Deletes an inbox and everything in it. */
    public function deleteInbox(string $name): void
    {
        $this->control('DELETE', "/inbox/{$this->in($name)}");
    }

    /** Shows the variables that clients need: address and keys; format: json, env, export or dotenv. */
    public function keys(): array
    {
        return $this->control('GET', "/keys")['variables'];
    }

    /** Creates a new key for id tokens; earlier keys stay in the JWKS. */
    public function rotateLoginKey(): string
    {
        return $this->control('POST', "/login-keys/rotate", [])['kid'];
    }

    /** Lists logins, the latest first; filters: msn, phone, state, limit. */
    public function logins(?string $msn = null, ?string $phone = null, ?string $state = null, int|float|null $limit = null): array
    {
        return $this->control('GET', "/logins" . self::query(self::given(['msn' => $msn, 'phone' => $phone, 'state' => $state, 'limit' => $limit])))['logins'];
    }

    /** Shows one login: its state, its page, and where the browser goes next. */
    public function login(string $login): array
    {
        return $this->control('GET', "/logins/{$this->in($login)}");
    }

    /** Confirms a login for a customer, with consent; redirectTo is where the browser goes. */
    public function approveLogin(string $login, ?array $marketing = null, ?array $flow = null, ?string $customer = null): array
    {
        return $this->control('POST', "/logins/{$this->in($login)}/approve", self::given(['marketing' => $marketing, 'flow' => $flow, 'customer' => $customer]));
    }

    /** Rejects a login; reason is the error that the client gets, access_denied by default. */
    public function rejectLogin(string $login, ?string $reason = null): array
    {
        return $this->control('POST', "/logins/{$this->in($login)}/reject", self::given(['reason' => $reason]));
    }

    /** Lists merchants. */
    public function merchants(): array
    {
        return $this->control('GET', "/merchants")['merchants'];
    }

    /** Registers a company without a merchant agreement, as the portal does. */
    public function registerMerchant(string $organisation_number, string $name, string $market, ?string $email = null): array
    {
        return $this->control('POST', "/merchants", self::given(['organisation_number' => $organisation_number, 'name' => $name, 'market' => $market, 'email' => $email]));
    }

    /** Shows one merchant. */
    public function merchant(string $merchant): array
    {
        return $this->control('GET', "/merchants/{$this->in($merchant)}");
    }

    /** Changes a merchant: any field except id and agreement; orders decides on its product orders. */
    public function changeMerchant(string $merchant, ?string $name = null, ?string $organisation_number = null, ?string $market = null, ?bool $active = null, ?array $orders = null, ?string $created_at = null, ?string $updated_at = null, ?array $business_address = null, ?array $post_address = null, ?string $email = null, ?array $donation_keys = null): array
    {
        return $this->control('PATCH', "/merchants/{$this->in($merchant)}", self::given(['name' => $name, 'organisation_number' => $organisation_number, 'market' => $market, 'active' => $active, 'orders' => $orders, 'created_at' => $created_at, 'updated_at' => $updated_at, 'business_address' => $business_address, 'post_address' => $post_address, 'email' => $email, 'donation_keys' => $donation_keys]));
    }

    /** Activates a signed agreement now; orders that waited for it continue. */
    public function activateAgreement(string $merchant): array
    {
        return $this->control('POST', "/merchants/{$this->in($merchant)}/agreement/activate", []);
    }

    /** Declines a signed agreement and every order of the merchant in process. */
    public function declineAgreement(string $merchant): array
    {
        return $this->control('POST', "/merchants/{$this->in($merchant)}/agreement/decline", []);
    }

    /** Signs a merchant's agreement; withRights false: as somebody without signing rights. */
    public function signAgreement(string $merchant, ?bool $withRights = null, ?string $name = null): array
    {
        return $this->control('POST', "/merchants/{$this->in($merchant)}/agreement/sign", self::given(['withRights' => $withRights, 'name' => $name]));
    }

    /** Lists who may use the portal for a merchant, its administrator first. */
    public function users(string $merchant): array
    {
        return $this->control('GET', "/merchants/{$this->in($merchant)}/users")['users'];
    }

    /** Lets somebody use the portal for a merchant; rights: see, manage, keys or administer. */
    public function inviteUser(string $merchant, string $email, string $name, array $rights, ?string $partner_id = null, ?array $units = null): array
    {
        return $this->control('POST', "/merchants/{$this->in($merchant)}/users", self::given(['email' => $email, 'name' => $name, 'rights' => $rights, 'partner_id' => $partner_id, 'units' => $units]));
    }

    /** Changes what somebody may do for a merchant, from the next page on. */
    public function changeUser(string $merchant, string $email, array $rights, ?array $units = null): array
    {
        return $this->control('PATCH', "/merchants/{$this->in($merchant)}/users/{$this->in($email)}", self::given(['rights' => $rights, 'units' => $units]));
    }

    /** Takes somebody's access to a merchant's portal away, from the next page on. */
    public function removeUser(string $merchant, string $email): void
    {
        $this->control('DELETE', "/merchants/{$this->in($merchant)}/users/{$this->in($email)}");
    }

    /** Lists what happened, in order: after a number, or from now on; wait for some. */
    public function news(int|float|null $after = null, int|float|null $wait = null, int|float|null $limit = null, ?string $brief = null): array
    {
        return $this->control('GET', "/news" . self::query(self::given(['after' => $after, 'wait' => $wait, 'limit' => $limit, 'brief' => $brief])), null, (int) $wait);
    }

    /** Lists partners with their keys, rights and price packages. */
    public function partners(): array
    {
        return $this->control('GET', "/partners")['partners'];
    }

    /** Applies to be a partner, for a company that is none: its stage is applied. */
    public function applyToBeAPartner(string $name, string $organisationNumber, string $email, ?string $market = null, ?string $contact = null, ?string $website = null, ?array $kinds = null, ?string $solution = null, int|float|null $approvesAfter = null): array
    {
        return $this->control('POST', "/partners", self::given(['name' => $name, 'organisationNumber' => $organisationNumber, 'email' => $email, 'market' => $market, 'contact' => $contact, 'website' => $website, 'kinds' => $kinds, 'solution' => $solution, 'approvesAfter' => $approvesAfter]));
    }

    /** Shows one partner. */
    public function partner(string $partner): array
    {
        return $this->control('GET', "/partners/{$this->in($partner)}");
    }

    /** Changes a partner: any field except id. Its kinds, level and stage say which of its keys work. */
    public function changePartner(string $partner, ?string $name = null, ?string $level = null, ?string $market = null, ?array $keys = null, ?array $management_keys = null, ?array $accounting_keys = null, ?array $permissions = null, ?array $price_packages = null, ?string $email = null, ?array $kinds = null, ?string $stage = null): array
    {
        return $this->control('PATCH', "/partners/{$this->in($partner)}", self::given(['name' => $name, 'level' => $level, 'market' => $market, 'keys' => $keys, 'management_keys' => $management_keys, 'accounting_keys' => $accounting_keys, 'permissions' => $permissions, 'price_packages' => $price_packages, 'email' => $email, 'kinds' => $kinds, 'stage' => $stage]));
    }

    /** Applies once more, for a company that was declined. */
    public function applyAgain(string $partner, string $name, string $organisationNumber, string $email, ?string $market = null, ?string $contact = null, ?string $website = null, ?array $kinds = null, ?string $solution = null, int|float|null $approvesAfter = null): array
    {
        return $this->control('POST', "/partners/{$this->in($partner)}/apply", self::given(['name' => $name, 'organisationNumber' => $organisationNumber, 'email' => $email, 'market' => $market, 'contact' => $contact, 'website' => $website, 'kinds' => $kinds, 'solution' => $solution, 'approvesAfter' => $approvesAfter]));
    }

    /** Approves an application now: a test sales unit, and the keys that kind and level have. */
    public function approvePartner(string $partner, ?string $level = null): array
    {
        return $this->control('POST', "/partners/{$this->in($partner)}/approve", self::given(['level' => $level]));
    }

    /** Declines an application, with a reason. */
    public function declinePartner(string $partner, ?string $reason = null): array
    {
        return $this->control('POST', "/partners/{$this->in($partner)}/decline", self::given(['reason' => $reason]));
    }

    /** Lists a partner's employees: those it has told of, and others whom merchants have let in. */
    public function employees(string $partner): array
    {
        return $this->control('GET', "/partners/{$this->in($partner)}/employees")['users'];
    }

    /** Adds an employee of a partner, or changes the name of one; merchants give access. */
    public function addEmployee(string $partner, string $email, string $name): array
    {
        return $this->control('POST', "/partners/{$this->in($partner)}/employees", self::given(['email' => $email, 'name' => $name]));
    }

    /** Removes an employee of a partner, and with that every access that merchants have given. */
    public function removeEmployee(string $partner, string $email): void
    {
        $this->control('DELETE', "/partners/{$this->in($partner)}/employees/{$this->in($email)}");
    }

    /** Grants a partner a right: management or prefill. */
    public function grant(string $partner, string $permission): array
    {
        return $this->control('PUT', "/partners/{$this->in($partner)}/permissions/{$this->in($permission)}");
    }

    /** Withdraws a right, from the next call on. */
    public function revoke(string $partner, string $permission): array
    {
        return $this->control('DELETE', "/partners/{$this->in($partner)}/permissions/{$this->in($permission)}");
    }

    /** Shows how far a partner has come: application, evidence, what is missing, history. */
    public function partnerRoad(string $partner): array
    {
        return $this->control('GET', "/partners/{$this->in($partner)}/road");
    }

    /** Changes what a partner shows: termsAccepted, documentation, demo, examples. */
    public function showEvidence(string $partner, ?bool $termsAccepted = null, ?string $documentation = null, ?string $demo = null, ?array $examples = null): array
    {
        return $this->control('PATCH', "/partners/{$this->in($partner)}/road", self::given(['termsAccepted' => $termsAccepted, 'documentation' => $documentation, 'demo' => $demo, 'examples' => $examples]));
    }

    /** Sends back what a partner has sent in, with what is missing. */
    public function sendBack(string $partner, ?string $reason = null): array
    {
        return $this->control('POST', "/partners/{$this->in($partner)}/send-back", self::given(['reason' => $reason]));
    }

    /** Sends in what a partner shows, to be verified. */
    public function sendIn(string $partner): array
    {
        return $this->control('POST', "/partners/{$this->in($partner)}/send-in", []);
    }

    /** Starts the pilot with a connected sales unit, or with another one. */
    public function startPilot(string $partner, string $msn): array
    {
        return $this->control('POST', "/partners/{$this->in($partner)}/start-pilot", self::given(['msn' => $msn]));
    }

    /** Verifies a partner: its keys work in production, and merchants can choose it. */
    public function verifyPartner(string $partner): array
    {
        return $this->control('POST', "/partners/{$this->in($partner)}/verify", []);
    }

    /** Lists payments, the latest first; filters: msn, state, reference, limit. */
    public function payments(?string $msn = null, ?string $state = null, ?string $reference = null, int|float|null $limit = null): array
    {
        return $this->control('GET', "/payments" . self::query(self::given(['msn' => $msn, 'state' => $state, 'reference' => $reference, 'limit' => $limit])))['payments'];
    }

    /** Shows one payment with its events and the page where its customer approves. */
    public function payment(string $reference, ?string $msn = null): array
    {
        $msn ??= $this->unit($reference);
        return $this->control('GET', "/payments/{$this->in($msn)}/{$this->in($reference)}");
    }

    /** Cancels for the customer. */
    public function abort(string $reference, ?string $msn = null): array
    {
        $msn ??= $this->unit($reference);
        return $this->control('POST', "/payments/{$this->in($msn)}/{$this->in($reference)}/abort", []);
    }

    /** Approves for a customer, whatever the amount and cards; Express too. Without consent the payment fails. */
    public function approve(string $reference, ?string $msn = null, ?string $customer = null, ?bool $consent = null, ?string $shippingOptionId = null, int|float|null $address = null, ?string $card = null): array
    {
        $msn ??= $this->unit($reference);
        return $this->control('POST', "/payments/{$this->in($msn)}/{$this->in($reference)}/approve", self::given(['customer' => $customer, 'consent' => $consent, 'shippingOptionId' => $shippingOptionId, 'address' => $address, 'card' => $card]));
    }

    /** Makes an attempt fail: the event has success false, and the payment keeps waiting. */
    public function decline(string $reference, ?string $msn = null, ?string $reason = null): array
    {
        $msn ??= $this->unit($reference);
        return $this->control('POST', "/payments/{$this->in($msn)}/{$this->in($reference)}/decline", self::given(['reason' => $reason]));
    }

    /** Makes the payment time out now. */
    public function expire(string $reference, ?string $msn = null): array
    {
        $msn ??= $this->unit($reference);
        return $this->control('POST', "/payments/{$this->in($msn)}/{$this->in($reference)}/expire", []);
    }

    /** Shows one payment with its requests, events and deliveries, without any secret: for bug reports. */
    public function report(string $reference, ?string $msn = null): array
    {
        $msn ??= $this->unit($reference);
        return $this->control('GET', "/payments/{$this->in($msn)}/{$this->in($reference)}/report");
    }

    /** Lists product orders, the latest first; filters: partner, merchant, status, type, limit. */
    public function orders(?string $partner = null, ?string $merchant = null, ?string $status = null, ?string $type = null, int|float|null $limit = null): array
    {
        return $this->control('GET', "/product-orders" . self::query(self::given(['partner' => $partner, 'merchant' => $merchant, 'status' => $status, 'type' => $type, 'limit' => $limit])))['productOrders'];
    }

    /** Creates a TEMPLATE or MANUAL order, as if it had not come by API; partner may be left out. */
    public function makeOrder(string $type, array $form, ?string $partner = null): array
    {
        return $this->control('POST', "/product-orders", self::given(['type' => $type, 'form' => $form, 'partner' => $partner]));
    }

    /** Shows a whole order, with its form, dropped fields, hold and reason for rejection. */
    public function order(string $order): array
    {
        return $this->control('GET', "/product-orders/{$this->in($order)}");
    }

    /** Answers a hold for the merchant, with what its reason asks for; what follows is the merchant's policy. */
    public function answerOrder(string $order, ?string $text = null, ?array $documents = null, ?string $website = null, ?string $terms = null, ?string $app = null, ?string $purpose = null, ?string $signatory = null, ?string $product = null, ?array $account = null, ?string $category = null): array
    {
        return $this->control('POST', "/product-orders/{$this->in($order)}/answer", self::given(['text' => $text, 'documents' => $documents, 'website' => $website, 'terms' => $terms, 'app' => $app, 'purpose' => $purpose, 'signatory' => $signatory, 'product' => $product, 'account' => $account, 'category' => $category]));
    }

    /** Completes an order now, whatever holds it up; activates a signed merchant agreement too. */
    public function approveOrder(string $order): array
    {
        return $this->control('POST', "/product-orders/{$this->in($order)}/approve", []);
    }

    /** Makes an order that was not submitted expire now. */
    public function expireOrder(string $order): array
    {
        return $this->control('POST', "/product-orders/{$this->in($order)}/expire", []);
    }

    /** Holds an order for a reason that the merchant sees and the partner does not. */
    public function holdOrder(string $order, ?string $reason = null): array
    {
        return $this->control('POST', "/product-orders/{$this->in($order)}/hold", self::given(['reason' => $reason]));
    }

    /** Declines an order now, with a reason that the partner never sees. */
    public function rejectOrder(string $order, ?string $reason = null): array
    {
        return $this->control('POST', "/product-orders/{$this->in($order)}/reject", self::given(['reason' => $reason]));
    }

    /** Resumes processing, which ends at once when its time is over. */
    public function releaseOrder(string $order): array
    {
        return $this->control('POST', "/product-orders/{$this->in($order)}/release", []);
    }

    /** Opens and submits the form for the merchant, with changes to its fields if any. */
    public function submitOrder(string $order, ?array $form = null): array
    {
        return $this->control('POST', "/product-orders/{$this->in($order)}/submit", self::given(['form' => $form]));
    }

    /** Opens the form for the merchant. */
    public function viewOrder(string $order): array
    {
        return $this->control('POST', "/product-orders/{$this->in($order)}/view", []);
    }

    /** Lists the journal, the latest first; filters: operation, api, msn, reference, status, warnings, limit. */
    public function requests(?string $operation = null, ?string $api = null, ?string $msn = null, ?string $reference = null, int|float|null $status = null, ?string $warnings = null, int|float|null $limit = null): array
    {
        return $this->control('GET', "/requests" . self::query(self::given(['operation' => $operation, 'api' => $api, 'msn' => $msn, 'reference' => $reference, 'status' => $status, 'warnings' => $warnings, 'limit' => $limit])))['requests'];
    }

    /** Shows one journal entry. */
    public function journalEntry(string $request): array
    {
        return $this->control('GET', "/requests/{$this->in($request)}");
    }

    /** Restores the state that the server started with; keep webhooks retains registrations made by API. */
    public function reset(?array $keep = null): void
    {
        $this->control('POST', "/reset", self::given(['keep' => $keep]));
    }

    /** Lists sales units with their configuration and keys. */
    public function salesUnits(): array
    {
        return $this->control('GET', "/sales-units")['salesUnits'];
    }

    /** Shows one sales unit with its configuration and keys. */
    public function salesUnit(string $msn): array
    {
        return $this->control('GET', "/sales-units/{$this->in($msn)}");
    }

    /** Changes a sales unit: any field except msn, merchant_id and keys; configuration and login are merged. */
    public function changeSalesUnit(string $msn, ?string $name = null, ?array $configuration = null, ?string $partner_id = null, ?bool $active = null, ?array $account = null, ?array $login = null, ?string $environment = null): array
    {
        return $this->control('PATCH', "/sales-units/{$this->in($msn)}", self::given(['name' => $name, 'configuration' => $configuration, 'partner_id' => $partner_id, 'active' => $active, 'account' => $account, 'login' => $login, 'environment' => $environment]));
    }

    /** Makes keys of a sales unit anew; the old ones end at once. keys: all but client_id when left out. */
    public function regenerateKeys(string $msn, ?array $keys = null): array
    {
        return $this->control('POST', "/sales-units/{$this->in($msn)}/keys/regenerate", self::given(['keys' => $keys]));
    }

    /** Lists the rules in order, with how often each matched and was applied, and the packaged profiles. */
    public function rules(): array
    {
        return $this->control('GET', "/scenarios")['rules'];
    }

    /** Adds a rule after the others; position 0 puts it first. The keys are those of a file. */
    public function addRule(array $rule): array
    {
        return $this->control('POST', "/scenarios", $rule);
    }

    /** Replaces all rules by packaged profiles: {"profiles": ["declines"]}; an empty list: no rules. */
    public function scenario(array $profiles): array
    {
        return $this->control('PUT', "/scenarios", self::given(['profiles' => $profiles]))['rules'];
    }

    /** Shows one rule. */
    public function rule(string $name): array
    {
        return $this->control('GET', "/scenarios/{$this->in($name)}");
    }

    /** Replaces a rule and sets its counts to zero; name may be left out. */
    public function replaceRule(string $name, array $rule): array
    {
        return $this->control('PUT', "/scenarios/{$this->in($name)}", $rule);
    }

    /** Deletes a rule. */
    public function deleteRule(string $name): void
    {
        $this->control('DELETE', "/scenarios/{$this->in($name)}");
    }

    /** Says for each condition whether a rule matches a journal entry (entry), or a request described in the query. */
    public function explainRule(string $name, int|float|null $entry = null, ?string $operation = null, ?string $api = null, int|float|null $amount = null, ?array $header = null, ?string $msn = null, ?string $partner = null, ?string $client = null, ?string $phone = null, ?string $reference = null, ?string $agreement = null, ?string $charge = null, ?string $product = null, ?string $business = null): array
    {
        return $this->control('GET', "/scenarios/{$this->in($name)}/explain" . self::query(self::given(['entry' => $entry, 'operation' => $operation, 'api' => $api, 'amount' => $amount, 'header' => $header, 'msn' => $msn, 'partner' => $partner, 'client' => $client, 'phone' => $phone, 'reference' => $reference, 'agreement' => $agreement, 'charge' => $charge, 'product' => $product, 'business' => $business])));
    }

    /** Switches a rule off. */
    public function switchOff(string $name): array
    {
        return $this->control('POST', "/scenarios/{$this->in($name)}/off", []);
    }

    /** Switches a rule on. */
    public function switchOn(string $name): array
    {
        return $this->control('POST', "/scenarios/{$this->in($name)}/on", []);
    }

    /** Lists the snapshots, by name. */
    public function snapshots(): array
    {
        return $this->control('GET', "/snapshots")['snapshots'];
    }

    /** Takes a snapshot of everything that the server knows, replacing one of the same name; 20 at most. */
    public function takeSnapshot(string $name): array
    {
        return $this->control('PUT', "/snapshots/{$this->in($name)}", []);
    }

    /** Deletes a snapshot. */
    public function deleteSnapshot(string $name): void
    {
        $this->control('DELETE', "/snapshots/{$this->in($name)}");
    }

    /** Restores a snapshot, the clock included. */
    public function restoreSnapshot(string $name): array
    {
        return $this->control('POST', "/snapshots/{$this->in($name)}/restore", []);
    }

    /** Returns everything that the server knows as a state file: see State files and snapshots. */
    public function exportState(): array
    {
        return $this->control('GET', "/state");
    }

    /** Replaces everything by a state file (64 MiB at most), or changes nothing. */
    public function importState(array $state): void
    {
        $this->control('PUT', "/state", $state);
    }

    /** Creates a new key for access tokens; those signed before stay valid. */
    public function rotateTokenKey(): string
    {
        return $this->control('POST', "/token-keys/rotate", [])['kid'];
    }

    /** Lists all registrations with their faults, without their secrets. */
    public function webhooks(): array
    {
        return $this->control('GET', "/webhooks")['webhooks'];
    }

    /** Registers a webhook for an msn, a partnerId or both, with a secret and id of your choice; shows the secret. */
    public function registerWebhook(string $url, array $events, ?string $msn = null, ?string $partnerId = null, ?string $id = null, ?string $secret = null): array
    {
        return $this->control('POST', "/webhooks", self::given(['url' => $url, 'events' => $events, 'msn' => $msn, 'partnerId' => $partnerId, 'id' => $id, 'secret' => $secret]));
    }

    /** Lists deliveries, the latest first; filters: webhook, msn, reference, event, state, limit; wait for one. */
    public function deliveries(?string $webhook = null, ?string $msn = null, ?string $reference = null, ?string $event = null, ?string $state = null, int|float|null $limit = null, int|float|null $wait = null): array
    {
        return $this->control('GET', "/webhooks/deliveries" . self::query(self::given(['webhook' => $webhook, 'msn' => $msn, 'reference' => $reference, 'event' => $event, 'state' => $state, 'limit' => $limit, 'wait' => $wait])), null, (int) $wait)['deliveries'];
    }

    /** Sends a delivery again. */
    public function replayDelivery(string $delivery): void
    {
        $this->control('POST', "/webhooks/deliveries/{$this->in($delivery)}/replay", []);
    }

    /** Checks the signatures of a delivery again, by the secret of its registration or by the one given. */
    public function verifyDelivery(string $delivery, ?string $secret = null): array
    {
        return $this->control('POST', "/webhooks/deliveries/{$this->in($delivery)}/verify", self::given(['secret' => $secret]));
    }

    /** Delivers everything due now; answers when it has been tried. */
    public function settle(): void
    {
        $this->control('POST', "/webhooks/settle", []);
    }

    /** Breaks a registration's deliveries: duplicate, delaySeconds, reorder, wrongSignature, dropFirst. */
    public function breakWebhook(string $webhook, ?bool $duplicate = null, int|float|null $delaySeconds = null, ?bool $reorder = null, ?bool $wrongSignature = null, int|float|null $dropFirst = null): array
    {
        return $this->control('POST', "/webhooks/{$this->in($webhook)}/faults", self::given(['duplicate' => $duplicate, 'delaySeconds' => $delaySeconds, 'reorder' => $reorder, 'wrongSignature' => $wrongSignature, 'dropFirst' => $dropFirst]));
    }

    /** Holds back all deliveries of a registration. */
    public function pauseWebhook(string $webhook): array
    {
        return $this->control('POST', "/webhooks/{$this->in($webhook)}/pause", []);
    }

    /** Sends all kept deliveries of a registration again, the oldest first. */
    public function replayWebhook(string $webhook): int
    {
        return $this->control('POST', "/webhooks/{$this->in($webhook)}/replay", [])['replayed'];
    }

    /** Releases held deliveries. */
    public function resumeWebhook(string $webhook): array
    {
        return $this->control('POST', "/webhooks/{$this->in($webhook)}/resume", []);
    }

    /** Sends a sample of any event to a registration, whether it registered for it or not. */
    public function sampleWebhook(string $webhook, string $event): void
    {
        $this->control('POST', "/webhooks/{$this->in($webhook)}/sample", self::given(['event' => $event]));
    }

    /** Shows everybody as a world file, with their keys and the webhooks of units and partners. */
    public function world(): array
    {
        return $this->control('GET', "/world");
    }

    /** That a payment stands so: $wanted has any of its fields; events are the names of those that succeeded, in order. */
    public function assertPayment(string $reference, ?string $msn = null, mixed ...$wanted): array
    {
        try {
            $payment = $this->payment($reference, $msn);
        } catch (ControlError $error) {
            throw $error->status === 404 ? self::failed($error->getMessage()) : $error;
        }
        $good = array_filter($payment['events'], fn (array $each): bool => $each['success']);
        $missed = self::misses(['events' => array_column($good, 'name')] + $payment, $wanted);
        if ($missed !== []) {
            $lines = ["Payment $reference of {$payment['msn']}: " . implode(', ', $missed) . '. Its events:'];
            foreach ($payment['events'] as $each) {
                $lines[] = "  {$each['name']} {$each['amount']}" . ($each['success'] ? '' : ', without success');
            }
            throw self::failed(implode("\n", $lines));
        }
        self::passed();
        return $payment;
    }

    /** That an operation was called, exactly so many $times or at least once; gives the calls, oldest first. */
    public function assertRequested(
        string $operation,
        ?string $reference = null,
        ?string $msn = null,
        ?int $status = null,
        ?array $body = null,
        ?int $times = null
    ): array {
        $entries = array_values(array_filter($this->requests(limit: self::MOST), fn (array $each): bool => $each['direction'] === 'incoming'));
        $said = fn (array $each): array => ['body' => json_decode($each['request']['body'], true)] + $each;
        $line = fn (array $each): string => "#{$each['id']} " . ($each['operation'] ?? "{$each['method']} {$each['path']}")
            . " {$each['reference']} -> {$each['status']}";
        $wanted = self::given(['operation' => $operation, 'reference' => $reference, 'msn' => $msn, 'status' => $status, 'body' => $body]);
        return self::enough($entries, $said, $line, $wanted, $times, 'requests');
    }

    /** That an event was delivered, once all that is due was sent; gives the deliveries, oldest first. */
    public function assertWebhook(
        string $event,
        ?string $reference = null,
        ?string $msn = null,
        ?string $webhook = null,
        ?array $body = null,
        ?int $times = null
    ): array {
        $this->settle();
        $wanted = ['event' => self::eventName($event), 'state' => 'delivered', 'reference' => $reference, 'msn' => $msn];
        $wanted = self::given($wanted + ['webhook' => $webhook, 'body' => $body]);
        return self::enough($this->deliveries(limit: self::MOST), [self::class, 'seen'], [self::class, 'deliveryLine'], $wanted, $times, 'deliveries');
    }

    /** The latest delivery that succeeded; waits up to $timeout seconds (at most 60) for one. */
    public function waitForWebhook(
        string $event,
        ?string $reference = null,
        ?string $msn = null,
        ?string $webhook = null,
        int $timeout = 5
    ): array {
        $msn ??= $reference === null ? null : $this->unit($reference);
        $name = self::eventName($event);
        $found = $this->deliveries($webhook, $msn, $reference, $name, 'delivered', 1, min($timeout, 60));
        if ($found !== []) {
            self::passed();
            return $found[0];
        }
        $others = self::listed($this->deliveries(limit: self::MOST), [self::class, 'deliveryLine']);
        throw self::failed("No webhook within $timeout seconds: " . implode(' ', array_filter([$name, $reference, $msn, $webhook])) . ".\n$others");
    }

    /** An event's whole name: captured is short for epayments.payment.captured.v1. */
    public static function eventName(string $event): string
    {
        return str_contains($event, '.') ? $event : 'epayments.payment.' . strtolower($event) . '.v1';
    }

    /** The only unit that has a payment of this reference, else the default one. */
    private function unit(string $reference): string
    {
        $units = array_column($this->payments(reference: $reference), 'msn');
        if (count($units) === 1) {
            return $units[0];
        }
        $known = $this->keys()['VIPPS_MSN'];
        if ($units !== [] && !in_array($known, $units, true)) {
            throw new ControlError('The units ' . implode(', ', $units) . " have a payment $reference: say which one with msn");
        }
        return $known;
    }

    private function in(string $part): string
    {
        return rawurlencode($part);
    }

    private static function given(array $fields): array
    {
        return array_filter($fields, fn (mixed $value): bool => $value !== null);
    }

    private static function query(array $fields): string
    {
        $pairs = [];
        foreach ($fields as $name => $value) {
            foreach ((array) $value as $each) {
                $pairs[] = rawurlencode($name) . '=' . rawurlencode((string) $each);
            }
        }
        return $pairs === [] ? '' : '?' . implode('&', $pairs);
    }

    private static function refusal(string $said, int $status, array $problem, string $text): ControlError
    {
        $violations = array_column($problem['extraDetails'] ?? [], 'reason', 'name');
        $named = implode('; ', array_map(fn (string $name): string => "$name: $violations[$name]", array_keys($violations)));
        $reason = implode(' - ', array_filter([$problem['detail'] ?? '', $named])) ?: substr($text, 0, 200);
        return new ControlError("$said: $status: $reason", $status, $violations);
    }

    /** A failure as PHPUnit has it, where PHPUnit is there. */
    private static function failed(string $message): \Throwable
    {
        $phpunit = 'PHPUnit\Framework\AssertionFailedError';
        return class_exists($phpunit) ? new $phpunit($message) : new \AssertionError($message);
    }

    private static function passed(): void
    {
        if (class_exists($assert = 'PHPUnit\Framework\Assert', false)) {
            $assert::assertTrue(true); // so that PHPUnit does not call the test risky
        }
    }

    /** What is not as wanted, in words; objects are compared in part. */
    private static function misses(array $actual, array $wanted, string $prefix = ''): array
    {
        $found = [];
        foreach ($wanted as $name => $want) {
            $had = $actual[$name] ?? null;
            if (is_array($want) && is_array($had) && $want !== array_values($want)) {
                array_push($found, ...self::misses($had, $want, "$prefix$name."));
            } elseif ($had !== $want) {
                $found[] = "$prefix$name is " . json_encode($had) . ', wanted ' . json_encode($want);
            }
        }
        return $found;
    }

    private static function enough(array $entries, callable $said, callable $line, array $wanted, ?int $times, string $what): array
    {
        $fitting = array_reverse(array_filter($entries, fn (array $each): bool => self::misses($said($each), $wanted) === []));
        if ($times === null ? $fitting !== [] : count($fitting) === $times) {
            self::passed();
            return $fitting;
        }
        $head = 'Wanted ' . ($times ?? 'at least one') . ', got ' . count($fitting) . ' of ' . json_encode($wanted);
        throw self::failed("$head. The latest $what:\n" . self::listed($entries, $line));
    }

    private static function listed(array $entries, callable $line): string
    {
        if ($entries === []) {
            return '  none at all';
        }
        $lines = array_map(fn (array $each): string => '  ' . $line($each), array_slice($entries, 0, 10));
        if (count($entries) > 10) {
            $lines[] = '  and ' . (count($entries) - 10) . ' more';
        }
        return implode("\n", $lines);
    }

    private static function seen(array $delivery): array
    {
        [$msn, $reference] = explode('/', $delivery['subject'], 2) + ['', ''];
        return ['msn' => $msn, 'reference' => $reference, 'body' => json_decode($delivery['body'], true)] + $delivery;
    }

    private static function deliveryLine(array $delivery): string
    {
        $last = $delivery['attempts'] === [] ? null : end($delivery['attempts']);
        $met = $last === null ? '' : ', answered ' . ($last['status'] ?: $last['response']);
        return "#{$delivery['id']} {$delivery['event']} of {$delivery['subject']}: {$delivery['state']}$met";
    }
}
