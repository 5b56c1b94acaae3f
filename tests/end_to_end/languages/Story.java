// What every client is put through; each prints the same lines.
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

public class Story {
    interface Call {
        void run();
    }

    static void say(String what, Object... more) {
        System.out.println(what + ": " + List.of(more).stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }

    static void refused(String what, Call call) {
        try {
            call.run();
            say(what, "not refused");
        } catch (Vipps.ControlError error) {
            say(what, error.status, String.join(",", error.violations.keySet()), error.getMessage());
        } catch (AssertionError error) {
            say(what, error.getMessage().replace("\n", " | "));
        }
    }

    public static void main(String[] args) {
        String phone = System.getenv("VIPPS_PHONE"), name = "Kåre \"x\" \\ Øde\n";
        var vipps = new Vipps();
        say("unit", vipps.keys().get("VIPPS_MSN"));
        var events = List.of("epayments.payment.authorized.v1", "epayments.payment.expired.v1");
        vipps.registerWebhook(vipps.inboxUrl("shop"), events, Map.of("msn", "123456"));
        say("approved", vipps.approve("order-0001", Map.of("customer", phone)).get("state"));
        say("declined", vipps.decline("order-0002", Map.of("reason", "insufficient-funds")).get("declined"));
        vipps.assertPayment("order-0001", Map.of("state", "AUTHORIZED", "authorized", 49900, "events", List.of("CREATED", "AUTHORIZED")));
        refused("otherwise", () -> vipps.assertPayment("order-0001", Map.of("state", "ABORTED")));
        refused("nowhere", () -> vipps.assertPayment("order-0009", Map.of("state", "ABORTED")));
        vipps.advance("PT11M");
        vipps.assertPayment("order-0002", Map.of("state", "EXPIRED", "msn", "123456"));
        say("webhook", vipps.waitForWebhook("expired", Map.of("reference", "order-0002"), 5).get("subject"));
        say("webhooks", vipps.assertWebhook("authorized", Map.of("reference", "order-0001", "body", Map.of("name", "AUTHORIZED"))).size());
        say("inbox", vipps.inbox("shop").stream().filter(each -> each.get("genuine").equals(true)).count());
        refused("no webhook", () -> vipps.assertWebhook("captured", Map.of("reference", "order-0001")));
        refused("waited", () -> vipps.waitForWebhook("captured", Map.of(), 1));
        var created = vipps.assertRequested("createPayment", Map.of("times", 2));
        say("created", created.stream().map(each -> (String) each.get("reference")).collect(Collectors.joining(" ")));
        say("by body", vipps.assertRequested("createPayment", Map.of("body", Map.of("amount", Map.of("value", 49900)), "status", 201)).size());
        refused("not captured", () -> vipps.assertRequested("capturePayment", Map.of()));
        refused("reason", () -> vipps.decline("order-0001", Map.of("reason", "nonsense")));
        refused("unknown", () -> vipps.customer("47 000/?"));
        refused("gone", () -> new Vipps("http://127.0.0.1:1").clock());
        vipps.saveCustomer("4799999999", Map.of("first_name", name));
        say("customer", vipps.customer("4799999999").get("first_name").equals(name));
        try {
            vipps.certificate();
        } catch (Vipps.ControlError error) {
            say("certificate", error.status);
        }
        say("rules", !vipps.scenario(List.of("declines")).isEmpty());
        vipps.addRule(Map.of("name", "busy now", "when", Map.of("operation", "getPayment"), "then", Map.of("error", 503)));
        say("rule", vipps.rule("busy now").get("enabled"), vipps.switchOff("busy now").get("enabled"));
        vipps.deleteRule("busy now");
        vipps.takeSnapshot("here");
        say("replayed", vipps.replayWebhook((String) vipps.webhooks().get(0).get("id")));
        vipps.reset();
        say("payments", vipps.payments().size());
        vipps.restoreSnapshot("here");
        say("payments", vipps.payments(Map.of("limit", 1)).size(), vipps.payments().size());
        vipps.importState(vipps.exportState());
        say("state", vipps.payment("order-0001").get("authorized"));
    }
}
