// Each test finds the world as started, and files do not see each other's changes.
const { useVipps } = require("vipps-mockserver/jest");

const vipps = useVipps({ adminToken: "a token of this file" });

test("a change", async () => {
  await vipps.saveCustomer("4799999999", { first_name: "Kåre" });
  await vipps.advance("P1D");
  expect((await vipps.customer("4799999999")).first_name).toBe("Kåre");
});

test("is gone in the next test", async () => {
  await expect(vipps.customer("4799999999")).rejects.toThrow("404");
  expect((await vipps.clock()).aheadSeconds).toBeLessThan(3600);
});

test("without its token the server refuses", async () => {
  const { Vipps } = require("vipps-mockserver");
  await expect(new Vipps(vipps.url).reset()).rejects.toMatchObject({ status: 401 });
});
