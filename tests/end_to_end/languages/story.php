<?php
// What every client is put through; each prints the same lines.

use VippsMockserver\ControlError;
use VippsMockserver\Vipps;

require __DIR__ . '/Vipps.php';

function say(string $what, mixed ...$more): void
{
    $texts = array_map(fn (mixed $each): string => is_bool($each) ? var_export($each, true) : (string) $each, $more);
    echo "$what: ", implode(' ', $texts), "\n";
}

function refused(string $what, callable $call): void
{
    try {
        $call();
        say($what, 'not refused');
    } catch (ControlError $error) {
        say($what, $error->status, implode(',', array_keys($error->violations)), $error->getMessage());
    } catch (AssertionError $error) {
        say($what, str_replace("\n", ' | ', $error->getMessage()));
    }
}

$vipps = new Vipps();
$name = "Kåre \"x\" \\ Øde\n";
say('unit', $vipps->keys()['VIPPS_MSN']);
$vipps->registerWebhook($vipps->inboxUrl('shop'), ['epayments.payment.authorized.v1', 'epayments.payment.expired.v1'], msn: '123456');
say('approved', $vipps->approve('order-0001', customer: getenv('VIPPS_PHONE'))['state']);
say('declined', $vipps->decline('order-0002', reason: 'insufficient-funds')['declined']);
$vipps->assertPayment('order-0001', state: 'AUTHORIZED', authorized: 49900, events: ['CREATED', 'AUTHORIZED']);
refused('otherwise', fn () => $vipps->assertPayment('order-0001', state: 'ABORTED'));
refused('nowhere', fn () => $vipps->assertPayment('order-0009', state: 'ABORTED'));
$vipps->advance('PT11M');
$vipps->assertPayment('order-0002', state: 'EXPIRED', msn: '123456');
say('webhook', $vipps->waitForWebhook('expired', reference: 'order-0002')['subject']);
say('webhooks', count($vipps->assertWebhook('authorized', reference: 'order-0001', body: ['name' => 'AUTHORIZED'])));
say('inbox', count(array_filter($vipps->inbox('shop'), fn (array $each): bool => $each['genuine'])));
refused('no webhook', fn () => $vipps->assertWebhook('captured', reference: 'order-0001'));
refused('waited', fn () => $vipps->waitForWebhook('captured', timeout: 1));
say('created', implode(' ', array_column($vipps->assertRequested('createPayment', times: 2), 'reference')));
say('by body', count($vipps->assertRequested('createPayment', body: ['amount' => ['value' => 49900]], status: 201)));
refused('not captured', fn () => $vipps->assertRequested('capturePayment'));
refused('reason', fn () => $vipps->decline('order-0001', reason: 'nonsense'));
refused('unknown', fn () => $vipps->customer('47 000/?'));
refused('gone', fn () => (new Vipps('http://127.0.0.1:1'))->clock());
$vipps->saveCustomer('4799999999', first_name: $name);
say('customer', $vipps->customer('4799999999')['first_name'] === $name);
try {
    $vipps->certificate();
} catch (ControlError $error) {
    say('certificate', $error->status);
}
say('rules', $vipps->scenario(['declines']) !== []);
$vipps->addRule(['name' => 'busy now', 'when' => ['operation' => 'getPayment'], 'then' => ['error' => 503]]);
say('rule', $vipps->rule('busy now')['enabled'], $vipps->switchOff('busy now')['enabled']);
$vipps->deleteRule('busy now');
$vipps->takeSnapshot('here');
say('replayed', $vipps->replayWebhook($vipps->webhooks()[0]['id']));
$vipps->reset();
say('payments', count($vipps->payments()));
$vipps->restoreSnapshot('here');
say('payments', count($vipps->payments(limit: 1)), count($vipps->payments()));
$vipps->importState($vipps->exportState());
say('state', $vipps->payment('order-0001')['authorized']);
