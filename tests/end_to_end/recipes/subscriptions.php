<?php
// Subscriptions as shop plugins in PHP call the API: a whole charge is posted to capture it, [] is sent with DELETE, one key
// stands for whatever is done to a charge, and a whole agreement is sent back to change its name.
$headers = [
    'Content-Type: application/json',
    'Ocp-Apim-Subscription-Key: ' . getenv('VIPPS_SUBSCRIPTION_KEY'),
    'Merchant-Serial-Number: ' . getenv('VIPPS_MSN'),
    'Vipps-System-Name: woocommerce',
];

function call(string $method, string $path, ?array $body = null, array $more = []): array
{
    global $headers;
    $curl = curl_init(getenv('VIPPS_BASE_URL') . $path);
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_HTTPHEADER => [...$more, ...$headers],
        CURLOPT_RETURNTRANSFER => true,
    ]);
    if ($body !== null) {
        curl_setopt($curl, CURLOPT_POSTFIELDS, json_encode($body, JSON_UNESCAPED_SLASHES));
    }
    $text = curl_exec($curl);
    return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), json_decode($text, true)];
}

function good(string $method, string $path, ?array $body = null, string ...$more): ?array
{
    [$status, $content] = call($method, $path, $body, $more);
    if ($status >= 300) {
        throw new Exception("$method $path: $status " . json_encode($content));
    }
    return $content;
}

function token(): void
{
    global $headers;
    $keys = ['client_id: ' . getenv('VIPPS_CLIENT_ID'), 'client_secret: ' . getenv('VIPPS_CLIENT_SECRET')];
    $headers['token'] = 'Authorization: Bearer ' . good('POST', '/accesstoken/get', null, ...$keys)['access_token'];
}

token();
$hook = good('POST', '/webhooks/v1/webhooks', [
    'url' => getenv('SHOP_WEBHOOK_URL'),
    'events' => ['recurring.agreement-activated.v1', 'recurring.charge-captured.v1', 'recurring.agreement-stopped.v1'],
]);
file_put_contents('webhook-secret', $hook['secret']);

$made = good('POST', '/recurring/v3/agreements', [
    'pricing' => ['type' => 'LEGACY', 'currency' => 'NOK', 'amount' => 49900],
    'interval' => ['unit' => 'MONTH', 'count' => 1],
    'merchantRedirectUrl' => 'https://shop.example.com/return',
    'merchantAgreementUrl' => 'https://shop.example.com/my-account',
    'productName' => 'Socks',
    'initialCharge' => ['amount' => 49900, 'description' => 'Socks', 'transactionType' => 'RESERVE_CAPTURE'],
], 'Idempotency-Key: order-1001');
$path = "/recurring/v3/agreements/{$made['agreementId']}";
good('PATCH', "$path/accept", ['phoneNumber' => getenv('VIPPS_PHONE')], 'Idempotency-Key: accept-1001');

$charge = good('GET', "$path/charges/{$made['chargeId']}");
$part = ['amount' => 30000] + $charge;
good('POST', "$path/charges/{$charge['id']}/capture", $part, 'Idempotency-Key: charge-1001');
good('DELETE', "$path/charges/{$charge['id']}", [], 'Idempotency-Key: charge-1001');
$charge = good('GET', "$path/charges/{$charge['id']}");
echo "status: {$charge['status']}, captured: {$charge['summary']['captured']}\n";
[$status, $problem] = call('POST', "$path/charges/{$charge['id']}/capture", $charge, ['Idempotency-Key: again-1001']);
$before = str_contains($problem['detail'], 'higher than the remaining capturable amount');
echo "captured before: $status ", $before ? 'yes' : 'no', "\n";

$agreement = good('GET', $path);
good('PATCH', $path, ['productName' => 'Warm socks'] + $agreement, 'Idempotency-Key: rename-1001');
echo 'renamed: ', good('GET', $path)['productName'], "\n";

$due = gmdate('Y-m-d', strtotime('+2 days'));
$renewal = good('POST', "$path/charges", [
    'amount' => 49900,
    'description' => 'Warm socks',
    'due' => $due,
    'retryDays' => 5,
    'transactionType' => 'DIRECT_CAPTURE',
    'type' => 'RECURRING',
    'orderId' => 'renewal-1002',
], 'Idempotency-Key: renewal-1002');
good('POST', '/_mock/clock/advance', ['duration' => 'P3D']);
token();
echo 'renewed: ', good('GET', "$path/charges/{$renewal['chargeId']}")['status'], "\n";
good('PATCH', $path, ['status' => 'STOPPED'], 'Idempotency-Key: stop-1001');
good('POST', '/_mock/webhooks/settle');
echo 'webhook: ', file_get_contents('webhook-received'), "\n";
