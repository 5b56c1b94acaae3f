<?php
// What the WooCommerce plugin does, with WordPress's own HTTP code and no database: the folder of WordPress and the page's
// must-use plugin are the arguments.
[, $wordpress, $plugin] = $argv;
define('ABSPATH', "$wordpress/");
define('WPINC', 'wp-includes');
define('WP_DEBUG', false);
define('WP_CONTENT_DIR', sys_get_temp_dir());
$parts = ['load', 'default-constants', 'plugin', 'functions', 'class-wp-error', 'formatting', 'kses', 'l10n', 'http',
    'class-wp-http', 'class-wp-http-streams', 'class-wp-http-curl', 'class-wp-http-proxy', 'class-wp-http-cookie',
    'class-wp-http-encoding', 'class-wp-http-response', 'class-wp-http-requests-response',
    'class-wp-http-requests-hooks', 'option', 'link-template', 'general-template', 'cache'];
foreach ($parts as $part) {
    require_once ABSPATH . WPINC . "/$part.php";
}
wp_initial_constants();
wp_cache_init();
foreach (['home' => 'http://shop.test', 'siteurl' => 'http://shop.test', 'blog_charset' => 'UTF-8'] as $name => $value) {
    add_filter("pre_option_$name", fn () => $value);
}
require $plugin;

function call(string $verb, string $path, array $headers, string $type, string $body): ?array
{
    $headers += ['Connection' => 'close', 'Content-type' => $type, 'Content-length' => strlen($body)];
    $arguments = ['method' => $verb, 'headers' => $headers] + ($verb === 'GET' ? [] : ['body' => $body]);
    $answer = wp_remote_request("https://apitest.vipps.no/$path", $arguments);
    if (is_wp_error($answer)) {
        exit($answer->get_error_message());
    }
    echo wp_remote_retrieve_response_code($answer), " $verb $path\n";
    return json_decode(wp_remote_retrieve_body($answer), true);
}

$key = ['Ocp-Apim-Subscription-Key' => getenv('VIPPS_SUBSCRIPTION_KEY')];
$login = ['client_id' => getenv('VIPPS_CLIENT_ID'), 'client_secret' => getenv('VIPPS_CLIENT_SECRET')] + $key;
$token = call('POST', 'accessToken/get', $login, 'application/x-www-form-urlencoded', '')['access_token'];
$headers = ['Authorization' => "Bearer $token", 'Merchant-Serial-Number' => getenv('VIPPS_MSN')] + $key;
$json = function (string $verb, string $path, array $body = []) use ($headers): ?array {
    $more = ['Idempotency-Key' => uniqid()] + $headers;
    return call($verb, $path, $more, 'application/json', $body ? json_encode($body) : '{}');
};

$nok = ['currency' => 'NOK', 'value' => 49900];
$json('POST', 'epayment/v1/payments', ['reference' => 'woo-order-1', 'amount' => $nok, 'userFlow' => 'WEB_REDIRECT',
    'paymentMethod' => ['type' => 'WALLET'], 'returnUrl' => 'http://shop.test/thanks']);
$json('POST', 'epayment/v1/test/payments/woo-order-1/approve', ['customer' => ['phoneNumber' => getenv('VIPPS_PHONE')]]);
$json('POST', 'epayment/v1/payments/woo-order-1/capture', ['modificationAmount' => $nok]);
$refunded = $json('POST', 'epayment/v1/payments/woo-order-1/refund', ['modificationAmount' => $nok]);
echo $refunded['aggregate']['refundedAmount']['value'], "\n";
$json('POST', 'order-management/v1/images/', ['imageId' => 'logo']);
