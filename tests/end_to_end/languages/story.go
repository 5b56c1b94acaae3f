// What every client is put through; each prints the same lines.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"sort"
	"strings"
	"time"

	"story/vippsmock"
)

type object = vippsmock.Object

func say(what string, more ...any) {
	texts := []string{}
	for _, each := range more {
		texts = append(texts, fmt.Sprint(each))
	}
	fmt.Println(what+":", strings.Join(texts, " "))
}

func refused(what string, err error) {
	var refusal *vippsmock.ControlError
	if err == nil {
		say(what, "not refused")
	} else if errors.As(err, &refusal) {
		names := []string{}
		for name := range refusal.Violations {
			names = append(names, name)
		}
		sort.Strings(names)
		say(what, refusal.Status, strings.Join(names, ","), err)
	} else {
		say(what, strings.ReplaceAll(err.Error(), "\n", " | "))
	}
}

func must[T any](value T, err error) T {
	good(err)
	return value
}

func good(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func failure[T any](_ T, err error) error { return err }

func main() {
	vipps := vippsmock.New("")
	name := "Kåre \"x\" \\ Øde\n"
	say("unit", must(vipps.Keys())["VIPPS_MSN"])
	events := []string{"epayments.payment.authorized.v1", "epayments.payment.expired.v1"}
	must(vipps.RegisterWebhook(vipps.InboxURL("shop"), events, object{"msn": "123456"}))
	say("approved", must(vipps.Approve("order-0001", object{"customer": os.Getenv("VIPPS_PHONE")}))["state"])
	say("declined", must(vipps.Decline("order-0002", object{"reason": "insufficient-funds"}))["declined"])
	good(vipps.AssertPayment("order-0001", object{"state": "AUTHORIZED", "authorized": 49900, "events": []string{"CREATED", "AUTHORIZED"}}))
	refused("otherwise", vipps.AssertPayment("order-0001", object{"state": "ABORTED"}))
	refused("nowhere", vipps.AssertPayment("order-0009", object{"state": "ABORTED"}))
	must(vipps.Advance("PT11M"))
	good(vipps.AssertPayment("order-0002", object{"state": "EXPIRED", "msn": "123456"}))
	say("webhook", must(vipps.WaitForWebhook("expired", 5*time.Second, object{"reference": "order-0002"}))["subject"])
	say("webhooks", len(must(vipps.AssertWebhook("authorized", object{"reference": "order-0001", "body": object{"name": "AUTHORIZED"}}))))
	genuine := 0
	for _, each := range must(vipps.Inbox("shop")) {
		if each["genuine"] == true {
			genuine++
		}
	}
	say("inbox", genuine)
	refused("no webhook", failure(vipps.AssertWebhook("captured", object{"reference": "order-0001"})))
	refused("waited", failure(vipps.WaitForWebhook("captured", time.Second)))
	references := []string{}
	for _, each := range must(vipps.AssertRequested("createPayment", object{"times": 2})) {
		references = append(references, fmt.Sprint(each["reference"]))
	}
	say("created", strings.Join(references, " "))
	say("by body", len(must(vipps.AssertRequested("createPayment", object{"body": object{"amount": object{"value": 49900}}, "status": 201}))))
	refused("not captured", failure(vipps.AssertRequested("capturePayment")))
	refused("reason", failure(vipps.Decline("order-0001", object{"reason": "nonsense"})))
	refused("unknown", failure(vipps.Customer("47 000/?")))
	refused("gone", failure(vippsmock.New("http://127.0.0.1:1").Clock()))
	must(vipps.SaveCustomer("4799999999", object{"first_name": name}))
	say("customer", must(vipps.Customer("4799999999"))["first_name"] == name)
	var refusal *vippsmock.ControlError
	if errors.As(failure(vipps.Certificate()), &refusal) {
		say("certificate", refusal.Status)
	}
	say("rules", len(must(vipps.Scenario([]string{"declines"}))) > 0)
	must(vipps.AddRule(object{"name": "busy now", "when": object{"operation": "getPayment"}, "then": object{"error": 503}}))
	say("rule", must(vipps.Rule("busy now"))["enabled"], must(vipps.SwitchOff("busy now"))["enabled"])
	good(vipps.DeleteRule("busy now"))
	must(vipps.TakeSnapshot("here"))
	say("replayed", must(vipps.ReplayWebhook(fmt.Sprint(must(vipps.Webhooks())[0]["id"]))))
	good(vipps.Reset())
	say("payments", len(must(vipps.Payments())))
	must(vipps.RestoreSnapshot("here"))
	say("payments", len(must(vipps.Payments(object{"limit": 1}))), len(must(vipps.Payments())))
	good(vipps.ImportState(must(vipps.ExportState())))
	say("state", must(vipps.Payment("order-0001"))["authorized"])
}
