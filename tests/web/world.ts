// Who is in the registry that all specs share.
import { PASSWORD } from "./phone.ts";

/** Two municipalities of Chiang Mai (province 50). */
export const LAO_A = "5500201";
export const LAO_B = "5500501";

/** A place within LAO_A's district: latitude and longitude, degrees. */
export const CHOM_THONG = [18.417123, 98.676543] as const;

export const USERS = [
  "username,role,dla_code,province_code,password",
  `staff-a,lao,${LAO_A},,${PASSWORD}`,
  `staff-b,lao,${LAO_B},,${PASSWORD}`,
  `officer,province,,50,${PASSWORD}`,
  `officer-2,province,,50,${PASSWORD}`,
  `department,department,,,${PASSWORD}`,
  "",
].join("\n");

/** The address of the registry that setup.ts started. */
export function base(): string {
  const address = process.env.PAKMUT_BASE;
  if (!address) throw new Error("no registry runs: start with make test-web");
  return address;
}
