// What every client is put through; each prints the same lines.
using System;
using System.Linq;
using System.Threading.Tasks;
using VippsMockserver;

public static class Story
{
    static void Say(string what, params object[] more) =>
        Console.WriteLine(what + ": " + string.Join(" ", more.Select(each => each is bool ? $"{each}".ToLowerInvariant() : $"{each}")));

    static async Task Refused(string what, Func<Task> call)
    {
        try
        {
            await call();
            Say(what, "not refused");
        }
        catch (ControlException error)
        {
            Say(what, error.Status, string.Join(",", error.Violations.Keys), error.Message);
        }
        catch (AssertionException error)
        {
            Say(what, error.Message.Replace("\n", " | "));
        }
    }

    public static void Main() => Tell().GetAwaiter().GetResult();

    static async Task Tell()
    {
        var vipps = new Vipps();
        var name = "Kåre \"x\" \\ Øde\n";
        var authorized = "epayments.payment.authorized.v1";
        var expired = "epayments.payment.expired.v1";
        Say("unit", (await vipps.Keys())["VIPPS_MSN"]);
        await vipps.RegisterWebhook(vipps.InboxUrl("shop"), new[] { authorized, expired }, new { msn = "123456" });
        var customer = Environment.GetEnvironmentVariable("VIPPS_PHONE");
        Say("approved", (await vipps.Approve("order-0001", new { customer })).GetProperty("state"));
        Say("declined", (await vipps.Decline("order-0002", new { reason = "insufficient-funds" })).GetProperty("declined"));
        await vipps.AssertPayment("order-0001", new { state = "AUTHORIZED", authorized = 49900, events = new[] { "CREATED", "AUTHORIZED" } });
        await Refused("otherwise", () => vipps.AssertPayment("order-0001", new { state = "ABORTED" }));
        await Refused("nowhere", () => vipps.AssertPayment("order-0009", new { state = "ABORTED" }));
        await vipps.Advance("PT11M");
        await vipps.AssertPayment("order-0002", new { state = "EXPIRED", msn = "123456" });
        Say("webhook", (await vipps.WaitForWebhook("expired", new { reference = "order-0002" })).GetProperty("subject"));
        var delivered = await vipps.AssertWebhook("authorized", new { reference = "order-0001", body = new { name = "AUTHORIZED" } });
        Say("webhooks", delivered.Count);
        Say("inbox", (await vipps.Inbox("shop")).Count(each => each.GetProperty("genuine").GetBoolean()));
        await Refused("no webhook", () => vipps.AssertWebhook("captured", new { reference = "order-0001" }));
        await Refused("waited", () => vipps.WaitForWebhook("captured", null, 1));
        var created = await vipps.AssertRequested("createPayment", new { times = 2 });
        Say("created", string.Join(" ", created.Select(each => each.GetProperty("reference").GetString())));
        var byBody = await vipps.AssertRequested("createPayment", new { body = new { amount = new { value = 49900 } }, status = 201 });
        Say("by body", byBody.Count);
        await Refused("not captured", () => vipps.AssertRequested("capturePayment"));
        await Refused("reason", () => vipps.Decline("order-0001", new { reason = "nonsense" }));
        await Refused("unknown", () => vipps.Customer("47 000/?"));
        await Refused("gone", () => new Vipps("http://127.0.0.1:1").Clock());
        await vipps.SaveCustomer("4799999999", new { first_name = name });
        Say("customer", (await vipps.Customer("4799999999")).GetProperty("first_name").GetString() == name);
        try
        {
            await vipps.Certificate();
        }
        catch (ControlException error)
        {
            Say("certificate", error.Status);
        }
        Say("rules", (await vipps.Scenario(new[] { "declines" })).Count > 0);
        await vipps.AddRule(new { name = "busy now", when = new { operation = "getPayment" }, then = new { error = 503 } });
        var on = (await vipps.Rule("busy now")).GetProperty("enabled").GetBoolean();
        Say("rule", on, (await vipps.SwitchOff("busy now")).GetProperty("enabled").GetBoolean());
        await vipps.DeleteRule("busy now");
        await vipps.TakeSnapshot("here");
        Say("replayed", await vipps.ReplayWebhook((await vipps.Webhooks())[0].GetProperty("id").GetString()));
        await vipps.Reset();
        Say("payments", (await vipps.Payments()).Count);
        await vipps.RestoreSnapshot("here");
        Say("payments", (await vipps.Payments(new { limit = 1 })).Count, (await vipps.Payments()).Count);
        await vipps.ImportState(await vipps.ExportState());
        Say("state", (await vipps.Payment("order-0001")).GetProperty("authorized"));
    }
}
