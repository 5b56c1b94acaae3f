// What every client is put through; each prints the same lines.
import { ControlError, Vipps } from "vipps-mockserver";

const { VIPPS_PHONE } = process.env;
const vipps = new Vipps();
const say = (what, ...more) => console.log(`${what}:`, ...more);

async function refused(what, call) {
  try {
    await call();
    say(what, "not refused");
  } catch (error) {
    const status = error instanceof ControlError ? `${error.status} ${Object.keys(error.violations)} ` : "";
    say(what, status + error.message.replaceAll("\n", " | "));
  }
}

say("unit", (await vipps.keys()).VIPPS_MSN);
await vipps.registerWebhook(vipps.inboxUrl("shop"), ["epayments.payment.authorized.v1", "epayments.payment.expired.v1"], { msn: "123456" });
say("approved", (await vipps.approve("order-0001", { customer: VIPPS_PHONE })).state);
say("declined", (await vipps.decline("order-0002", { reason: "insufficient-funds" })).declined);
await vipps.assertPayment("order-0001", { state: "AUTHORIZED", authorized: 49900, events: ["CREATED", "AUTHORIZED"] });
await refused("otherwise", () => vipps.assertPayment("order-0001", { state: "ABORTED" }));
await refused("nowhere", () => vipps.assertPayment("order-0009", { state: "ABORTED" }));
await vipps.advance("PT11M");
await vipps.assertPayment("order-0002", { state: "EXPIRED", msn: "123456" });
say("webhook", (await vipps.waitForWebhook("expired", { reference: "order-0002" })).subject);
say("webhooks", (await vipps.assertWebhook("authorized", { reference: "order-0001", body: { name: "AUTHORIZED" } })).length);
say("inbox", (await vipps.inbox("shop")).filter((each) => each.genuine).length);
await refused("no webhook", () => vipps.assertWebhook("captured", { reference: "order-0001" }));
await refused("waited", () => vipps.waitForWebhook("captured", { timeout: 1 }));
say("created", (await vipps.assertRequested("createPayment", { times: 2 })).map((each) => each.reference).join(" "));
say("by body", (await vipps.assertRequested("createPayment", { body: { amount: { value: 49900 } }, status: 201 })).length);
await refused("not captured", () => vipps.assertRequested("capturePayment"));
await refused("reason", () => vipps.decline("order-0001", { reason: "nonsense" }));
await refused("unknown", () => vipps.customer("47 000/?"));
await refused("gone", () => new Vipps("http://127.0.0.1:1").clock());
await vipps.saveCustomer("4799999999", { first_name: 'Kåre "x" \\ Øde\n' });
say("customer", (await vipps.customer("4799999999")).first_name === 'Kåre "x" \\ Øde\n');
say("certificate", (await vipps.certificate().catch((error) => error)).status);
say("rules", (await vipps.scenario(["declines"])).length > 0);
await vipps.addRule({ name: "busy now", when: { operation: "getPayment" }, then: { error: 503 } });
say("rule", (await vipps.rule("busy now")).enabled, (await vipps.switchOff("busy now")).enabled);
await vipps.deleteRule("busy now");
await vipps.takeSnapshot("here");
const [hook] = await vipps.webhooks();
say("replayed", await vipps.replayWebhook(hook.id));
await vipps.reset();
say("payments", (await vipps.payments()).length);
await vipps.restoreSnapshot("here");
say("payments", (await vipps.payments({ limit: 1 })).length, (await vipps.payments()).length);
await vipps.importState(await vipps.exportState());
say("state", (await vipps.payment("order-0001")).authorized);
