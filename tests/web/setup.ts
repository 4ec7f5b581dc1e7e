// Before all specs: a registry with the whole country, and pins in it.
import { rmSync } from "node:fs";

import { SCREENSHOTS } from "./look.ts";
import { Phone } from "./phone.ts";
import { Registry } from "./registry.ts";
import { CHOM_THONG, USERS } from "./world.ts";

export default async function setup() {
  rmSync(SCREENSHOTS, { recursive: true, force: true });
  const registry = await Registry.start({ users: USERS });
  process.env.PAKMUT_BASE = registry.base;
  const [lat, lon] = CHOM_THONG;
  const staff = await Phone.signIn(registry.base, "staff-a");
  const [office] = await staff.counters();
  if (!office) throw new Error("the LAO has no main office");
  process.env.PAKMUT_LAO = office.lao;
  process.env.PAKMUT_OFFICE = office.id;
  await staff.pin(office.id, lat, lon);
  return () => registry.stop();
}
